import Evidence
import Foundation

/// What the risk manager points out, and when it forbids suggestions. No other agent and no text can lift its veto.
enum RiskManagerRules {
    static let all: [RuleAgent.Rule] = [concentration, cashIfAssigned, buyingPower, imminentAssignment]

    /// Suggestions need data: too many positions without a price, or prices that are stale, forbid them.
    static func veto(_ facts: FactIndex) -> String? {
        guard let held = facts.integer(FactLabel.positionCount), held > 0,
            let limit = facts.number(RuleThreshold.Label.coverage)
        else { return nil }
        let unpriced = facts.integer(FactLabel.unpricedCount) ?? 0
        let priced = Double(held - unpriced) / Double(held)
        if priced < limit {
            return "\(unpriced) of \(held) positions are not priced; suggestions need at least "
                + "\(FigureFormat.percent(limit, decimals: 0)) of them priced"
        }
        let marks = facts.facts.filter { $0.label == FactLabel.mark }
        let stale = marks.filter { fact in
            if case .stale = fact.freshness { return true }
            return false
        }
        guard !marks.isEmpty, Double(marks.count - stale.count) / Double(marks.count) < limit else { return nil }
        return
            "most prices are stale; suggestions need at least \(FigureFormat.percent(limit, decimals: 0)) of them current"
    }

    private static func concentration(_ facts: FactIndex) -> [Finding] {
        guard let limit = facts.number(RuleThreshold.Label.topWeight) else { return [] }
        let heavy = facts.subjects(with: FactLabel.weight).filter {
            (facts.number(FactLabel.weight, of: $0) ?? 0) > limit
        }
        return heavy.compactMap { subject in
            guard let weight = facts.number(FactLabel.weight, of: subject) else { return nil }
            return Finding(
                agent: "risk-manager",
                rule: "risk.concentration",
                claim:
                    "\(subject) is \(FigureFormat.percent(weight, decimals: 1)) of the exposure, above the weight limit "
                    + "of \(FigureFormat.percent(limit, decimals: 0))",
                severity: .warning,
                evidence: facts.ids([(FactLabel.weight, subject), (RuleThreshold.Label.topWeight, "")]),
                confidence: 1
            )
        }
    }

    private static func cashIfAssigned(_ facts: FactIndex) -> [Finding] {
        guard let need = facts.decimal(FactLabel.cashIfAllAssigned), need > 0,
            let cash = facts.decimal(FactLabel.cash)
        else { return [] }
        let isShort = need > cash
        return [
            Finding(
                agent: "risk-manager",
                rule: "risk.cash-if-assigned",
                claim: "Assignment of all short puts would take \(FigureFormat.dollars(need)), long puts not counted; "
                    + "cash is \(FigureFormat.dollars(cash))" + (isShort ? ", which is less" : ", which covers it"),
                severity: isShort ? .critical : .information,
                evidence: facts.ids([(FactLabel.cashIfAllAssigned, ""), (FactLabel.cash, "")]),
                confidence: 1
            )
        ]
    }

    private static func buyingPower(_ facts: FactIndex) -> [Finding] {
        guard let free = facts.decimal(FactLabel.freeBuyingPower), free < 0 else { return [] }
        return [
            Finding(
                agent: "risk-manager",
                rule: "risk.buying-power",
                claim:
                    "Free buying power is \(FigureFormat.dollars(free)): the estimated requirement is more than there is",
                severity: .critical,
                evidence: facts.ids([(FactLabel.freeBuyingPower, "")]),
                confidence: 0.8
            )
        ]
    }

    private static func imminentAssignment(_ facts: FactIndex) -> [Finding] {
        facts.subjects(with: FactLabel.assignmentLevel).compactMap { subject in
            guard let level = facts.text(FactLabel.assignmentLevel, of: subject),
                level == "IMMINENT" || level == "HIGH",
                let probability = facts.number(FactLabel.assignmentProbability, of: subject)
            else { return nil }
            return Finding(
                agent: "risk-manager",
                rule: "risk.assignment",
                claim: "\(subject): the assignment probability is \(FigureFormat.percent(probability, decimals: 1)), "
                    + "level \(level)",
                severity: level == "IMMINENT" ? .critical : .warning,
                evidence: facts.ids([(FactLabel.assignmentProbability, subject)]),
                confidence: facts.confidence(FactLabel.assignmentProbability, of: subject)
            )
        }
    }
}
