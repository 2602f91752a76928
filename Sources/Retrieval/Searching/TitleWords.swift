/// A title taken apart: what it is the name of, what kind of report it is, and of when.
struct TitleWords: Hashable {
    /// The title as it stands.
    let title: String
    /// Its words in lower case; a quarter of a year is two.
    let words: [String]
    /// The years among them.
    let years: Set<String>

    init(_ title: String) {
        self.title = title
        words = title.lowercased().split { !($0.isLetter || $0.isNumber) }.flatMap { part -> [String] in
            let word = String(part)
            guard let period = FiscalPeriod(word), let year = period.year else { return [word] }
            return [year] + (period.quarter.map { ["q\($0)"] } ?? [])
        }
        years = Set(words.filter(FiscalPeriod.isYear))
    }

    /// Words that say of what kind a report is, and nothing of whom it is about.
    private static let kinds: Set = [
        "10k", "10q", "8k", "20f", "40f", "6k", "annual", "quarterly", "report", "earnings", "form", "filing",
        "release",
    ]

    /// Whether `word` says of what kind a report is.
    static func isKind(_ word: String) -> Bool { kinds.contains(word) }

    /// The words that name whom or what it is about.
    var name: [String] {
        words.filter { !Self.isKind($0) && !FiscalPeriod.isYear($0) && FiscalPeriod($0) == nil }
    }

    /// What documents have in common that differ in their year alone.
    var series: [String] { words.filter { !FiscalPeriod.isYear($0) } }
}
