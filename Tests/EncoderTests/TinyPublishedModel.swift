import Encoder
import Foundation
import Kernels

/// A tiny model in the layout that models are published in, made by `Fixtures/make_models.py`, and what the reference libraries
/// compute with it.
struct TinyPublishedModel {
    /// A text, and what the reference makes of it.
    struct Sentence: Decodable {
        let text: String
        let ids: [Int32]
        let vector: [Float]
    }

    /// A pair of texts, and what the reference makes of it.
    struct Pair: Decodable {
        let question: String
        let text: String
        let logit: Double
    }

    private struct Expected: Decodable {
        let encoders: [String: [Sentence]]
        let cross_encoders: [String: [Pair]]
    }

    let name: String

    static func sentences(of name: String) throws -> [Sentence] {
        try expected().encoders[name] ?? []
    }

    static func pairs(of name: String) throws -> [Pair] {
        try expected().cross_encoders[name] ?? []
    }

    func contents(_ file: String) throws -> Data {
        try Data(contentsOf: Self.folder.appendingPathComponent(name).appendingPathComponent(file))
    }

    /// Loads the model as its own files say.
    func encoder(instructionSet: InstructionSet = .best) throws -> (encoder: SentenceEncoder, SentenceSettings) {
        let configuration = try contents("config.json")
        let family = try EncoderConfiguration(json: configuration).family
        var files: [SentenceSettings.File: Data] = [:]
        for file in [SentenceSettings.File.modules, .pooling, .transformer] {
            files[file] = try contents(file.rawValue)
        }
        let settings = try SentenceSettings(files)
        let vocabulary = FileBytes(try contents("vocab.txt"))
        let encoder = try withExtendedLifetime(vocabulary) {
            try SentenceEncoder(
                identifier: name,
                configuration: configuration,
                vocabulary: vocabulary.bytes,
                weights: FileBytes(try contents("model.safetensors")).safetensors(),
                pooling: settings.pooling,
                tokenizer: TokenizerSettings(json: try contents("tokenizer_config.json"), family: family),
                maximumTokens: settings.maximumTokens ?? 256,
                instructionSet: instructionSet
            )
        }
        return (encoder, settings)
    }

    /// Loads the model as one that scores pairs.
    ///
    /// - Parameter change: What is changed in its `config.json` first.
    func crossEncoder(
        instructionSet: InstructionSet = .best,
        changing change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> CrossEncoder {
        var configuration = try JSONSerialization.jsonObject(with: contents("config.json")) as? [String: Any] ?? [:]
        change(&configuration)
        let settings = try TokenizerSettings(json: contents("tokenizer_config.json"), family: .bert)
        let vocabulary = FileBytes(try contents("vocab.txt"))
        return try withExtendedLifetime(vocabulary) {
            try CrossEncoder(
                identifier: name,
                configuration: JSONSerialization.data(withJSONObject: configuration),
                vocabulary: vocabulary.bytes,
                weights: FileBytes(try contents("model.safetensors")).safetensors(),
                tokenizer: settings,
                maximumTokens: settings.maximumTokens ?? 512,
                instructionSet: instructionSet
            )
        }
    }

    private static func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/models")
}
