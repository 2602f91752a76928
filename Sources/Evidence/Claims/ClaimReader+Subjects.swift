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
        let kinds = who.nouns.isEmpty ? kindsOf([target]) : who.nouns
        let rows = Set(populations(kinds).flatMap(\.rows)).filter { who.isSo($0) == true }
        guard !rows.isEmpty else { return nil }
        // A short call that is up may have gained or cost.
        let isOpen = (verb..<part.upperBound).contains { ["up", "down"].contains(word($0)) }
        guard !isOpen || rows.allSatisfy({ (quantity($0) ?? 0) >= 0 }) else { return nil }
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

    /// "It is the KO call that expires this week": what is said of the one that is pointed at.
    func cleft(at position: Int) -> Outcome? {
        guard word(position) == "it", ["is", "was"].contains(word(position + 1)), isClaimed(at: position) else {
            return nil
        }
        let part = part(of: position)
        guard let that = (position + 2..<max(part.upperBound, position + 2)).first(where: { word($0) == "that" }),
            let who = conditions(in: position + 2..<that), who.targets.count == 1, !who.isTelling,
            let said = conditions(in: that + 1..<part.upperBound), said.isTelling, said.targets.isEmpty
        else { return nil }
        let kinds = who.nouns.isEmpty ? [RowKind.position] : who.nouns
        var rows = Set(populations(kinds).flatMap(\.rows)).filter { who.isSo($0) == true }
        if rows.isEmpty { rows = Set(index.subjects.groups(of: who.targets[0]).filter { who.isSo($0) == true }) }
        let results = rows.compactMap(said.isSo)
        guard !results.isEmpty, results.allSatisfy({ $0 == results[0] }) else { return nil }
        return Outcome(isRight: results[0], rows: rows.sorted(), tokens: that..<that + 1, extent: part)
    }

    /// "Taken together, the four QQQ options show an unrealised loss": the sign of a sum.
    func together(at verb: Int) -> Outcome? {
        guard ["show", "shows", "are", "is", "have", "sit", "sits", "run", "net"].contains(word(verb)),
            isClaimed(at: verb)
        else { return nil }
        let clause = tokens.indices.filter { tokens[$0].clause == tokens[verb].clause }
        guard clause.contains(where: { ["together", "combined"].contains(word($0)) }) else { return nil }
        let part = part(of: verb)
        guard !part.contains(where: { $0 > verb && tokens[$0].figure != nil }) else { return nil }
        let isTogether = { (place: Int) in ["together", "combined", "taken"].contains(self.word(place)) }
        let before = (part.lowerBound..<verb).filter { !isTogether($0) }
        guard let first = before.first, let last = before.last, last - first + 1 == before.count else { return nil }
        let start =
            before.first { count(at: $0) == nil && !["the", "your", "all", "both"].contains(word($0)) } ?? first
        let end = (verb..<part.upperBound).first(where: isTogether) ?? part.upperBound
        guard let who = conditions(in: start..<last + 1), !who.nouns.isEmpty || !who.targets.isEmpty,
            let (isGain, _) = Self.outcome(
                tokens[verb + 1..<max(end, verb + 1)].filter {
                    !["at", "in", "currently", "still"].contains($0.word) || $0.word == "in"
                }.map(\.word)
            )
        else { return nil }
        for population in populations(who.nouns.isEmpty ? [.position] : who.nouns) {
            let rows = population.rows.filter { who.isSo($0) == true }
            let values = rows.compactMap { value(isOfDay(verb) ? "day change" : "unrealised p&l", $0) }
            guard rows.count > 1, values.count == rows.count else { continue }
            let sum = values.reduce(0, +)
            return Outcome(isRight: (sum > 0) == isGain, rows: rows, tokens: verb..<verb + 1, extent: part)
        }
        return nil
    }

    /// "Net premium for the year so far is positive": the sign of what the whole portfolio has.
    func sign(at position: Int) -> Outcome? {
        let signs = ["positive": true, "negative": false]
        guard let isPositive = signs[word(position)], isClaimed(at: position) else { return nil }
        let part = part(of: position)
        guard !part.contains(where: { ["not", "isn", "no", "never"].contains(word($0)) }),
            reading.mentions.allSatisfy({ !part.overlaps($0.tokens) }),
            let label = reading.labels.first(where: { part.overlaps($0.tokens) && $0.tokens.upperBound <= position }),
            let verb = (label.tokens.upperBound..<position).first(where: {
                ["is", "was", "stays", "remains"].contains(word($0))
            }),
            position - verb <= 3,
            (label.tokens.upperBound..<verb).allSatisfy({
                [
                    "for", "the", "year", "so", "far", "this", "in", "total", "of", "your", "book", "portfolio", "as",
                    "a", "whole",
                ]
                .contains(word($0)) || reading.dateTokens.contains($0) || tokens[$0].isNumeral
            })
        else { return nil }
        let values = index.values(from: 0, through: .infinity, of: [0]).filter { value in
            value.unit == .dollars && value.magnitude > 0
                && (value.label == label.label
                    || label.label == nil && !index.labels[value.label].classes.isDisjoint(with: label.classes))
        }
        guard let first = values.first, values.allSatisfy({ $0.isNegative == first.isNegative }) else { return nil }
        return Outcome(
            isRight: first.isNegative != isPositive,
            rows: [],
            tokens: position..<position + 1,
            extent: position..<position + 1
        )
    }

    /// Whether a cell of a table says of its row's subject what is so: "in the money" under "State".
    func cell(of targets: [Target]) -> Outcome? {
        let range = tokens.indices
        guard !range.isEmpty, reading.mentions.isEmpty, let said = conditions(in: range), said.isTelling else {
            return nil
        }
        // What wins or loses is the column's to say.
        guard range.allSatisfy({ Self.outcome(tokens[$0...].prefix(4).map(\.word)) == nil }) else { return nil }
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
