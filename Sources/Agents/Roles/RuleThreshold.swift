import Foundation

/// The figures the rules compare with. They are facts like any other: cited, recorded and checked in every answer.
enum RuleThreshold {
    /// Part of the maximum profit at which closing a short option early is customary (tastylive's convention).
    static let profitTarget = 0.5
    /// Days to expiration at which short options are customarily managed (tastylive's convention).
    static let managementDays = 21
    /// Weight of one underlying above which the portfolio counts as concentrated.
    static let topWeight = 0.25
    /// Concentration index above which the portfolio counts as concentrated.
    static let concentrationIndex = 0.25
    /// Part of the positions that must be priced for suggestions to be made.
    static let coverage = 0.8

    /// Labels of the facts that hold the thresholds.
    enum Label {
        static let profitTarget = "profit target"
        static let managementDays = "management days to expiration"
        static let topWeight = "weight limit"
        static let concentrationIndex = "concentration index limit"
        static let coverage = "coverage limit"
    }
}

extension FactSheet {
    /// Adds the thresholds of the rules that may speak about this evidence.
    mutating func addThresholds() {
        addFixed(RuleThreshold.Label.profitTarget, .number(RuleThreshold.profitTarget), .fraction, source: "rule")
        addFixed(
            RuleThreshold.Label.managementDays,
            .decimal(Decimal(RuleThreshold.managementDays)),
            .days,
            source: "rule"
        )
        addFixed(RuleThreshold.Label.topWeight, .number(RuleThreshold.topWeight), .fraction, source: "rule")
        addFixed(
            RuleThreshold.Label.concentrationIndex,
            .number(RuleThreshold.concentrationIndex),
            .ratio,
            source: "rule"
        )
        addFixed(RuleThreshold.Label.coverage, .number(RuleThreshold.coverage), .fraction, source: "rule")
    }
}
