import Encoder
import Kernels
import Testing

@Suite("Encoding on matrix tiles and by the kernels of a whole transformer")
struct TileTests {
    /// Those that have kernels for a whole transformer.
    static let available = InstructionSet.allCases.filter { $0.isAvailable && $0 != .portable }

    /// Dimensions that fill tiles, with inner features that do not fill their last block.
    private static let model = TinyModel(features: 64, innerFeatures: 416, positions: 520)

    /// Around every panel, pair of panels and block of four, up to the longest sequence.
    private static let lengths = Array(0...40) + [46, 47, 48, 62, 63, 94, 95, 110, 126, 254, 300, 383, 509, 510, 511]

    private static func text(_ words: Int) -> String {
        (0..<words).map { ["call", "put", "sell", "a", "b", "."][($0 * 7 + words + $0 / 5) % 6] }.joined(separator: " ")
    }

    @Test("vectors agree with those of portable code at every length", arguments: available, EncoderPrecision.allCases)
    func agreement(instructions: InstructionSet, precision: EncoderPrecision) throws {
        let encoder = try Self.model.encoder(maximumTokens: 513, instructionSet: instructions, precision: precision)
        #expect(encoder.usesTiles == (instructions == .amx))
        #expect(encoder.precision == precision)
        let portable = try Self.model.encoder(maximumTokens: 513, instructionSet: .portable)
        #expect(!portable.usesTiles)
        for length in Self.lengths {
            let text = Self.text(length)
            #expect(encoder.tokenizer.count(text) == length)
            let (vector, expected) = (encoder.encode(text), portable.encode(text))
            let difference = zip(vector, expected).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < (precision == .single ? 2e-5 : 2e-2), "\(length) words")
        }
    }

    @Test(
        "a vector is the same bit for bit alone, in a batch, with a helper and by workers",
        arguments: available,
        EncoderPrecision.allCases
    )
    func determinism(instructions: InstructionSet, precision: EncoderPrecision) async throws {
        let alone = try Self.model.encoder(maximumTokens: 513, instructionSet: instructions, precision: precision)
        let helped = try Self.model.encoder(
            maximumTokens: 513,
            instructionSet: instructions,
            precision: precision,
            threads: 2
        )
        let texts = Self.lengths.map(Self.text)
        // Weights are packed on the way.
        let vectors = texts.map { alone.encode($0) }
        #expect(texts.map { alone.encode($0) } == vectors)
        #expect(texts.map { helped.encode($0) } == vectors)
        let batched = alone.encode(texts)
        #expect(texts.indices.map { Array(batched[$0]) } == vectors)
        #expect(try await helped.encode(texts, workers: 3) == batched)
    }

    @Test(
        "a model that does not fill tiles is run without them",
        .enabled(if: InstructionSet.amx.isAvailable, "This processor has no matrix tiles.")
    )
    func otherDimensions() throws {
        let encoder = try TinyModel().encoder(instructionSet: .amx)
        #expect(!encoder.usesTiles)
        #expect(encoder.encode("call") == (try TinyModel().encoder(instructionSet: .avx512).encode("call")))
    }

    @Test("many questions at once share helpers without harm", arguments: available)
    func concurrency(instructions: InstructionSet) async throws {
        let encoder = try Self.model.encoder(maximumTokens: 64, instructionSet: instructions, threads: 2)
        let expected = encoder.encode(Self.text(12))
        let agreements = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 { group.addTask { encoder.encode(Self.text(12)) == expected } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(agreements == [Bool](repeating: true, count: 40))
    }
}
