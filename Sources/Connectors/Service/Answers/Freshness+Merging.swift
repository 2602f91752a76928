public import Evidence

extension Freshness {
    /// How current a value is that was put together from several: as the least current of them.
    public static func least(of all: [Freshness]) -> Freshness {
        let reasons = all.compactMap { freshness -> String? in
            guard case .stale(let reason) = freshness else { return nil }
            return reason
        }
        if !reasons.isEmpty { return .stale(reason: unique(reasons).joined(separator: ". ")) }
        let ages = all.compactMap { freshness -> Int? in
            guard case .cached(let age) = freshness else { return nil }
            return age
        }
        return ages.max().map(Freshness.cached) ?? .live
    }
}
