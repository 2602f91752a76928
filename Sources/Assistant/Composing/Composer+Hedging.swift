import Agents
import Evidence
import Foundation

/// Answers about what time does, and about ways to lower delta.
extension Composer {
    func decay() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing }
        var blocks: [Answer.Block] = []
        if let theta = facts.number(FactLabel.thetaPerDay),
            let projected = facts.decimal(FactLabel.projectedCount)
        {
            blocks.append(
                .paragraph(
                    "Theta\(scopeWords) is \(FigureFormat.dollars(theta)) per day now; options projected: "
                        + "\(FigureFormat.count(projected))."
                )
            )
        }
        let table = list(
            Listing(
                lead: "Value of the options\(scopeWords) as time passes, price and implied volatility as now:",
                nothing: "No option\(scopeWords) can be projected.",
                key: FactLabel.modelValue,
                columns: [
                    .init("Date", FactLabel.date, .date),
                    .init("Days ahead", FactLabel.daysAhead, .count, dispensability: 1),
                    .init("Model value", FactLabel.modelValue, .dollars),
                    .init("Change of value", FactLabel.valueChange, .dollars),
                    .init("Straight line of theta", FactLabel.straightLine, .dollars),
                ]
            )
        )
        let head = facts.subjects(with: FactLabel.modelValue).isEmpty ? 1 : 2
        blocks += table.prefix(head)
        let ending = facts.subjects(with: FactLabel.settled)
        if !ending.isEmpty {
            let items = ending.prefix(12).map { Answer.Item($0, tone: .muted) }
            blocks += [.heading("Ending on the way, settled at their intrinsic value"), .list(Array(items))]
            if ending.count > items.count { blocks.append(.note("More end on the way than are listed here.")) }
        }
        if head == 2 {
            blocks.append(
                .note("A short option gains what its value loses. Near the strike decay quickens towards expiration.")
            )
        }
        return blocks + table.dropFirst(head)
    }

    func hedges() -> [Answer.Block] {
        guard let current = facts.number(FactLabel.betaWeightedDelta), let target = facts.number(FactLabel.targetDelta)
        else { return [.paragraph("No hedge can be shown.")] + caveats() }
        var blocks: [Answer.Block] = [
            .paragraph(
                "The beta-weighted delta is \(FigureFormat.number(current, decimals: 1)). The target of the beta-weighted "
                    + "delta is \(FigureFormat.number(target, decimals: 1)). Both are counted in shares of the index fund."
            )
        ]
        blocks += part(
            "By underlying:",
            key: FactLabel.betaEstimate,
            subjectTitle: "Ticker",
            [.init("Beta-weighted delta", FactLabel.betaWeightedDelta, .number(decimals: 1))] + Composer.betaColumns
        )
        guard !facts.subjects(with: FactLabel.suggestion).isEmpty else { return blocks + caveats() }
        blocks += part(
            "Ways to the target, side by side, as they would trade at bid and ask:",
            key: FactLabel.suggestion,
            [
                .init("Suggestion", FactLabel.suggestion, .text),
                .init("Contracts", FactLabel.hedgeContracts, .count),
                .init("Hedge cost", FactLabel.hedgeCost, .dollars),
                .init("Change of delta", FactLabel.deltaChange, .number(decimals: 1)),
                .init("Change of vega", FactLabel.vegaChange, .dollars, dispensability: 1),
                .init("Change of theta", FactLabel.thetaChange, .dollars, dispensability: 1),
                .init("Reduced", FactLabel.reduced, .text, dispensability: 2),
                .init("Part closed", FactLabel.reducedPart, .percent, dispensability: 2),
            ]
        )
        blocks += part(
            "Their options:",
            key: FactLabel.legOf,
            [
                .init("Leg of", FactLabel.legOf, .text), .init("Side", FactLabel.side, .text),
                .init("Instrument", FactLabel.instrument, .text),
                .init("Price per share", FactLabel.legPrice, .price),
            ]
        )
        blocks += part(
            "With the index down at their expiration:",
            key: FactLabel.scenarioOf,
            [
                .init("Scenario of", FactLabel.scenarioOf, .text),
                .init("Scenario", FactLabel.scenario, .text),
                .init("Hedge result", FactLabel.hedgeResult, .dollars),
                .init("Result with the portfolio", FactLabel.wholeResult, .dollars),
            ]
        )
        let gaps = facts.subjects(with: FactLabel.notCovered).compactMap { subject in
            facts.text(FactLabel.notCovered, of: subject).map { Answer.Item("\(subject): \($0)", tone: .muted) }
        }
        if !gaps.isEmpty { blocks += [.heading("What they do not cover"), .list(gaps)] }
        blocks.append(
            .note(
                "The portfolio is taken to move with its beta-weighted delta in a straight line. Side by side for comparison."
            )
        )
        return blocks + caveats() + [disclaimer]
    }

    /// A table with its lead, without what is missing.
    private func part(
        _ lead: String,
        key: String,
        subjectTitle: String? = nil,
        _ columns: [Listing.Column]
    ) -> [Answer.Block] {
        guard !facts.subjects(with: key).isEmpty else { return [] }
        return Array(
            list(Listing(lead: lead, nothing: "", key: key, subjectTitle: subjectTitle, columns: columns)).prefix(2)
        )
    }
}
