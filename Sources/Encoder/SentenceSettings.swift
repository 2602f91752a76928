#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// How a sentence's vector is made of those of its word pieces.
public enum SentencePooling: String, Hashable, Sendable {
    /// The mean of all, those of the beginning and the end included.
    case mean
    /// The vector of the beginning.
    case beginning = "cls"
}

/// How a model is used for sentences: what stands beside its weights in the layout of sentence-transformers.
public struct SentenceSettings: Hashable, Sendable {
    /// The files the settings are read from, by their paths in the model's folder; each may be missing.
    public enum File: String, CaseIterable, Sendable {
        /// The steps from text to vector.
        case modules = "modules.json"
        /// How word pieces' vectors become one.
        case pooling = "1_Pooling/config.json"
        /// The longest sequence.
        case transformer = "sentence_bert_config.json"
        /// What is put before questions and documents.
        case prompts = "config_sentence_transformers.json"
    }

    /// How a sentence's vector is made.
    public var pooling = SentencePooling.mean
    /// The longest sequence, in word pieces; nil where no file says.
    public var maximumTokens: Int?
    /// Whether the text is in small letters before it is cut, besides what the tokenizer does.
    public var lowersCase = false
    /// What is put before a question.
    public var questionPrefix = ""
    /// What is put before a document.
    public var documentPrefix = ""

    /// What holds where no file says otherwise.
    public init() {}

    /// Reads the files that there are.
    ///
    /// - Throws: where one is not JSON, or asks for a step that is not supported.
    public init(_ files: [File: Data]) throws(EncoderError) {
        if let json = files[.modules] {
            for module in try Self.decode([Module].self, json, .modules) {
                // `sentence_transformers.models.Pooling`, in whatever package it lives.
                let kind = module.type.split(separator: ".").last.map(String.init) ?? ""
                guard ["Transformer", "Pooling", "Normalize"].contains(kind) else {
                    let problem = "the step \"\(kind)\" is not supported, only Transformer, Pooling and Normalize"
                    throw EncoderError(.modules, "", problem, remedy: .chooseAnotherModel)
                }
            }
        }
        if let json = files[.pooling] { pooling = try Self.pooling(json) }
        if let json = files[.transformer] {
            let fields = try Self.decode(Transformer.self, json, .transformer)
            if let limit = fields.max_seq_length {
                guard (3...(1 << 24)).contains(limit) else {
                    throw EncoderError(.transformer, "field max_seq_length", "\(limit) is impossible")
                }
                maximumTokens = limit
            }
            lowersCase = fields.do_lower_case ?? false
        }
        if let json = files[.prompts] {
            let fields = try Self.decode(Prompts.self, json, .prompts)
            let prompts = fields.prompts ?? [:]
            let usual = fields.default_prompt_name.flatMap { prompts[$0] } ?? ""
            questionPrefix = prompts["query"] ?? usual
            documentPrefix = prompts["document"] ?? prompts["passage"] ?? usual
        }
    }

    private static func pooling(_ json: Data) throws(EncoderError) -> SentencePooling {
        let fields = try decode(Pooling.self, json, .pooling)
        var modes: [String] = []
        switch fields.pooling_mode {
        case .one(let mode): modes = [mode]
        case .several(let several): modes = several
        case nil:
            let flags = [
                ("cls", fields.pooling_mode_cls_token), ("mean", fields.pooling_mode_mean_tokens),
                ("max", fields.pooling_mode_max_tokens),
                ("mean_sqrt_len_tokens", fields.pooling_mode_mean_sqrt_len_tokens),
                ("weightedmean", fields.pooling_mode_weightedmean_tokens), ("lasttoken", fields.pooling_mode_lasttoken),
            ]
            modes = flags.filter { $0.1 ?? false }.map(\.0)
        }
        // The vector's length does not count, so that a mean by another divisor is the mean.
        let known = modes.map { $0 == "mean_sqrt_len_tokens" ? "mean" : $0 }
        guard known.count == 1, let pooling = SentencePooling(rawValue: known[0]) else {
            let shown = modes.isEmpty ? "none" : modes.joined(separator: " with ")
            let problem = "the pooling \(shown) is not supported, only cls or mean"
            throw EncoderError(.pooling, "", problem, remedy: .chooseAnotherModel)
        }
        return pooling
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        _ json: Data,
        _ part: EncoderError.Part
    ) throws(EncoderError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: json)
        } catch DecodingError.keyNotFound(let key, _) {
            throw EncoderError(part, "field \(key.stringValue)", "it is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            let field = context.codingPath.last.map { "field \($0.stringValue)" } ?? ""
            throw EncoderError(part, field, "its value is impossible")
        } catch {
            throw EncoderError(part, "", "it is not valid JSON")
        }
    }

    private struct Module: Decodable {
        let type: String
    }

    private struct Transformer: Decodable {
        let max_seq_length: Int?
        let do_lower_case: Bool?
    }

    private struct Prompts: Decodable {
        let prompts: [String: String]?
        let default_prompt_name: String?
    }

    private struct Pooling: Decodable {
        enum Mode: Decodable {
            case one(String)
            case several([String])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let mode = try? container.decode(String.self) {
                    self = .one(mode)
                } else {
                    self = .several(try container.decode([String].self))
                }
            }
        }

        let pooling_mode: Mode?
        let pooling_mode_cls_token: Bool?
        let pooling_mode_mean_tokens: Bool?
        let pooling_mode_max_tokens: Bool?
        let pooling_mode_mean_sqrt_len_tokens: Bool?
        let pooling_mode_weightedmean_tokens: Bool?
        let pooling_mode_lasttoken: Bool?
    }
}
