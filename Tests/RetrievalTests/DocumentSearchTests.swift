import Evidence
import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Synchronization
import Testing

@Suite struct DocumentSearchTests {
    let folder: TemporaryFolder
    let store: IndexStore

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Database())
    }

    private func index(
        _ texts: [String: String],
        in collection: DocumentCollection = .documents,
        encoder: (any TextEncoder)? = FakeEncoder()
    ) async throws {
        let base = folder.path(collection.rawValue)
        for (name, text) in texts { try folder.write(text, to: "\(collection.rawValue)/\(name).md") }
        let now = Date(timeIntervalSince1970: 0)
        _ = try await Indexer(store: store, encoder: encoder).index([base], in: collection, relativeTo: base, now: now)
    }

    private func search(_ question: String, in collections: [DocumentCollection]? = nil, limit: Int = 8) async throws
        -> SearchResult
    {
        try await DocumentSearch(store: store, encoder: FakeEncoder()).search(question, in: collections, limit: limit)
    }

    private let three = [
        "assignment": "# Early assignment\n\nA short call may be assigned before the ex-dividend date.\n",
        "theta": "# Theta\n\nTime decay is fastest in the last weeks.\n",
        "margin": "# Margin\n\n## Requirements\n\nBuying power is what the broker lets one use.\n",
    ]

    @Test func aHitCanBeCited() async throws {
        try await index(three)
        let result = try await search("When is a short call assigned early?")
        let hit = try #require(result.hits.first)
        #expect(hit.passage.document == "assignment.md")
        #expect(hit.passage.title == "Early assignment")
        #expect(hit.passage.headings == ["Early assignment"])
        #expect(hit.passage.lines == 1...3)
        #expect(hit.passage.text.contains("ex-dividend"))
        #expect(hit.collection == .documents)
        #expect(hit.lexicalRank == 1)
        #expect(hit.coverage == 1)
        #expect(result.usedVectors)
        #expect(result.relevance == hit.passage.score)
        #expect(result.hits.map(\.score) == result.hits.map(\.score).sorted(by: >))
    }

    @Test func wordsAloneDoWithoutAnEncoder() async throws {
        try await index(three, encoder: nil)
        let result = try await DocumentSearch(store: store, encoder: nil).search("time decay", limit: 3)
        #expect(result.hits.first?.passage.document == "theta.md")
        #expect(result.hits.first?.cosine == nil)
        #expect(!result.usedVectors)
        #expect(result.isAnswered)
    }

    private static let unspaced = [
        "exercise": "# 提前行权\n\n看涨期权在除息日前可能被提前行权，卖方必须交付股票。\n",
        "decay": "# 时间价值\n\n期权的时间价值在到期前最后几周衰减最快，称为NVDA效应。\n",
        "cash": "# プット\n\nプットの売りには現金担保が必要です。株価が下がると割り当てられます。\n",
        "dividend": "# 배당\n\n배당락일 전에는 콜옵션이 일찍 행사될 수 있다.\n",
        "margin": "# มาร์จิ้น\n\nการขายพุตต้องมีเงินสดค้ำประกันในบัญชี\n",
    ]

    @Test(arguments: [
        ("什么时候会被提前行权？", "exercise"), ("时间价值", "decay"), ("NVDA效应", "decay"), ("現金担保とは", "cash"), ("割り当て", "cash"),
        ("배당락일", "dividend"), ("콜옵션 행사", "dividend"), ("เงินสดค้ำประกัน", "margin"), ("交付股票", "exercise"),
    ])
    func scriptsWithoutSpacesAreFoundByTheirParts(question: String, document: String) async throws {
        try await index(Self.unspaced, encoder: nil)
        let result = try await DocumentSearch(store: store, encoder: nil).search(question)
        #expect(result.hits.first?.passage.document == document + ".md")
        #expect(result.hits.first?.lexicalRank == 1)
    }

    @Test(arguments: [("配当とは何ですか", "dividend"), ("股息是什么", "payout")])
    func wordsThatAskInScriptsWithoutSpacesFindNothing(question: String, document: String) async throws {
        try await index(
            [
                "dividend": "# 配当\n\n権利落ち日に株価は配当の分だけ下がる。\n",
                "payout": "# 股息\n\n除息日当天股价会下跌。\n",
                "chat": "# 雑談\n\nこれは何ですか。それは何ですか。これとは何ですか。\n",
                "talk": "# 闲聊\n\n这是什么？那是什么？什么是什么？\n",
            ],
            encoder: nil
        )
        let result = try await DocumentSearch(store: store, encoder: nil).search(question)
        #expect(result.hits.map(\.passage.document) == [document + ".md"])
    }

    @Test func whatIsInNoneOfThemIsNotFound() async throws {
        try await index(Self.unspaced, encoder: nil)
        #expect(try await DocumentSearch(store: store, encoder: nil).search("税率").hits.isEmpty)
    }

    @Test func vectorsThatAreMissingDoNotHideWords() async throws {
        try await index(three, encoder: nil)
        let result = try await search("time decay")
        #expect(result.hits.first?.passage.document == "theta.md")
        #expect(!result.usedVectors)
    }

    @Test func abbreviationsFindTheLongForm() async throws {
        try await index(three, encoder: nil)
        let result = try await DocumentSearch(store: store, encoder: nil).search("bp")
        #expect(result.hits.map(\.passage.document) == ["margin.md"])
    }

    @Test func anUnrelatedQuestionIsNotAnswered() async throws {
        try await index(three)
        let related = try await search("early assignment of a short call")
        let unrelated = try await search("recipe for banana bread without sugar")
        #expect(related.isAnswered)
        #expect(!unrelated.isAnswered)
        #expect(unrelated.relevance < related.relevance)
    }

    @Test func aSearchKeepsToItsCollections() async throws {
        try await index(["a": "# Wheel\n\nFrom the owner's notes.\n"])
        try await index(["b": "# Wheel\n\nFrom the built-in knowledge.\n"], in: .concepts)
        #expect(try await search("wheel", in: [.concepts]).hits.map(\.passage.document) == ["b.md"])
        #expect(try await search("wheel", in: [.documents]).hits.map(\.passage.document) == ["a.md"])
        #expect(try await search("wheel").hits.count == 2)
        #expect(try await search("wheel", in: []).hits.isEmpty)
        #expect(try await search("wheel", in: [DocumentCollection(rawValue: "none")]).hits.isEmpty)
    }

    @Test func nearIdenticalTextsAreShownOnce() async throws {
        let text = "The wheel sells puts until assigned and then sells calls until the shares are called away again"
        try await index([
            "a": "# Wheel\n\n\(text).\n", "b": "# Wheel\n\n\(text)!\n", "c": "# Wheel\n\nSomething else.\n",
        ])
        #expect(try await search("wheel puts calls").hits.count == 2)
    }

    @Test(arguments: ["", "   ", "?!", "\0", "\" OR \"", "NEAR(", "🙂", "*", "a AND (b"])
    func anyTextIsAQuestion(question: String) async throws {
        try await index(three)
        await #expect(throws: Never.self) { try await search(question) }
    }

    @Test func anEmptyIndexHasNoHits() async throws {
        let result = try await search("wheel")
        #expect(result.hits.isEmpty)
        #expect(result.relevance == 0)
        #expect(!result.isAnswered)
    }

    @Test func theLimitIsKept() async throws {
        try await index(three)
        #expect(try await search("short call time decay buying power", limit: 2).hits.count == 2)
        #expect(try await search("short call", limit: 0).hits.isEmpty)
    }

    @Test func aChangeOfTheIndexIsSeenAndVectorsAreKeptOtherwise() async throws {
        try await index(three)
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        #expect(try await search.search("gamma scalping").hits.first?.passage.document != "gamma.md")
        try await index(["gamma": "# Gamma\n\nGamma scalping hedges delta.\n"])
        let found = try #require(try await search.search("gamma scalping").hits.first)
        #expect(found.passage.document == "gamma.md")
        #expect(found.cosine != nil)
        try FileManager.default.removeItem(atPath: folder.path("documents/gamma.md"))
        try await index([:])
        #expect(try await search.search("gamma scalping").hits.allSatisfy { $0.passage.document != "gamma.md" })
    }

    @Test func cosinesAreThoseOfTheEncoder() async throws {
        try await index(["a": "# Alpha\n\nbeta gamma delta\n"])
        let hit = try #require(try await search("alpha beta").hits.first)
        // Six different words at most share places, so the cosine is what the encoder itself gives.
        let vectors = try FakeEncoder().encode(["alpha beta", "Alpha\nbeta gamma delta"], as: .document)
        let cosine = (0..<64).reduce(Float(0)) { $0 + vectors[$1] * vectors[64 + $1] }
        #expect(abs(Float(try #require(hit.cosine)) - cosine) < 0.005)
    }

    @Test func passagesKeepToTheBudget() async throws {
        let long = Array(repeating: "wheel strategy", count: 60).joined(separator: " ")
        try await index(["a": "# Wheel\n\n\(long)\n", "b": "# Other wheel\n\nShort strategy text.\n"])
        let result = try await search("wheel strategy")
        #expect(result.hits.count == 2)
        #expect(result.passages(within: 10_000) == result.hits.map(\.passage))
        #expect(result.passages(within: 40).map(\.document) == ["b.md"])
        #expect(result.passages(within: 3).isEmpty)
    }

    /// Hits in the first and in the last part of a table: with room for it whole it is given whole and once, else as it was found.
    @Test func aTableOfSeveralHitsIsGivenOnceAsAWhole() async throws {
        let rows = (1...60).map {
            "| Region \($0) of the group | \($0 * 17) million dollars | \($0 * 19) million dollars |"
        }
        let table = "| Region | 2022 | 2021 |\n| --- | --- | --- |\n" + rows.joined(separator: "\n")
        try await index(["table": "# Sales by region\n\n\(table)\n"])
        let search = DocumentSearch(store: store, encoder: nil)
        var result = try await search.search("group of region 2 17 dollars million", limit: 20)
        let hits = result.hits.sorted { $0.passage.lines.lowerBound < $1.passage.lines.lowerBound }
        #expect(hits.count >= 5)
        // Neither the first nor the last is among them.
        result.hits = [hits[1], hits[hits.count - 2]]
        let all = hits.reduce(0) { $0 + ChunkMeasure.estimate.pieces(in: $1.passage.text) }
        for budget in stride(from: 50, through: all + 200, by: 10) {
            let context = try search.context(of: result, within: budget)
            let text = context.map(\.text).joined(separator: "\n")
            let shown = rows.filter { text.contains($0 + "\n") || text.hasSuffix($0) }.count
            #expect(rows.allSatisfy { text.ranges(of: $0).count <= 1 })
            let found = result.hits.filter { hit in context.contains { $0.text.contains(hit.passage.text) } }
            let own = found.reduce(0) { $0 + $1.passage.text.split(separator: "\n").count { $0.contains("Region ") } }
            #expect(shown == rows.count ? context.count == 1 : shown == own, "\(budget): \(shown) rows")
        }
        #expect(try search.context(of: result, within: all + 200).first?.text.contains(rows[59]) == true)
    }

    @Test func aContextHasTablesWholeAndSentencesToTheirEnd() async throws {
        let rows = (1...40).map {
            "| Region \($0) of the group | \($0 * 17) million dollars | \($0 * 19) million dollars |"
        }
        let table = "| Region | 2022 | 2021 |\n| --- | --- | --- |\n" + rows.joined(separator: "\n")
        try await index([
            "table": "# Sales by region\n\nIn the year sales grew.\n\n\(table)\n\nAfterwards.\n",
            "other": "# Recipes\n\nBread is baked from flour and water.\n",
        ])
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        let result = try await search.search("sales of Region 33 of the group", limit: 1)
        #expect(result.hits.first?.passage.text.contains("Region 2 of") == false)
        let whole = try #require(try search.context(of: result, within: 4_000).first)
        #expect(whole.text.contains("| Region | 2022 | 2021 |"))
        for row in rows { #expect(whole.text.contains(row)) }
        #expect(whole.lines.contains(6) && whole.lines.contains(44))
        // Without the room it stays as it was, and never above the budget.
        let alone = try #require(result.hits.first).passage
        let small = try #require(try search.context(of: result, within: 400).first)
        #expect(small.text == alone.text)
        #expect(ChunkMeasure.estimate.pieces(in: small.text) <= 400)
        #expect(try search.context(of: result, within: 3).isEmpty)
        // What stands side by side is one passage, each line once.
        let several = try search.context(
            of: try await search.search("Region of the group dollars", limit: 8),
            within: 9_000
        )
        let tables = several.filter { $0.document == "table.md" && $0.text.contains("Region 33 of") }
        #expect(tables.count == 1)
        #expect(tables[0].text.components(separatedBy: "| Region 33 of").count == 2)
    }

    @Test func severalMaySearchAtOnce() async throws {
        try await index(three)
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        let found = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<16 {
                group.addTask { try await search.search("time decay").hits.first?.passage.document }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(found == ["theta.md"])
    }

    @Test func wordsSideBySideComeFirst() async throws {
        try await index([
            "a": "# A\n\nTotal costs fell while sales were flat and the other lines were not reported here at all.\n",
            "b": "# B\n\nTotal sales fell while costs were flat and the other lines were not reported here at all.\n",
        ])
        #expect(try await search("total sales").hits.map(\.passage.document) == ["b.md", "a.md"])
        // The words between them count where they are the question's own.
        #expect(try await search("sales fell while costs").hits.first?.passage.document == "b.md")
        #expect(try await search("costs fell while sales").hits.first?.passage.document == "a.md")
    }

    @Test func aTitleThatTheQuestionNamesComesFirst() async throws {
        let text = "Net sales of the segment rose and the margin of the segment fell in the year."
        for (name, other) in [("BOEING_2022_10K", ""), ("BOEING_2021_10K", "!"), ("ADOBE_2022_10K", "?")] {
            try folder.write(text + other, to: "filings/\(name).txt")
        }
        let now = Date(timeIntervalSince1970: 0)
        _ = try await Indexer(store: store, encoder: FakeEncoder()).index(
            [folder.path("filings")],
            in: .documents,
            relativeTo: folder.path("filings"),
            now: now
        )
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        for (question, first) in [
            ("What was Boeing's segment margin in FY2022?", "BOEING_2022_10K.txt"),
            ("What was Boeing's segment margin in FY2021?", "BOEING_2021_10K.txt"),
            ("Net sales of the segment of Adobe in 2022", "ADOBE_2022_10K.txt"),
        ] {
            #expect(try await search.ranking(for: question).documents.first?.document == first, "\(question)")
        }
    }

    @Test func aQuarterIsInAQuarterlyReport() async throws {
        let text = "Net sales of the segment rose and the margin of the segment fell in the year."
        for (name, end) in [("PFIZER_2023_10K", ""), ("PFIZER_2023_10Q", "!"), ("ADOBE_2022_10K", "?")] {
            try folder.write(text + end, to: "filings/\(name).txt")
        }
        _ = try await Indexer(store: store, encoder: FakeEncoder()).index(
            [folder.path("filings")],
            in: .documents,
            relativeTo: folder.path("filings"),
            now: Date(timeIntervalSince1970: 0)
        )
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        for question in ["segment sales of Pfizer in Q22023", "segment sales of Pfizer in 2Q23"] {
            #expect(try await search.ranking(for: question).documents.first?.document == "PFIZER_2023_10Q.txt")
        }
    }

    @Test func aSynonymIsAsGoodAsTheWord() async throws {
        try await index([
            "a": "# First\n\nA cash secured put needs collateral of the strike.\n",
            "b": "# Second\n\nA covered call needs shares of the underlying.\n",
        ])
        let hit = try #require(try await search("csp collateral").hits.first)
        #expect(hit.passage.document == "a.md")
        #expect(hit.coverage == 1)
    }

    @Test func aPartThatIsLeftOutDoesNotCount() async throws {
        try await index(three)
        var tuning = SearchTuning()
        (tuning.meaning, tuning.pairs, tuning.triples, tuning.title) = (0, 0, 0, 0)
        let search = DocumentSearch(store: store, encoder: FakeEncoder(), tuning: tuning)
        let hits = try await search.search("time decay broker").hits
        // BM25 as a part of the most there could be is below 1.
        #expect(hits.allSatisfy { (0...tuning.words).contains($0.score) })
        #expect(hits.contains { $0.score > 0 })
        #expect(Set(SearchTuning.ablations.map(\.name)).count == SearchTuning.ablations.count)
    }

    // MARK: - Services that fail or put hits in order

    private struct Failure: Error, CustomStringConvertible {
        let description = "the service is away"
    }

    /// Scores texts by what `score` says of them.
    private struct FakeReranker: Reranker {
        let identifier = "fake"
        var maximumTexts = 20
        var score: @Sendable (String) throws -> Double

        func scores(of texts: [String], for question: String) throws -> [Double] { try texts.map(score) }
    }

    @Test func anEncoderThatFailsLeavesTheWords() async throws {
        try await index(three)
        let search = DocumentSearch(store: store, encoder: FakeEncoder(observe: { _ in throw Failure() }))
        let result = try await search.search("time decay")
        #expect(result.hits.first?.passage.document == "theta.md")
        #expect(!result.usedVectors)
        #expect(result.notes == ["keyword search alone was used: the service is away"])
        let cancelled = DocumentSearch(store: store, encoder: FakeEncoder(observe: { _ in throw CancellationError() }))
        await #expect(throws: CancellationError.self) { try await cancelled.search("time decay") }
    }

    @Test func aRerankerDecidesTheOrderOfTheHead() async throws {
        try await index(three)
        let question = "short call time decay buying power"
        let plain = try await search(question)
        #expect(plain.hits.count == 3)
        #expect(plain.hits.allSatisfy { $0.rerankScore == nil })
        let scores = ["Early assignment": 0.2, "Theta": 0.1, "Margin": 0.9]
        let reranker = FakeReranker { text in try #require(scores.first { text.contains($0.key) }?.value) }
        let result = try await DocumentSearch(store: store, encoder: FakeEncoder(), reranker: reranker).search(question)
        #expect(result.hits.map(\.passage.document) == ["margin.md", "assignment.md", "theta.md"])
        #expect(result.hits.map(\.rerankScore) == [0.9, 0.2, 0.1])
        #expect(Set(result.hits.map(\.score)) == Set(plain.hits.map(\.score)))
        #expect(result.notes.isEmpty)
        let two = FakeReranker(maximumTexts: 2, score: reranker.score)
        let head = try await DocumentSearch(store: store, encoder: FakeEncoder(), reranker: two).search(question)
        #expect(Set(head.hits.prefix(2)).count == 2)
        #expect(Set(head.hits.prefix(2).map(\.passage)) == Set(plain.hits.prefix(2).map(\.passage)))
        #expect(head.hits.last?.rerankScore == nil)
    }

    @Test func aRerankerSeesHitsThatTheLimitWouldCutOff() async throws {
        try await index(three)
        let plain = try await search("short call time decay buying power", limit: 1)
        let last = FakeReranker { $0.contains("Margin") ? 1 : 0 }
        let search = DocumentSearch(store: store, encoder: FakeEncoder(), reranker: last)
        let result = try await search.search("short call time decay buying power", limit: 1)
        #expect(result.hits.map(\.passage.document) == ["margin.md"])
        #expect(plain.hits.map(\.passage.document) != ["margin.md"])
    }

    @Test func aRerankerThatFailsLeavesTheBuiltInOrder() async throws {
        try await index(three)
        let plain = try await search("short call time decay")
        let broken = FakeReranker { _ in throw Failure() }
        let search = DocumentSearch(store: store, encoder: FakeEncoder(), reranker: broken)
        let result = try await search.search("short call time decay")
        #expect(result.hits == plain.hits)
        #expect(result.notes == ["the order is the built-in one: the service is away"])
    }

    @Test func cosinesOfAnotherScaleDoNotDecideWhatIsAnswered() async throws {
        struct OtherScale: TextEncoder {
            let fake = FakeEncoder(identifier: "other")
            var identifier: String { fake.identifier }
            var dimension: Int { fake.dimension }
            var maximumTokens: Int { fake.maximumTokens }
            let measureName = "estimate"
            let isCalibrated = false
            func tokenCount(of text: String) -> Int { ChunkMeasure.estimate.pieces(in: text) }
            func encode(_ texts: [String], as role: EncodedRole) throws -> [Float] { try fake.encode(texts, as: role) }
        }
        try await index(three, encoder: OtherScale())
        let result = try await DocumentSearch(store: store, encoder: OtherScale()).search("theta decay")
        let hit = try #require(result.hits.first)
        #expect(result.usedVectors)
        #expect(hit.cosine != nil)
        // By words alone: a logistic curve around a coverage of 0.45.
        #expect(abs(hit.passage.score - 1 / (1 + exp(-8 * (hit.coverage - 0.45)))) < 1e-9)
    }

    /// Texts with each of a few words in another number, so that the bytes of their vectors leave something out.
    private static func unevenText(_ number: Int) -> String {
        var state = UInt64(number + 1)
        let words = ["calls", "puts", "theta", "margin", "vega", "spread", "roll", "expiry"].flatMap { word in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return [String](repeating: word, count: 1 + Int(state >> 60))
        }
        return "about\(number) " + words.joined(separator: " ")
    }

    /// The largest error of the cosines of all hits, found by words and by meaning at once.
    private func cosineError(_ question: String, only documents: Set<Int64>? = nil) async throws -> Float {
        let encoder = FakeEncoder()
        let all = DocumentSearch(store: store, encoder: encoder)
        let result = try await (documents.map(all.searching) ?? all).search(question, limit: 60)
        #expect(result.hits.count > 10)
        let query = try encoder.encode([QueryTerms(question).meaning], as: .question)
        var error: Float = 0
        for hit in result.hits {
            let vector = try encoder.encode([hit.passage.text], as: .document)
            let cosine = try Float(#require(hit.cosine))
            error = max(error, abs(zip(vector, query).reduce(0) { $0 + $1.0 * $1.1 } - cosine))
        }
        return error
    }

    @Test func whatIsFoundByBothWaysHasTheCosineOfItsWholeVector() async throws {
        let texts = (0..<60).map { TextDocument(path: "\($0)", title: "", text: Self.unevenText($0)) }
        let indexer = Indexer(store: store, encoder: FakeEncoder())
        _ = try indexer.replace(.documents, with: texts, now: Date(timeIntervalSince1970: 0)) { _ in }
        try await indexer.encodePending { _ in }
        let question = "theta theta margin calls puts vega"
        let whole = try await cosineError(question)
        let half = try await cosineError(question, only: Set(store.documents().map(\.id).filter { $0 % 2 == 0 }))
        try store.removeVectors(encoder: "fake")
        let hashes = try store.pendingChunks(encoder: "fake", limit: 100).chunks
        let bytes = try hashes.map { chunk in
            let vector = try FakeEncoder().encode([chunk.text], as: .document)
            let record = try #require(VectorRecord(hash: chunk.hash, vector: vector[...]))
            return VectorRecord(hash: record.hash, scale: record.scale, components: record.components)
        }
        try store.add(bytes, encoder: "fake", dimension: 64)
        let coarse = try await cosineError(question)
        #expect(coarse > 0.0005)
        #expect(whole * 20 < coarse)
        #expect(half * 20 < coarse)
    }
}
