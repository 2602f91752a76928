import Foundation
import JSON
import Transport

extension ModelProvider {
    /// How services can be spoken to.
    static let wireProtocols = ["anthropic", "openai", "gemini", "ollama", noProtocol]
    /// The protocol of services without language models.
    static let noProtocol = "none"

    /// Reads the part of a service.
    ///
    /// - Throws: `CatalogueError`.
    init(_ node: CatalogueNode, name: String) throws {
        guard !name.isEmpty, !name.contains("/"), name.utf8.count <= 40 else {
            throw node.error("has a name with a slash, or none", "name a provider with a word such as my-server")
        }
        let members = try node.members([
            "title", "protocol", "base_url", "base_url_variable", "host_variable", "keys", "bearer", "needs_key",
            "key_page",
            "headers", "header_variables", "limits", "lists_models", "remote_suffixes", "price", "traits", "models",
            "embeddings", "rerankers",
        ])
        func required(_ key: String, _ example: String) throws -> CatalogueNode {
            guard let member = members[key] else { throw node.error("lacks '\(key)'", "write \(key): \(example)") }
            return member
        }
        self.name = name
        title = try members["title"]?.text() ?? name
        let form = try required("protocol", "openai")
        wireProtocol = try form.text()
        guard ModelProvider.wireProtocols.contains(wireProtocol) else {
            throw form.error(
                "is '\(wireProtocol.prefix(40))'",
                "choose from " + ModelProvider.wireProtocols.joined(separator: ", ")
            )
        }
        let address = try required("base_url", "https://api.example.com/v1")
        guard let url = ServerAddress(try address.text()) else {
            throw address.error("is no address", "write one such as https://api.example.com/v1, without a user name")
        }
        baseURL = url.text
        baseURLVariable = try members["base_url_variable"]?.text()
        hostVariable = try members["host_variable"]?.text()
        keyNames = try members["keys"]?.texts() ?? []
        bearerNames = try members["bearer"]?.texts() ?? []
        needsKey = try members["needs_key"]?.flag() ?? !keyNames.isEmpty
        if needsKey, keyNames.isEmpty {
            throw node.error("needs a key and names none", "write keys: [NAME_OF_THE_VARIABLE]")
        }
        keyPage = try members["key_page"]?.text()
        headers = try members["headers"]?.table() ?? [:]
        headerVariables = try members["header_variables"]?.table() ?? [:]
        limits = try members["limits"].map(ModelLimits.init) ?? ModelLimits()
        listsModels = try members["lists_models"]?.flag() ?? false
        remoteSuffixes = try members["remote_suffixes"]?.texts() ?? []
        localPrice = try members["price"].map(ModelPrice.init)
        let traits = try members["traits"].map { try ModelTraits($0, over: ModelTraits()) } ?? ModelTraits()
        self.traits = traits
        models = try members["models"]?.pairs().map { try CatalogueModel($0.value, name: $0.key, traits: traits) } ?? []
        let spoken = wireProtocol
        embeddings =
            try members["embeddings"]?.pairs().map { try EmbeddingModel($0.value, name: $0.key, spoken: spoken) } ?? []
        rerankers =
            try members["rerankers"]?.pairs().map { try RerankModel($0.value, name: $0.key, spoken: spoken) } ?? []
    }
}

extension ModelLimits {
    /// Reads the part of limits.
    ///
    /// - Throws: `CatalogueError`.
    init(_ node: CatalogueNode) throws {
        let members = try node.members(["requests_per_minute", "tokens_per_minute"])
        self.init(
            requestsPerMinute: try members["requests_per_minute"]?.count(),
            tokensPerMinute: try members["tokens_per_minute"]?.count()
        )
    }
}

extension CatalogueModel {
    /// Reads the part of a model, whose service's models have these traits.
    ///
    /// - Throws: `CatalogueError`.
    init(_ node: CatalogueNode, name: String, traits: ModelTraits) throws {
        let members = try node.members(["context", "output", "tier", "traits", "price"])
        self.name = name
        contextTokens = try members["context"]?.count()
        maximumOutputTokens = try members["output"]?.count()
        tier = try members["tier"].map { node in
            guard let tier = ModelTier(rawValue: try node.text()) else {
                throw node.error("is no tier", "choose from free, cheap, strong")
            }
            return tier
        }
        self.traits = try members["traits"].map { try ModelTraits($0, over: traits) } ?? traits
        price = try members["price"].map(ModelPrice.init)
    }
}

extension ModelTraits {
    /// Reads the part of traits; what it leaves out is as in `other`.
    ///
    /// - Throws: `CatalogueError`.
    init(_ node: CatalogueNode, over other: ModelTraits) throws {
        let members = try node.members([
            "tools", "schema", "temperature", "forced_calls", "completion_tokens", "hidden_thoughts", "thinking_tokens",
            "body",
        ])
        self.init(
            callsTools: try members["tools"]?.flag() ?? other.callsTools,
            takesSchema: try members["schema"]?.flag() ?? other.takesSchema,
            takesTemperature: try members["temperature"]?.flag() ?? other.takesTemperature,
            forcesCalls: try members["forced_calls"]?.flag() ?? other.forcesCalls,
            wantsCompletionTokens: try members["completion_tokens"]?.flag() ?? other.wantsCompletionTokens,
            hidesThoughts: try members["hidden_thoughts"]?.flag() ?? other.hidesThoughts,
            thinkingTokens: try members["thinking_tokens"]?.count(from: 0) ?? other.thinkingTokens,
            extraBody: other.extraBody
        )
        for (key, value) in try members["body"]?.pairs() ?? [] { extraBody[key] = try value.json() }
    }
}

extension ModelPrice {
    /// Reads the part of a price.
    ///
    /// - Throws: `CatalogueError`.
    init(_ node: CatalogueNode) throws {
        let members = try node.members(["input", "output", "cached_input", "cache_write", "as_of", "source"])
        func required(_ key: String, _ example: String) throws -> CatalogueNode {
            guard let member = members[key] else { throw node.error("lacks '\(key)'", "write \(key): \(example)") }
            return member
        }
        let day = try required("as_of", "2026-11-26")
        let asOf = try day.text()
        guard asOf.wholeMatch(of: /20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/) != nil else {
            throw day.error("is no day", "write the day the price was looked up, such as 2026-11-26")
        }
        self.init(
            inputPerMillion: try required("input", "0.15").amount(),
            outputPerMillion: try required("output", "0.60").amount(),
            cachedInputPerMillion: try members["cached_input"]?.amount(),
            cacheWritePerMillion: try members["cache_write"]?.amount(),
            asOf: asOf,
            source: try required("source", "https://the-price-list").text()
        )
    }
}
