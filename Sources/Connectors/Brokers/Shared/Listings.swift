import Foundation
import JSON
import Markets

extension OptionChain {
    /// A chain whose options stand by expiration, strike and right.
    init(underlying: String, underlyingPrice: Decimal?, sorting options: [ListedOption]) {
        let sorted = options.sorted { left, right in
            let (first, second) = (left.contract, right.contract)
            if first.expiration != second.expiration { return first.expiration < second.expiration }
            if first.strike != second.strike { return first.strike < second.strike }
            if first.right != second.right { return first.right == .call }
            return first.root < second.root
        }
        self.init(underlying: underlying, underlyingPrice: underlyingPrice, options: sorted)
    }
}

extension Quote {
    /// What shares are taken to cost beside their options: the last trade, else halfway between bid and ask.
    var underlyingPrice: Decimal? {
        last ?? bid.flatMap { bid in ask.map { (bid + $0) / 2 } }
    }
}

extension ReportedGreeks {
    /// Greeks as an object with the members `delta`, `gamma`, `theta`, `vega` and `rho`; nil where there is none.
    init?(_ value: WireValue?, _ drift: inout SchemaDrift) {
        guard let value else { return nil }
        guard case .object = value else {
            drift.note("greeks")
            return nil
        }
        self.init(
            delta: value.required("delta", \.double, &drift),
            gamma: value.required("gamma", \.double, &drift),
            theta: value.required("theta", \.double, &drift),
            vega: value.required("vega", \.double, &drift),
            rho: value.required("rho", \.double, &drift)
        )
        if self == ReportedGreeks() { return nil }
    }
}

extension Decimal {
    /// The number, unless it is zero or less: services write 0 for a price that nobody quotes.
    var price: Decimal? { self > 0 ? self : nil }
}

extension [String] {
    /// The texts in lots of at most `size`, each text once, for a list with commas between them. A text that holds a comma
    /// is no symbol.
    func lots(of size: Int) -> [[String]] {
        var seen: Set<String> = []
        let unique = filter { !$0.contains(",") && !$0.isEmpty && seen.insert($0).inserted }
        return stride(from: 0, to: unique.count, by: size).map {
            Array(unique[$0..<Swift.min($0 + size, unique.count)])
        }
    }
}
