import Foundation
import JSON
import Markets

/// A position in options as Robinhood reports it: it names its contract by an identifier and leaves out strike and right.
struct OptionHolding: Sendable {
    /// What an average price is in.
    enum AverageUnit: Sendable, Hashable {
        case share, contract
    }

    /// The contract it names.
    let reference: OptionReference
    /// Contracts, negative when short.
    let quantity: Decimal
    /// The average opening price in a unit that is not said; positive.
    let average: Decimal?
    /// Shares per contract.
    let multiplier: Int
    /// The day it was opened.
    let opened: TradingDate?

    init?(_ record: WireValue, _ drift: inout SchemaDrift) {
        guard let reference = OptionReference(record, &drift), let quantity = record.decimal("quantity", &drift) else {
            return nil
        }
        self.reference = reference
        let average = record.decimal("average_price", &drift)
        // A short position is told by its type; without one by a negative number, as the older interface wrote it.
        let isShort: Bool
        switch record.string("type", &drift) {
        case "short": isShort = true
        case "long": isShort = false
        default: isShort = quantity < 0 || (average ?? 0) < 0
        }
        self.quantity = isShort ? -abs(quantity) : abs(quantity)
        self.average = average.map { abs($0) }
        multiplier = OptionReference.multiplier(record["trade_value_multiplier"]) ?? 100
        opened = record.sparse("opened_at", \.instant, &drift).map { TradingDate(newYorkDateOf: $0) }
    }

    func position(_ contract: OptionContract, _ quote: ListedQuote?, _ unit: AverageUnit) -> HeldPosition {
        HeldPosition(
            symbol: contract.symbol,
            multiplier: contract.multiplier,
            quantity: quantity,
            averagePrice: average.map { unit == .share ? $0 : $0 / Decimal(multiplier) },
            mark: quote?.mark,
            markAsOf: quote?.asOf,
            opened: opened
        )
    }
}

/// What an option is called at Robinhood, with what is needed to look it up.
struct OptionReference: Sendable, Hashable {
    /// Robinhood's identifier of the contract.
    let identifier: String
    /// The root: `NVDA`, `SPXW`.
    let chain: String
    /// The expiration as it is written: `2027-01-15`.
    let expiration: String

    init(identifier: String, chain: String, expiration: String) {
        self.identifier = identifier
        self.chain = chain
        self.expiration = expiration
    }

    init?(_ record: WireValue, _ drift: inout SchemaDrift) {
        guard let identifier = record.string("option_id", &drift), let chain = record.string("chain_symbol", &drift),
            let expiration = record.string("expiration_date", &drift)
        else { return nil }
        self.init(identifier: identifier, chain: chain, expiration: expiration)
    }

    /// `"100.0000"` as a whole number.
    static func multiplier(_ value: WireValue?) -> Int? {
        value?.integer.flatMap { $0 > 0 ? $0 : nil }
    }
}
