import Agents
import Foundation
import LanguageModels
import Storage
import Transport

/// Builds the language models: what the catalogue and the owner say of them, and the service in front of them.
struct ModelHouse {
    private let workspace: Workspace

    /// The house of a workspace.
    init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    // MARK: - Whose model writes

    /// Whose language model writes, and what says so; nil where none does.
    var selection: (chain: ModelChain, layer: Configuration.Layer)? {
        let configuration = workspace.configuration
        let setting: Configuration.Setting<ModelSelection>
        if let flag = workspace.modelChoice.selection {
            setting = .init(flag, .flag("-m"))
        } else if isOffline || workspace.options.demo {
            return nil
        } else {
            setting = configuration.model
        }
        let others = configuration.models.value
        switch setting.value {
        case .none: return nil
        case .automatic: return (others.isEmpty ? .byTier : .named(others), setting.layer)
        case .named(let names):
            // Who names a model for one command, or one run of the program, means that one and no other.
            guard case .file = setting.layer else { return (.named(names), setting.layer) }
            return (.named(names + others.filter { !names.contains($0) }), setting.layer)
        }
    }

    /// The language model that may write, as it is, without anything being redacted; nil where none does.
    ///
    /// - Throws: `CommandError`, `CatalogueError`, `ModelError` where a flag names none that can be asked.
    func languageModel() throws -> (any LanguageModel)? {
        guard let selection else { return nil }
        let directory = try directory()
        if case .flag = selection.layer { try check(selection.chain, directory) }
        let service = try service(directory, selection.chain)
        guard let preview = workspace.preview else { return service }
        return PreviewModel(of: service, in: preview, standIn: FindingForm.standIn(for:))
    }

    /// Refuses a chain of which none can be asked: who named it wants to know.
    private func check(_ chain: ModelChain, _ directory: ModelDirectory) throws {
        var failure: (any Error)?
        let names =
            switch chain {
            case .named(let names): names
            case .byTier: ModelTier.allCases.flatMap(directory.chain(for:))
            }
        for name in names {
            do {
                try admit(directory.model(name))
                return
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? ModelError(.notConfigured, detail: "no provider of language models has a key")
    }

    // MARK: - The service

    /// The service in front of a chain of models.
    ///
    /// - Throws: `CommandError` where the database cannot be opened, for without it no call can be booked.
    func service(
        _ directory: ModelDirectory,
        _ chain: ModelChain,
        options: ModelServiceOptions? = nil,
        isCached: Bool = true
    ) throws -> ModelService {
        let workspace = workspace
        let logger = workspace.logger
        let waiting = workspace.waiting
        let database = workspace.openDatabase
        let isKept =
            isCached && workspace.configuration.keepsReplies.value
            && workspace.preview == nil
        return ModelService(
            directory: directory,
            chain: chain,
            transport: transport,
            ledger: try ledger(),
            cache: isKept ? StoredReplyCache(database: database) : nil,
            memory: workspace.preview == nil ? StoredServiceMemory(database: database) : nil,
            // Nobody asks the same over the same facts to be told something else.
            options: options
                ?? ModelServiceOptions(
                    // Nobody waits for minutes where rules can answer at once.
                    patience: workspace.fallsBackToRules ? workspace.patience : nil,
                    fallsBack: workspace.modelChoice.fallsBack,
                    cachesVariedReplies: true,
                    readsCache: workspace.modelChoice.usesCache
                ),
            pacing: RetryPacing(now: workspace.environment.clock),
            admit: admission,
            note: { logger.debug("\($0)") },
            announce: { waiting.tell($0.description) }
        )
    }

    /// Where calls are booked; those of a dry run, which are not made, nowhere that lasts.
    private func ledger() throws -> any CallLedger {
        guard workspace.preview != nil else { return workspace.spending }
        let store = UsageStore(database: try Database())
        let environment = workspace.environment
        return SpendingLedger(
            store: { store },
            budget: Budget(),
            question: "",
            timeZone: environment.timeZone,
            clock: environment.clock
        )
    }

    /// What requests to models go through: offline, or where nothing may leave it, it reaches this machine alone.
    var transport: any HTTPTransport {
        let options = TransportOptions(environment: workspace.environment.variables, version: MagnusCommand.version)
        let online: any HTTPTransport = workspace.preview ?? CurlTransport(options: options)
        return isOffline ? LocalOnlyTransport(online) : workspace.guarded(online)
    }

    /// Why nothing may be sent elsewhere, and what would allow it; nil where it may.
    private var restriction: ModelDirectory.Obstacle? {
        if isOffline {
            return .init(reason: "Magnus is offline", nextStep: "leave out --offline, or set offline: false")
        }
        guard workspace.configuration.privacy.value == .localOnly else { return nil }
        return .init(
            reason: "nothing may leave this machine (privacy: local-only)",
            nextStep: "set privacy: redacted in your config.yaml if this may"
        )
    }

    /// Why the owner's settings forbid asking a service, here or elsewhere; nil where they do not.
    var refusal: @Sendable (_ isLocal: Bool) -> ModelDirectory.Obstacle? {
        let restriction = restriction
        return { isLocal in isLocal ? nil : restriction }
    }

    /// Throws for a model that may not be asked.
    private var admission: @Sendable (CallableModel) throws -> Void {
        guard let reason = restriction?.reason else { return { _ in } }
        return { model in
            guard !model.isLocal else { return }
            throw ModelError(
                .forbidden,
                provider: model.name.provider,
                model: model.name.model,
                detail: "not asked, for \(reason), and it does not run here"
            )
        }
    }

    private func admit(_ model: CallableModel) throws {
        try admission(model)
    }

    private var isOffline: Bool {
        workspace.options.offline || workspace.configuration.isOffline.value
    }

    // MARK: - The catalogue

    /// The models that can be reached from here and now.
    ///
    /// - Throws: `CommandError`, `CatalogueError`, `StorageError`.
    func directory() throws -> ModelDirectory {
        try ModelDirectory(
            environment: workspace.environment,
            locations: workspace.locations,
            keys: workspace.keys
        )
    }
}

extension ModelDirectory {
    /// The models that can be reached from an environment.
    ///
    /// - Throws: `CommandError`, `CatalogueError`, `StorageError`.
    init(environment: ProcessEnvironment, locations: Locations, keys: KeyRing) throws {
        self.init(
            catalogue: try ModelDirectory.catalogue(locations),
            variable: { environment[$0] },
            secrets: keys,
            protocols: WireProtocols.all
        )
    }

    private static func catalogue(_ locations: Locations) throws -> ModelCatalogue {
        let reader = FileReader(maximumBytes: 1_000_000)
        func file(_ path: String, _ name: String) throws -> ModelCatalogue.File {
            ModelCatalogue.File(text: String(decoding: try reader.read(path), as: UTF8.self), name: name)
        }
        let path = try locations.foundResources() + "/models/catalogue.yaml"
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                .configuration,
                type: "resources_missing",
                "the catalogue of language models, \(path), was not found",
                hint: "reinstall, or set MAGNUS_RESOURCES to the folder that holds models/catalogue.yaml"
            )
        }
        let shipped = try file(path, "models/catalogue.yaml")
        let own = locations.ownModels
        guard FileManager.default.fileExists(atPath: own) else { return try ModelCatalogue(shipped) }
        return try ModelCatalogue(shipped, owners: file(own, own))
    }
}
