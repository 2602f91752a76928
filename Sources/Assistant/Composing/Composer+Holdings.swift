import Agents
import Evidence
import Foundation
import Markets

/// Answers about what is held, what it is worth and what it has gained.
extension Composer {
    func positions() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing }
        let subjects = facts.subjects(with: FactLabel.quantity)
        var blocks: [Answer.Block] = [.paragraph(positionsLead(subjects))]
        var table = AnswerTable(columns: [
            .init("Position", isNumeric: false),
            .init("Qty"),
            .init("Avg price", dispensability: 2),
            .init("Mark"),
            .init("Value"),
            .init("P&L"),
            .init("DTE", dispensability: 1),
        ])
        for subject in subjects {
            table.rows.append(
                AnswerTable.Row(
                    subject: subject,
                    cells: [
                        .init(subject),
                        count(FactLabel.quantity, subject),
                        price(FactLabel.averagePrice, subject),
                        price(FactLabel.mark, subject),
                        dollars(FactLabel.marketValue, subject),
                        dollars(FactLabel.unrealised, subject, toned: true),
                        count(FactLabel.daysToExpiration, subject),
                    ]
                )
            )
        }
        if facts.decimal(FactLabel.positionsValue) != nil {
            table.total = AnswerTable.Row(
                subject: "",
                cells: [
                    .init("Total"),
                    .init(""),
                    .init(""),
                    .init(""),
                    dollars(FactLabel.positionsValue, ""),
                    dollars(FactLabel.unrealised, "", toned: true),
                    .init(""),
                ]
            )
        }
        blocks.append(.table(table))
        return blocks + notPriced(subjects) + findings() + caveats(namesUnpriced: false)
    }

    private func positionsLead(_ subjects: [String]) -> String {
        let count = facts.integer(FactLabel.matchCount) ?? subjects.count
        var lead = "\(portfolioName) holds \(FigureFormat.count(Decimal(count))) \(kindWords(count))\(scopeWords)"
        lead += contractsWords(subjects) + "."
        if let value = facts.decimal(FactLabel.positionsValue), let unrealised = facts.decimal(FactLabel.unrealised) {
            lead += " Together \(count == 1 ? "it is" : "they are") worth \(FigureFormat.dollars(value)), "
            lead += "with \(Composer.gainWords(unrealised))."
        }
        if request.symbols.isEmpty, request.right == nil, let cash = facts.decimal(FactLabel.cash) {
            lead += " " + cashWords(cash)
        }
        return lead
    }

    /// `, 4 contracts in all`, where all that is listed are calls or puts of one side.
    private func contractsWords(_ subjects: [String]) -> String {
        let quantities = subjects.compactMap { facts.decimal(FactLabel.quantity, of: $0) }
        guard request.right != nil, quantities.count == subjects.count,
            quantities.allSatisfy({ $0 > 0 }) || quantities.allSatisfy({ $0 < 0 })
        else { return "" }
        let contracts = quantities.reduce(0, +).magnitude
        return ", \(FigureFormat.count(contracts)) \(contracts == 1 ? "contract" : "contracts") in all"
    }

    /// Cash, and what it comes to with the positions: of those that are priced, where some are not.
    func cashWords(_ cash: Decimal) -> String {
        let words = "Cash is \(FigureFormat.dollars(cash))"
        if let net = facts.decimal(FactLabel.netLiquidation) {
            return words + " and the net liquidation value \(FigureFormat.dollars(net))."
        }
        guard let priced = facts.decimal(FactLabel.pricedValue) else { return words + "." }
        return words + " and the value of cash and priced positions \(FigureFormat.dollars(priced))."
    }

    /// Positions without a price, each with what is known of it.
    func notPriced(_ subjects: [String]) -> [Answer.Block] {
        let unpriced = subjects.filter { facts.text(FactLabel.gap, of: $0) != nil }
        guard !unpriced.isEmpty else { return [] }
        let items = unpriced.map { subject in
            var words = "\(subject): not priced and left out of the totals"
            if let cost = facts.decimal(FactLabel.cost, of: subject) {
                words += "; cost \(FigureFormat.dollars(cost))"
            }
            if let strike = facts.decimal(FactLabel.strike, of: subject) {
                words += ", strike \(FigureFormat.price(strike))"
            }
            if let expiration = facts.date(FactLabel.expiration, of: subject) {
                words += ", expiration \(FigureFormat.date(expiration))"
            }
            return Answer.Item(words, tone: .warning)
        }
        return [.heading("Not priced"), .list(items)]
    }

    func profitAndLoss() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing }
        let subjects = facts.subjects(with: FactLabel.quantity)
        let ranked = subjects.filter { facts.decimal(FactLabel.unrealised, of: $0) != nil }
            .sorted { left, right in
                (facts.decimal(FactLabel.unrealised, of: left) ?? 0)
                    > (facts.decimal(FactLabel.unrealised, of: right) ?? 0)
            }
        var blocks: [Answer.Block] = []
        if let total = facts.decimal(FactLabel.unrealised) {
            blocks.append(
                .paragraph(
                    "Together the positions show \(Composer.gainWords(total)) at the marks, before anything already "
                        + "realised."
                )
            )
        }
        if let best = ranked.first, let gain = facts.decimal(FactLabel.unrealised, of: best), gain > 0 {
            blocks.append(.paragraph("Best: \(best), \(Composer.gainWords(gain))."))
        }
        if let worst = ranked.last, let loss = facts.decimal(FactLabel.unrealised, of: worst), loss < 0 {
            blocks.append(.paragraph("Worst: \(worst), \(Composer.gainWords(loss))."))
        }
        var table = AnswerTable(columns: [
            .init("Position", isNumeric: false),
            .init("Qty", dispensability: 2),
            .init("Avg price", dispensability: 3),
            .init("Mark"),
            .init("P&L"),
            .init("Of max", dispensability: 1),
            .init("Return", dispensability: 1),
            .init("Day", dispensability: 2),
        ])
        table.rows = ranked.map { subject in
            AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject),
                    count(FactLabel.quantity, subject),
                    price(FactLabel.averagePrice, subject),
                    price(FactLabel.mark, subject),
                    dollars(FactLabel.unrealised, subject, toned: true),
                    percent(FactLabel.percentOfMaximumProfit, subject, toned: true),
                    percent(FactLabel.percentReturn, subject, toned: true),
                    dollars(FactLabel.dayChange, subject, toned: true),
                ]
            )
        }
        blocks.append(.table(table))
        return blocks + notPriced(subjects) + findings() + caveats(namesUnpriced: false)
    }

    /// `a profit of $5.00`, `a loss of $5.00`, or `neither profit nor loss`.
    static func gainWords(_ value: Decimal) -> String {
        if value == 0 { return "neither profit nor loss" }
        let magnitude = FigureFormat.dollars(value.magnitude)
        return value > 0 ? "an unrealised profit of \(magnitude)" : "an unrealised loss of \(magnitude)"
    }

    func cash() -> [Answer.Block] {
        var blocks: [Answer.Block] = []
        if let cash = facts.decimal(FactLabel.cash) {
            blocks.append(.paragraph(cashWords(cash)))
        } else if let reason = facts.text(FactLabel.cash) {
            blocks.append(.paragraph("Cash is not known: \(reason)"))
        }
        blocks += buyingPower() + caveats()
        blocks.append(
            .note("Buying power is an estimate by the exchanges' standard formulas; the broker's own figure counts.")
        )
        return blocks
    }

    /// Whether a ticker is among those asked for, or none was named.
    func isAsked(_ ticker: String) -> Bool {
        request.symbols.isEmpty || request.symbols.contains(ticker)
    }

    /// The requirement of each position and what is left.
    func buyingPower() -> [Answer.Block] {
        let subjects = facts.subjects(with: FactLabel.requirement).filter { !$0.isEmpty && isAsked($0) }
        var blocks: [Answer.Block] = []
        if let total = facts.number(FactLabel.requirement) {
            var lead = "The estimated buying power requirement of the short options is \(FigureFormat.dollars(total))."
            if let free = facts.decimal(FactLabel.freeBuyingPower) {
                lead += " Free buying power is \(FigureFormat.dollars(free))."
            }
            blocks.append(.paragraph(lead))
        }
        guard !subjects.isEmpty else { return blocks }
        var table = AnswerTable(columns: [.init("Held against", isNumeric: false), .init("Requirement")])
        table.rows = subjects.map { subject in
            AnswerTable.Row(subject: subject, cells: [.init(subject), dollars(FactLabel.requirement, subject)])
        }
        return blocks + [.table(table)]
    }
}
