public import Evidence
import Storage

extension DocumentSearch {
    /// What a reader of `result` is best given: its passages, best first, with at most `budget` word pieces by estimate.
    ///
    /// Passages that stand side by side become one. While there is room, a table that a passage has a part of is made whole,
    /// then a passage that ends inside a sentence gets the chunk that goes on. A passage without room is left out, and a shorter
    /// one after it may still be taken.
    /// - Throws: `StorageError`.
    public func context(of result: SearchResult, within budget: Int) throws -> [Passage] {
        var assembly = ContextAssembly(budget: budget) { id in
            // What a search finds was held to its checksum; what stands beside it was not.
            try self.store.damagedChunks(among: [id], digest: DocumentReader.digest).isEmpty
                ? self.store.chunks([id])[id] : nil
        }
        for hit in result.hits { assembly.add(hit) }
        try assembly.completeTables()
        try assembly.completeSentences()
        return assembly.passages
    }
}

/// Passages that grow together within a budget.
struct ContextAssembly {
    /// Chunks of a document that follow each other.
    private struct Run {
        var passage: Passage
        var chunks: ClosedRange<Int64>
        var documentID: Int64
    }

    private var runs: [Run] = []
    private var rest: Int
    private let chunk: (Int64) throws -> ChunkRecord?

    init(budget: Int, chunk: @escaping (Int64) throws -> ChunkRecord?) {
        rest = budget
        self.chunk = chunk
    }

    var passages: [Passage] { runs.map(\.passage) }

    /// Takes a hit where there is room.
    mutating func add(_ hit: SearchHit) {
        let passage = hit.passage
        guard !runs.contains(where: { $0.documentID == hit.documentID && $0.chunks.contains(hit.chunkID) }) else {
            return
        }
        let prefix = ChunkPrefix.text(title: passage.title, headings: passage.headings)
        let pieces = ChunkMeasure.estimate.pieces(in: prefix) + ChunkMeasure.estimate.pieces(in: passage.text)
        guard pieces <= rest else { return }
        rest -= pieces
        runs.append(
            Run(
                passage: passage,
                chunks: hit.chunkID...hit.chunkID,
                documentID: hit.documentID
            )
        )
        mergeAdjacent()
    }

    /// Adds the other rows of tables of which a passage has some; none of a table that has no room as a whole, for a part of the others
    /// would only stand in front of the rows that were found. Passages with parts of the same table become one.
    mutating func completeTables() throws {
        // A run that has become part of another one is not looked at again.
        for run in runs {
            let before = (runs: runs, rest: rest)
            var size: Int?
            while let index = place(of: run), size != runs[index].passage.text.utf8.count {
                size = runs[index].passage.text.utf8.count
                try growTable(at: index)
                // It may have come to a run that has other rows of the table, behind which there are more.
                mergeAdjacent()
            }
            guard let index = place(of: run), try isTableCut(at: index) else { continue }
            (runs, rest) = before
        }
        mergeAdjacent()
    }

    /// Where the run is now that has the first chunk of `run`.
    private func place(of run: Run) -> Int? {
        runs.firstIndex { $0.documentID == run.documentID && $0.chunks.contains(run.chunks.lowerBound) }
    }

    /// Adds the chunk after one that ends inside a sentence.
    mutating func completeSentences() throws {
        for index in runs.indices {
            let text = runs[index].passage.text
            guard !SentenceBreaks.endsSentence(text[...]),
                !Self.endsInTable(text)
            else { continue }
            _ = try extend(index, forward: true) { _ in true }
        }
        mergeAdjacent()
    }

    private mutating func growTable(at index: Int) throws {
        while Self.endsInTable(runs[index].passage.text),
            try extend(index, forward: true, where: { Self.beginsInTable($0.text) })
        {}
        while Self.beginsInTable(runs[index].passage.text),
            try extend(index, forward: false, where: { Self.endsInTable($0.text) })
        {}
    }

    /// Whether a table that a run has rows of goes on beyond it.
    private func isTableCut(at index: Int) throws -> Bool {
        let text = runs[index].passage.text
        if Self.endsInTable(text), let next = try neighbour(of: index, forward: true), Self.beginsInTable(next.text) {
            return true
        }
        guard Self.beginsInTable(text), let last = try neighbour(of: index, forward: false) else { return false }
        return Self.endsInTable(last.text)
    }

    private static func endsInTable(_ text: String) -> Bool {
        isTableRow(text.split(whereSeparator: \.isNewline).last)
    }

    private static func beginsInTable(_ text: String) -> Bool {
        isTableRow(text.split(whereSeparator: \.isNewline).first)
    }

    /// The chunk after or before a run, if it goes on under the same headings without a gap and is in no other run.
    private func neighbour(of index: Int, forward: Bool) throws -> ChunkRecord? {
        let run = runs[index]
        let id = forward ? run.chunks.upperBound + 1 : run.chunks.lowerBound - 1
        let isTaken = runs.contains { $0.documentID == run.documentID && $0.chunks.contains(id) }
        guard !isTaken, let next = try chunk(id), next.documentID == run.documentID,
            Self.standTogether((next.headings, next.text), (run.passage.headings, run.passage.text))
        else { return nil }
        let isAdjacent =
            forward
            ? next.lines.lowerBound <= run.passage.lines.upperBound + 1
            : run.passage.lines.lowerBound <= next.lines.upperBound + 1
        return isAdjacent ? next : nil
    }

    /// Adds the chunk after or before a run, if there is one that is wanted and has room.
    private mutating func extend(_ index: Int, forward: Bool, where isWanted: (ChunkRecord) -> Bool) throws -> Bool {
        let run = runs[index]
        guard let next = try neighbour(of: index, forward: forward) else { return false }
        let id = forward ? run.chunks.upperBound + 1 : run.chunks.lowerBound - 1
        let pieces = ChunkMeasure.estimate.pieces(in: next.text)
        guard isWanted(next), pieces <= rest else { return false }
        rest -= pieces
        var added = run.passage
        (added.text, added.lines, added.headings) = (next.text, next.lines, next.headings)
        runs[index].passage = forward ? Self.joined(run.passage, added) : Self.joined(added, run.passage)
        runs[index].chunks = forward ? run.chunks.lowerBound...id : id...run.chunks.upperBound
        return true
    }

    /// Makes one of runs that stand side by side, in the place of the better one.
    private mutating func mergeAdjacent() {
        var index = 0
        while index < runs.count {
            let run = runs[index]
            let other = runs.indices.dropFirst(index + 1).first { place in
                let other = runs[place]
                return run.documentID == other.documentID
                    && Self.standTogether(
                        (run.passage.headings, run.passage.text),
                        (other.passage.headings, other.passage.text)
                    )
                    && (run.chunks.upperBound + 1 == other.chunks.lowerBound
                        || other.chunks.upperBound + 1 == run.chunks.lowerBound)
            }
            guard let other else {
                index += 1
                continue
            }
            let added = runs.remove(at: other)
            let isAfter = run.chunks.upperBound < added.chunks.lowerBound
            let (first, second) = isAfter ? (run, added) : (added, run)
            var passage = Self.joined(first.passage, second.passage)
            passage.score = max(run.passage.score, added.passage.score)
            runs[index] = Run(
                passage: passage,
                chunks: first.chunks.lowerBound...second.chunks.upperBound,
                documentID: run.documentID
            )
        }
    }

    private static func joined(_ first: Passage, _ second: Passage) -> Passage {
        var passage = first
        let distance = second.lines.lowerBound - first.lines.upperBound
        // Parts of one long line carry their own spaces; between others there may have been blank lines.
        let gap = distance > 1 || haveRowsApart(first.text, second.text) ? "\n\n" : "\n"
        passage.text += (distance <= 0 ? "" : gap) + second.text
        passage.lines = first.lines.lowerBound...max(first.lines.upperBound, second.lines.upperBound)
        return passage
    }

    /// Whether two chunks stand under the same headings, but for the names of columns that rows have which go on with a table.
    private static func standTogether(
        _ one: (headings: [String], text: String),
        _ other: (headings: [String], text: String)
    ) -> Bool {
        if one.headings == other.headings { return true }
        let (short, long) = one.headings.count < other.headings.count ? (one, other) : (other, one)
        return long.headings.dropLast() == short.headings[...] && long.headings.last?.contains(" | ") == true
            && isTableRow(long.text.split(separator: "\n", maxSplits: 1).first)
    }

    /// Whether rows of a table that stand in paragraphs of their own meet where two texts do.
    private static func haveRowsApart(_ first: String, _ second: String) -> Bool {
        let above = first.split(separator: "\n", omittingEmptySubsequences: false)
        let below = second.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard isTableRow(above.last), isTableRow(below.first) else { return false }
        return above.dropLast().last?.isEmpty == true || (below.count > 1 && below[1].isEmpty)
    }

    private static func isTableRow(_ line: Substring?) -> Bool {
        guard let line else { return false }
        return line.count { $0 == "|" } >= 2 || line.contains("\t")
    }
}
