#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The dimensions of a BERT or MPNet model, from its `config.json`.
public struct EncoderConfiguration: Hashable, Sendable {
    /// How a model is built.
    public enum Family: String, Hashable, Sendable, CaseIterable {
        /// Absolute positions and segments.
        case bert
        /// Absolute positions that begin at 2, no segments, and a bias by distance in attention.
        case mpnet
    }

    /// How it is built.
    public let family: Family
    /// What the model was saved as, such as `BertForSequenceClassification`; empty where the file does not say.
    public let architectures: [String]
    /// Classes that a classifier on top tells apart; nil where the file does not say.
    public let labels: Int?
    /// Features of a token, and of a sentence's vector.
    public let hiddenSize: Int
    /// Layers of the network.
    public let layers: Int
    /// Attention heads of each layer; divides `hiddenSize`.
    public let attentionHeads: Int
    /// Features between the two halves of a feed-forward layer.
    public let intermediateSize: Int
    /// Word pieces the model knows.
    public let vocabularySize: Int
    /// The longest sequence the model has positions for.
    public let maximumPositions: Int
    /// Kinds of segments the model tells apart, 0 where it knows none; sentences are all of the first kind.
    public let tokenTypes: Int
    /// What layer normalisation adds to the variance.
    public let layerNormEpsilon: Float

    /// The position of a sequence's first token.
    public var firstPosition: Int { family == .mpnet ? 2 : 0 }
    /// Tokens of the longest sequence the model has positions for.
    public var longestSequence: Int { maximumPositions - firstPosition }
    /// Whether a classifier stands on top: such a model scores pairs of texts.
    public var isClassifier: Bool { architectures.contains { $0.hasSuffix("ForSequenceClassification") } }

    /// Reads a `config.json`.
    ///
    /// - Throws: where a field is missing or impossible, or the model is not of the kind this encoder runs.
    public init(json: Data) throws(EncoderError) {
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: json)
        } catch DecodingError.keyNotFound(let key, _) {
            throw EncoderError(.configuration, "field \(key.stringValue)", "it is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            throw Self.impossible(context)
        } catch {
            throw EncoderError(.configuration, "", "it is not valid JSON")
        }
        guard let family = Family(rawValue: fields.model_type) else {
            let known = Family.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " and ")
            let problem = "\"\(fields.model_type)\" is not supported, only \(known)"
            throw EncoderError(.configuration, "field model_type", problem, remedy: .chooseAnotherModel)
        }
        self.family = family
        architectures = fields.architectures ?? []
        labels = fields.num_labels.flatMap { Int(exactly: $0) } ?? fields.id2label?.count
        try Self.require(fields.hidden_act, is: "gelu", field: "hidden_act")
        try Self.require(
            fields.position_embedding_type ?? "absolute",
            is: "absolute",
            field: "position_embedding_type"
        )
        hiddenSize = try Self.positive(fields.hidden_size, field: "hidden_size")
        layers = try Self.positive(fields.num_hidden_layers, field: "num_hidden_layers")
        attentionHeads = try Self.positive(fields.num_attention_heads, field: "num_attention_heads")
        intermediateSize = try Self.positive(fields.intermediate_size, field: "intermediate_size")
        vocabularySize = try Self.positive(fields.vocab_size, field: "vocab_size")
        maximumPositions = try Self.positive(
            fields.max_position_embeddings,
            field: "max_position_embeddings"
        )
        switch family {
        case .bert:
            guard let types = fields.type_vocab_size else {
                throw EncoderError(.configuration, "field type_vocab_size", "it is missing")
            }
            tokenTypes = try Self.positive(types, field: "type_vocab_size")
        case .mpnet:
            tokenTypes = 0
            // The reference computes with this number whatever the file says.
            let buckets = fields.relative_attention_num_buckets ?? Double(RelativePositions.buckets)
            guard buckets == Double(RelativePositions.buckets) else {
                let problem = "\(buckets) is not supported, only \(RelativePositions.buckets)"
                let field = "field relative_attention_num_buckets"
                throw EncoderError(.configuration, field, problem, remedy: .chooseAnotherModel)
            }
        }
        guard hiddenSize % attentionHeads == 0 else {
            let problem = "\(attentionHeads) heads do not divide \(hiddenSize) features"
            throw EncoderError(.configuration, "field num_attention_heads", problem)
        }
        guard fields.layer_norm_eps > 0, fields.layer_norm_eps < 1 else {
            throw EncoderError(
                .configuration,
                "field layer_norm_eps",
                "\(fields.layer_norm_eps) is impossible"
            )
        }
        layerNormEpsilon = Float(fields.layer_norm_eps)
    }

    /// Refuses a model of a kind this encoder does not run.
    private static func require(_ value: String, is expected: String, field: String) throws(EncoderError) {
        guard value == expected else {
            let problem = "\"\(value)\" is not supported, only \"\(expected)\""
            throw EncoderError(.configuration, "field \(field)", problem, remedy: .chooseAnotherModel)
        }
    }

    /// What is wrong where JSON is not of the form expected: a field, or the file as a whole.
    private static func impossible(_ context: DecodingError.Context) -> EncoderError {
        guard let field = context.codingPath.first else {
            return EncoderError(.configuration, "", "it is not valid JSON")
        }
        return EncoderError(.configuration, "field \(field.stringValue)", "its value is impossible")
    }

    /// Dimensions are whole numbers, bounded so that no product of two of them overflows.
    private static func positive(_ value: Double, field: String) throws(EncoderError) -> Int {
        guard let whole = Int(exactly: value), (1...(1 << 24)).contains(whole) else {
            throw EncoderError(.configuration, "field \(field)", "\(value) is impossible")
        }
        return whole
    }

    private struct Fields: Decodable {
        let model_type: String
        let hidden_act: String
        let position_embedding_type: String?
        let hidden_size: Double
        let num_hidden_layers: Double
        let num_attention_heads: Double
        let intermediate_size: Double
        let vocab_size: Double
        let max_position_embeddings: Double
        let type_vocab_size: Double?
        let layer_norm_eps: Double
        let relative_attention_num_buckets: Double?
        let architectures: [String]?
        let num_labels: Double?
        let id2label: [String: String]?
    }
}
