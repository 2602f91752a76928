extension GroundingReport {
    /// The sentences of a draft in which nothing was found that data could hold: no figure, date, name or citation, and no claim
    /// that the check can read. They may be right or wrong.
    ///
    /// Titles, table rows, quotes, and fragments of less than four words are left out.
    public func unchecked(in draft: Draft) -> [String] {
        let scanner = FigureScanner()
        return draft.segments.enumerated().flatMap { number, segment -> [String] in
            guard case .prose(let prose) = segment.content else { return [] }
            let ranges = figures.filter { $0.segment == number }.map(\.range)
            var offset = 0
            return prose.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).flatMap { line in
                let text = TokenizedText(String(Substring(line)), scanner: scanner)
                let start = offset
                offset += line.count + 1
                return text.sentences.indices.compactMap { rank -> String? in
                    guard text.sentences[rank].count(where: { $0.kind == .word }) >= 4 else { return nil }
                    let range = text.byteRange(ofSentence: rank)
                    let place = range.lowerBound + start..<range.upperBound + start
                    guard !ranges.contains(where: place.overlaps) else { return nil }
                    return String(decoding: Array(line)[range], as: UTF8.self).trimmed
                }
            }
        }
    }
}
