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
}
