public import Foundation
public import Storage

/// Keeps how services are doing for the processes that come later: their rest after failures, the time they asked to be left
/// alone for, and how far their limits are used up.
public protocol ServiceMemory: Sendable {
    /// What is remembered of a service; nil for nothing.
    func state(of provider: String, at now: Date) throws -> Data?

    /// Replaces what is remembered of a service by what `change` makes of it, in one transaction; nil is nothing.
    func update(_ provider: String, at now: Date, _ change: (Data?) throws -> Data?) throws
}

/// Who is left alone at the moment: a service after failures, or a model by its service's own word.
public struct ServiceRest: Hashable, Sendable {
    /// The service's name in the catalogue.
    public var provider: String
    /// What the service calls the model; nil for all of them.
    public var model: String?
    /// When it may be asked again.
    public var until: Date
}

/// Remembers services in the database, for an hour.
public struct StoredServiceMemory: ServiceMemory {
    /// No pause is longer than a quarter of it.
    private static let lifetime: TimeInterval = 3_600

    private let database: @Sendable () throws -> Database

    /// A memory.
    ///
    /// - Parameter database: Opens the database; called when it is needed.
    public init(database: @escaping @Sendable () throws -> Database) {
        self.database = database
    }

    /// What is remembered of a service; nil for nothing.
    ///
    /// - Throws: `StorageError`.
    public func state(of provider: String, at now: Date) throws -> Data? {
        try ModelServiceStore(database: database())
            .state(of: provider, notBefore: now.addingTimeInterval(-Self.lifetime))
    }

    /// Replaces what is remembered of a service by what `change` makes of it, in one transaction; nil is nothing.
    ///
    /// - Throws: `StorageError`.
    public func update(_ provider: String, at now: Date, _ change: (Data?) throws -> Data?) throws {
        let oldest = now.addingTimeInterval(-Self.lifetime)
        try ModelServiceStore(database: database()).update(provider, notBefore: oldest, at: now, change)
    }

    /// Who of some services is left alone, in the order of the names.
    ///
    /// - Throws: `StorageError`.
    public func rests(of providers: [String], at now: Date) throws -> [ServiceRest] {
        try providers.flatMap { provider -> [ServiceRest] in
            guard let memory = try state(of: provider, at: now).flatMap(ProviderMemory.init) else { return [] }
            let rest = memory.breaker?.restsUntil.map { ServiceRest(provider: provider, model: nil, until: $0) }
            let held = memory.heldUntil.sorted { $0.key < $1.key }.map { model, date in
                ServiceRest(provider: provider, model: model, until: date)
            }
            return ([rest].compactMap(\.self) + held).filter { $0.until > now }
        }
    }
}
