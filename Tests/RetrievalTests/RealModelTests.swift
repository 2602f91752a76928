import Encoder
import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Index and search with the model itself, where it is installed.
@Suite(.enabled(if: EmbeddingModel.isExpected)) struct RealModelTests {
    private struct Model: TextEncoder {
        let encoder: SentenceEncoder

        init() throws {
            let folder = try #require(EmbeddingModel.folder, "install the embedding model") + "/all-MiniLM-L6-v2"
            let weights = try MappedFile(path: "\(folder)/model.safetensors")
            let vocabulary = try MappedFile(path: "\(folder)/vocab.txt")
            encoder = try SentenceEncoder(
                identifier: "all-MiniLM-L6-v2",
                configuration: try FileReader(maximumBytes: 1_000_000).read("\(folder)/config.json"),
                vocabulary: vocabulary.bytes,
                weights: SafetensorsFile(bytes: weights.bytes, owner: weights)
            )
        }

        var identifier: String { encoder.identifier }
        var dimension: Int { encoder.dimension }
        var maximumTokens: Int { encoder.maximumTokens }
        func tokenCount(of text: String) -> Int { encoder.tokenizer.count(text) }
        func encode(_ texts: [String], as role: EncodedRole) -> [Float] { encoder.encode(texts).values }
    }

    @Test func meaningIsFoundWithoutCommonWords() async throws {
        let folder = try TemporaryFolder()
        let texts = [
            "bread": "# Sourdough\n\nFlour, water and salt ferment overnight before the loaf is baked.\n",
            "theta": "# Theta\n\nAn option loses value with each passing day, fastest just before it expires.\n",
            "margin": "# Margin\n\nThe broker demands collateral for short positions and may liquidate the account.\n",
        ]
        for (name, text) in texts { try folder.write(text, to: "docs/\(name).md") }
        let store = IndexStore(database: try Database())
        let model = try Model()
        let report = try await Indexer(store: store, encoder: model).index(
            [folder.path("docs")],
            in: .documents,
            relativeTo: folder.path("docs"),
            now: Date(timeIntervalSince1970: 0)
        )
        #expect(report.encoded == 3)
        let search = DocumentSearch(store: store, encoder: model)
        for (question, document) in [
            ("time decay of contracts near expiration", "theta.md"), ("cooking recipe", "bread.md"),
        ] {
            #expect(try await search.search(question).hits.first?.passage.document == document, "\(question)")
        }
        #expect(try await search.search("how fast does an option lose value before expiration").isAnswered)
        #expect(try await !search.search("who was the first person on the moon").isAnswered)
    }

    @Test func everyChunkFitsTheModel() throws {
        let model = try Model()
        let words = (0..<900).map { "antidisestablishmentarian\($0) volatility" }
        let heading = "# " + words.prefix(30).joined(separator: " ")
        let text = "\(heading)\n\n\(words.joined(separator: " "))\n\n```\n\(words.joined(separator: "\n"))\n```\n"
        let measure = ChunkMeasure(name: "model") { model.tokenCount(of: $0) }
        let document = MarkdownChunker(measure: measure).chunks(of: text, fallbackTitle: "t")
        #expect(document.chunks.count > 20)
        for chunk in document.chunks { #expect(model.tokenCount(of: chunk.text) <= 254) }
    }
}
