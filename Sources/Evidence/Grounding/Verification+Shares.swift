/// What a part is of: "41.8% of the exposure", "71% of the credit".
extension Verification {
    /// Whether a fact's label or formula says that it is a part of something.
    func isPart(
        _ value: EvidenceIndex.Value,
        _ label: EvidenceIndex.Label,
        of base: SentenceReading.Base,
        _ claim: Claim
    ) -> Bool {
        if !label.classes.isDisjoint(with: base.classes) { return true }
        // Percent of maximum profit is of the premium.
        if label.classes.contains(.partOfMaximum), !base.classes.isDisjoint(with: [.premium, .maximumProfit]) {
            // "Paying $1.59 means 71% of the credit": what is paid is not what was kept.
            let isPaid = claim.reading.clause(
                of: claim.position,
                hasAnyOf: ["pay", "paying", "pays", "spending", "costs"]
            )
            return !claim.reading.hasAmount(beside: claim.position) && !isPaid
                || claim.reading.clause(of: claim.position, hasAnyOf: Self.keeping)
        }
        // Weights are parts of the exposure.
        if label.classes.contains(.weight), base.classes.contains(.exposure) { return true }
        let words = label.words + TokenizedText.words(index.formulas[value.source] ?? "")
        // No probability is a part of another.
        let probabilities: LabelClasses = [.assignment, .earlyAssignment, .probabilityOfProfit]
        if !base.classes.isDisjoint(with: probabilities), claim.reading.isPartOfTotal(claim.position) {
            return false
        }
        let stems = Set(words.map(PassageSupport.stem))
        return base.words.contains { stems.contains(PassageSupport.stem($0)) }
    }

    private static let keeping: Set<String> = [
        "kept", "keep", "captured", "earned", "made", "profit", "gain", "banked", "locked", "gone", "decayed",
        "secured",
    ]

    /// Whether those a claim names have a value of their own for a part of what it is said to be of, so that none of the whole
    /// portfolio's will do: "less than a third of the exposure is SPY" is no limit of weights.
    func hasOwnPart(of base: SentenceReading.Base, _ claim: Claim) -> Bool {
        index.values(from: 0, through: .infinity, of: groups(of: claim.binding)).contains { value in
            value.unit == .fraction && isPart(value, index.labels[value.label], of: base, claim)
        }
    }
}
