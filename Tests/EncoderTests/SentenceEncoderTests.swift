import Encoder
import Foundation
import Kernels
import Testing

@Suite("Turning sentences into vectors")
struct SentenceEncoderTests {
    private static let texts = (0..<60).map { index in
        (0..<index % 23).map { ["call", "puts", "sell.", "ab", "中"][($0 * 7 + index) % 5] }.joined(separator: " ")
    }

    @Test("vectors have length 1 and come in the order of the texts")
    func order() throws {
        let encoder = try TinyModel().encoder()
        #expect(encoder.dimension == 8)
        #expect(encoder.identifier == "tiny")
        let matrix = encoder.encode(Self.texts)
        #expect(matrix.count == Self.texts.count)
        for (row, text) in Self.texts.enumerated() {
            #expect(Array(matrix[row]) == encoder.encode(text))
            #expect(abs(matrix[row].reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    @Test("many workers give the same vectors as none, bit for bit", arguments: [1, 2, 5])
    func workers(count: Int) async throws {
        let encoder = try TinyModel().encoder()
        let matrix = try await encoder.encode(Self.texts, workers: count)
        #expect(matrix == encoder.encode(Self.texts))
    }

    @Test("an encoder serves several tasks at once")
    func concurrency() async throws {
        let encoder = try TinyModel().encoder()
        let expected = encoder.encode(Self.texts)
        let agreements = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { encoder.encode(Self.texts) == expected } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(agreements == [Bool](repeating: true, count: 8))
    }

    @Test("no texts give no vectors; an empty text has one")
    func empty() async throws {
        let encoder = try TinyModel().encoder()
        let none: [String] = []
        #expect(encoder.encode(none).count == 0)
        let noneByWorkers = try await encoder.encode(none, workers: 2)
        #expect(noneByWorkers.values.isEmpty)
        let vector = encoder.encode("")
        #expect(vector.allSatisfy { $0.isFinite })
        #expect(encoder.encode("") == encoder.encode(" \u{200B}"))
    }

    @Test("what exceeds the limit is left out, and the limit is that of the model at most")
    func truncation() throws {
        let encoder = try TinyModel().encoder(maximumTokens: 10)
        #expect(encoder.maximumTokens == 10)
        let eight = "call put call put call put call put"
        #expect(encoder.encode(eight) == encoder.encode(eight + " sell sell"))
        #expect(encoder.encode(eight) != encoder.encode("call put call put call put call"))
        #expect(try TinyModel().encoder(maximumTokens: 1_000).maximumTokens == 40)
    }

    @Test("instruction sets agree up to rounding", arguments: InstructionSet.allCases.filter(\.isAvailable))
    func instructionSets(instructions: InstructionSet) throws {
        let encoder = try TinyModel().encoder(instructionSet: instructions)
        #expect(encoder.instructionSet == instructions)
        let portable = try TinyModel().encoder(instructionSet: .portable)
        for (value, expected) in zip(encoder.encode(Self.texts).values, portable.encode(Self.texts).values) {
            #expect(abs(value - expected) < 1e-4)
        }
    }

    @Test("progress grows to the number of texts")
    func progress() async throws {
        let encoder = try TinyModel().encoder()
        var reports: [Int] = []
        _ = try await encoder.encode(Self.texts, workers: 2) { reports.append($0) }
        #expect(reports == reports.sorted())
        #expect(reports.count > 1)
        #expect(reports.last == Self.texts.count)
    }

    @Test("a cancelled task gets no vectors")
    func cancellation() async throws {
        let encoder = try TinyModel().encoder()
        let texts = Self.texts
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await encoder.encode(texts, workers: 2)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let underway = Task {
            try await encoder.encode(texts, workers: 1) { _ in withUnsafeCurrentTask { $0?.cancel() } }
        }
        await #expect(throws: CancellationError.self) { try await underway.value }
    }

    @Test("weights that are not aligned are used all the same", arguments: [1, 2, 3])
    func misaligned(offset: Int) throws {
        let model = TinyModel()
        let encoder = try model.encoder(file: model.writer.file(alignment: 1), offset: offset)
        let aligned = try model.encoder()
        #expect(encoder.encode(Self.texts) == aligned.encode(Self.texts))
    }

    @Test("each missing or misshapen tensor is named")
    func tensors() throws {
        let names = TinyModel().writer.tensors.map(\.name)
        #expect(names.count == 37)
        for name in names {
            var renamed = TinyModel()
            renamed.writer.change(name) { $0.name = "other" }
            let missing = #expect(throws: EncoderError.self) { try renamed.encoder() }
            #expect(missing?.subject == "tensor \(name)")
            var reshaped = TinyModel()
            reshaped.writer.change(name) { $0.shape.append(1) }
            let shape = #expect(throws: EncoderError.self) { try reshaped.encoder() }
            #expect(shape?.subject == "tensor \(name)")
        }
    }

    @Test(
        "a configuration that is wrong is refused with the field",
        arguments: [
            ("hidden_size", nil), ("hidden_size", "0"), ("hidden_size", "-8"), ("hidden_size", "\"8\""),
            ("hidden_size", "4611686018427387904"), ("hidden_size", "1e99"), ("num_attention_heads", "3"),
            ("num_hidden_layers", "null"), ("vocab_size", "2.5"), ("layer_norm_eps", "0"), ("layer_norm_eps", "2"),
            ("max_position_embeddings", "2"), ("model_type", "\"gpt2\""), ("hidden_act", "\"relu\""),
            ("position_embedding_type", "\"relative_key\""), ("type_vocab_size", nil), ("intermediate_size", "[]"),
        ] as [(String, String?)]
    )
    func configuration(field: String, value: String?) {
        var model = TinyModel()
        model.configure(field, value)
        let error = #expect(throws: EncoderError.self) { try model.encoder() }
        #expect(error?.part == .configuration)
        #expect(error?.subject == "field \(field)")
    }

    @Test("a configuration that is not JSON is refused", arguments: ["", "{", "nonsense", "[]", "8"])
    func configurationText(json: String) {
        let error = #expect(throws: EncoderError.self) { try EncoderConfiguration(json: Data(json.utf8)) }
        #expect(error?.part == .configuration)
        #expect(error?.remedy == .fetchAgain)
    }

    @Test("positions are absolute where the configuration does not say")
    func defaultPositions() throws {
        var model = TinyModel()
        model.configure("position_embedding_type", nil)
        let (silent, explicit) = (try model.encoder(), try TinyModel().encoder())
        #expect(silent.encode("call") == explicit.encode("call"))
    }

    @Test("a vocabulary of another size is refused")
    func vocabularySize() {
        var model = TinyModel()
        model.vocabulary += "extra\n"
        let error = #expect(throws: EncoderError.self) { try model.encoder() }
        #expect(error?.description == "vocab.txt: it has 14 word pieces, the model 13. Fetch the model again.")
    }

    @Test("fewer layers than the configuration says are noticed; more do no harm")
    func layers() throws {
        var model = TinyModel()
        model.configure("num_hidden_layers", "3")
        let error = #expect(throws: EncoderError.self) { try model.encoder() }
        #expect(error?.subject == "tensor encoder.layer.2.attention.self.query.weight")
        model.configure("num_hidden_layers", "1")
        #expect(try model.encoder().encode("call").count == 8)
    }

    @Test("a damaged weights file gives an error or an encoder that runs, never a crash")
    func damagedWeights() {
        var generator = SeededGenerator(seed: 22)
        let model = TinyModel()
        let sound = model.writer.file()
        var refused = 0
        for _ in 0..<300 {
            var file = sound
            let place = Int.random(in: 0..<file.count, using: &generator)
            if Bool.random(using: &generator) {
                file.removeLast(file.count - place)
            } else {
                file[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            do {
                _ = try model.encoder(file: file).encode("sell puts.")
            } catch {
                #expect(error is EncoderError)
                refused += 1
            }
        }
        #expect(refused > 150)
    }
}
