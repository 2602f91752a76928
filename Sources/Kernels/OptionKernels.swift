import CKernels

/// The arithmetic of option pricing on eight numbers at a time.
///
/// What is computed for one option depends neither on its neighbours nor on the number of threads. Where an option needs
/// more care than is taken here, the result is NaN, and the caller has to take it.
public struct OptionKernels: Sendable {
    /// How many numbers are worked on at once: arrays are given in multiples of it.
    public static let lanes = Int(CKERNELS_OPTION_LANES)

    // A pointer to constants that live as long as the program.
    private nonisolated(unsafe) let kernels: UnsafePointer<ckernels_options>

    /// The kernels of an instruction set.
    ///
    /// - Precondition: The processor offers it.
    public init(_ instructions: InstructionSet = .best) {
        let kernels =
            switch instructions {
            case .portable: ckernels_options_portable()
            case .avx2: ckernels_options_avx2()
            case .avx512, .amx: ckernels_options_avx512()
            }
        guard let kernels else { preconditionFailure("This processor has no \(instructions.rawValue) instructions.") }
        self.kernels = kernels
    }

    /// ln(boundary / limit)² at the nodes of a scheme: the early-exercise boundary of an American put with strike 1, its
    /// limit at expiration being min(1, rate / yield).
    ///
    /// - Parameters: `rate`, `volatility` and `years` above 0.
    public func boundary(
        _ scheme: BoundaryScheme,
        rate: Double,
        yield: Double,
        volatility: Double,
        years: Double
    ) -> [Double] {
        [Double](unsafeUninitializedCapacity: scheme.nodes) { squares, count in
            scheme.withScheme { scheme in
                kernels.pointee.boundary(scheme, rate, yield, volatility, years, squares.baseAddress)
            }
            count = scheme.nodes
        }
    }

    /// What the early-exercise premium needs to know at every spot, from the boundary at the nodes.
    public func premium(
        _ table: PremiumTable,
        rate: Double,
        yield: Double,
        volatility: Double,
        years: Double,
        boundary squares: [Double]
    ) -> [Double] {
        precondition(squares.count == table.nodes)
        return [Double](unsafeUninitializedCapacity: 5 * table.points) { prepared, count in
            table.withTable { table, nodes in
                kernels.pointee.premium(table, nodes, rate, yield, volatility, years, squares, prepared.baseAddress)
            }
            count = 5 * table.points
        }
    }

    /// Price of a put with strike 1 at a spot above the early-exercise boundary, and its delta and gamma where they are
    /// asked for.
    ///
    /// - Parameter premium: What ``premium(_:rate:yield:volatility:years:boundary:)`` gave for the same option.
    public func put(
        _ premium: [Double],
        isFast: Bool,
        rate: Double,
        yield: Double,
        volatility: Double,
        years: Double,
        spot: Double,
        derivatives: Bool
    ) -> (price: Double, delta: Double, gamma: Double) {
        var values = (price: 0.0, delta: 0.0, gamma: 0.0)
        withUnsafeMutablePointer(to: &values) { values in
            values.withMemoryRebound(to: Double.self, capacity: 3) { values in
                kernels.pointee.put(
                    premium,
                    premium.count / 5,
                    isFast ? 1 : 0,
                    rate,
                    yield,
                    volatility,
                    years,
                    spot,
                    derivatives ? 1 : 0,
                    values
                )
            }
        }
        return values
    }

    /// Prices of European options.
    public func prices(_ options: EuropeanColumns, into prices: UnsafeMutableBufferPointer<Double>) {
        precondition(options.count == prices.count && prices.count.isMultiple(of: Self.lanes))
        withUnsafePointer(to: options.columns) { kernels.pointee.european_prices($0, prices.count, prices.baseAddress) }
    }

    /// Prices and sensitivities of European options; theta per year, vega and rho per 1.00.
    public func greeks(_ options: EuropeanColumns, into greeks: GreekColumns) {
        precondition(options.count == greeks.count && greeks.count.isMultiple(of: Self.lanes))
        withUnsafePointer(to: options.columns) { options in
            withUnsafePointer(to: greeks.columns) { kernels.pointee.european_greeks(options, greeks.count, $0) }
        }
    }

    /// Volatilities behind prices of European options, whose own volatilities are not looked at.
    public func volatilities(
        _ options: EuropeanColumns,
        prices: UnsafeBufferPointer<Double>,
        into volatilities: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(options.count == prices.count && prices.count == volatilities.count)
        precondition(prices.count.isMultiple(of: Self.lanes))
        withUnsafePointer(to: options.columns) {
            kernels.pointee.european_volatilities($0, prices.baseAddress, prices.count, volatilities.baseAddress)
        }
    }
}

/// European options side by side: one column a property, all equally long. Sign is 1 for a call, -1 for a put.
public struct EuropeanColumns {
    let columns: ckernels_european
    let count: Int

    /// Columns that begin at some addresses.
    ///
    /// - Parameter count: How long each is.
    public init(
        sign: UnsafePointer<Double>,
        spot: UnsafePointer<Double>,
        strike: UnsafePointer<Double>,
        rate: UnsafePointer<Double>,
        yield: UnsafePointer<Double>,
        years: UnsafePointer<Double>,
        volatility: UnsafePointer<Double>,
        count: Int
    ) {
        columns = ckernels_european(
            sign: sign,
            spot: spot,
            strike: strike,
            rate: rate,
            yield: yield,
            years: years,
            volatility: volatility
        )
        self.count = count
    }
}

/// Where prices and sensitivities go: one column each, all equally long.
public struct GreekColumns {
    let columns: ckernels_greeks
    let count: Int

    /// Columns that begin at some addresses.
    ///
    /// - Parameter count: How long each is.
    public init(
        price: UnsafeMutablePointer<Double>,
        delta: UnsafeMutablePointer<Double>,
        gamma: UnsafeMutablePointer<Double>,
        theta: UnsafeMutablePointer<Double>,
        vega: UnsafeMutablePointer<Double>,
        rho: UnsafeMutablePointer<Double>,
        count: Int
    ) {
        columns = ckernels_greeks(price: price, delta: delta, gamma: gamma, theta: theta, vega: vega, rho: rho)
        self.count = count
    }
}
