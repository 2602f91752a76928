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
    /// Chebyshev intervals of the boundary in the square root of the time to expiration.
    public let boundaryNodes: Int
    /// Sweeps of the fixed-point iteration over the boundary.
    public let sweeps: Int
    /// Quadrature nodes of the integral equation.
    public let equationNodes: Int
    /// Quadrature nodes of the early-exercise premium.
    public let premiumNodes: Int

    /// Better than 1e-7 of the strike in everyday use.
    public static let standard = AmericanScheme(boundaryNodes: 10, sweeps: 6, equationNodes: 8, premiumNodes: 32)
    /// About 1e-10 of the strike, some twenty times the cost.
    public static let precise = AmericanScheme(boundaryNodes: 24, sweeps: 16, equationNodes: 20, premiumNodes: 96)

    /// Square roots of the fraction of the life left, sqrt(tau/T), at the boundary's nodes, from 1 down; 0 is left out,
    /// where the boundary is known.
    let rootTimes: [Double]
    /// sqrt(v/tau) at the equation's quadrature nodes, v being the time from the boundary point to a later one; the sine
    /// of an equally weighted angle, which resolves both ends.
    let halves: [Double]
    /// Quadrature weights that belong to ``halves``.
    let equationWeights: [Double]
    /// Interpolation weights from the boundary's nodes to the times at which the equation of each node is integrated:
    /// one row of `boundaryNodes` per node and quadrature node.
    let equationRows: [Double]
    /// The integral of the premium for a price.
    let premium: Premium
    /// A denser one for delta and gamma, whose integrands are peaked when the spot is close to the boundary.
    let sensitivity: Premium

    /// A quadrature over the time until exercise, spaced like a cosine so that both ends are resolved.
    struct Premium: Sendable {
        /// u/T at the nodes.
        let times: [Double]
        /// Weights that belong to ``times``, for an integral over u/T.
        let weights: [Double]
        /// Interpolation weights from the boundary's nodes to the boundary at T - u, one row per node.
        let rows: [Double]

        init(count: Int, _ chebyshev: [Double]) {
            let quadrature = GaussLegendre(count: count)
            let angles = quadrature.nodes.map { 0.5 * Double.pi * (1 + $0) }
            times = angles.map { sin(0.5 * $0) * sin(0.5 * $0) }
            weights = zip(angles, quadrature.weights).map { 0.25 * Double.pi * sin($0) * $1 }
            rows = angles.flatMap { AmericanScheme.interpolation(chebyshev, at: 2 * cos(0.5 * $0) - 1) }
        }
    }

    /// - Parameters: at least 2 boundary nodes, 1 sweep, and 2 of each kind of quadrature node; fewer are raised.
    public init(boundaryNodes: Int, sweeps: Int, equationNodes: Int, premiumNodes: Int) {
        let count = max(boundaryNodes, 2)
        self.boundaryNodes = count
        self.sweeps = max(sweeps, 1)
        self.equationNodes = max(equationNodes, 2)
        self.premiumNodes = max(premiumNodes, 2)
        let chebyshev = (0...count).map { cos(Double.pi * Double($0) / Double(count)) }
        rootTimes = chebyshev.dropLast().map { 0.5 * (1 + $0) }
        let equation = GaussLegendre(count: self.equationNodes)
        let equationAngles = equation.nodes.map { 0.25 * Double.pi * (1 + $0) }
        halves = equationAngles.map { sin($0) }
        equationWeights = zip(equationAngles, equation.weights).map { 0.5 * Double.pi * cos($0) * $1 }
        var rows: [Double] = []
        for rootTime in rootTimes {
            for half in halves {
                let point = rootTime * (1 - half * half).squareRoot()
                rows += Self.interpolation(chebyshev, at: 2 * point - 1)
            }
        }
        equationRows = rows
        premium = Premium(count: self.premiumNodes, chebyshev)
        sensitivity = Premium(count: 3 * self.premiumNodes, chebyshev)
    }

    /// Barycentric weights at `point` for all nodes but the last, whose value is 0.
    private static func interpolation(_ nodes: [Double], at point: Double) -> [Double] {
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
