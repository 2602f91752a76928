/// Reads what is said of those a sentence names: "the QQQ 580 put is held long", "the option on MSFT is a put".
extension ClaimReader {
    /// Whether what a verb says of those named before it is right; nil where it cannot be told.
    func predicate(at verb: Int) -> Outcome? {
        guard ["is", "are", "was", "were", "isn", "aren"].contains(word(verb)), isClaimed(at: verb) else { return nil }
        let part = part(of: verb)
        guard verb > part.lowerBound, verb + 1 < part.upperBound else { return nil }
        let subjects = part.lowerBound..<verb
        guard let who = conditions(in: subjects), !who.targets.isEmpty, who.targets.count == 1,
            !who.isTelling, let said = conditions(in: verb..<part.upperBound), !said.all.isEmpty, said.targets.isEmpty,
            !tokens[subjects].contains(where: { ["only", "all", "no", "none", "not"].contains($0.word) })
        else { return nil }
        let target = who.targets[0]
        var kinds = who.nouns
        if kinds.isEmpty { kinds = target.contracts.isEmpty ? [.position, .zone, .month] : [.option] }
        let rows = Set(populations(kinds).flatMap(\.rows)).filter { who.isSo($0) == true }
        guard !rows.isEmpty else { return nil }
        let results = rows.map { said.isSo($0) }
        guard results.allSatisfy({ $0 != nil }) else { return nil }
        let isRight = results.allSatisfy { $0 == true }
        // Some are and some are not: whom it is said of is open.
        guard isRight || results.allSatisfy({ $0 == false }) else { return nil }
        return Outcome(
            isRight: isRight,
            rows: rows.sorted(),
            tokens: verb..<verb + 1,
            extent: part,
            numbers: said.numbers
        )
    }

    /// Whether a cell of a table says of its row's subject what is so: "in the money" under "State".
    func cell(of targets: [Target]) -> Outcome? {
        let range = tokens.indices
        guard !range.isEmpty, reading.mentions.isEmpty, let said = conditions(in: range), said.isTelling else {
            return nil
        }
        let kinds: Set<RowKind> =
            targets.allSatisfy { !$0.contracts.isEmpty }
            ? [.option] : targets.allSatisfy { $0.owner != nil } ? [.zone] : [.position]
        let rows = Set(populations(kinds).flatMap(\.rows)).filter { row in
            targets.contains { $0.admits(index.subjects.groups[row]) }
        }
        let results = (rows.isEmpty ? Set(targets.flatMap { index.subjects.groups(of: $0) }) : rows).compactMap(
            said.isSo
        )
        guard !results.isEmpty, results.allSatisfy({ $0 == results[0] }) else { return nil }
        return Outcome(isRight: results[0], rows: rows.sorted(), tokens: range, extent: range)
    }
}
