import Foundation
import Markets

/// Option chains as compact bytes, column by column: a scan reads hundreds of chains of hundreds of contracts, for which
/// JSON is too slow and too large. Decimals come back equal, times and Greeks bit by bit.
enum OptionChainCoding {
    /// What of an option is there; one set of flags a contract.
    struct Parts: OptionSet {
        let rawValue: UInt16

        static let isPut = Parts(rawValue: 1 << 0)
        static let bid = Parts(rawValue: 1 << 1)
        static let ask = Parts(rawValue: 1 << 2)
        static let last = Parts(rawValue: 1 << 3)
        static let previousClose = Parts(rawValue: 1 << 4)
        static let openInterest = Parts(rawValue: 1 << 5)
        static let volume = Parts(rawValue: 1 << 6)
        static let impliedVolatility = Parts(rawValue: 1 << 7)
        static let greeks = Parts(rawValue: 1 << 8)
        static let delta = Parts(rawValue: 1 << 9)
        static let gamma = Parts(rawValue: 1 << 10)
        static let theta = Parts(rawValue: 1 << 11)
        static let vega = Parts(rawValue: 1 << 12)
        static let rho = Parts(rawValue: 1 << 13)
        /// The quote's symbol is not the contract's.
        static let ownSymbol = Parts(rawValue: 1 << 14)
        /// The quote is of the same time as the one before it.
        static let sameTime = Parts(rawValue: 1 << 15)
    }

    /// Contracts that share a root differ in little else.
    struct Series: Hashable {
        var root: String
        var underlying: String
        var multiplier: Int
    }

    /// The bytes of `chain`.
    static func encode(_ chain: OptionChain) -> [UInt8] {
        var columns = OptionChainColumns()
        for option in chain.options { columns.append(option) }
        var writer = ByteWriter()
        writer.append(UInt64(chain.options.count))
        writer.append(chain.underlying)
        writer.append(chain.underlyingPrice == nil ? 0 : 1 as UInt64)
        if let price = chain.underlyingPrice { writer.append(price) }
        columns.write(to: &writer)
        return writer.bytes
    }

    /// The chain in `bytes`; nil where they are not those of a chain.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> OptionChain? {
        var reader = ByteReader(bytes)
        let count = reader.size()
        let underlying = reader.text()
        let price = reader.number() == 1 ? reader.decimal() : nil
        guard var rows = OptionChainRows(&reader, count: count), reader.isAtEnd, !reader.hasFailed else { return nil }
        var options: [ListedOption] = []
        options.reserveCapacity(count)
        for _ in 0..<count {
            guard let option = rows.next() else { return nil }
            options.append(option)
        }
        guard rows.isAtEnd else { return nil }
        return OptionChain(underlying: underlying, underlyingPrice: price, options: options)
    }
}
