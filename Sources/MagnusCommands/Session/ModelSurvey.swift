import Foundation
import LanguageModels
import Transport

/// How the services of language models and of search stand from here: which can be asked, why others cannot, and which models
/// they have. Only servers on this machine are asked anything.
struct ModelSurvey {
    /// One provider.
    struct Entry: Sendable {
        var provider: ModelProvider
        /// Where it is; nil where its variable holds no address.
        var address: ServerAddress?
        /// Why it cannot be asked; nil where it can.
        var obstacle: ModelDirectory.Obstacle?
        /// The catalogue's models, then those that the server itself named.
        var models: [CatalogueModel]
    }

    /// A service that turns texts into vectors or puts them in order.
    struct SearchEntry: Sendable {
        var provider: ModelProvider
        /// Why it cannot be asked; nil where it can.
        var obstacle: ModelDirectory.Obstacle?
    }

    /// The providers of language models, in the catalogue's order.
    let entries: [Entry]
    /// The services of search, in the catalogue's order; some of them have language models too.
    let searchEntries: [SearchEntry]

    /// Looks at all services; servers on this machine are asked for their models, or tried.
    ///
    /// - Parameters:
    ///   - patience: How long a server may take.
    ///   - refusal: Why the owner's settings forbid asking a service that runs on this machine, or elsewhere; nil where they do
    ///     not.
    init(
        of directory: ModelDirectory,
        through transport: any HTTPTransport,
        patience: Duration,
        refusal: @escaping @Sendable (_ isLocal: Bool) -> ModelDirectory.Obstacle?
    ) async {
        let discovery = ModelDiscovery(transport: transport, patience: patience)
        let entries = await withTaskGroup(of: (Int, Entry).self) { group in
            for (index, provider) in directory.catalogue.providers.filter({ !$0.onlySearches }).enumerated() {
                group.addTask { (index, await ModelSurvey.entry(provider, directory, discovery, refusal)) }
            }
            var entries: [(Int, Entry)] = []
            for await entry in group { entries.append(entry) }
            return entries.sorted { $0.0 < $1.0 }.map(\.1)
        }
        self.entries = entries
        searchEntries = await withTaskGroup(of: (Int, SearchEntry).self) { group in
            for (index, provider) in directory.catalogue.providers.filter(\.searches).enumerated() {
                group.addTask { (index, await ModelSurvey.searchEntry(provider, directory, discovery, refusal)) }
            }
            var entries: [(Int, SearchEntry)] = []
            for await entry in group { entries.append(entry) }
            return entries.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func searchEntry(
        _ provider: ModelProvider,
        _ directory: ModelDirectory,
        _ discovery: ModelDiscovery,
        _ refusal: @Sendable (_ isLocal: Bool) -> ModelDirectory.Obstacle?
    ) async -> SearchEntry {
        var entry = SearchEntry(provider: provider, obstacle: directory.obstacle(to: provider, isForSearch: true))
        do {
            let address = try directory.address(of: provider)
            if entry.obstacle == nil { entry.obstacle = refusal(address.isLocal) }
            if entry.obstacle == nil, address.isLocal {
                entry.obstacle = await silence(of: provider, at: address, discovery)
            }
        } catch {
            entry.obstacle = entry.obstacle ?? .init(reason: "\(error)", nextStep: "correct it")
        }
        return entry
    }

    /// That nothing answers at an address on this machine; nil where something does.
    private static func silence(
        of provider: ModelProvider,
        at address: ServerAddress,
        _ discovery: ModelDiscovery
    ) async -> ModelDirectory.Obstacle? {
        do {
            try await discovery.reach(provider, at: address)
            return nil
        } catch {
            return .init(
                reason: "no server answers at \(address.text)",
                nextStep: "start it\(variable(of: provider))"
            )
        }
    }

    private static func entry(
        _ provider: ModelProvider,
        _ directory: ModelDirectory,
        _ discovery: ModelDiscovery,
        _ refusal: @Sendable (_ isLocal: Bool) -> ModelDirectory.Obstacle?
    ) async -> Entry {
        var entry = Entry(
            provider: provider,
            address: try? directory.address(of: provider),
            obstacle: directory.obstacle(to: provider),
            models: provider.models
        )
        if entry.obstacle == nil, let address = entry.address { entry.obstacle = refusal(address.isLocal) }
        guard entry.obstacle == nil, let address = entry.address, address.isLocal else { return entry }
        guard provider.listsModels else {
            entry.obstacle = await silence(of: provider, at: address, discovery)
            return entry
        }
        do {
            let names = try await discovery.models(of: provider, at: address, key: directory.key(of: provider))
            for name in names where provider.model(name) == nil {
                let known = try directory.model(ModelName(provider: provider.name, model: name))
                entry.models.append(
                    CatalogueModel(name: name, traits: known.endpoint.traits, price: known.price)
                )
            }
            if names.isEmpty {
                entry.obstacle = .init(reason: "it has no model", nextStep: "load one there")
            }
        } catch let error as ModelError {
            let isAbsent = error.code == .unreachable || error.code == .timedOut
            entry.obstacle = .init(
                reason: isAbsent ? "no server answers at \(address.text)" : error.detail,
                nextStep: isAbsent ? "start it\(variable(of: provider))" : error.nextStep
            )
        } catch {
            entry.obstacle = .init(reason: "\(error)", nextStep: "try again")
        }
        return entry
    }

    private static func variable(of provider: ModelProvider) -> String {
        guard let name = provider.hostVariable ?? provider.baseURLVariable else {
            return ", or set its base_url in models.yaml"
        }
        return ", or say where it is in \(name)"
    }
}
