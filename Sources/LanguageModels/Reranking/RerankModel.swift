/// A model that says how well texts answer a question, as the catalogue describes it.
public struct RerankModel: Sendable, Hashable {
    /// What the service calls it.
    public var name: String
    /// How it is asked.
    public var form: RerankForm
    /// Tokens of question and text together that it reads at most.
    public var contextTokens: Int
    /// Texts in a request at most.
    public var maximumTexts: Int
    /// What it costs; nil where that is not known.
    public var price: ModelPrice?

    /// A model with all its values.
    public init(
        name: String,
        form: RerankForm,
        contextTokens: Int = 512,
        maximumTexts: Int = 100,
        price: ModelPrice? = nil
    ) {
        self.name = name
        self.form = form
        self.contextTokens = contextTokens
        self.maximumTexts = max(1, maximumTexts)
        self.price = price
    }
}

/// How services of reranking are asked.
public enum RerankForm: String, Sendable, Hashable, CaseIterable {
    /// Cohere's: `top_n`, answered in `results`. llama.cpp's server speaks it too.
    case cohere
    /// The same, told not to send the texts back.
    case jina
    /// Voyage's: `top_k`, answered in `data`.
    case voyage
}
