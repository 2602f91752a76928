/// A service of language models, as the catalogue describes it.
public struct ModelProvider: Sendable, Hashable {
    /// How it is called in names of models: `openai`.
    public var name: String
    /// What people call it.
    public var title: String
    /// How it is spoken to: the name of a wire protocol.
    public var wireProtocol: String
    /// The address that the protocol's paths follow, where no variable says another.
    public var baseURL: String
    /// The environment variable that holds another address.
    public var baseURLVariable: String?
    /// The environment variable that holds another address, which may be a mere host, or host and port.
    public var hostVariable: String?
    /// The names of its key, the first that is set counts.
    public var keyNames: [String]
    /// The names of a token that is sent as `Authorization: Bearer`, beside its key or instead of it.
    public var bearerNames: [String]
    /// Whether it needs a key; a server on this machine never does.
    public var needsKey: Bool
    /// Where a key is made.
    public var keyPage: String?
    /// Header fields for every request.
    public var headers: [String: String]
    /// Header fields whose values environment variables hold, where those are set.
    public var headerVariables: [String: String]
    /// What may be asked of it by the owner's plan.
    public var limits: ModelLimits
    /// Whether it can be asked which models it has.
    public var listsModels: Bool
    /// Endings of names of models that a server on this machine passes on to another one.
    public var remoteSuffixes: [String]
    /// What models can and want that have no entry of their own.
    public var traits: ModelTraits
    /// What models on this machine cost that have no price of their own.
    public var localPrice: ModelPrice?
    /// Its models, in the catalogue's order.
    public var models: [CatalogueModel]
    /// Its models that turn texts into vectors.
    public var embeddings: [EmbeddingModel]
    /// Its models that put texts in order.
    public var rerankers: [RerankModel]

    /// Whether it has language models at all: some services serve searching alone.
    public var writes: Bool { wireProtocol != ModelProvider.noProtocol }

    /// Whether it serves searching alone, as far as the catalogue knows: it has models for that, and none that write.
    public var onlySearches: Bool {
        searches && (!writes || (models.isEmpty && !listsModels))
    }

    /// Whether it has models that turn texts into vectors or put them in order.
    public var searches: Bool { !embeddings.isEmpty || !rerankers.isEmpty }

    /// Whether a server on this machine passes a model on to another one, by the ending of its name in any case.
    func passesOn(_ model: String) -> Bool {
        let name = model.lowercased()
        return remoteSuffixes.contains { name.hasSuffix($0.lowercased()) }
    }

    /// The entry of a model; nil where it has none.
    public func model(_ name: String) -> CatalogueModel? {
        models.first { $0.name == name }
    }
}

/// How much may be asked of a service; nil for what is not known.
public struct ModelLimits: Sendable, Hashable {
    /// Requests a minute.
    public var requestsPerMinute: Int?
    /// Tokens a minute, read and written.
    public var tokensPerMinute: Int?

    /// Limits.
    public init(requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
    }
}

/// A model, as the catalogue describes it.
public struct CatalogueModel: Sendable, Hashable {
    /// What the service calls it.
    public var name: String
    /// Tokens it reads at most; nil where that is not known.
    public var contextTokens: Int?
    /// Tokens it writes at most; nil where that is not known.
    public var maximumOutputTokens: Int?
    /// What it is good for; nil where nobody said.
    public var tier: ModelTier?
    /// What it can and wants.
    public var traits: ModelTraits
    /// What it costs; nil where that is not known.
    public var price: ModelPrice?

    /// A model with all its values.
    public init(
        name: String,
        contextTokens: Int? = nil,
        maximumOutputTokens: Int? = nil,
        tier: ModelTier? = nil,
        traits: ModelTraits = ModelTraits(),
        price: ModelPrice? = nil
    ) {
        self.name = name
        self.contextTokens = contextTokens
        self.maximumOutputTokens = maximumOutputTokens
        self.tier = tier
        self.traits = traits
        self.price = price
    }
}
