import Agents
import Evidence
import Foundation

/// Answers that list trades worth looking at.
extension Composer {
    func scan() -> [Answer.Block] {
        let isCalls = !facts.subjects(with: FactLabel.probabilityCalled).isEmpty || request.arguments?["kind"] == "cc"
        let isCalendars = request.arguments?["kind"] == "calendar"
        let what = isCalendars ? "calendars" : (isCalls ? "covered calls" : "cash-secured puts")
        let examined = facts.decimal(FactLabel.examinedCount).map(FigureFormat.count) ?? "no"
        let underlyings = facts.decimal(FactLabel.scannedCount).map(FigureFormat.count) ?? "no"
        let noun = facts.decimal(FactLabel.scannedCount) == 1 ? "underlying" : "underlyings"
        let over = "\(examined) contracts examined, \(underlyings) \(noun) scanned."
        var columns: [Listing.Column] = [
            .init("Score", FactLabel.score, .number(decimals: 1)),
            .init("Bid", FactLabel.bid, .price),
            .init("DTE", FactLabel.daysToExpiration, .count),
            .init("Delta", FactLabel.delta, .number(decimals: 2), dispensability: 1),
            .init("Annualised return", FactLabel.annualisedReturn, .percent),
        ]
        if isCalendars {
            columns = [
                .init("Score", FactLabel.score, .number(decimals: 1)), .init("Debit", FactLabel.debit, .price),
                .init("DTE", FactLabel.daysToExpiration, .count),
                .init("Profit at strike", FactLabel.profitAtStrike, .price),
                .init("Lower break-even", FactLabel.lowerBreakEven, .price, dispensability: 1),
                .init("Upper break-even", FactLabel.upperBreakEven, .price, dispensability: 1),
                .init("Probability of profit", FactLabel.probabilityOfProfit, .percent),
                .init("Front implied volatility", FactLabel.frontVolatility, .percent, dispensability: 2),
                .init("Back implied volatility", FactLabel.backVolatility, .percent, dispensability: 2),
            ]
        } else if isCalls {
            columns += [
                .init("Return if called", FactLabel.returnIfCalled, .percent, dispensability: 1),
                .init("Probability called", FactLabel.probabilityCalled, .percent),
                .init("Wheel basis", FactLabel.wheelBasis, .price, dispensability: 2),
                .init("Return on wheel basis if called", FactLabel.returnOnWheelBasis, .percent, dispensability: 3),
            ]
        } else {
            columns += [
                .init("Probability of profit", FactLabel.probabilityOfProfit, .percent),
                .init("Assignment probability", FactLabel.assignmentProbability, .percent, dispensability: 1),
                .init("Collateral", FactLabel.collateral, .dollars, dispensability: 2),
            ]
        }
        if !isCalendars {
            columns += [
                .init("Break-even", FactLabel.breakEven, .price, dispensability: 3),
                .init("Earnings date", FactLabel.earningsDate, .date, dispensability: 3),
            ]
        }
        let table = list(
            Listing(
                lead: "The \(what)\(scopeWords) that pass the gates, by score:",
                nothing: "No \(what)\(scopeWords) pass the gates.",
                key: FactLabel.score,
                subjectTitle: "Option",
                columns: columns
            )
        )
        let subjects = facts.subjects(with: FactLabel.score)
        guard !subjects.isEmpty else { return [table[0], .paragraph(over)] + table.dropFirst() }
        let parts = subjects.prefix(3).map { Answer.Item(scoreWords($0)) }
        let gates = subjects.prefix(3).compactMap { subject in
            facts.text(FactLabel.gates, of: subject).map { Answer.Item("\(subject): \($0)", tone: .muted) }
        }
        return Array(table.prefix(2)) + [
            .paragraph(over),
            .heading("What the scores are made of"), .list(parts),
            .heading("Gates"), .list(gates),
        ] + wheels(subjects) + [
            .note("Weights of the score are a proposal, not validated. Every part of every score is in --json."),
            disclaimer,
        ] + table.dropFirst(2)
    }

    /// Why the basis of a wheel is not known, once for each underlying.
    private func wheels(_ subjects: [String]) -> [Answer.Block] {
        var seen: Set<String> = []
        let items = subjects.compactMap { subject -> Answer.Item? in
            guard let fact = facts.fact(FactLabel.wheelBasis, of: subject), case .text(let reason) = fact.value,
                let ticker = fact.subjects.last, seen.insert(ticker).inserted
            else { return nil }
            return Answer.Item("\(ticker): \(reason)", tone: .muted)
        }
        return items.isEmpty ? [] : [.heading("Wheel basis"), .list(items)]
    }

    func screen() -> [Answer.Block] {
        let scanned = facts.decimal(FactLabel.scannedCount).map(FigureFormat.count) ?? "no"
        let undecided = facts.decimal(FactLabel.undecidedCount).map(FigureFormat.count) ?? "no"
        var columns: [Listing.Column] = []
        var seen: Set<String> = [FactLabel.ticker]
        for fact in facts.facts where !fact.subjects.isEmpty && seen.insert(fact.label).inserted {
            columns.append(
                .init(fact.label, fact.label, Composer.form(of: fact), dispensability: min(columns.count / 3, 3))
            )
        }
        let table = list(
            Listing(
                lead: "Underlyings for which the condition holds:",
                nothing: "The condition holds for no underlying.",
                key: FactLabel.ticker,
                subjectTitle: "Ticker",
                columns: columns
            )
        )
        func noun(_ label: String) -> String { facts.decimal(label) == 1 ? "underlying" : "underlyings" }
        let counts = Answer.Block.paragraph(
            "\(scanned) \(noun(FactLabel.scannedCount)) scanned, \(undecided) \(noun(FactLabel.undecidedCount)) undecided."
        )
        let head = facts.subjects(with: FactLabel.ticker).isEmpty ? 1 : 2
        return Array(table.prefix(head)) + [counts] + table.dropFirst(head)
    }

    /// `INTC 2026-12-18 30 put: score 71.2; excess return points 22.1, ...`.
    private func scoreWords(_ subject: String) -> String {
        let score = facts.number(FactLabel.score, of: subject).map { FigureFormat.number($0, decimals: 1) } ?? "—"
        let parts = facts.facts.filter { $0.subjects.first == subject && $0.label.hasSuffix(" points") }
        let words = parts.map { part in
            switch part.value {
            case .number(let points): "\(part.label) \(FigureFormat.number(points, decimals: 1))"
            case .text(let reason): "\(part.label) \(reason)"
            default: part.label
            }
        }
        return "\(subject): score \(score); " + words.joined(separator: ", ")
    }
}

/// Answers about rolling what was sold.
extension Composer {
    func rolls() -> [Answer.Block] {
        let held = facts.subjects(with: FactLabel.triggers)
        guard !held.isEmpty else {
            let nothing =
                facts.decimal(FactLabel.matchCount) == 0
                ? "\(portfolioName) holds no short options\(scopeWords)." : "No rolls\(scopeWords) can be shown."
            return [.paragraph(nothing)] + caveats()
        }
        var items: [Answer.Item] = []
        for subject in held {
            let triggers = facts.text(FactLabel.triggers, of: subject) ?? "none"
            let profit = facts.number(FactLabel.percentOfMaximumProfit, of: subject).map {
                ", percent of maximum profit at the ask \(FigureFormat.percent($0, decimals: 1))"
            }
            let basis = facts.decimal(FactLabel.wheelBasis, of: subject).map {
                ", wheel basis \(FigureFormat.price($0))"
            }
            items.append(
                Answer.Item(
                    "\(subject): triggers \(triggers)\(profit ?? "")\(basis ?? "")",
                    tone: triggers == "none" ? .plain : .warning
                )
            )
        }
        let table = list(
            Listing(
                lead: "Rolls by net credit per extra day, bought back at the ask and sold at the bid:",
                nothing: "No roll\(scopeWords) meets the rules.",
                key: FactLabel.rollTo,
                columns: [
                    .init("From", FactLabel.rollFrom, .text, dispensability: held.count > 1 ? 0 : 3),
                    .init("To", FactLabel.rollTo, .text),
                    .init("Net credit", FactLabel.netCredit, .price),
                    .init("Extra days", FactLabel.extraDays, .number(decimals: 0)),
                    .init("New delta", FactLabel.newDelta, .number(decimals: 2)),
                    .init("New assignment probability", FactLabel.newAssignment, .percent, dispensability: 1),
                    .init("Close at", FactLabel.closeAt, .price, dispensability: 2),
                    .init("Open at", FactLabel.openAt, .price, dispensability: 2),
                    .init("Earnings date", FactLabel.earningsDate, .date, dispensability: 3),
                ]
            )
        )
        return [.heading("What speaks for rolling"), .list(items)] + table + [disclaimer]
    }
}
