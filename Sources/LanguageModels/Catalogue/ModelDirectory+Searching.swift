extension ModelDirectory {
    /// An encoder that asks a service of the catalogue.
    ///
    /// - Parameter connect: How an endpoint is reached; it throws where that may not be asked.
    /// - Throws: `ModelError`: `notConfigured` for what the catalogue does not list, `keyRefused` where a key is missing; what
    ///   `connect` throws.
    public func encoder(
        _ name: ModelName,
        connect: (ModelEndpoint) throws -> ServiceConnection
    ) throws -> RemoteEncoder {
        let (provider, address, endpoint) = try endpoint(of: name)
        guard var model = provider.embeddings.first(where: { $0.name == name.model }) else {
            throw unlisted(name, "embeddings", provider.embeddings.map(\.name))
        }
        if endpoint.isLocal, model.price == nil { model.price = provider.localPrice }
        let isElsewhere = address != ServerAddress(provider.baseURL)
        return try RemoteEncoder(model, connection: limited(connect(endpoint), provider), isElsewhere: isElsewhere)
    }

    /// A reranker that asks a service of the catalogue.
    ///
    /// - Parameter connect: How an endpoint is reached.
    /// - Throws: As `encoder(_:connect:)` does.
    public func reranker(
        _ name: ModelName,
        connect: (ModelEndpoint) throws -> ServiceConnection
    ) throws -> RemoteReranker {
        let (provider, _, endpoint) = try endpoint(of: name)
        guard var model = provider.rerankers.first(where: { $0.name == name.model }) else {
            throw unlisted(name, "rerankers", provider.rerankers.map(\.name))
        }
        if endpoint.isLocal, model.price == nil { model.price = provider.localPrice }
        return try RemoteReranker(model, connection: limited(connect(endpoint), provider))
    }

    private func limited(_ connection: ServiceConnection, _ provider: ModelProvider) -> ServiceConnection {
        var connection = connection
        connection.limits = provider.limits
        return connection
    }

    private func unlisted(_ name: ModelName, _ section: String, _ known: [String]) -> ModelError {
        ModelError(
            .notConfigured,
            provider: name.provider,
            model: name.model,
            detail: "the catalogue lists it not among the provider's \(section)"
                + (known.isEmpty ? "" : ", which are " + known.joined(separator: ", "))
                + "; describe it in models.yaml under providers: {\(name.provider): {\(section): …}}"
        )
    }
}
