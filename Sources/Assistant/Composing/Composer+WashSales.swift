import Agents
import Evidence

/// Answers about possible wash sales.
extension Composer {
    func washSales() -> [Answer.Block] {
        let count = facts.decimal(FactLabel.washSaleCount).map(FigureFormat.count) ?? "—"
        let doubts = facts.decimal(FactLabel.washCautionCount).map(FigureFormat.count) ?? "—"
        var words = "Possible wash sales\(scopeWords)\(periodWords): \(count)"
        if let amount = facts.decimal(FactLabel.disallowedLoss), amount > 0 {
            words += ", disallowed amount \(FigureFormat.dollars(amount))"
        }
        words += "; doubtful cases: \(doubts)."
        var blocks: [Answer.Block] = [.paragraph(words)]
        if !facts.subjects(with: FactLabel.washSold).isEmpty {
            blocks += list(
                Listing(
                    lead: "Each loss moves to the cost of its replacement, the latest first:",
                    nothing: "",
                    key: FactLabel.washSold,
                    columns: [
                        .init("Sold on", FactLabel.washSold, .date),
                        .init("Instrument", FactLabel.instrument, .text),
                        .init("Replaced", FactLabel.replacedQuantity, .count, dispensability: 1),
                        .init("Disallowed amount", FactLabel.disallowedLoss, .dollars),
                        .init("Replacement bought", FactLabel.replacementDate, .date),
                        .init("Basis of the replacement", FactLabel.replacementBasis, .price, dispensability: 1),
                        .init("Account", FactLabel.account, .text, dispensability: 3),
                    ]
                )
            ).prefix(2)
        }
        if !facts.subjects(with: FactLabel.doubtfulSold).isEmpty {
            blocks += list(
                Listing(
                    lead: "In doubt: something on the same underlying was opened within the window, which may count as "
                        + "substantially identical:",
                    nothing: "",
                    key: FactLabel.doubtfulSold,
                    columns: [
                        .init("Closed on", FactLabel.doubtfulSold, .date),
                        .init("Instrument", FactLabel.instrument, .text),
                        .init("Loss in doubt", FactLabel.doubtfulLoss, .dollars),
                        .init("Opened nearby", FactLabel.nearestOpening, .text),
                        .init("Opened on", FactLabel.openingDate, .date, dispensability: 1),
                        .init("Openings in the window", FactLabel.openingCount, .count, dispensability: 2),
                    ]
                )
            ).prefix(2)
        }
        blocks.append(
            .note(
                "A flag from the imported history over all accounts, not tax advice; the broker's form and a tax professional "
                    + "decide. Index options are left out."
            )
        )
        return blocks + caveats()
    }
}
