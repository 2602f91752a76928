import Agents
import Evidence
import Foundation

/// The whole portfolio at a glance.
extension Composer {
    /// Positions a dashboard shows; `magnus positions` shows them all.
    private static let dashboardRows = 20

    func dashboard() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing + balances() }
        return [.paragraph(dashboardLead())] + sensitivities() + balances() + largestPositions() + endingSoon()
            + findings(limit: 6) + notCurrent() + caveats()
    }

    private func dashboardLead() -> String {
        let count = facts.decimal(FactLabel.positionCount).map(FigureFormat.count) ?? "no"
        var lead = "\(portfolioName) holds \(count) positions"
        if let value = facts.decimal(FactLabel.positionsValue) {
            lead += " worth \(FigureFormat.dollars(value))"
        }
        if let unrealised = facts.decimal(FactLabel.unrealised) {
            lead += ", with \(Composer.gainWords(unrealised))"
        }
        if let change = facts.decimal(FactLabel.dayChange) {
            lead += "; the day change is \(FigureFormat.dollars(change))"
        }
        lead += "."
        if let cash = facts.decimal(FactLabel.cash) {
            lead += " " + cashWords(cash)
        }
        if let free = facts.decimal(FactLabel.freeBuyingPower) {
            lead += " Free buying power is estimated at \(FigureFormat.dollars(free))."
        }
        return lead
    }

    private func sensitivities() -> [Answer.Block] {
        guard let delta = facts.number(FactLabel.dollarDelta), let theta = facts.number(FactLabel.thetaPerDay),
            let vega = facts.number(FactLabel.vegaPerPoint)
        else { return [] }
        let words =
            "Together: dollar delta \(FigureFormat.dollars(delta)), theta \(FigureFormat.dollars(theta)) per day, vega "
            + "\(FigureFormat.dollars(vega)) per point."
        return [.paragraph(words)]
    }

    /// The positions of the greatest value, long or short, with P&L and sensitivities.
    private func largestPositions() -> [Answer.Block] {
        let held = facts.subjects(with: FactLabel.averagePrice) + facts.subjects(with: FactLabel.mark)
        var seen: Set<String> = []
        let subjects = held.filter { facts.fact(FactLabel.quantity, of: $0) != nil && seen.insert($0).inserted }
        func size(_ subject: String) -> Decimal {
            facts.decimal(FactLabel.marketValue, of: subject)?.magnitude ?? 0
        }
        let sizes = Dictionary(subjects.map { ($0, size($0)) }, uniquingKeysWith: { first, _ in first })
        let ranked = subjects.enumerated().sorted {
            (sizes[$1.element] ?? 0, $0.offset) < (sizes[$0.element] ?? 0, $1.offset)
        }
        .prefix(Composer.dashboardRows).map(\.element)
        guard !ranked.isEmpty else { return [] }
        var table = AnswerTable(columns: [
            .init("Position", isNumeric: false),
            .init("Qty"),
            .init("Mark", dispensability: 1),
            .init("Value", dispensability: 2),
            .init("P&L"),
            .init("Delta (shares)", dispensability: 1),
            .init("Theta/day", dispensability: 2),
            .init("DTE", dispensability: 3),
        ])
        table.rows = ranked.map { subject in
            AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject),
                    count(FactLabel.quantity, subject),
                    price(FactLabel.mark, subject),
                    dollars(FactLabel.marketValue, subject),
                    dollars(FactLabel.unrealised, subject, toned: true),
                    number(FactLabel.positionDelta, subject, decimals: 1),
                    dollars(FactLabel.thetaPerDay, subject, toned: true),
                    count(FactLabel.daysToExpiration, subject),
                ]
            )
        }
        var blocks: [Answer.Block] = [.heading("Positions"), .table(table)]
        if subjects.count > ranked.count {
            blocks.append(.note("These are the largest; `magnus positions` shows every position."))
        }
        return blocks
    }

    private func endingSoon() -> [Answer.Block] {
        guard let through = facts.date(FactLabel.through) else { return [] }
        let subjects = facts.subjects(with: FactLabel.expiration).filter { subject in
            facts.date(FactLabel.expiration, of: subject).map { $0 <= through } ?? false
        }
        let title = "Expiring through \(FigureFormat.date(through))"
        guard !subjects.isEmpty else {
            return [.heading(title), .paragraph("Nothing held expires by then.")]
        }
        var table = AnswerTable(columns: [
            .init("Position", isNumeric: false), .init("Qty"), .init("DTE"), .init("Underlying"),
            .init("Extrinsic", dispensability: 1), .init("P(assign)", dispensability: 1), .init("P&L"),
        ])
        table.rows = subjects.prefix(Composer.dashboardRows).map { subject in
            AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject), count(FactLabel.quantity, subject), count(FactLabel.daysToExpiration, subject),
                    price(FactLabel.underlyingPrice, subject), price(FactLabel.extrinsic, subject),
                    percent(FactLabel.assignmentProbability, subject),
                    dollars(FactLabel.unrealised, subject, toned: true),
                ]
            )
        }
        var blocks: [Answer.Block] = [.heading(title), .table(table)]
        if subjects.count > Composer.dashboardRows {
            blocks.append(.note("More expire by then; `magnus expiring` shows them all."))
        }
        return blocks
    }

    /// What is older than it should be, and why; sources that did not answer.
    private func notCurrent() -> [Answer.Block] {
        var reasons: [(words: String, subjects: [String])] = []
        for subject in facts.subjects(with: FactLabel.notCurrent) {
            guard let reason = facts.text(FactLabel.notCurrent, of: subject) else { continue }
            if let index = reasons.firstIndex(where: { $0.words == reason }) {
                reasons[index].subjects.append(subject)
            } else {
                reasons.append((reason, [subject]))
            }
        }
        var items = reasons.prefix(8).map { reason in
            let named = reason.subjects.prefix(6)
            let names = Composer.list(named.count < reason.subjects.count ? named + ["others"] : Array(named))
            return Answer.Item("\(names): \(reason.words)", tone: .warning)
        }
        for source in facts.subjects(with: FactLabel.sourceFailure) {
            guard let reason = facts.text(FactLabel.sourceFailure, of: source) else { continue }
            items.append(Answer.Item("\(source) did not answer last time: \(reason)", tone: .warning))
        }
        guard !items.isEmpty else { return [.paragraph("No price that is shown is older than it should be.")] }
        return [.heading("Not current"), .list(items)]
    }
}
