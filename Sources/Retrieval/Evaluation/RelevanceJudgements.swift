/// Which documents answer which questions, as people judged them.
public struct RelevanceJudgements: Hashable, Sendable {
    /// The grade of each judged document, by question; above 0 is relevant.
    public private(set) var grades: [String: [String: Int]] = [:]

    /// Judgements given one by one.
    public init(grades: [String: [String: Int]]) {
        self.grades = grades
    }

    /// Reads judgements as BEIR writes them (`query-id`, `corpus-id`, `score` between tabs, with or without those words in
    /// the first line) or as TREC does (`query-id 0 document-id grade`).
    /// - Parameter name: How errors call the text.
    /// - Throws: `RetrievalError.unreadableLine` for a line that is neither.
    public init(text: String, name: String) throws {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let isTabbed = line.contains("\t")
            let fields = line.split(whereSeparator: { isTabbed ? $0 == "\t" : $0.isWhitespace }).map(String.init)
            guard !fields.isEmpty else { continue }
            guard (3...4).contains(fields.count), let grade = Double(fields[fields.count - 1]), grade.isFinite,
                abs(grade) < 1e9
            else {
                if index == 0 { continue }
                throw RetrievalError.unreadableLine(
                    file: name,
                    line: index + 1,
                    wanted: "question, document and grade between tabs"
                )
            }
            grades[fields[0], default: [:]][fields[fields.count - 2]] = Int(grade)
        }
    }

    /// The questions that have a relevant document, in order of their ids.
    public var questions: [String] {
        grades.filter { $0.value.values.contains { $0 > 0 } }.keys.sorted()
    }
}
