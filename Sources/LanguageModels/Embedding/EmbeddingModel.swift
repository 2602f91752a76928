public import Retrieval

/// A model that turns texts into vectors, as the catalogue describes it.
public struct EmbeddingModel: Sendable, Hashable {
    /// What the service calls it.
    public var name: String
    /// How it is asked.
    public var form: EmbeddingForm
    /// Numbers in a vector.
    public var dimensions: Int
    /// Tokens of a text that it reads at most.
    public var contextTokens: Int
    /// Texts in a request at most.
    public var maximumTexts: Int
    /// Tokens in a request at most, all texts together.
    public var maximumRequestTokens: Int
    /// Whether vectors are asked for in base64, which is shorter and read faster than decimal numbers.
    public var takesBase64: Bool
    /// Whether the request says how many numbers a vector is to have, for models that give several lengths.
    public var takesDimensions: Bool
    /// What stands before each text, for models that tell questions and documents apart by it.
    public var prefixes: [EncodedRole: String]
    /// What it costs; nil where that is not known.
    public var price: ModelPrice?

    /// A model with all its values.
    public init(
        name: String,
        form: EmbeddingForm,
        dimensions: Int,
        contextTokens: Int = 512,
        maximumTexts: Int = 64,
        maximumRequestTokens: Int = 60_000,
        takesBase64: Bool = false,
        takesDimensions: Bool = false,
        prefixes: [EncodedRole: String] = [:],
        price: ModelPrice? = nil
    ) {
        self.name = name
        self.form = form
        self.dimensions = dimensions
        self.contextTokens = contextTokens
        self.maximumTexts = max(1, maximumTexts)
        self.maximumRequestTokens = maximumRequestTokens
        self.takesBase64 = takesBase64
        self.takesDimensions = takesDimensions
        self.prefixes = prefixes
        self.price = price
    }
}

/// How services of vectors are asked.
public enum EmbeddingForm: String, Sendable, Hashable, CaseIterable {
    /// OpenAI's `/embeddings`, and every service that speaks it.
    case openai
    /// The same with Voyage's `input_type`.
    case voyage
    /// The same with Jina's `task`.
    case jina
    /// Gemini's `batchEmbedContents`.
    case gemini
    /// Ollama's `/api/embed`.
    case ollama

    /// How its requests and answers are written.
    var wire: any EmbeddingWire {
        switch self {
        case .openai: OpenAIEmbeddings(dialect: .plain)
        case .voyage: OpenAIEmbeddings(dialect: .voyage)
        case .jina: OpenAIEmbeddings(dialect: .jina)
        case .gemini: GeminiEmbeddings()
        case .ollama: OllamaEmbeddings()
        }
    }
}
