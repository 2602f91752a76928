/// Leaves one of several hits that say the same.
enum NearDuplicates {
    /// From this share of common words on two texts say the same.
    private static let threshold = 0.9

    /// `hits` without those that nearly repeat one before them.
    static func removed(from hits: [SearchHit]) -> [SearchHit] {
        var kept: [(hit: SearchHit, words: Set<Substring>)] = []
        for hit in hits {
            let words = Set(hit.passage.text.split { !($0.isLetter || $0.isNumber) })
            let repeats = kept.contains { other in
                let common = words.intersection(other.words).count
                let all = words.count + other.words.count - common
                return all > 0 && Double(common) >= threshold * Double(all)
            }
            if !repeats { kept.append((hit, words)) }
        }
        return kept.map(\.hit)
    }
}
