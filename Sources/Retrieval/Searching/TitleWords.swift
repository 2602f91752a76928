import Foundation

/// A title taken apart: what it is the name of, what kind of report it is, and of when.
struct TitleWords: Hashable {
    /// The title as it stands.
    let title: String
    /// Its words in lower case; a quarter of a year is two.
    let words: [String]
    /// The years among them.
    let years: Set<String>
    /// The words that name whom or what it is about.
    let name: [String]

    init(_ title: String) {
        self.title = title
        words = Self.parts(of: title.lowercased()).flatMap { word -> [String] in
            guard let period = FiscalPeriod(word), let year = period.year else { return [word] }
            return [year] + (period.quarter.map { ["q\($0)"] } ?? [])
        }
        years = Set(words.filter(FiscalPeriod.isYear))
        name = words.filter { !Self.isKind($0) && !FiscalPeriod.isYear($0) && FiscalPeriod($0) == nil }
    }

    private static func parts(of title: String) -> [String] {
        let bytes = title.utf8
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            // However its letters are put together: words are compared by their bytes, too.
            return title.precomposedStringWithCanonicalMapping.split { !($0.isLetter || $0.isNumber) }.map {
                String($0)
            }
        }
        // The same by bytes, for a search takes hundreds of titles apart.
        return bytes.split { !((0x61...0x7A).contains($0) || (0x30...0x39).contains($0)) }.map { String(Substring($0)) }
    }

    /// Words that say of what kind a report is, and nothing of whom it is about.
    private static let kinds: Set = [
        "10k", "10q", "8k", "20f", "40f", "6k", "annual", "quarterly", "report", "earnings", "form", "filing",
        "release",
    ]

    /// Whether `word` says of what kind a report is.
    static func isKind(_ word: String) -> Bool { kinds.contains(word) }

    /// What documents have in common that differ in their year alone.
    var series: [String] { words.filter { !FiscalPeriod.isYear($0) } }
}
