import Foundation
import JSON

/// How Kalshi writes prices and counts.
///
/// Prices were whole cents in fields such as `yes_bid` and are now dollars in texts such as `yes_bid_dollars`; counts were
/// whole numbers in `volume` and are now texts in `volume_fp`. Answers may hold either or both.
enum KalshiFields {
    /// An amount of dollars: from `name_dollars`, else from `name` in cents.
    static func dollars(_ name: String, in record: WireValue, _ drift: inout SchemaDrift) -> Decimal? {
        isOldForm(name, "_dollars", record)
            ? record.decimal(name, &drift).map { $0 / 100 } : record.decimal("\(name)_dollars", &drift)
    }

    /// A number of contracts: from `name_fp`, else from `name`.
    static func count(_ name: String, in record: WireValue, _ drift: inout SchemaDrift) -> Decimal? {
        record.decimal(isOldForm(name, "_fp", record) ? name : "\(name)_fp", &drift)
    }

    /// A price per contract that somebody bids or asks, between 0 and 1 dollar; nil where nobody does.
    static func price(_ name: String, in record: WireValue, _ drift: inout SchemaDrift) -> Decimal? {
        guard let price = dollars(name, in: record, &drift) else { return nil }
        guard price >= 0, price <= 1 else {
            drift.note("\(name)_dollars")
            return nil
        }
        // Kalshi writes 0 for a bid and 1 for an offer that nobody makes.
        return price > 0 && price < 1 ? price : nil
    }

    private static func isOldForm(_ name: String, _ suffix: String, _ record: WireValue) -> Bool {
        guard case .object(let members) = record else { return false }
        return members[name + suffix] == nil && members[name] != nil
    }
}
