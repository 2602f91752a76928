import Agents
import Evidence
import Foundation
import Markets

/// Answers about options: sensitivities, expirations, assignment, management.
extension Composer {
    func greeks() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing }
        var blocks: [Answer.Block] = []
        if let dollarDelta = facts.number(FactLabel.dollarDelta), let theta = facts.number(FactLabel.thetaPerDay) {
            var lead = "Together the positions have a dollar delta of \(FigureFormat.dollars(dollarDelta))"
            lead += " and a theta of \(FigureFormat.dollars(theta)) per day"
            if let vega = facts.number(FactLabel.vegaPerPoint) {
                lead += "; one point of implied volatility is \(FigureFormat.dollars(vega)) of vega"
            }
            blocks.append(.paragraph(lead + "."))
        }
        var table = AnswerTable(columns: [
            .init("Position", isNumeric: false),
            .init("Qty", dispensability: 2),
            .init("IV", dispensability: 2),
            .init("Delta (shares)"),
            .init("Dollar delta", dispensability: 1),
            .init("Dollar gamma", dispensability: 3),
            .init("Theta/day"),
            .init("Vega/pt", dispensability: 1),
        ])
        for subject in facts.subjects(with: FactLabel.positionDelta) where !subject.isEmpty {
            table.rows.append(
                AnswerTable.Row(
                    subject: subject,
                    cells: [
                        .init(subject),
                        count(FactLabel.quantity, subject),
                        percent(FactLabel.impliedVolatility, subject),
                        number(FactLabel.positionDelta, subject, decimals: 1),
                        dollars(FactLabel.dollarDelta, subject),
                        dollars(FactLabel.gammaDollars, subject),
                        dollars(FactLabel.thetaPerDay, subject, toned: true),
                        dollars(FactLabel.vegaPerPoint, subject),
                    ]
                )
            )
        }
        table.total = AnswerTable.Row(
            subject: "",
            cells: [
                .init("Total"), .init(""), .init(""), .init(""),
                dollars(FactLabel.dollarDelta, ""),
                dollars(FactLabel.gammaDollars, ""),
                dollars(FactLabel.thetaPerDay, "", toned: true),
                dollars(FactLabel.vegaPerPoint, ""),
            ]
        )
        blocks.append(.table(table))
        blocks.append(.note("Share deltas of different underlyings are not added up; dollar deltas are."))
        return blocks + caveats()
    }

    func expiring() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing }
        let (from, through) = (facts.date(FactLabel.from), facts.date(FactLabel.through))
        // The strategist's evidence also holds later options whose underlying goes ex-dividend before.
        let subjects = facts.subjects(with: FactLabel.expiration).filter { subject in
            guard let expiration = facts.date(FactLabel.expiration, of: subject) else { return true }
            return expiration <= through ?? expiration && expiration >= from ?? expiration
        }
        let count = facts.integer(FactLabel.matchCount) ?? subjects.count
        let verb = count == 1 ? "expires" : "expire"
        var lead = "\(FigureFormat.count(Decimal(count))) \(kindWords(count))\(scopeWords) \(verb)"
        if let from, let through {
            lead = "From \(FigureFormat.date(from)) through \(FigureFormat.date(through)), \(lead)"
        } else if let through {
            lead += " through \(FigureFormat.date(through))"
        }
        var table = AnswerTable(columns: [
            .init("Position", isNumeric: false),
            .init("Qty"),
            .init("DTE"),
            .init("Underlying"),
            .init("Mark", dispensability: 1),
            .init("Extrinsic", dispensability: 2),
            .init("P&L"),
        ])
        table.rows = subjects.map { subject in
            AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject),
                    self.count(FactLabel.quantity, subject),
                    self.count(FactLabel.daysToExpiration, subject),
                    price(FactLabel.underlyingPrice, subject),
                    price(FactLabel.mark, subject),
                    price(FactLabel.extrinsic, subject),
                    dollars(FactLabel.unrealised, subject, toned: true),
                ]
            )
        }
        return [.paragraph(lead + "."), .table(table)] + findings(rules: { $0 != "portfolio.theta" }) + caveats()
    }

    func assignment() -> [Answer.Block] {
        // The risk manager's evidence knows the probabilities of all short options; those asked for have their quantity.
        let judged = facts.subjects(with: FactLabel.assignmentProbability)
            .filter { facts.fact(FactLabel.quantity, of: $0) != nil }
        // Without a price an option can be assigned all the same.
        let unjudged =
            (facts.subjects(with: FactLabel.cashIfAssigned) + facts.subjects(with: FactLabel.sharesIfAssigned))
            .filter { facts.fact(FactLabel.quantity, of: $0) != nil && !judged.contains($0) }
        let subjects = judged + unjudged
        guard !subjects.isEmpty else {
            let lead = "\(portfolioName) holds no short options\(scopeWords)\(horizonWords) that could be assigned."
            return [.paragraph(lead)] + caveats()
        }
        var blocks: [Answer.Block] = [.paragraph(assignmentLead(subjects))]
        var table = AnswerTable(columns: [
            .init("Short option", isNumeric: false),
            .init("Qty"),
            .init("DTE"),
            .init("Underlying"),
            .init("Extrinsic", dispensability: 2),
            .init("P(assign)"),
            .init("Level", isNumeric: false, dispensability: 1),
        ])
        table.rows = subjects.map { subject in
            let level = facts.text(FactLabel.assignmentLevel, of: subject) ?? ""
            let isPressing = level == "HIGH" || level == "IMMINENT"
            return AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject),
                    count(FactLabel.quantity, subject),
                    count(FactLabel.daysToExpiration, subject),
                    price(FactLabel.underlyingPrice, subject),
                    price(FactLabel.extrinsic, subject),
                    percent(FactLabel.assignmentProbability, subject),
                    .init(level, tone: isPressing ? .warning : .plain),
                ]
            )
        }
        blocks.append(.table(table))
        blocks += reasons(subjects) + consequences(subjects) + caveats()
        blocks.append(disclaimer)
        return blocks
    }

    private func assignmentLead(_ subjects: [String]) -> String {
        let count = facts.decimal(FactLabel.matchCount) ?? Decimal(subjects.count)
        let verb = subjects.count == 1 ? "it expires" : "they expire"
        var lead = "\(FigureFormat.count(count)) short option position\(subjects.count == 1 ? "" : "s")\(scopeWords)"
        if let through = facts.date(FactLabel.through) {
            lead += " could be assigned: \(verb) through \(FigureFormat.date(through))"
            lead += " or \(subjects.count == 1 ? "has" : "have") an ex-dividend date by then"
        } else {
            lead += " could be assigned by expiration"
        }
        let first = subjects[0]
        let isUnknown = subjects.contains { facts.fact(FactLabel.assignmentProbability, of: $0) == nil }
        if isUnknown { lead += "; how likely that is cannot be said of those without a price" }
        if let probability = facts.number(FactLabel.assignmentProbability, of: first) {
            lead += ". Most likely: \(first), with an assignment probability of "
            lead += FigureFormat.percent(probability, decimals: 1)
        }
        return lead + "."
    }

    /// For each option in question, what its probability rests on.
    private func reasons(_ subjects: [String]) -> [Answer.Block] {
        let items = subjects.prefix(8).map { subject in
            Answer.Item("\(subject): " + reasonWords(subject))
        }
        return [.heading("Why"), .list(Array(items))]
    }

    private func reasonWords(_ subject: String) -> String {
        var parts: [String] = []
        if let strike = facts.decimal(FactLabel.strike, of: subject),
            let spot = facts.decimal(FactLabel.underlyingPrice, of: subject)
        {
            let isPut = facts.text(FactLabel.right, of: subject) == "put"
            let isInTheMoney = isPut ? spot < strike : spot > strike
            parts.append(
                "the underlying price \(FigureFormat.price(spot)) is \(spot < strike ? "below" : "above") the strike "
                    + "\(FigureFormat.price(strike)), so it is \(isInTheMoney ? "in" : "out of") the money"
            )
        }
        if let extrinsic = facts.decimal(FactLabel.extrinsic, of: subject) {
            parts.append("its extrinsic value is \(FigureFormat.price(extrinsic))")
        }
        if let exDate = facts.date(FactLabel.exDividendDate, of: subject),
            let dividend = facts.decimal(FactLabel.dividend, of: subject)
        {
            parts.append("a dividend of \(FigureFormat.price(dividend)) goes ex on \(FigureFormat.date(exDate))")
        }
        if let early = facts.number(FactLabel.earlyAssignmentProbability, of: subject), early >= 0.005 {
            parts.append("the early assignment probability is \(FigureFormat.percent(early, decimals: 1))")
        }
        return parts.isEmpty ? "its terms are known, its price is not" : parts.joined(separator: "; ")
    }

    /// What assignment would take and give.
    private func consequences(_ subjects: [String]) -> [Answer.Block] {
        var items: [Answer.Item] = []
        for subject in subjects.prefix(8) {
            if let cash = facts.decimal(FactLabel.cashIfAssigned, of: subject) {
                items.append(Answer.Item("\(subject): assignment takes \(FigureFormat.dollars(cash)) of cash"))
            } else if let shares = facts.decimal(FactLabel.sharesIfAssigned, of: subject) {
                items.append(Answer.Item("\(subject): assignment takes \(FigureFormat.count(shares)) shares"))
            }
        }
        guard !items.isEmpty else { return [] }
        if let all = facts.decimal(FactLabel.cashIfAllAssigned), let cash = facts.decimal(FactLabel.cash) {
            items.append(
                Answer.Item(
                    "Assignment of all short puts would take \(FigureFormat.dollars(all)), long puts not counted; cash is "
                        + FigureFormat.dollars(cash),
                    tone: all > cash ? .warning : .plain
                )
            )
        }
        return [.heading("If assigned"), .list(items)]
    }

    func management() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing }
        let claims = reports.flatMap(\.findings).filter { $0.rule.hasPrefix("management.") }
        guard maySuggest else {
            return [.paragraph("The data does not carry suggestions in this turn, so none are made.")] + caveats()
        }
        guard !claims.isEmpty else {
            let lead =
                "No position\(scopeWords) meets a management rule: none has reached its profit target, come to its "
                + "management date, been breached, or has a dividend at stake."
            return [.paragraph(lead)] + caveats() + [disclaimer]
        }
        let ranked = claims.enumerated().sorted { ($0.element.severity, $1.offset) > ($1.element.severity, $0.offset) }
        let items = ranked.map {
            Answer.Item($0.element.claim, tone: $0.element.severity >= .warning ? .warning : .plain)
        }
        var blocks: [Answer.Block] = [
            .paragraph("These positions\(scopeWords) meet a management rule, the most pressing first."),
            .list(items),
        ]
        blocks += findings(of: ["risk-manager"]) + caveats()
        blocks.append(disclaimer)
        return blocks
    }
}
