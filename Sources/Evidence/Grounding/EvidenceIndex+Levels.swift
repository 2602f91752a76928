/// Levels that facts give in a word.
extension EvidenceIndex {
    /// A level that a fact gives in a word.
    struct Level {
        let label: Int
        let group: Int
        /// In lower case.
        let word: String
        let id: String
    }

    mutating func note(level text: String, _ label: Int, _ group: Int, _ id: String) {
        guard text.utf8.count >= 3, text.utf8.allSatisfy({ $0 >= 65 && $0 <= 90 }), labels[label].words.last == "level"
        else { return }
        levels.append(Level(label: label, group: group, word: text.lowercased(), id: id))
        levelWords.insert(text.lowercased())
    }
}
