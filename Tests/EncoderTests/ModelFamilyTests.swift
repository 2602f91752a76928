import Encoder
import Foundation
import Kernels
import Testing

@Suite("Models of other families and settings agree with the reference")
struct ModelFamilyTests {
    private static let names = ["bert-mean-cased", "bert-cls-accents", "mpnet-mean"]

    @Test("texts are cut into the same pieces and have the same vectors", arguments: names)
    func vectors(name: String) throws {
        let (encoder, _) = try TinyPublishedModel(name: name).encoder()
        let sentences = try TinyPublishedModel.sentences(of: name)
        #expect(sentences.count == 10)
        let matrix = encoder.encode(sentences.map(\.text))
        for (row, sentence) in sentences.enumerated() {
            let ids = encoder.tokenizer.ids(of: sentence.text, limit: encoder.maximumTokens - 2)
            #expect([encoder.tokenizer.beginning] + ids + [encoder.tokenizer.end] == sentence.ids, "\(sentence.text)")
            #expect(sentence.vector.count == encoder.dimension)
            let difference = zip(matrix[row], sentence.vector).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < 1e-5, "\(sentence.text)")
            // Nor does it matter what lies beside it.
            #expect(Array(matrix[row]) == encoder.encode(sentence.text))
        }
    }

    @Test("every instruction set gives the same vectors", arguments: InstructionSet.allCases.filter(\.isAvailable))
    func instructionSets(instructions: InstructionSet) throws {
        for name in Self.names {
            let (encoder, _) = try TinyPublishedModel(name: name).encoder(instructionSet: instructions)
            for sentence in try TinyPublishedModel.sentences(of: name) {
                let vector = encoder.encode(sentence.text)
                #expect((zip(vector, sentence.vector).map { abs($0 - $1) }.max() ?? 1) < 1e-5)
            }
        }
    }

    @Test("length, pooling and the longest sequence are the files' own")
    func settings() throws {
        let (cased, casedSettings) = try TinyPublishedModel(name: "bert-mean-cased").encoder()
        #expect((cased.dimension, cased.pooling, cased.maximumTokens) == (24, .mean, 20))
        #expect(casedSettings.maximumTokens == 20)
        let (accents, _) = try TinyPublishedModel(name: "bert-cls-accents").encoder()
        #expect((accents.dimension, accents.pooling, accents.maximumTokens) == (16, .beginning, 40))
        // Two of its 180 positions come before the first token.
        let (mpnet, _) = try TinyPublishedModel(name: "mpnet-mean").encoder()
        #expect((mpnet.dimension, mpnet.pooling, mpnet.maximumTokens) == (24, .mean, 178))
    }

    @Test("every Unicode scalar becomes what the reference makes of it, with case kept and with accents kept")
    func scalars() throws {
        let blocks = try PublishedModel.fixture("casing.txt").split(separator: "\n")
        #expect(blocks.count == 104)
        let words = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"].joined(separator: "\n").utf8
        var settings = TokenizerSettings()
        settings.stripsAccents = false
        let vocabulary = FileBytes(words)
        let lowered = try WordPieceTokenizer(vocabulary: vocabulary.bytes, settings: settings)
        settings.lowersCase = false
        let kept = try WordPieceTokenizer(vocabulary: vocabulary.bytes, settings: settings)
        for block in blocks {
            let fields = block.split(separator: " ")
            let first = try #require(UInt32(fields[1], radix: 16))
            var text = String.UnicodeScalarView()
            for scalar in (first..<first + 4096).compactMap(Unicode.Scalar.init) {
                text.append(contentsOf: ["a", scalar, "b", " "])
            }
            let tokenizer = fields[0] == "kept" ? kept : lowered
            var digest: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in tokenizer.words(of: String(text)).joined(separator: "\n").utf8 {
                digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            #expect(digest == UInt64(fields[2], radix: 16), "case \(fields[0]), scalars from U+\(fields[1])")
        }
    }

    @Test("Chinese characters stay together where the model wants them so")
    func ideographs() throws {
        var settings = TokenizerSettings()
        settings.isolatesIdeographs = false
        let vocabulary = FileBytes("[UNK]\n[CLS]\n[SEP]\n中国\n中\n".utf8)
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary.bytes, settings: settings)
        #expect(tokenizer.ids(of: "中国 中") == [3, 4])
        #expect(tokenizer.words(of: "a中国b") == ["a中国b"])
    }

    @Test(
        "what is not supported is refused with the file, the reason and what is",
        arguments: [
            (
                SentenceSettings.File.pooling, #"{"pooling_mode_max_tokens": true}"#,
                "1_Pooling/config.json: the pooling max is not supported, only cls or mean."
            ),
            (
                .pooling, #"{"pooling_mode": ["cls", "mean"]}"#,
                "1_Pooling/config.json: the pooling cls with mean is not supported, only cls or mean."
            ),
            (.pooling, "{}", "1_Pooling/config.json: the pooling none is not supported, only cls or mean."),
            (
                .modules, #"[{"type": "sentence_transformers.models.Dense"}]"#,
                "modules.json: the step \"Dense\" is not supported, only Transformer, Pooling and Normalize."
            ),
            (.modules, "[{}]", "modules.json, field type: it is missing."),
            (.modules, "{", "modules.json: it is not valid JSON."),
            (
                .transformer, #"{"max_seq_length": 1}"#,
                "sentence_bert_config.json, field max_seq_length: 1 is impossible."
            ),
            (
                .transformer, #"{"max_seq_length": "x"}"#,
                "sentence_bert_config.json, field max_seq_length: its value is impossible."
            ),
        ]
    )
    func refusals(file: SentenceSettings.File, json: String, says: String) {
        let error = #expect(throws: EncoderError.self) { try SentenceSettings([file: Data(json.utf8)]) }
        #expect(error?.description.hasPrefix(says) == true, "\(error?.description ?? "")")
    }

    @Test("pooling is read in the newer form too, and prompts by their usual names")
    func newerForms() throws {
        #expect(try SentenceSettings([.pooling: Data(#"{"pooling_mode": "cls"}"#.utf8)]).pooling == .beginning)
        #expect(try SentenceSettings([.pooling: Data(#"{"pooling_mode": ["mean"]}"#.utf8)]).pooling == .mean)
        let prompts = #"{"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": null}"#
        let settings = try SentenceSettings([.prompts: Data(prompts.utf8)])
        #expect((settings.questionPrefix, settings.documentPrefix) == ("query: ", "passage: "))
        #expect(try SentenceSettings([:]) == SentenceSettings())
    }

    @Test("a family that is not known is refused with those that are")
    func family() {
        var model = TinyModel()
        model.configure("model_type", "\"xlm-roberta\"")
        let error = #expect(throws: EncoderError.self) { try model.encoder() }
        #expect(
            error?.description
                == "config.json, field model_type: \"xlm-roberta\" is not supported, only \"bert\" and \"mpnet\". Choose a BERT or "
                + "MPNet model with the exact GELU, pooled by cls or mean, in 32-bit floats."
        )
    }

    @Test("a tokenizer's settings that are not supported are refused, odd ones read as the library does")
    func tokenizerSettings() throws {
        func read(_ json: String) throws -> TokenizerSettings {
            try TokenizerSettings(json: Data(json.utf8), family: .bert)
        }
        #expect(throws: EncoderError.self) { try read(#"{"do_lower_case": false, "strip_accents": true}"#) }
        #expect(throws: EncoderError.self) { try read(#"{"mask_token": "MASK"}"#) }
        #expect(throws: EncoderError.self) { try read("[]") }
        #expect(try read("{}").stripsAccents)
        #expect(try read(#"{"do_lower_case": false}"#).stripsAccents == false)
        #expect(try read(#"{"model_max_length": 1000000000000000019884624838656}"#).maximumTokens == nil)
        #expect(try read(#"{"model_max_length": 512, "cls_token": {"content": "<s>"}}"#).beginning == "<s>")
    }
}
