/// Finds the facts a computed value came from: those its tool noted, and those its formula names.
///
/// It is asked when somebody wants to see where a figure comes from, not when facts are gathered: each of ten thousand
/// positions has a formula, and nearly none of them is ever led back.
///
/// A formula is words: `quantity x multiplier x (mark - average price)`. A fact of the same evidence is an input where
/// the formula has its label word for word and it is about the same subjects; where the formula speaks of many (`sum of
/// the market values`, `exposure / sum of exposures`), the facts with that label about anybody are.
public struct FormulaInputs: Sendable {
    private var labels: [(label: String, words: [String])] = []
    private var bySubjects: [[String]: [String: String]] = [:]
    private var byLabel: [String: [(id: String, subjects: [String])]] = [:]

    /// Looks in the facts of one piece of evidence.
    public init(_ facts: [Fact]) {
        for fact in facts {
            if byLabel[fact.label] == nil { labels.append((fact.label, Self.words(fact.label))) }
            byLabel[fact.label, default: []].append((fact.id, fact.subjects))
            if bySubjects[fact.subjects]?[fact.label] == nil {
                bySubjects[fact.subjects, default: [:]][fact.label] = fact.id
            }
        }
        // The longest first: "position delta" hides "delta".
        labels.sort { $0.words.count > $1.words.count }
    }

    /// The ids of the facts a fact was computed from: those noted with it, then those its formula names, in the order of
    /// the formula; none of them the fact itself, none twice.
    public func ids(of fact: Fact) -> [String] {
        var ids = fact.inputs
        for id in named(by: fact) where id != fact.id && !ids.contains(id) { ids.append(id) }
        return ids
    }

    private func named(by fact: Fact) -> [String] {
        guard let formula = fact.formula else { return [] }
        var words = Self.words(formula)
        for (alias, label) in Self.aliases {
            let name = Self.words(label)
            // Once from left to right: what an alias stands for may have the alias in it.
            var position = 0
            while position + alias.count <= words.count {
                if words[position..<position + alias.count].elementsEqual(alias) {
                    words.replaceSubrange(position..<position + alias.count, with: name)
                    position += name.count
                } else {
                    position += 1
                }
            }
        }
        var found: [(position: Int, ids: [String])] = []
        for (label, name) in labels {
            guard let last = name.last else { continue }
            for plural in [false, true] {
                let wanted = plural ? name.dropLast() + [Self.plural(of: last)] : name
                guard let first = words.firstRange(of: wanted) else { continue }
                if let ids = ids(label, for: fact, isPlural: plural) { found.append((first.lowerBound, ids)) }
                // What is named is not named again by a shorter label.
                while let range = words.firstRange(of: wanted) {
                    for index in range { words[index] = "" }
                }
            }
        }
        if found.isEmpty, formula.hasPrefix("sum over"), let ids = ids(fact.label, for: fact, isPlural: true) {
            found.append((0, ids))
        }
        return found.sorted { $0.position < $1.position }.flatMap(\.ids)
    }

    private func ids(_ label: String, for fact: Fact, isPlural: Bool) -> [String]? {
        if !isPlural {
            guard let id = bySubjects[fact.subjects]?[label] ?? bySubjects[[]]?[label] else { return nil }
            return [id]
        }
        let ids = (byLabel[label] ?? []).filter { !$0.subjects.isEmpty && $0.subjects != fact.subjects }.map(\.id)
        return ids.isEmpty ? nil : ids
    }

    /// What formulas call facts that have another label.
    private static let aliases: [([String], String)] = [
        (["early"], "early assignment probability"), (["contracts"], "quantity"), (["credit"], "average price"),
        (["squared", "weights"], "weights"), (["unrealised", "p&l", "of", "the"], "unrealised p&ls of the"),
    ]

    private static func plural(of word: String) -> String {
        let isVowelBefore = word.dropLast().last.map { "aeiou".contains($0) } ?? true
        return word.hasSuffix("y") && !isVowelBefore ? word.dropLast() + "ies" : word + "s"
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "&" || $0 == "%") }.map(String.init)
    }
}

extension Array where Element == String {
    /// Where a run of words first stands.
    fileprivate func firstRange(of run: [String]) -> Range<Int>? {
        guard !run.isEmpty, count >= run.count else { return nil }
        for start in 0...(count - run.count) where self[start..<start + run.count].elementsEqual(run) {
            return start..<start + run.count
        }
        return nil
    }
}
