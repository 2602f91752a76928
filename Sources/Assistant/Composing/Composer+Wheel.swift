import Agents
import Evidence
import Foundation

/// Answers about the wheel: chains with their break-even, and each of them leg by leg.
extension Composer {
    func wheel() -> [Answer.Block] {
        let chains = facts.subjects(with: FactLabel.chainStatus)
        guard !chains.isEmpty else {
            return [.paragraph("No option was sold\(scopeWords) in \(history), so there is no wheel.")] + caveats()
        }
        let open = chains.filter { facts.date(FactLabel.chainEnded, of: $0) == nil }
        let ended = chains.filter { facts.date(FactLabel.chainEnded, of: $0) != nil }
        var blocks: [Answer.Block] = open.prefix(3).compactMap(breakEvenWords).map(Answer.Block.paragraph)
        blocks.append(.paragraph(totals))
        if !open.isEmpty {
            blocks += [.heading("Open chains\(scopeWords)"), .table(table(of: open, isOpen: true))]
        }
        for chain in chains {
            guard let table = legs(of: chain) else { continue }
            let began = facts.date(FactLabel.chainBegan, of: chain).map { " since \(FigureFormat.date($0))" } ?? ""
            blocks += [.heading("\(facts.text(FactLabel.chainSymbol, of: chain) ?? "")\(began)"), .table(table)]
        }
        if !ended.isEmpty {
            blocks += [.heading("Ended chains\(scopeWords)"), .table(table(of: ended, isOpen: false))]
        }
        blocks.append(
            .note(
                "The break-even counts every premium and fee of its chain; options that are open are taken to end worthless. "
                    + "The books for taxes stay first in, first out."
            )
        )
        return blocks + caveats()
    }

    private var history: String {
        portfolioName.hasPrefix("Your portfolio") ? "your history" : "its history"
    }

    /// Where an open chain breaks even, in a sentence.
    private func breakEvenWords(_ chain: String) -> String? {
        guard let symbol = facts.text(FactLabel.chainSymbol, of: chain),
            let breakEven = facts.decimal(FactLabel.breakEven, of: chain)
        else { return nil }
        var words = "The break-even of the wheel on \(symbol) is \(FigureFormat.price(breakEven)) per share"
        if facts.decimal(FactLabel.adjustedBasis, of: chain) == nil {
            words += " if its puts are assigned"
        } else if let average = facts.decimal(FactLabel.averagePrice, of: chain) {
            words += ", against an average price of the lots of \(FigureFormat.price(average))"
        }
        if let price = facts.decimal(FactLabel.underlyingPrice, of: chain) {
            words += "; the underlying price is \(FigureFormat.price(price))"
        }
        return words + "."
    }

    /// How many chains there are, and what all of them brought.
    private var totals: String {
        let open = facts.decimal(FactLabel.openChains).map(FigureFormat.count) ?? "—"
        let ended = facts.decimal(FactLabel.endedChains).map(FigureFormat.count) ?? "—"
        var words = "Open chains\(scopeWords): \(open), ended chains: \(ended)"
        if let premium = facts.decimal(FactLabel.netPremium) {
            words += "; net premium of all \(FigureFormat.dollars(premium))"
        }
        if let fees = facts.decimal(FactLabel.fees) { words += ", fees \(FigureFormat.dollars(fees))" }
        if let realised = facts.decimal(FactLabel.realised) {
            words += ", realised gain \(FigureFormat.dollars(realised))"
        }
        return words + "."
    }

    private func table(of chains: [String], isOpen: Bool) -> AnswerTable {
        let hasAccounts = chains.contains { facts.text(FactLabel.account, of: $0) != nil }
        let hasDividends = chains.contains { facts.decimal(FactLabel.dividendsReceived, of: $0) != nil }
        var columns: [(AnswerTable.Column, (String) -> AnswerTable.Cell)] = [
            (.init("Ticker", isNumeric: false), { text(FactLabel.chainSymbol, $0) }),
            (.init("Began", dispensability: 2), { date(FactLabel.chainBegan, $0) }),
        ]
        if hasAccounts {
            columns.append(
                (.init("Account", isNumeric: false, dispensability: 4), { text(FactLabel.account, $0) })
            )
        }
        if isOpen {
            columns += [
                (.init("Status", isNumeric: false), { text(FactLabel.chainStatus, $0) }),
                (.init("Shares held", dispensability: 3), { count(FactLabel.chainShares, $0) }),
                (.init("Break-even"), { price(FactLabel.breakEven, $0) }),
                (.init("Average price", dispensability: 3), { price(FactLabel.averagePrice, $0) }),
                (.init("Underlying price", dispensability: 1), { price(FactLabel.underlyingPrice, $0) }),
            ]
        } else {
            columns.append((.init("Ended"), { date(FactLabel.chainEnded, $0) }))
        }
        columns += [
            (.init("Net premium"), { dollars(FactLabel.netPremium, $0) }),
            (.init("Fees", dispensability: 3), { dollars(FactLabel.fees, $0) }),
            (.init("Realised gain"), { dollars(FactLabel.realised, $0, toned: true) }),
        ]
        if isOpen {
            columns += [
                (.init("Unrealised P&L", dispensability: 1), { dollars(FactLabel.unrealised, $0, toned: true) }),
                (.init("Chain result"), { dollars(FactLabel.chainResult, $0, toned: true) }),
            ]
        }
        if hasDividends {
            columns.append(
                (.init("Dividends received", dispensability: 4), { dollars(FactLabel.dividendsReceived, $0) })
            )
        }
        var table = AnswerTable(columns: columns.map(\.0))
        table.rows = chains.map { chain in
            AnswerTable.Row(subject: chain, cells: columns.map { $0.1(chain) })
        }
        return table
    }

    /// The rows of one chain; nil where they are not asked for.
    private func legs(of chain: String) -> AnswerTable? {
        let legs = facts.subjects(with: FactLabel.action).filter { $0.hasPrefix("\(chain) leg ") }
        guard !legs.isEmpty else { return nil }
        var table = AnswerTable(columns: [
            .init("Date"), .init("Action", isNumeric: false), .init("Instrument", isNumeric: false),
            .init("Quantity", dispensability: 2), .init("Trade price", dispensability: 1), .init("Amount"),
            .init("Fees", dispensability: 3), .init("Break-even after"),
        ])
        table.rows = legs.map { leg in
            AnswerTable.Row(
                subject: leg,
                cells: [
                    date(FactLabel.date, leg), text(FactLabel.action, leg), text(FactLabel.instrument, leg),
                    count(FactLabel.quantity, leg), price(FactLabel.tradePrice, leg),
                    dollars(FactLabel.amount, leg, toned: true), dollars(FactLabel.fees, leg),
                    price(FactLabel.breakEvenAfter, leg),
                ]
            )
        }
        return table
    }
}
