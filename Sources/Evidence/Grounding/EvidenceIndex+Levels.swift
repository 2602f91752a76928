/// Units that are written alike, and levels that facts give in a word.
extension EvidenceIndex {
    static func unitGroup(_ unit: Fact.Unit) -> UnitGroup? {
        switch unit {
        case .dollars, .dollarsPerShare: .money
        case .fraction: .fraction
        case .ratio: .ratio
        case .shares: .shares
        case .contracts: .contracts
        case .days: .days
        case .count: .count
        case .date: .date
        case .text: nil
        }
    }

    /// A level that a fact gives in a word.
    struct Level {
        let label: Int
        let group: Int
        /// In lower case.
        let word: String
        let id: String
    }

    /// A state that a fact gives in words of two kinds, each with its opposite: `BULL HIGH_VOL`.
    struct State {
        let label: Int
        let group: Int
        /// In lower case.
        let words: [String]
        let id: String
    }

    mutating func note(state text: String, _ label: Int, _ group: Int, _ id: String) {
        guard labels[label].words.first == "regime", text.utf8.count <= 32 else { return }
        let words = text.lowercased().split { !$0.isLetter }.map(String.init)
        states.append(State(label: label, group: group, words: words, id: id))
    }

    mutating func note(level text: String, _ label: Int, _ group: Int, _ id: String) {
        guard text.utf8.count >= 3, text.utf8.allSatisfy({ $0 >= 65 && $0 <= 90 }), labels[label].words.last == "level"
        else { return }
        levels.append(Level(label: label, group: group, word: text.lowercased(), id: id))
        levelWords.insert(text.lowercased())
    }
}
