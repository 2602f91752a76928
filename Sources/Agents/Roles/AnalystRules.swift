import Evidence
import Foundation

/// What the analyst points out: the largest loss, and what time is worth.
enum AnalystRules {
    static let all: [RuleAgent.Rule] = [largestLoss, theta]

    private static func largestLoss(_ facts: FactIndex) -> [Finding] {
        let losses = facts.subjects(with: FactLabel.unrealised).compactMap { subject -> (String, Decimal)? in
            guard !subject.isEmpty, let value = facts.decimal(FactLabel.unrealised, of: subject), value < 0 else {
                return nil
            }
            return (subject, value)
        }
        guard let (subject, loss) = losses.min(by: { $0.1 < $1.1 }) else { return [] }
        let amount = FigureFormat.dollars(loss.magnitude)
        let claim: String
        if facts.integer(FactLabel.matchCount) == 1 {
            claim = "\(subject) shows an unrealised loss of \(amount)"
        } else {
            claim = "\(subject) has the largest unrealised loss\(facts.coversPortfolio ? "" : " of these"), \(amount)"
        }
        return [
            Finding(
                agent: "analyst",
                rule: "portfolio.largest-loss",
                claim: claim,
                severity: .notice,
                evidence: facts.ids([(FactLabel.unrealised, subject)]),
                confidence: 1
            )
        ]
    }

    private static func theta(_ facts: FactIndex) -> [Finding] {
        guard let theta = facts.number(FactLabel.thetaPerDay), theta != 0 else { return [] }
        let direction = theta > 0 ? "earns" : "costs"
        let scope = facts.coversPortfolio ? "" : " on these positions"
        return [
            Finding(
                agent: "analyst",
                rule: "portfolio.theta",
                claim:
                    "A day's passing \(direction) about \(FigureFormat.dollars(theta.magnitude)) of theta\(scope), all else "
                    + "equal",
                severity: .information,
                evidence: facts.ids([(FactLabel.thetaPerDay, "")]),
                confidence: 1
            )
        ]
    }
}

extension FactIndex {
    /// Ids of the facts with the given labels and subjects that exist.
    func ids(_ keys: [(label: String, subject: String)]) -> [String] {
        keys.compactMap { fact($0.label, of: $0.subject)?.id }
    }

    /// Whether the evidence is about all that is held, and not about a part that was asked for.
    var coversPortfolio: Bool {
        guard let held = integer(FactLabel.positionCount) else { return false }
        return integer(FactLabel.matchCount) == held
    }

    /// Subjects that are option positions, in the order of the evidence.
    var optionSubjects: [String] {
        subjects(with: FactLabel.strike)
    }

    /// Whether a position was sold.
    func isShort(_ subject: String) -> Bool {
        (decimal(FactLabel.quantity, of: subject) ?? 0) < 0
    }

    /// 1 where a fact is current, less where it is stale.
    func confidence(_ label: String, of subject: String) -> Double {
        guard let fact = fact(label, of: subject) else { return 0 }
        if case .stale = fact.freshness { return 0.5 }
        return 1
    }
}
