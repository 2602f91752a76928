import Foundation
import Storage
import Testing

@Suite struct IndexStoreTests {
    let store: IndexStore
    let weights = IndexStore.ColumnWeights(title: 1, headings: 1, text: 1)

    init() throws {
        store = IndexStore(database: try Storage.Database())
    }

    private func chunk(_ text: String, hash: UInt8, title: String = "Title", headings: [String] = []) -> ChunkRecord {
        ChunkRecord(title: title, headings: headings, text: text, lines: 1...2, hash: Data([hash, 1, 2]))
    }

    private func document(_ path: String, in collection: String = "documents") -> DocumentRecord {
        DocumentRecord(
            collection: collection,
            path: path,
            title: "Title",
            size: 10,
            modifiedAt: 1_790_000_000_123_456_789,
            contentHash: Data([1]),
            recipe: "r1",
            indexedAt: Date(timeIntervalSince1970: 100),
            note: "odd"
        )
    }

    private func texts(_ phrases: [String], in collections: [String]? = nil, limit: Int = 10) throws -> [String] {
        let matches = try store.matches(anyOf: phrases, weights: weights, in: collections, limit: limit)
        let chunks = try store.chunks(matches.map(\.chunkID))
        return matches.compactMap { chunks[$0.chunkID]?.text }
    }

    private func vectors(_ encoder: String) throws -> [Int64: [Float]] {
        var vectors: [Int64: [Float]] = [:]
        let stored = try store.vectors(encoder: encoder, dimension: 2)
        for (row, id) in stored.chunkIDs.enumerated() {
            vectors[id] = stored.components[(row * 2)..<(row * 2 + 2)].map { Float($0) * stored.scales[row] }
        }
        return vectors
    }

    @Test func aDocumentComesBackWithItsChunks() throws {
        let id = try store.put(
            document("a.md"),
            chunks: [chunk("one", hash: 1, headings: ["A", "B › C"]), chunk("two", hash: 2)]
        )
        let stored = try #require(try store.documents(in: "documents").first)
        #expect(stored.id == id)
        #expect(stored.chunkCount == 2)
        #expect(stored.modifiedAt == 1_790_000_000_123_456_789)
        #expect(stored.note == "odd")
        let chunks = try store.chunks(ofDocument: id)
        #expect(chunks.map(\.text) == ["one", "two"])
        #expect(chunks.map(\.headings) == [["A", "B › C"], []])
        #expect(chunks[0].lines == 1...2)
        #expect(chunks[0].documentID == id)
        #expect(try store.chunks([chunks[1].id, 77]) == [chunks[1].id: chunks[1]])
        #expect(try store.documents([id, 5]).keys.sorted() == [id])
        let counts = try #require(try store.counts()["documents"])
        #expect(counts.documents == 1)
        #expect(counts.chunks == 2)
    }

    @Test func puttingAgainReplacesChunksEverywhere() throws {
        try store.put(document("a.md"), chunks: [chunk("old words", hash: 1)])
        try store.put(document("a.md"), chunks: [chunk("new words", hash: 2), chunk("more", hash: 3)])
        #expect(try texts(["old"]).isEmpty)
        #expect(try texts(["new"]) == ["new words"])
        #expect(try store.documents().count == 1)
        try store.put(document("a.md", in: "concepts"), chunks: [chunk("another", hash: 4)])
        #expect(try store.documents().count == 2, "the same path in another collection is another document")
    }

    @Test func removedDocumentsLeaveTheIndex() throws {
        let id = try store.put(document("a.md"), chunks: [chunk("words", hash: 1)])
        try store.remove([id])
        #expect(try texts(["words"]).isEmpty)
        #expect(try store.documents().isEmpty)
        #expect(try store.database.health().problems == [])
    }

    @Test func theGenerationRisesWithEveryChange() throws {
        let start = try store.generation()
        let id = try store.put(document("a.md"), chunks: [chunk("words", hash: 1)])
        let afterPut = try store.generation()
        try store.touch([IndexStore.Touch(id, size: 11, modifiedAt: 5)])
        #expect(try store.generation() == afterPut)
        #expect(try store.documents().first?.size == 11)
        try store.remove([id])
        #expect(start < afterPut)
        #expect(try store.generation() > afterPut)
    }

    // MARK: - Search

    @Test func wordsAreFoundInAnyFormAndPhrasesAsAWhole() throws {
        try store.put(
            document("a.md"),
            chunks: [
                chunk("Early assignments of covered calls", hash: 1), chunk("The café's résumé", hash: 2),
                chunk("calls that are covered", hash: 3), chunk("Form 10-K and AT&T", hash: 4),
            ]
        )
        #expect(try texts(["assigned"]) == ["Early assignments of covered calls"])
        #expect(try texts(["CAFE"]) == ["The café's résumé"])
        #expect(try texts(["covered call"]) == ["Early assignments of covered calls"])
        #expect(try texts(["10-K"]) == ["Form 10-K and AT&T"])
        #expect(try texts(["at&t"]) == ["Form 10-K and AT&T"])
        #expect(
            try store.words(of: ["Calls, ASSIGNED résumé 10-K", ""]) == [["call", "assign", "resum", "10", "k"], []]
        )
        #expect(try store.frequencies(of: ["covered", "nothing"]) == [2, 0])
        #expect(try store.chunkCount() == 4)
        let stems = ["call", "cover"]
        #expect(
            try store.positions(of: stems, in: ["Calls that are COVERED", "", "naïve recall"])
                == [[0, -1, -1, 1], [], [-1, -1]]
        )
    }

    @Test func aCommonWordIsCounted() throws {
        // Every second chunk has the word, in two collections.
        for name in ["documents", "concepts"] {
            let chunks = (0..<6_000).map { number in
                ChunkRecord(
                    title: "t",
                    headings: [],
                    text: number.isMultiple(of: 2) ? "common word" : "another",
                    lines: 1...1,
                    hash: withUnsafeBytes(of: number) { Data($0) }
                )
            }
            try store.put(document("\(name).md", in: name), chunks: chunks)
        }
        #expect(try store.frequencies(of: ["common", "another", "absent"]) == [6_000, 6_000, 0])
        #expect(try store.chunkCount() == 12_000)
    }

    @Test func titlesNarrowASearch() throws {
        try store.put(document("a.md"), chunks: [chunk("net sales", hash: 1, title: "BOEING 2022 10K")])
        try store.put(document("b.md"), chunks: [chunk("net sales", hash: 2, title: "BOEING 2021 10K")])
        try store.put(document("c.md"), chunks: [chunk("boeing 2022 10k net sales", hash: 3, title: "Other")])
        let named = try store.matches(anyOf: ["sales"], weights: weights, titled: ["boeing 2022"], limit: 9)
        #expect(try named.map { try store.chunks([$0.chunkID])[$0.chunkID]?.title } == ["BOEING 2022 10K"])
        #expect(try store.matches(anyOf: ["costs"], weights: weights, titled: ["boeing 2022"], limit: 9).isEmpty)
        #expect(try store.chunkIDs(titled: ["BOEING 2022 10K"], limit: 9) == named.map(\.chunkID))
        #expect(try store.chunkIDs(titled: ["boeing"], in: ["concepts"], limit: 9).isEmpty)
        #expect(try store.frequencies(of: ["boeing", "other", "sales"], inTitles: true) == [2, 1, 0])
        for title in ["\"", "a) OR (b", "", "*", "\0"] {
            #expect(throws: Never.self) { try store.matches(anyOf: ["x"], weights: weights, titled: [title], limit: 1) }
            #expect(throws: Never.self) { try store.chunkIDs(titled: [title], limit: 1) }
        }
    }

    @Test(arguments: [
        "\"", "\"\"", "a\" OR \"b", "*", "NEAR(a b)", "title:words", "-words", "^words", "(", ")", "a AND", "NOT", "OR",
        "$", "c++", "\0", "{a}", "+", "':", ";DROP TABLE chunks", "🙂", "a\u{0}b",
    ])
    func whatTheUserTypesIsNeverSyntax(phrase: String) throws {
        try store.put(document("a.md"), chunks: [chunk("words", hash: 1)])
        #expect(throws: Never.self) { try texts([phrase]) }
        #expect(throws: Never.self) { try store.frequencies(of: [phrase]) }
        #expect(try texts([phrase, "words"]) == ["words"])
    }

    @Test func theWeightsDecideBetweenTitleAndText() throws {
        try store.put(document("a.md"), chunks: [chunk("wheel wheel wheel", hash: 1, title: "Other")])
        try store.put(document("b.md"), chunks: [chunk("something of three words", hash: 2, title: "Wheel")])
        let heavyTitle = IndexStore.ColumnWeights(title: 10, headings: 1, text: 1)
        let byTitle = try store.matches(anyOf: ["wheel"], weights: heavyTitle, limit: 2)
        let heavyText = IndexStore.ColumnWeights(title: 0.1, headings: 1, text: 1)
        let byText = try store.matches(anyOf: ["wheel"], weights: heavyText, limit: 2)
        #expect(byTitle.map(\.chunkID) == byText.map(\.chunkID).reversed())
        #expect(byTitle[0].score > byTitle[1].score)
    }

    @Test func aSearchKeepsToItsCollections() throws {
        for index in 0..<20 {
            try store.put(document("d\(index).md"), chunks: [chunk("wheel", hash: UInt8(index))])
        }
        try store.put(document("c.md", in: "concepts"), chunks: [chunk("the wheel of fortune and more", hash: 99)])
        #expect(try texts(["wheel"], in: ["concepts"], limit: 5) == ["the wheel of fortune and more"])
        #expect(try texts(["wheel"], in: ["documents"], limit: 50).count == 20)
        #expect(try texts(["wheel"], limit: 50).count == 21)
        #expect(try texts(["wheel"], in: ["concepts", "documents"], limit: 50).count == 21)
        #expect(try texts(["wheel"], in: ["unknown"]).isEmpty)
        #expect(try texts(["wheel"], in: []).isEmpty)
        #expect(try texts([]).isEmpty)
    }

    // MARK: - Vectors

    @Test func equalChunksShareTheirVector() throws {
        try store.put(document("a.md"), chunks: [chunk("same", hash: 1), chunk("only", hash: 2)])
        try store.put(document("b.md"), chunks: [chunk("same", hash: 1)])
        #expect(try store.pendingCount(encoder: "e") == 2)
        #expect(try store.pendingChunks(encoder: "e", limit: 10).chunks.map(\.text) == ["same", "only"])
        try store.add(
            [VectorRecord(hash: Data([1, 1, 2]), scale: 0.5, components: [-128, 127])],
            encoder: "e",
            dimension: 2
        )
        #expect(try store.pendingCount(encoder: "e") == 1)
        #expect(try store.pendingCount(encoder: "other") == 2)
        let same = try store.matches(anyOf: ["same"], weights: weights, limit: 5).map(\.chunkID)
        #expect(try vectors("e") == [same[0]: [-64, 63.5], same[1]: [-64, 63.5]])
        #expect(try vectors("other").isEmpty)
    }

    @Test func packedVectorsAreThoseOfTheChunks() throws {
        let count = 300
        for name in ["a.md", "b.md", "c.md"] {
            let chunks = (0..<count).map { number in
                // Hashes in another order than the chunks, and chunks that two documents share.
                let hash = UInt32(truncatingIfNeeded: (number * 7_919 + name.utf8.count) % 1_009)
                return ChunkRecord(
                    title: "t",
                    headings: [],
                    text: "text \(number)",
                    lines: 1...1,
                    hash: withUnsafeBytes(of: hash) { Data($0) }
                )
            }
            try store.put(document(name), chunks: chunks)
        }
        let pending = try store.pendingChunks(encoder: "e", limit: 10_000).chunks
        // One chunk has no vector.
        let records = pending.dropLast().enumerated().map { index, chunk in
            VectorRecord(
                hash: chunk.hash,
                scale: 1 / Float(index + 1),
                components: [Int8(truncatingIfNeeded: index), Int8(chunk.hash[0] % 100)]
            )
        }
        try store.add(records, encoder: "e", dimension: 2)
        let single = try vectors("e")
        #expect(single.count == 3 * (count - 1))
        try store.packVectors(encoder: "e", minimum: 1)
        #expect(try vectors("e") == single)
        let packed = try store.vectors(encoder: "e", dimension: 2)
        #expect(packed.chunkIDs == packed.chunkIDs.sorted())
        #expect(try packed.generation == store.generation())
        // What changes afterwards is seen, with and without a new pack.
        let gone = try #require(try store.documents(in: "documents").first)
        try store.remove([gone.id])
        let rest = try vectors("e")
        #expect(rest.count == 2 * (count - 1))
        #expect(rest.allSatisfy { single[$0.key] == $0.value })
        try store.packVectors(encoder: "e", minimum: 1)
        #expect(try vectors("e") == rest)
        #expect(throws: Never.self) { try store.packVectors(encoder: "none", minimum: 1) }
    }

    @Test func aRareWordIsWorthMoreThanACommonOneThatIsThereOften() throws {
        try store.put(document("a.md"), chunks: [chunk("sales sales sales sales", hash: 1)])
        try store.put(document("b.md"), chunks: [chunk("a theta here", hash: 2)])
        let matches = try store.matches(anyOf: ["sales", "theta"], worths: [1, 4], weights: weights, limit: 9)
        #expect(try matches.compactMap { try store.chunks([$0.chunkID])[$0.chunkID]?.text.last } == ["e", "s"])
        // Four of the same word: 4 / 4.6 of what it is worth; one: 1 / 1.6.
        #expect(abs(matches[0].score - 4 / 1.6) < 1e-9)
        #expect(abs(matches[1].score - 4 / 4.6) < 1e-9)
    }

    @Test func vectorsOutliveTheirDocumentUntilTheyAreSweptUp() throws {
        let id = try store.put(document("a.md"), chunks: [chunk("words", hash: 1)])
        let vector = VectorRecord(hash: Data([1, 1, 2]), scale: 1, components: [1, 2])
        try store.add([vector], encoder: "e", dimension: 2)
        try store.remove([id])
        try store.put(document("moved.md"), chunks: [chunk("words", hash: 1)])
        #expect(try store.pendingCount(encoder: "e") == 0)
        try store.removeUnusedVectors()
        #expect(try store.pendingCount(encoder: "e") == 0)
        try store.put(document("moved.md"), chunks: [])
        try store.removeUnusedVectors()
        try store.put(document("moved.md"), chunks: [chunk("words", hash: 1)])
        #expect(try store.pendingCount(encoder: "e") == 1)
    }

    @Test func whatBytesLeaveOutIsKeptBesideThemAndLeavesWithThem() throws {
        let id = try store.put(document("a.md"), chunks: (1...4).map { chunk("words \($0)", hash: $0) })
        let chunks = try store.chunks(ofDocument: id)
        func vector(_ index: Int, _ residuals: [Int8]) -> VectorRecord {
            VectorRecord(hash: chunks[index].hash, scale: 1, components: [1, 2, 3], residuals: residuals)
        }
        func kept() throws -> [Data?] {
            try store.residuals(ofChunks: chunks.map(\.id).reversed() + [-1], encoder: "e", dimension: 3).reversed()
        }
        #expect(try kept() == [nil, nil, nil, nil, nil])
        try store.add([vector(0, [21, -3, 127]), vector(1, [])], encoder: "e", dimension: 3)
        // What is there stays, and gets nothing that was made of other bytes.
        try store.add(
            [vector(0, [9, 9, 9]), vector(1, [8, 8, 8]), vector(2, [7, 7, 7])],
            encoder: "e",
            dimension: 3
        )
        #expect(try kept() == [nil, Data([21, 253, 127]), nil, Data([7, 7, 7]), nil])
        #expect(try store.residuals(ofChunks: [chunks[0].id], encoder: "other", dimension: 3) == [nil])
        for wrong in [[Int8](repeating: 0, count: 2), [1, 2, 3, 4]] {
            let error = #expect(throws: StorageError.self) {
                try store.add([vector(3, wrong)], encoder: "e", dimension: 3)
            }
            #expect(error?.code == .constraint)
        }
        try store.removeVectors(encoder: "e")
        try store.add([vector(0, []), vector(2, [])], encoder: "e", dimension: 3)
        #expect(try kept() == [nil, nil, nil, nil, nil])
    }

    @Test func vectorsOfAnotherDimensionAreRefused() throws {
        let vector = VectorRecord(hash: Data([1]), scale: 1, components: [1, 2])
        try store.add([vector], encoder: "e", dimension: 2)
        for dimension in [2, 3] {
            let error = #expect(throws: StorageError.self) {
                try store.add(
                    [VectorRecord(hash: Data([2]), scale: 1, components: [1, 2, 3])],
                    encoder: "e",
                    dimension: dimension
                )
            }
            #expect(error?.code == .constraint)
        }
    }

    @Test func commonWordsAreCountedOnceForAStateOfTheIndex() throws {
        let limit = IndexStore.commonFrequency
        let chunks = (0..<limit + 5).map { number in
            // One of them has the word twice; five lack it.
            let text = number < 5 ? "few" : number == 9 ? "companies, many companies" : "the company"
            return ChunkRecord(
                title: "Title",
                headings: [],
                text: text,
                lines: 1...1,
                hash: Data("\(number)".utf8)
            )
        }
        try store.put(document("a.md"), chunks: chunks)
        #expect(try store.commonWords().isEmpty)
        let vector = VectorRecord(hash: chunks[0].hash, scale: 1, components: [1, 2])
        try store.add([vector], encoder: "e", dimension: 2)
        try store.packVectors(encoder: "e", minimum: 1)
        // "the" stands in 999, the title's word in all.
        #expect(try store.commonWords() == ["compani": limit, "titl": limit + 5])
        #expect(try store.commonWords(inTitles: true) == ["titl": limit + 5])
        #expect(try store.frequencies(of: ["company", "title", "few"]) == [limit, limit + 5, 5])
        try store.put(document("b.md"), chunks: [chunk("the company again", hash: 200)])
        #expect(try store.commonWords().isEmpty)
        try store.packVectors(encoder: "e", minimum: 1)
        #expect(try store.commonWords()["compani"] == limit + 1)
        #expect(try store.commonWords()["the"] == limit)
    }

    /// By Unicode's full case folding, where one letter becomes several.
    @Test(arguments: [
        ("Straße", "strasse"), ("STRASSE", "straße"), ("STRA\u{1E9E}E", "Strasse"), ("o\u{FB03}ce hours", "office"),
        ("Of\u{FB01}ce", "OFFICE"), ("\u{FB02}ag", "flag"), ("be\u{FB06}", "best"), ("οδος", "ΟΔΟΣ"),
        ("ΟΔΟΣ", "οδος"), ("Congre\u{17F}s", "congress"), ("\u{580}\u{587}", "\u{580}\u{565}\u{582}"),
        ("\u{FB00}", "FF"), ("日本Straße語", "strasse"), ("Straße日本", "日本"),
    ])
    func lettersThatStandForSeveralAreFolded(text: String, asked: String) throws {
        try store.put(document("a.md"), chunks: [chunk("before \(text) after", hash: 1), chunk("other", hash: 2)])
        #expect(try texts([asked]) == ["before \(text) after"])
        #expect(try store.frequencies(of: [asked]) == [1])
        #expect(try store.inspect { $0.hash }.defects == [])
        // The words leave with the chunk.
        try store.put(document("a.md"), chunks: [chunk("nothing", hash: 3)])
        #expect(try texts([asked]) == [])
        #expect(try store.inspect { $0.hash }.defects == [])
    }

    @Test func otherLettersAreNotFolded() throws {
        try store.put(document("a.md"), chunks: [chunk("Maße und Cœur", hash: 1), chunk("Masse", hash: 2)])
        #expect(try texts(["coeur"]) == [])
        #expect(try Set(texts(["masse"])) == ["Maße und Cœur", "Masse"])
    }
}
