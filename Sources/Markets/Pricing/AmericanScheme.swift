import Kernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How finely the early-exercise boundary of an American option is resolved. Everything that depends only on the node
/// counts (quadrature, interpolation weights) is prepared here once.
public struct AmericanScheme: Sendable {
    /// Chebyshev intervals of the boundary in the square root of the time to expiration: 8, 16, 24 or 32.
    public let boundaryNodes: Int
    /// Sweeps of the fixed-point iteration over the boundary.
    public let sweeps: Int
    /// Quadrature nodes of the integral equation, at most 64.
    public let equationNodes: Int
    /// Quadrature nodes of the early-exercise premium, a multiple of 8.
    public let premiumNodes: Int

    /// Better than 1e-6 of the strike, and 1.3e-7 root mean square.
    public static let fast = AmericanScheme(
        boundaryNodes: 8,
        sweeps: 4,
        equationNodes: 6,
        premiumNodes: 16,
        needsOnlyNineDigits: true
    )
    /// Better than 1e-7 of the strike in everyday use, and 1.6e-8 root mean square, at some twice the cost.
    public static let standard = AmericanScheme(boundaryNodes: 8, sweeps: 8, equationNodes: 12, premiumNodes: 32)
    /// About 1e-10 of the strike, some hundred times the cost.
    public static let precise = AmericanScheme(boundaryNodes: 32, sweeps: 30, equationNodes: 32, premiumNodes: 96)

    /// For the differences between neighbouring prices that give vega and rho: what is lost in the boundary is the same on both
    /// sides and cancels.
    private static let differences = AmericanScheme(
        boundaryNodes: 8,
        sweeps: 4,
        equationNodes: 6,
        premiumNodes: 32,
        needsOnlyNineDigits: true
    )

    /// The scheme of the prices whose differences give vega and rho: this one, or a faster one that costs them nothing.
    var ofDifferences: AmericanScheme {
        boundaryNodes > 8 ? self : .differences
    }

    /// Whether the normal distribution is needed to 1e-9 only.
    let needsOnlyNineDigits: Bool
    /// The nodes in the square root of time, stretched to -1 ... 1, from the longest down.
    let chebyshev: [Double]
    /// What the boundary is found with.
    let boundary: BoundaryScheme
    /// The integral of the premium for a price.
    let premium: PremiumTable
    /// A denser one for delta and gamma, whose integrands are peaked when the spot is close to the boundary.
    let sensitivity: PremiumTable

    /// - Parameters: Node counts, raised to what is allowed; at least 1 sweep.
    public init(boundaryNodes: Int, sweeps: Int, equationNodes: Int, premiumNodes: Int) {
        self.init(
            boundaryNodes: boundaryNodes,
            sweeps: sweeps,
            equationNodes: equationNodes,
            premiumNodes: premiumNodes,
            needsOnlyNineDigits: false
        )
    }

    private init(boundaryNodes: Int, sweeps: Int, equationNodes: Int, premiumNodes: Int, needsOnlyNineDigits: Bool) {
        let count = min(Self.multiple(boundaryNodes), BoundaryScheme.mostNodes)
        self.boundaryNodes = count
        self.sweeps = max(sweeps, 1)
        self.equationNodes = min(max(equationNodes, 2), BoundaryScheme.mostPoints)
        self.premiumNodes = Self.multiple(premiumNodes)
        self.needsOnlyNineDigits = needsOnlyNineDigits
        let chebyshev = (0...count).map { cos(Double.pi * Double($0) / Double(count)) }
        self.chebyshev = chebyshev
        // sqrt(tau/T) from 1 down; 0 is left out, where the boundary is known.
        let rootTimes = chebyshev.dropLast().map { 0.5 * (1 + $0) }
        // sqrt(v/tau), v being the time from the boundary point to a later one: the sine of an equally weighted angle, which
        // resolves both ends.
        let quadrature = GaussLegendre(count: self.equationNodes)
        let angles = quadrature.nodes.map { 0.25 * Double.pi * (1 + $0) }
        var rows: [Double] = []
        for angle in angles {
            let solved = rootTimes.map { Self.interpolation(chebyshev, at: 2 * $0 * cos(angle) - 1) }
            for read in 0..<count { rows += solved.map { $0[read] } }
        }
        boundary = BoundaryScheme(
            rootTimes: rootTimes,
            halves: angles.map { sin($0) },
            weights: zip(angles, quadrature.weights).map { 0.5 * Double.pi * cos($0) * $1 },
            rows: rows,
            sweeps: self.sweeps,
            isFast: needsOnlyNineDigits
        )
        premium = Self.premium(count: self.premiumNodes, chebyshev)
        sensitivity = Self.premium(count: max(3 * self.premiumNodes, 72), chebyshev)
    }

    private static func multiple(_ count: Int) -> Int {
        max((count + OptionKernels.lanes - 1) / OptionKernels.lanes, 1) * OptionKernels.lanes
    }

    /// A quadrature over the time until exercise, spaced like a cosine so that both ends are resolved.
    private static func premium(count: Int, _ chebyshev: [Double]) -> PremiumTable {
        let quadrature = GaussLegendre(count: count)
        let angles = quadrature.nodes.map { 0.5 * Double.pi * (1 + $0) }
        let points = angles.map { interpolation(chebyshev, at: 2 * cos(0.5 * $0) - 1) }
        return PremiumTable(
            times: angles.map { sin(0.5 * $0) * sin(0.5 * $0) },
            weights: zip(angles, quadrature.weights).map { 0.25 * Double.pi * sin($0) * $1 },
            rows: (0..<chebyshev.count - 1).flatMap { node in points.map { $0[node] } }
        )
    }

    /// Barycentric weights at `point` for all nodes but the last, whose value is 0.
    static func interpolation(_ nodes: [Double], at point: Double) -> [Double] {
        if let exact = nodes.firstIndex(of: point) {
            return nodes.indices.dropLast().map { $0 == exact ? 1 : 0 }
        }
        let terms = nodes.indices.map { index in
            let end = index == 0 || index == nodes.count - 1
            return (index.isMultiple(of: 2) ? 1.0 : -1.0) * (end ? 0.5 : 1) / (point - nodes[index])
        }
        let sum = terms.reduce(0, +)
        return terms.dropLast().map { $0 / sum }
    }
}
