/// Why a model could not be loaded, and what to do about it.
public struct EncoderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file of the model that is at fault.
    public enum Part: String, Sendable {
        /// The weights, `model.safetensors`.
        case weights = "model.safetensors"
        /// The word pieces, `vocab.txt`.
        case vocabulary = "vocab.txt"
        /// The dimensions, `config.json`.
        case configuration = "config.json"
        /// How text is treated before it is cut, `tokenizer_config.json`.
        case tokenizer = "tokenizer_config.json"
        /// The steps from text to vector, `modules.json`.
        case modules = "modules.json"
        /// How word pieces' vectors become one, `1_Pooling/config.json`.
        case pooling = "1_Pooling/config.json"
        /// The longest sequence, `sentence_bert_config.json`.
        case transformer = "sentence_bert_config.json"
        /// What is put before texts, `config_sentence_transformers.json`.
        case prompts = "config_sentence_transformers.json"
    }

    /// What can be done about it.
    public enum Remedy: String, Sendable {
        /// The file is damaged or incomplete.
        case fetchAgain = "Fetch the model again."
        /// The file is sound but describes a model that cannot score pairs of texts.
        case chooseAnotherReranker = "Choose a BERT cross-encoder with one label, such as those for MS MARCO."
        /// The file is sound but describes a model this encoder cannot run.
        case chooseAnotherModel =
            "Choose a BERT or MPNet model with the exact GELU, pooled by cls or mean, in 32-bit floats."
    }

    /// The file at fault.
    public let part: Part
    /// The place in the file: a tensor, a field or a line; empty where it is the file as a whole.
    public let subject: String
    /// What is wrong there, as a clause.
    public let problem: String
    /// What can be done about it.
    public let remedy: Remedy

    /// An error at a place of a file.
    public init(_ part: Part, _ subject: String = "", _ problem: String, remedy: Remedy = .fetchAgain) {
        self.part = part
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
    }

    /// The failure and the next step, in one line.
    public var description: String {
        let place = subject.isEmpty ? part.rawValue : "\(part.rawValue), \(subject)"
        return "\(place): \(problem). \(remedy.rawValue)"
    }
}
