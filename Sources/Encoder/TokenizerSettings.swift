#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// How a model's tokenizer treats text, from `tokenizer_config.json`.
public struct TokenizerSettings: Hashable, Sendable {
    /// Whether capitals become small letters.
    public var lowersCase = true
    /// Whether accents are stripped.
    public var stripsAccents = true
    /// Whether each Chinese character is a word by itself.
    public var isolatesIdeographs = true
    /// What begins a sequence.
    public var beginning: String
    /// What ends a sequence, and parts two texts of a pair.
    public var end: String
    /// What stands for a word that cannot be composed of known pieces.
    public var unknown: String
    /// All tokens that stand for themselves where a text holds them.
    public var specials: [String]
    /// The longest sequence, in word pieces; nil where the file does not say.
    public var maximumTokens: Int?

    /// What the models of a family have where no file says otherwise.
    public init(family: EncoderConfiguration.Family = .bert) {
        switch family {
        case .bert: (beginning, end) = ("[CLS]", "[SEP]")
        case .mpnet: (beginning, end) = ("<s>", "</s>")
        }
        unknown = "[UNK]"
        specials = family == .bert ? ["[PAD]", "[MASK]"] : ["<pad>", "<mask>"]
        specials += [beginning, end, unknown]
    }

    /// Reads a `tokenizer_config.json`.
    ///
    /// - Throws: where it is not JSON, or asks for what this tokenizer does not do.
    public init(json: Data, family: EncoderConfiguration.Family) throws(EncoderError) {
        self.init(family: family)
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: json)
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            let place = context.codingPath.first.map { "field \($0.stringValue)" } ?? ""
            throw EncoderError(.tokenizer, place, place.isEmpty ? "it is not valid JSON" : "its value is impossible")
        } catch {
            throw EncoderError(.tokenizer, "", "it is not valid JSON")
        }
        lowersCase = fields.do_lower_case ?? true
        stripsAccents = fields.strip_accents ?? lowersCase
        isolatesIdeographs = fields.tokenize_chinese_chars ?? true
        guard lowersCase || !stripsAccents else {
            let problem = "accents are stripped from capitals, which is not supported"
            throw EncoderError(.tokenizer, "field strip_accents", problem, remedy: .chooseAnotherModel)
        }
        beginning = fields.cls_token?.content ?? beginning
        end = fields.sep_token?.content ?? end
        unknown = fields.unk_token?.content ?? unknown
        let named = [fields.pad_token, fields.mask_token, fields.bos_token, fields.eos_token].compactMap { $0?.content }
        let added = (fields.added_tokens_decoder ?? [:]).values.map(\.content).sorted()
        for token in [beginning, end, unknown] + named + added where !specials.contains(token) {
            specials.append(token)
        }
        if let odd = specials.first(where: { !Self.isRecognised($0) }) {
            let problem = "the special token \"\(odd)\" does not begin with punctuation, which is not supported"
            throw EncoderError(.tokenizer, "", problem, remedy: .chooseAnotherModel)
        }
        // Where nothing was set, the library writes a number beyond all bounds.
        maximumTokens = fields.model_max_length.flatMap { Int(exactly: $0) }.flatMap {
            (1...(1 << 24)) ~= $0 ? $0 : nil
        }
    }

    private static func isRecognised(_ token: String) -> Bool {
        token.utf8.first.map { ScalarTable.treatment(ascii: $0) == .isolated(UInt32($0)) } ?? false
    }

    /// A token, written as a text or as an object.
    private struct Token: Decodable {
        let content: String

        private enum Key: CodingKey { case content }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                content = text
            } else {
                content = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .content)
            }
        }
    }

    private struct Fields: Decodable {
        let do_lower_case: Bool?
        let strip_accents: Bool?
        let tokenize_chinese_chars: Bool?
        let model_max_length: Double?
        let cls_token: Token?
        let sep_token: Token?
        let unk_token: Token?
        let pad_token: Token?
        let mask_token: Token?
        let bos_token: Token?
        let eos_token: Token?
        let added_tokens_decoder: [String: Token]?
    }
}
