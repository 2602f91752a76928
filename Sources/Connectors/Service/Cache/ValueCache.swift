import Foundation
import Storage
import Synchronization

/// What connectors answered: in memory, and behind it in the database, which survives restarts.
///
/// What is new is written to the database in batches. A failure of the database is remembered and takes nothing down: the
/// memory goes on.
final class ValueCache: Sendable {
    private struct Waiting {
        var records: [CacheKey: CachedValueRecord] = [:]
        var bytes = 0
    }

    let memory: MemoryCache
    private let store: ConnectorStore?
    private let waiting = Mutex(Waiting())
    private let problem = Mutex<StorageError?>(nil)

    init(store: ConnectorStore?, memoryLimit: Int) {
        self.store = store
        memory = MemoryCache(limit: memoryLimit)
    }

    /// The last failure of the database; nil where there was none since it last worked.
    var failure: StorageError? { problem.withLock { $0 } }

    /// What `connectors` answered to `subjects`, by subject, each in the order of `connectors`; a value that is damaged is
    /// not there.
    func entries<Value: Sendable>(
        _ kind: DataKind,
        _ subjects: [String],
        connectors: [String],
        coding: CacheCoding<Value>,
        now: Date,
        isRecent: Bool
    ) -> [String: [CacheEntry]] {
        var found: [String: [CacheEntry]] = [:]
        var unsure: [String] = []
        for subject in subjects {
            let entries = connectors.compactMap { connector in
                memory.entry(CacheKey(kind: kind, subject: subject, connector: connector))
            }
            found[subject] = entries
            // What is fresh here cannot be bettered by what another process wrote.
            if !entries.contains(where: { $0.value is Value && $0.isFresh(at: now) }) { unsure.append(subject) }
        }
        for record in records(kind, unsure) where connectors.contains(record.connector) {
            let known = found[record.subject]?.first { $0.key.connector == record.connector }
            guard known.map({ $0.fetchedAt < record.fetchedAt }) ?? true,
                let entry = entry(record, kind, coding, isRecent: isRecent)
            else { continue }
            found[record.subject]?.removeAll { $0.key.connector == record.connector }
            found[record.subject]?.append(entry)
        }
        let rank = Dictionary(connectors.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return found.mapValues { entries in
            entries.sorted { (rank[$0.key.connector] ?? 0) < (rank[$1.key.connector] ?? 0) }
        }
    }

    /// Keeps `entry`, whose value is `value`.
    ///
    /// - Parameters:
    ///   - isRecent: Whether it counts as used in memory.
    ///   - begun: The memory's sequence when its question was put.
    func put<Value: Sendable>(
        _ entry: CacheEntry,
        value: Value?,
        coding: CacheCoding<Value>,
        isRecent: Bool,
        begun: UInt64
    ) {
        var entry = entry
        if memory.isOutrun(entry.dependencies, since: begun) { entry.expiresAt = entry.fetchedAt }
        let stored = value.flatMap(coding.stored)
        let cost = value.map { coding.cost($0, stored?.count ?? 1_024) } ?? 256
        memory.put(entry, cost: cost, isRecent: isRecent)
        guard store != nil, value == nil || stored != nil else { return }
        let record = CachedValueRecord(
            kind: entry.key.kind.rawValue,
            subject: entry.key.subject,
            connector: entry.key.connector,
            symbols: entry.symbols,
            dependencies: entry.dependencies.map(\.rawValue).sorted(),
            source: entry.source,
            asOf: entry.asOf,
            notes: entry.notes,
            fetchedAt: entry.fetchedAt,
            expiresAt: entry.expiresAt,
            payload: stored
        )
        waiting.withLock { waiting in
            let old = waiting.records.updateValue(record, forKey: entry.key)
            waiting.bytes += (stored?.count ?? 0) - (old?.payload?.count ?? 0)
        }
    }

    /// Writes what waits to the database if it has become much.
    func writeIfMuch() {
        let isMuch = waiting.withLock { $0.records.count >= 256 || $0.bytes >= 4_000_000 }
        // The failure is remembered, and shown by `failure`.
        if isMuch { try? write() }
    }

    /// Writes what waits to the database.
    ///
    /// - Throws: `StorageError`; what waited is then lost to later runs, but not to this one.
    func write() throws {
        guard let store else { return }
        let records = waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return Array(waiting.records.values)
        }
        try noting { try store.save(records) }
    }

    /// Removes what is older than `oldest` from the database, then what is more than `maximumBytes`.
    func prune(fetchedBefore oldest: Date, maximumBytes: Int) throws {
        guard let store else { return }
        try noting { _ = try store.prune(fetchedBefore: oldest, maximumBytes: maximumBytes) }
    }

    /// Lets values be asked for again, but keeps them for when nobody answers.
    func expire(_ filter: CachedValueFilter) throws {
        memory.expire(filter)
        guard let store else { return }
        try write()
        try noting { _ = try store.expire(filter) }
    }

    /// Removes values.
    func remove(_ filter: CachedValueFilter) throws {
        memory.remove(filter)
        guard let store else { return }
        try write()
        try noting { _ = try store.remove(filter) }
    }

    // MARK: - The database

    private func noting<Result>(isWrite: Bool = true, _ body: () throws -> Result) throws -> Result {
        do {
            let result = try body()
            // A database that can only be read goes on failing, so that reading proves nothing.
            if isWrite { problem.withLock { $0 = nil } }
            return result
        } catch let error as StorageError {
            problem.withLock { $0 = error }
            throw error
        }
    }

    /// What is written down, or waits to be.
    private func records(_ kind: DataKind, _ subjects: [String]) -> [CachedValueRecord] {
        guard let store, !subjects.isEmpty else { return [] }
        let wanted = Set(subjects)
        let unwritten = waiting.withLock { waiting in
            waiting.records.values.filter { $0.kind == kind.rawValue && wanted.contains($0.subject) }
        }
        // The failure is remembered, and shown by `failure`.
        let written = (try? noting(isWrite: false) { try store.values(kind: kind.rawValue, subjects: subjects) }) ?? []
        return written + unwritten
    }

    private func entry<Value: Sendable>(
        _ record: CachedValueRecord,
        _ kind: DataKind,
        _ coding: CacheCoding<Value>,
        isRecent: Bool
    ) -> CacheEntry? {
        var entry = CacheEntry(
            key: CacheKey(kind: kind, subject: record.subject, connector: record.connector),
            symbols: record.symbols,
            dependencies: Set(record.dependencies.compactMap(DataDependency.init(rawValue:))),
            source: record.source,
            asOf: record.asOf,
            notes: record.notes,
            fetchedAt: record.fetchedAt,
            expiresAt: record.expiresAt,
            value: nil
        )
        var cost = 256
        if let payload = record.payload {
            guard let value = coding.value(payload) else { return nil }
            entry.value = value
            cost = coding.cost(value, payload.count)
        }
        // What a scan reads once stays in the database alone.
        if isRecent { memory.put(entry, cost: cost, isFetched: false) }
        return entry
    }
}
