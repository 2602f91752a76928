import Evidence
import Foundation

extension NewsItem {
    /// The headlines of several sources, the latest first, each once: those with the same address, or with the same words
    /// within a day, are the same. The source that comes first keeps its own.
    static func merged(_ lists: [[NewsItem]]) -> [NewsItem] {
        var addresses: Set<String> = []
        var headlines: [String: [Date]] = [:]
        var merged: [NewsItem] = []
        for item in lists.joined() {
            let words = item.headline.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
            let isKnown = headlines[words, default: []].contains { abs($0.timeIntervalSince(item.published)) < 86_400 }
            if let url = item.url, !addresses.insert(url).inserted { continue }
            if isKnown { continue }
            headlines[words, default: []].append(item.published)
            merged.append(item)
        }
        return merged.sorted { $0.published > $1.published }
    }
}

extension ServedBySource {
    /// One answer made of all of them, as current as the least current.
    func merged<Other: Sendable>(_ merge: ([Value]) -> Other) -> Served<Other> {
        Served<Other>(
            value: merge(values),
            source: unique(answers.map(\.source)).joined(separator: ", "),
            connector: answers.map(\.connector).joined(separator: ", "),
            asOf: answers.compactMap(\.asOf).min(),
            fetchedAt: answers.map(\.fetchedAt).min() ?? .distantPast,
            freshness: Freshness.least(of: answers.map(\.freshness)),
            failures: unique(failures + answers.flatMap(\.failures)),
            notes: unique(answers.flatMap(\.notes))
        )
    }
}
