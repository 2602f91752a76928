import Encoder
import Foundation
import Kernels

/// A BERT with two layers of a few features and random weights.
struct TinyModel {
    static let words = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "call", "put", "##s", "sell", ".", "a", "##b", "b",
    ]

    var configuration: [String]
    var vocabulary = words.joined(separator: "\n") + "\n"
    var writer = SafetensorsWriter()

    /// A model of some dimensions; weights shrink as features grow, so that activations keep their size.
    init(features: Int = 8, innerFeatures: Int = 20, positions: Int = 40) {
        configuration = [
            #""model_type":"bert""#, #""hidden_act":"gelu""#, #""position_embedding_type":"absolute""#,
            #""hidden_size":\#(features)"#, #""num_hidden_layers":2"#, #""num_attention_heads":2"#,
            #""intermediate_size":\#(innerFeatures)"#, #""vocab_size":13"#,
            #""max_position_embeddings":\#(positions)"#, #""type_vocab_size":2"#, #""layer_norm_eps":1e-12"#,
        ]
        let scale = (8 / Float(features)).squareRoot()
        var generator = SeededGenerator(seed: 20)
        func add(_ name: String, _ shape: Int..., around center: Float = 0) {
            let values = (0..<shape.reduce(1, *)).map { _ in
                center + scale * Float.random(in: -0.7...0.7, using: &generator)
            }
            writer.add(name, shape: shape, values: values)
        }
        func addLinear(_ name: String, _ outputs: Int, _ inputs: Int) {
            add("\(name).weight", outputs, inputs)
            add("\(name).bias", outputs)
        }
        func addNorm(_ name: String) {
            add("\(name).weight", features, around: 1)
            add("\(name).bias", features)
        }
        add("embeddings.word_embeddings.weight", 13, features)
        add("embeddings.position_embeddings.weight", positions, features)
        add("embeddings.token_type_embeddings.weight", 2, features)
        addNorm("embeddings.LayerNorm")
        for layer in ["encoder.layer.0", "encoder.layer.1"] {
            for part in ["query", "key", "value"] { addLinear("\(layer).attention.self.\(part)", features, features) }
            addLinear("\(layer).attention.output.dense", features, features)
            addNorm("\(layer).attention.output.LayerNorm")
            addLinear("\(layer).intermediate.dense", innerFeatures, features)
            addLinear("\(layer).output.dense", features, innerFeatures)
            addNorm("\(layer).output.LayerNorm")
        }
    }

    /// Replaces one field of the configuration, or removes it.
    mutating func configure(_ field: String, _ value: String?) {
        configuration.removeAll { $0.hasPrefix("\"\(field)\":") }
        if let value { configuration.append("\"\(field)\":\(value)") }
    }

    /// Loads the model.
    func encoder(
        maximumTokens: Int = 32,
        instructionSet: InstructionSet = .best,
        precision: EncoderPrecision = .single,
        threads: Int = 1
    ) throws -> SentenceEncoder {
        try encoder(
            file: writer.file(),
            maximumTokens: maximumTokens,
            instructionSet: instructionSet,
            precision: precision,
            threads: threads
        )
    }

    /// Loads the model with other weights.
    func encoder(
        file: [UInt8],
        offset: Int = 0,
        maximumTokens: Int = 32,
        instructionSet: InstructionSet = .best,
        precision: EncoderPrecision = .single,
        threads: Int = 1
    ) throws -> SentenceEncoder {
        let vocabulary = FileBytes(vocabulary.utf8)
        return try withExtendedLifetime(vocabulary) {
            try SentenceEncoder(
                identifier: "tiny",
                configuration: Data("{\(configuration.joined(separator: ","))}".utf8),
                vocabulary: vocabulary.bytes,
                weights: FileBytes(file, offset: offset).safetensors(),
                maximumTokens: maximumTokens,
                instructionSet: instructionSet,
                precision: precision,
                threads: threads
            )
        }
    }
}
