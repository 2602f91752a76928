import Dispatch
import Kernels
import Synchronization

/// Many European options side by side, priced together: eight at a time, on all cores. The results are the same for any
/// number of cores.
///
/// Each column holds one property of all options; they are equally long. Units are those of ``OptionTerms``.
public struct EuropeanOptions: Sendable {
    /// What was computed for each option, or why it was not.
    public struct Values: Sendable {
        /// One value for each option; 0 where there is a refusal.
        public let all: [Double]
        /// The options without a value, and why.
        public let refusals: [Int: PricingError]

        /// The value of one option; nil where it was refused.
        public subscript(index: Int) -> Double? {
            refusals[index] == nil ? all[index] : nil
        }
    }

    /// Prices and sensitivities of all options, in the units of ``Markets/Greeks``.
    public struct GreekValues: Sendable {
        /// Price per share.
        public internal(set) var prices: [Double]
        /// Change of price per 1.00 change of the spot.
        public internal(set) var deltas: [Double]
        /// Change of delta per 1.00 change of the spot.
        public internal(set) var gammas: [Double]
        /// Change of price per year of passing time.
        public internal(set) var thetas: [Double]
        /// Change of price per 1.00 change of volatility.
        public internal(set) var vegas: [Double]
        /// Change of price per 1.00 change of the rate.
        public internal(set) var rhos: [Double]
        /// The options without values, and why; their values are 0.
        public internal(set) var refusals: [Int: PricingError]

        /// Those of one option; nil where it was refused.
        public subscript(index: Int) -> Greeks? {
            guard refusals[index] == nil else { return nil }
            return Greeks(
                price: prices[index],
                delta: deltas[index],
                gamma: gammas[index],
                theta: thetas[index],
                vega: vegas[index],
                rho: rhos[index]
            )
        }
    }

    /// Call or put.
    public let rights: [OptionContract.Right]
    private let signs: [Double]
    private let spots: [Double]
    private let strikes: [Double]
    private let rates: [Double]
    private let yields: [Double]
    private let years: [Double]

    /// Options from columns.
    ///
    /// - Precondition: The columns are equally long.
    public init(
        rights: [OptionContract.Right],
        spots: [Double],
        strikes: [Double],
        rates: [Double],
        dividendYields: [Double],
        years: [Double]
    ) {
        let count = rights.count
        precondition([spots, strikes, rates, dividendYields, years].allSatisfy { $0.count == count })
        self.rights = rights
        signs = rights.map { $0 == .call ? 1 : -1 }
        self.spots = spots
        self.strikes = strikes
        self.rates = rates
        yields = dividendYields
        self.years = years
    }

    /// How many there are.
    public var count: Int { rights.count }

    // MARK: - Values

    /// The price of each option at its volatility.
    ///
    /// - Precondition: There are as many volatilities as options.
    public func prices(volatilities: [Double]) -> Values {
        precondition(volatilities.count == count)
        return values(volatilities) { block in
            Self.kernels.prices(block.columns, into: block.output)
        } single: { terms, volatility throws(PricingError) in
            try Self.pricer.price(terms, volatility: volatility)
        }
    }

    /// The volatility behind the price of each option.
    ///
    /// - Precondition: There are as many prices as options.
    public func impliedVolatilities(prices: [Double]) -> Values {
        precondition(prices.count == count)
        return values(prices) { block in
            Self.kernels.volatilities(block.columns, prices: UnsafeBufferPointer(block.last), into: block.output)
        } single: { terms, price throws(PricingError) in
            try Self.pricer.impliedVolatility(terms, price: price)
        }
    }

    /// Price and sensitivities of each option at its volatility.
    ///
    /// - Precondition: There are as many volatilities as options.
    public func greeks(volatilities: [Double]) -> GreekValues {
        precondition(volatilities.count == count)
        let count = count
        let table = [Double](unsafeUninitializedCapacity: 6 * count) { buffer, filled in
            let output = Output(buffer)
            inBlocks { range in
                Block.run(self, volatilities, range, outputs: 6) { block in
                    let length = block.output.count / 6
                    guard let start = block.output.baseAddress else { return }
                    let columns = GreekColumns(
                        price: start,
                        delta: start + length,
                        gamma: start + 2 * length,
                        theta: start + 3 * length,
                        vega: start + 4 * length,
                        rho: start + 5 * length,
                        count: length
                    )
                    Self.kernels.greeks(block.columns, into: columns)
                    for column in 0..<6 {
                        output.copy(start + column * length, to: column * count + range.lowerBound, range.count)
                    }
                }
            }
            filled = 6 * count
        }
        func column(_ index: Int) -> [Double] { Array(table[(index * count)..<((index + 1) * count)]) }
        var values = GreekValues(
            prices: column(0),
            deltas: column(1),
            gammas: column(2),
            thetas: column(3),
            vegas: column(4),
            rhos: column(5),
            refusals: [:]
        )
        for index in 0..<count where values.prices[index].isNaN {
            var greeks = Greeks(price: 0, delta: 0, gamma: 0, theta: 0, vega: 0, rho: 0)
            do throws(PricingError) {
                greeks = try Self.pricer.greeks(terms(index), volatility: volatilities[index])
            } catch {
                values.refusals[index] = error
            }
            values.prices[index] = greeks.price
            values.deltas[index] = greeks.delta
            values.gammas[index] = greeks.gamma
            values.thetas[index] = greeks.theta
            values.vegas[index] = greeks.vega
            values.rhos[index] = greeks.rho
        }
        return values
    }

    // MARK: - Work

    private static let kernels = OptionKernels()
    private static let pricer = OptionPricer()
    /// Options that a core works on before it takes the next ones; their columns fit its nearest cache.
    private static let blockLength = 512

    private func terms(_ index: Int) throws(PricingError) -> OptionTerms {
        try OptionTerms(
            style: .european,
            right: rights[index],
            spot: spots[index],
            strike: strikes[index],
            rate: rates[index],
            dividendYield: yields[index],
            years: years[index]
        )
    }

    /// The kernel for all, then one by one those that need more care.
    private func values(
        _ last: [Double],
        kernel: @escaping @Sendable (Block) -> Void,
        single: (OptionTerms, Double) throws(PricingError) -> Double
    ) -> Values {
        var values = [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            let output = Output(buffer)
            inBlocks { range in
                Block.run(self, last, range, outputs: 1) { block in
                    kernel(block)
                    if let start = block.output.baseAddress { output.copy(start, to: range.lowerBound, range.count) }
                }
            }
            filled = count
        }
        var refusals: [Int: PricingError] = [:]
        for index in values.indices where values[index].isNaN {
            do throws(PricingError) {
                values[index] = try single(terms(index), last[index])
            } catch {
                refusals[index] = error
                values[index] = 0
            }
        }
        return Values(all: values, refusals: refusals)
    }

    private func inBlocks(_ body: @escaping @Sendable (Range<Int>) -> Void) {
        let count = count
        let blocks = (count + Self.blockLength - 1) / Self.blockLength
        // A handful is done before another thread has started.
        guard blocks > 4 else {
            for block in 0..<blocks { body(Self.range(block, of: count)) }
            return
        }
        let shares = min((blocks + 7) / 8, 64)
        DispatchQueue.concurrentPerform(iterations: shares) { share in
            for block in stride(from: share, to: blocks, by: shares) { body(Self.range(block, of: count)) }
        }
    }

    private static func range(_ block: Int, of count: Int) -> Range<Int> {
        (block * blockLength)..<min((block + 1) * blockLength, count)
    }

    /// Where results go. Every block writes a range of its own, within the call that lends the memory.
    private struct Output: @unchecked Sendable {
        private let buffer: UnsafeMutableBufferPointer<Double>

        init(_ buffer: UnsafeMutableBufferPointer<Double>) {
            self.buffer = buffer
        }

        func copy(_ source: UnsafePointer<Double>, to start: Int, _ count: Int) {
            buffer.baseAddress?.advanced(by: start).update(from: source, count: count)
        }
    }

    /// Some options, padded to whole lanes, with room for results.
    private struct Block {
        let columns: EuropeanColumns
        /// Volatilities or prices.
        let last: UnsafeMutableBufferPointer<Double>
        let output: UnsafeMutableBufferPointer<Double>

        static func run(
            _ options: EuropeanOptions,
            _ last: [Double],
            _ range: Range<Int>,
            outputs: Int,
            _ body: (Block) -> Void
        ) {
            let lanes = OptionKernels.lanes
            let length = (range.count + lanes - 1) / lanes * lanes
            withUnsafeTemporaryAllocation(of: Double.self, capacity: (7 + outputs) * length) { scratch in
                guard let start = scratch.baseAddress else { return }
                let columns = [
                    options.signs, options.spots, options.strikes, options.rates, options.yields, options.years, last,
                ]
                for (index, column) in columns.enumerated() {
                    let target = start + index * length
                    column.withUnsafeBufferPointer { source in
                        guard let source = source.baseAddress else { return }
                        target.initialize(from: source + range.lowerBound, count: range.count)
                    }
                    (target + range.count).initialize(repeating: 1, count: length - range.count)
                }
                let output = UnsafeMutableBufferPointer(start: start + 7 * length, count: outputs * length)
                body(
                    Block(
                        columns: EuropeanColumns(
                            sign: start,
                            spot: start + length,
                            strike: start + 2 * length,
                            rate: start + 3 * length,
                            yield: start + 4 * length,
                            years: start + 5 * length,
                            volatility: start + 6 * length,
                            count: length
                        ),
                        last: UnsafeMutableBufferPointer(start: start + 6 * length, count: length),
                        output: output
                    )
                )
            }
        }
    }
}
