/// The words of a question in the form in which the full-text index knows them, which texts are searched for.
struct QuestionVocabulary {
    /// Each stem once.
    let stems: [String]
    /// The stems of each word of the question, by their places in `stems`.
    let words: [[Int32]]
    /// The same of the names that parts of the question also have, group after group.
    let names: [[Int32]]

    /// - Parameter stems: Gives the stems of each of some texts.
    init(_ question: QueryTerms, stems: ([String]) throws -> [[String]]) rethrows {
        let rows = try stems(question.words.map(\.text) + question.synonymGroups.flatMap(\.names))
        var numbers: [String: Int32] = [:]
        var all: [String] = []
        let numbered = rows.map { row in
            row.map { stem in
                if let known = numbers[stem] { return known }
                let number = Int32(all.count)
                all.append(stem)
                numbers[stem] = number
                return number
            }
        }
        self.stems = all
        words = Array(numbered.prefix(question.words.count))
        names = Array(numbered.dropFirst(question.words.count))
    }
}
