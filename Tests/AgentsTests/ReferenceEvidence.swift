import Evidence

/// Evidence `P1` with facts about AAA, for tests of references.
func referenceEvidence(_ facts: [(id: String, label: String, value: Fact.Value, unit: Fact.Unit)]) -> [Evidence] {
    let facts = facts.map { fact in
        Fact(
            id: fact.id,
            label: fact.label,
            subjects: ["AAA"],
            value: fact.value,
            unit: fact.unit,
            source: "test",
            asOf: nil,
            freshness: .live
        )
    }
    return [Evidence(id: "P1", tool: "test", summary: "", facts: facts)]
}
