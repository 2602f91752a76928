/// Leaves one of several hits that say the same.
enum NearDuplicates {
    /// From this share of common words on two texts say the same.
    private static let threshold = 0.9

    /// The first `limit` of `chunks`, without those that nearly repeat one before them.
    static func removed(from chunks: [RankedChunk], limit: Int) -> [RankedChunk] {
        var kept: [RankedChunk] = []
        var seen: [[UInt64]] = []
        for chunk in chunks where kept.count < limit {
            let words = digests(ofWordsIn: chunk.chunk.text)
            guard !seen.contains(where: { saysTheSame($0, words) }) else { continue }
            kept.append(chunk)
            seen.append(words)
        }
        return kept
    }

    private static func saysTheSame(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        let (fewer, more) = (min(left.count, right.count), max(left.count, right.count))
        guard more > 0, Double(fewer) >= threshold * Double(more) else { return false }
        var common = 0
        var (leftIndex, rightIndex) = (0, 0)
        while leftIndex < left.count, rightIndex < right.count {
            if left[leftIndex] == right[rightIndex] {
                common += 1
                leftIndex += 1
                rightIndex += 1
            } else if left[leftIndex] < right[rightIndex] {
                leftIndex += 1
            } else {
                rightIndex += 1
            }
        }
        return Double(common) >= threshold * Double(left.count + right.count - common)
    }

    /// A number for each different word, in rising order.
    private static func digests(ofWordsIn text: String) -> [UInt64] {
        let start: UInt64 = 14_695_981_039_346_656_037
        var digests: Set<UInt64> = []
        var digest = start
        for byte in text.utf8 {
            let isLetter = byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
            if isLetter {
                digest = (digest ^ UInt64(byte)) &* 1_099_511_628_211
            } else if digest != start {
                digests.insert(digest)
                digest = start
            }
        }
        if digest != start { digests.insert(digest) }
        return digests.sorted()
    }
}
