import Kernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The early-exercise boundary of an American put with strike 1 and an interest rate above 0, and the values that
/// follow from it at any spot.
///
/// Spectral collocation after Andersen, Lake and Offengenden, "High-performance American option pricing" (2016): the
/// squared logarithm of the boundary is interpolated at Chebyshev nodes in the square root of time and found by
/// fixed-point sweeps with a Newton correction per node, starting from the QD+ approximation (Li, 2010). The equation is
/// that of the value at the boundary (the paper's "B"), or of the delta ("A") where rate and yield nearly agree and B
/// contracts too slowly. The boundary depends on neither spot nor strike. Calls are priced as puts with spot and strike,
/// rate and yield exchanged.
struct AmericanBoundary {
    /// Value per unit of strike and derivatives by the spot.
    struct Values {
        var price: Double
        var delta: Double
        var gamma: Double
    }

    /// The spot at and below which the put is exercised now.
    let critical: Double

    private static let kernels = OptionKernels()

    private let rate: Double
    private let yield: Double
    private let volatility: Double
    private let years: Double
    private let isFast: Bool
    private let premium: [Double]
    private let limit: Double
    private let squares: [Double]
    private let nodes: [Double]

    /// - Parameters:
    ///   - rate: above 0, as `volatility` and `years`.
    ///   - derivatives: whether delta and gamma will be asked for, which need a denser quadrature.
    init(
        rate: Double,
        yield: Double,
        volatility: Double,
        years: Double,
        scheme: AmericanScheme,
        derivatives: Bool
    ) {
        self.rate = rate
        self.yield = yield
        self.volatility = volatility
        self.years = years
        isFast = scheme.needsOnlyNineDigits
        let squares = Self.kernels.boundary(
            scheme.boundary,
            rate: rate,
            yield: yield,
            volatility: volatility,
            years: years
        )
        // Just before expiration the boundary is min(1, r/q).
        let limit = yield > rate ? rate / yield : 1
        critical = limit * exp(-squares[0].squareRoot())
        (self.limit, self.squares, nodes) = (limit, squares, scheme.chebyshev)
        premium = Self.kernels.premium(
            derivatives ? scheme.sensitivity : scheme.premium,
            rate: rate,
            yield: yield,
            volatility: volatility,
            years: years,
            boundary: squares
        )
    }

    /// The spot at and below which the put is exercised with `remaining` years to live, at most those of the boundary.
    func critical(years remaining: Double) -> Double {
        let root = (max(remaining, 0) / years).squareRoot()
        let weights = AmericanScheme.interpolation(nodes, at: min(2 * root - 1, 1))
        let square = zip(weights, squares).reduce(0) { $0 + $1.0 * $1.1 }
        return limit * exp(-max(square, 0).squareRoot())
    }

    /// The price at a spot, without derivatives.
    func price(at spot: Double) -> Double {
        guard spot > critical else { return 1 - spot }
        return max(put(at: spot, derivatives: false).price, 1 - spot)
    }

    /// The price at a spot with delta and gamma, from the same integral differentiated.
    func values(at spot: Double) -> Values {
        guard spot > critical else { return Values(price: 1 - spot, delta: -1, gamma: 0) }
        let values = put(at: spot, derivatives: true)
        return Values(
            price: max(values.price, 1 - spot),
            delta: min(max(values.delta, -1), 0),
            gamma: max(values.gamma, 0)
        )
    }

    private func put(at spot: Double, derivatives: Bool) -> (price: Double, delta: Double, gamma: Double) {
        Self.kernels.put(
            premium,
            isFast: isFast,
            rate: rate,
            yield: yield,
            volatility: volatility,
            years: years,
            spot: spot,
            derivatives: derivatives
        )
    }
}
