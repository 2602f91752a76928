import Encoder
import Kernels
import Testing

@Suite("Scoring pairs of texts")
struct CrossEncoderTests {
    private let model = TinyPublishedModel(name: "cross-encoder")

    @Test("each pair has the reference's logit", arguments: InstructionSet.allCases.filter(\.isAvailable))
    func logits(instructions: InstructionSet) throws {
        let encoder = try model.crossEncoder(instructionSet: instructions)
        #expect(encoder.maximumTokens == 60)
        let pairs = try TinyPublishedModel.pairs(of: model.name)
        #expect(pairs.count == 10)
        for pair in pairs {
            let score = encoder.scores(of: [pair.text], for: pair.question)
            #expect(score.count == 1)
            #expect(abs(Double(score[0]) - pair.logit) < 1e-4, "\(pair.question) | \(pair.text)")
        }
    }

    @Test("a pair's score is the same whatever is scored with it")
    func batches() throws {
        let encoder = try model.crossEncoder()
        let texts = try TinyPublishedModel.pairs(of: model.name).map(\.text) + ["put", "call option"]
        let together = encoder.scores(of: texts, for: "What is the strike?")
        #expect(together == texts.map { encoder.scores(of: [$0], for: "What is the strike?")[0] })
        #expect(Set(together).count > 5)
        #expect(encoder.scores(of: [], for: "What?").isEmpty)
    }

    @Test("a model that scores no pairs is refused with the reason")
    func refusals() throws {
        func refusal(_ field: String, _ value: Any) -> EncoderError? {
            #expect(throws: EncoderError.self) { _ = try model.crossEncoder { $0[field] = value } }
        }
        let other = refusal("architectures", ["BertModel"])
        #expect(
            other?.description
                == "config.json, field architectures: \"BertModel\" scores no pairs, only \"BertForSequenceClassification\" does. "
                + "Choose a BERT cross-encoder with one label, such as those for MS MARCO."
        )
        #expect(refusal("id2label", ["0": "a", "1": "b", "2": "c"])?.subject == "field id2label")
        #expect(refusal("type_vocab_size", 1)?.subject == "field type_vocab_size")
        // The weights have to belong to it.
        #expect(refusal("hidden_size", 12)?.part == .weights)
        #expect(throws: EncoderError.self) { _ = try TinyPublishedModel(name: "bert-mean-cased").crossEncoder() }
    }
}
