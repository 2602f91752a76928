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
    ) throws {
        let base = folder.path(collection.rawValue)
        for (name, text) in texts { try folder.write(text, to: "\(collection.rawValue)/\(name).md") }
        let now = Date(timeIntervalSince1970: 0)
        _ = try Indexer(store: store, encoder: encoder).index([base], in: collection, relativeTo: base, now: now)
    }

    private func search(_ question: String, in collections: [DocumentCollection]? = nil, limit: Int = 8) throws
        -> SearchResult
    {
        try DocumentSearch(store: store, encoder: FakeEncoder()).search(question, in: collections, limit: limit)
    }

    private let three = [
        "assignment": "# Early assignment\n\nA short call may be assigned before the ex-dividend date.\n",
        "theta": "# Theta\n\nTime decay is fastest in the last weeks.\n",
        "margin": "# Margin\n\n## Requirements\n\nBuying power is what the broker lets one use.\n",
    ]

    @Test func aHitCanBeCited() throws {
        try index(three)
        let result = try search("When is a short call assigned early?")
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

    @Test func wordsAloneDoWithoutAnEncoder() throws {
        try index(three, encoder: nil)
        let result = try DocumentSearch(store: store, encoder: nil).search("time decay", limit: 3)
        #expect(result.hits.first?.passage.document == "theta.md")
        #expect(result.hits.first?.cosine == nil)
        #expect(!result.usedVectors)
        #expect(result.isAnswered)
    }

    @Test func vectorsThatAreMissingDoNotHideWords() throws {
        try index(three, encoder: nil)
        let result = try search("time decay")
        #expect(result.hits.first?.passage.document == "theta.md")
        #expect(!result.usedVectors)
    }

    @Test func abbreviationsFindTheLongForm() throws {
        try index(three, encoder: nil)
        let result = try DocumentSearch(store: store, encoder: nil).search("bp")
        #expect(result.hits.map(\.passage.document) == ["margin.md"])
    }

    @Test func anUnrelatedQuestionIsNotAnswered() throws {
        try index(three)
        let related = try search("early assignment of a short call")
        let unrelated = try search("recipe for banana bread without sugar")
        #expect(related.isAnswered)
        #expect(!unrelated.isAnswered)
        #expect(unrelated.relevance < related.relevance)
    }

    @Test func aSearchKeepsToItsCollections() throws {
        try index(["a": "# Wheel\n\nFrom the owner's notes.\n"])
        try index(["b": "# Wheel\n\nFrom the built-in knowledge.\n"], in: .concepts)
        #expect(try search("wheel", in: [.concepts]).hits.map(\.passage.document) == ["b.md"])
        #expect(try search("wheel", in: [.documents]).hits.map(\.passage.document) == ["a.md"])
        #expect(try search("wheel").hits.count == 2)
        #expect(try search("wheel", in: []).hits.isEmpty)
        #expect(try search("wheel", in: [DocumentCollection(rawValue: "none")]).hits.isEmpty)
    }

    @Test func nearIdenticalTextsAreShownOnce() throws {
        let text = "The wheel sells puts until assigned and then sells calls until the shares are called away again"
        try index(["a": "# Wheel\n\n\(text).\n", "b": "# Wheel\n\n\(text)!\n", "c": "# Wheel\n\nSomething else.\n"])
        #expect(try search("wheel puts calls").hits.count == 2)
    }

    @Test(arguments: ["", "   ", "?!", "\0", "\" OR \"", "NEAR(", "🙂", "*", "a AND (b"])
    func anyTextIsAQuestion(question: String) throws {
        try index(three)
        #expect(throws: Never.self) { try search(question) }
    }

    @Test func anEmptyIndexHasNoHits() throws {
        let result = try search("wheel")
        #expect(result.hits.isEmpty)
        #expect(result.relevance == 0)
        #expect(!result.isAnswered)
    }

    @Test func theLimitIsKept() throws {
        try index(three)
        #expect(try search("short call time decay buying power", limit: 2).hits.count == 2)
        #expect(try search("short call", limit: 0).hits.isEmpty)
    }

    @Test func aChangeOfTheIndexIsSeenAndVectorsAreKeptOtherwise() throws {
        try index(three)
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        #expect(try search.search("gamma scalping").hits.first?.passage.document != "gamma.md")
        try index(["gamma": "# Gamma\n\nGamma scalping hedges delta.\n"])
        let found = try #require(try search.search("gamma scalping").hits.first)
        #expect(found.passage.document == "gamma.md")
        #expect(found.cosine != nil)
        try FileManager.default.removeItem(atPath: folder.path("documents/gamma.md"))
        try index([:])
        #expect(try search.search("gamma scalping").hits.allSatisfy { $0.passage.document != "gamma.md" })
    }

    @Test func cosinesAreThoseOfTheEncoder() throws {
        try index(["a": "# Alpha\n\nbeta gamma delta\n"])
        let hit = try #require(try search("alpha beta").hits.first)
        // Six different words at most share places, so the cosine is what the encoder itself gives.
        let vectors = try FakeEncoder().encode(["alpha beta", "Alpha\nbeta gamma delta"])
        let cosine = (0..<64).reduce(Float(0)) { $0 + vectors[$1] * vectors[64 + $1] }
        #expect(abs(Float(try #require(hit.cosine)) - cosine) < 0.005)
    }

    @Test func passagesKeepToTheBudget() throws {
        let long = Array(repeating: "wheel strategy", count: 60).joined(separator: " ")
        try index(["a": "# Wheel\n\n\(long)\n", "b": "# Other wheel\n\nShort strategy text.\n"])
        let result = try search("wheel strategy")
        #expect(result.hits.count == 2)
        #expect(result.passages(within: 10_000) == result.hits.map(\.passage))
        #expect(result.passages(within: 40).map(\.document) == ["b.md"])
        #expect(result.passages(within: 3).isEmpty)
    }

    @Test func severalMaySearchAtOnce() throws {
        try index(three)
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        let found = Mutex<Set<String>>([])
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            let document = (try? search.search("time decay"))?.hits.first?.passage.document
            found.withLock { _ = $0.insert(document ?? "none") }
        }
        #expect(found.withLock { $0 } == ["theta.md"])
    }
}
