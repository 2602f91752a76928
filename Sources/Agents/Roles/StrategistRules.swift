import Evidence
import Foundation

/// The management rules of the options sellers' trade. Each names the position, the rule and the figures that meet it,
/// and none says what to do.
enum StrategistRules {
    static let all: [RuleAgent.Rule] = [dividendAtStake, breached, profitTarget, managementDate]

    /// A short call whose holder gains by exercising before the ex-dividend date.
    private static func dividendAtStake(_ facts: FactIndex) -> [Finding] {
        facts.optionSubjects.compactMap { subject in
            guard facts.isShort(subject), facts.text(FactLabel.right, of: subject) == "call",
                let dividend = facts.decimal(FactLabel.dividend, of: subject),
                let exDate = facts.date(FactLabel.exDividendDate, of: subject),
                let expiration = facts.date(FactLabel.expiration, of: subject), exDate <= expiration,
                let extrinsic = facts.decimal(FactLabel.extrinsic, of: subject), dividend > extrinsic,
                let intrinsic = facts.decimal(FactLabel.intrinsic, of: subject), intrinsic > 0
            else { return nil }
            return Finding(
                agent: "strategist",
                rule: "management.ex-dividend",
                claim: "\(subject): the dividend of \(FigureFormat.price(dividend)) exceeds the extrinsic value of "
                    + "\(FigureFormat.price(extrinsic)), so a holder may exercise before the ex-dividend date "
                    + "\(FigureFormat.date(exDate))",
                severity: .critical,
                evidence: facts.ids([
                    (FactLabel.dividend, subject), (FactLabel.extrinsic, subject), (FactLabel.exDividendDate, subject),
                ]),
                confidence: facts.confidence(FactLabel.extrinsic, of: subject)
            )
        }
    }

    /// A short option whose strike the underlying has passed.
    private static func breached(_ facts: FactIndex) -> [Finding] {
        facts.optionSubjects.compactMap { subject in
            guard facts.isShort(subject),
                let strike = facts.decimal(FactLabel.strike, of: subject),
                let spot = facts.decimal(FactLabel.underlyingPrice, of: subject),
                let days = facts.decimal(FactLabel.daysToExpiration, of: subject)
            else { return nil }
            let isPut = facts.text(FactLabel.right, of: subject) == "put"
            guard isPut ? spot < strike : spot > strike else { return nil }
            return Finding(
                agent: "strategist",
                rule: "management.breached",
                claim:
                    "\(subject): the underlying price \(FigureFormat.price(spot)) is \(isPut ? "below" : "above") the "
                    + "strike \(FigureFormat.price(strike)) with \(FigureFormat.count(days)) days to expiration",
                severity: .warning,
                evidence: facts.ids([
                    (FactLabel.strike, subject), (FactLabel.underlyingPrice, subject),
                    (FactLabel.daysToExpiration, subject),
                ]),
                confidence: facts.confidence(FactLabel.underlyingPrice, of: subject)
            )
        }
    }

    /// A short option that has given back half of its premium or more.
    private static func profitTarget(_ facts: FactIndex) -> [Finding] {
        facts.optionSubjects.compactMap { subject in
            guard facts.isShort(subject),
                let part = facts.number(FactLabel.percentOfMaximumProfit, of: subject),
                let target = facts.number(RuleThreshold.Label.profitTarget), part >= target
            else { return nil }
            return Finding(
                agent: "strategist",
                rule: "management.profit-target",
                claim:
                    "\(subject): \(FigureFormat.percent(part, decimals: 1)) of its maximum profit is reached; the profit "
                    + "target of the rule is \(FigureFormat.percent(target, decimals: 0))",
                severity: .notice,
                evidence: facts.ids([
                    (FactLabel.percentOfMaximumProfit, subject), (RuleThreshold.Label.profitTarget, ""),
                ]),
                confidence: facts.confidence(FactLabel.mark, of: subject)
            )
        }
    }

    /// A short option that has come to its management date.
    private static func managementDate(_ facts: FactIndex) -> [Finding] {
        facts.optionSubjects.compactMap { subject in
            guard facts.isShort(subject),
                let days = facts.decimal(FactLabel.daysToExpiration, of: subject), days >= 0,
                let limit = facts.decimal(RuleThreshold.Label.managementDays), days <= limit
            else { return nil }
            return Finding(
                agent: "strategist",
                rule: "management.date",
                claim:
                    "\(subject): \(FigureFormat.count(days)) days to expiration; the rule looks at short options from "
                    + "\(FigureFormat.count(limit)) days on",
                severity: .notice,
                evidence: facts.ids([
                    (FactLabel.daysToExpiration, subject), (RuleThreshold.Label.managementDays, ""),
                ]),
                confidence: 1
            )
        }
    }
}
