public import Transport

/// Where the models of a catalogue are reached from here and now: addresses and keys of this environment, and how each service
/// is spoken to.
public struct ModelDirectory: Sendable {
    /// What is known of services and models.
    public let catalogue: ModelCatalogue

    private let variable: @Sendable (String) -> String?
    private let secrets: any SecretSource
    private let protocols: [String: any WireProtocol]

    /// A directory.
    ///
    /// - Parameters:
    ///   - variable: The value of an environment variable; nil where it is missing or empty.
    ///   - secrets: Where keys come from.
    ///   - protocols: How services are spoken to, by the names that catalogues use.
    public init(
        catalogue: ModelCatalogue,
        variable: @escaping @Sendable (String) -> String?,
        secrets: any SecretSource,
        protocols: [String: any WireProtocol]
    ) {
        self.catalogue = catalogue
        self.variable = variable
        self.secrets = secrets
        self.protocols = protocols
    }

    /// Where a service is: by its variable, else by the catalogue.
    ///
    /// - Throws: `ModelError` for a variable that holds no address.
    public func address(of provider: ModelProvider) throws -> ServerAddress {
        guard let standard = ServerAddress(provider.baseURL) else {
            throw ModelError(
                .notConfigured,
                provider: provider.name,
                detail: "its address in the catalogue is none"
            )
        }
        if let name = provider.baseURLVariable, let value = variable(name) {
            guard let address = ServerAddress(value) else { throw unreadable(name, provider) }
            return address
        }
        if let name = provider.hostVariable, let value = variable(name) {
            guard let address = ServerAddress(host: value, like: standard) else { throw unreadable(name, provider) }
            return address
        }
        return standard
    }

    private func unreadable(_ name: String, _ provider: ModelProvider) -> ModelError {
        ModelError(
            .notConfigured,
            provider: provider.name,
            detail: "\(name) holds no http or https address that can be used (without user name, query and fragment)"
        )
    }

    /// Why a service cannot be asked: what is missing, and what to do.
    public struct Obstacle: Sendable, Hashable {
        /// What is missing.
        public var reason: String
        /// What to do.
        public var nextStep: String

        /// An obstacle.
        public init(reason: String, nextStep: String) {
            self.reason = reason
            self.nextStep = nextStep
        }
    }

    /// Why a service cannot be asked; nil where it can, as far as that is known without asking it.
    ///
    /// - Parameter isForSearch: Whether it is to be asked for vectors or an order, for which it need not have language models.
    public func obstacle(to provider: ModelProvider, isForSearch: Bool = false) -> Obstacle? {
        do {
            let address = try address(of: provider)
            guard isForSearch || protocols[provider.wireProtocol] != nil else {
                return Obstacle(
                    reason: "the protocol \(provider.wireProtocol) is not spoken",
                    nextStep: "choose from " + protocols.keys.sorted().joined(separator: ", ")
                )
            }
            guard provider.needsKey, !address.isLocal, try key(of: provider) == nil, try bearer(of: provider) == nil
            else { return nil }
            let page = provider.keyPage.map { " (a key is made at \($0))" } ?? ""
            return Obstacle(
                reason: "\(provider.keyNames.joined(separator: " or ")) is not set",
                nextStep: "magnus keys set \(provider.keyNames[0])" + page
            )
        } catch let error as ModelError {
            return Obstacle(reason: error.detail, nextStep: "correct it")
        } catch {
            return Obstacle(reason: "its key cannot be read: \(error)", nextStep: "see `magnus keys path`")
        }
    }

    /// The key of a service: the first of its names that is set; nil where none is.
    ///
    /// - Throws: What the source of secrets throws.
    public func key(of provider: ModelProvider) throws -> Secret? {
        try first(of: provider.keyNames)
    }

    private func bearer(of provider: ModelProvider) throws -> Secret? {
        try first(of: provider.bearerNames)
    }

    private func first(of names: [String]) throws -> Secret? {
        for name in names {
            if let secret = try secrets.secret(name) { return secret }
        }
        return nil
    }

    /// A model that can be called. One that the catalogue does not list is taken as its service's models are.
    ///
    /// - Throws: `ModelError`: `notConfigured` for a service that is not known, `keyRefused` where its key is missing.
    public func model(_ name: ModelName) throws -> CallableModel {
        let (provider, _, endpoint) = try endpoint(of: name)
        guard let wire = protocols[provider.wireProtocol] else {
            let detail =
                provider.writes ? "the protocol \(provider.wireProtocol) is not spoken" : "it has no language models"
            throw ModelError(.notConfigured, provider: name.provider, model: name.model, detail: detail)
        }
        let entry = provider.model(name.model)
        return CallableModel(
            endpoint: endpoint,
            wire: wire,
            price: entry?.price ?? (endpoint.isLocal ? provider.localPrice : nil),
            maximumOutputTokens: entry?.maximumOutputTokens,
            limits: provider.limits,
            isLocal: endpoint.isLocal
        )
    }

    /// `is llama.cpp meant? ` for a name that differs from a provider's in case and punctuation alone; empty for others.
    private func similar(to name: String) -> String {
        func letters(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }
        let provider = catalogue.providers.first { letters($0.name) == letters(name) }
        return provider.map { "is \($0.name) meant? " } ?? ""
    }

    /// Where a model is reached, and with which key.
    ///
    /// - Throws: As `model(_:)` does.
    func endpoint(of name: ModelName) throws -> (ModelProvider, ServerAddress, ModelEndpoint) {
        guard let provider = catalogue.provider(name.provider) else {
            throw ModelError(
                .notConfigured,
                provider: name.provider,
                model: name.model,
                detail: "there is no provider '\(name.provider.prefix(40))'; \(similar(to: name.provider))known are "
                    + catalogue.providers.map(\.name).joined(separator: ", ")
            )
        }
        func missing(_ detail: String) -> ModelError {
            ModelError(.keyRefused, provider: name.provider, model: name.model, detail: detail)
        }
        let address = try address(of: provider)
        let (key, bearer): (Secret?, Secret?)
        do {
            (key, bearer) = (try self.key(of: provider), try self.bearer(of: provider))
        } catch {
            throw missing("its key cannot be read: \(error)")
        }
        if key == nil, bearer == nil, provider.needsKey, !address.isLocal {
            throw missing("\(provider.keyNames.joined(separator: " or ")) is not set")
        }
        var headers = provider.headers
        for (field, holder) in provider.headerVariables {
            if let value = variable(holder) { headers[field] = value }
        }
        if let bearer { headers["Authorization"] = "Bearer " + bearer.revealed }
        let endpoint = ModelEndpoint(
            name: name,
            baseURL: address.text,
            key: key,
            headers: headers,
            traits: provider.model(name.model)?.traits ?? provider.traits,
            contextTokens: provider.model(name.model)?.contextTokens,
            isLocal: address.isLocal && !provider.passesOn(name.model)
        )
        return (provider, address, endpoint)
    }

    /// The models that a request of `tier` may go to where the owner names none, in order: those of the tier and of the cheaper
    /// ones that can be called; where there are none, the dearer ones.
    public func chain(for tier: ModelTier) -> [ModelName] {
        func usable(_ tiers: [ModelTier]) -> [ModelName] {
            var names: [ModelName] = []
            for name in tiers.flatMap({ catalogue.chains[$0] ?? [] }) where !names.contains(name) {
                guard let provider = catalogue.provider(name.provider), obstacle(to: provider) == nil else { continue }
                names.append(name)
            }
            return names
        }
        let fitting = usable(ModelTier.allCases.filter { $0 <= tier }.sorted(by: >))
        return fitting.isEmpty ? usable(ModelTier.allCases.filter { $0 > tier }.sorted()) : fitting
    }
}

/// A model that can be called: where it is, how it is spoken to, what it costs and limits.
public struct CallableModel: Sendable {
    /// Where it is, and with which key.
    public var endpoint: ModelEndpoint
    /// How it is spoken to.
    public var wire: any WireProtocol
    /// What it costs; nil where that is not known.
    public var price: ModelPrice?
    /// Tokens it writes at most; nil where that is not known.
    public var maximumOutputTokens: Int?
    /// What may be asked of its service.
    public var limits: ModelLimits
    /// Whether it runs on this machine, so that nothing leaves it.
    public var isLocal: Bool

    /// Its name.
    public var name: ModelName { endpoint.name }

    /// Tokens it reads and writes at most; nil where that is not known.
    public var contextTokens: Int? { endpoint.contextTokens }
}
