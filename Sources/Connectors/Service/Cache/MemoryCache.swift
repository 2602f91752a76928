import Foundation
import Storage
import Synchronization

/// Answers in memory, the least recently used of them dropped once they take more than `limit` bytes.
final class MemoryCache: Sendable {
    fileprivate struct Node {
        var entry: CacheEntry
        var cost: Int
        /// Counts up with every entry that was fetched; 0 for one from the database.
        var sequence: UInt64
        /// Places of the neighbours in `nodes`; -1 for none.
        var newer = -1
        var older = -1
    }

    fileprivate struct State {
        var nodes: [Node?] = []
        var free: [Int] = []
        var places: [CacheKey: Int] = [:]
        var newest = -1
        var oldest = -1
        var bytes = 0
        var sequence: UInt64 = 0
        var invalidations: [DataDependency: UInt64] = [:]
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// A number that grows with every entry and every invalidation.
    var sequence: UInt64 { state.withLock { $0.sequence } }

    /// Bytes all entries take, about.
    var bytes: Int { state.withLock { $0.bytes } }

    /// The entry under `key`, which counts as used; with `since`, only one that was fetched after that sequence.
    func entry(_ key: CacheKey, since: UInt64? = nil) -> CacheEntry? {
        state.withLock { state in
            guard let place = state.places[key], let node = state.nodes[place],
                since.map({ node.sequence > $0 }) ?? true
            else { return nil }
            state.detach(place)
            state.attach(place, isRecent: true)
            return node.entry
        }
    }

    /// Keeps an entry in place of the one with its key.
    ///
    /// - Parameters:
    ///   - cost: Bytes it takes, about. One that takes more than all are allowed is not kept.
    ///   - isRecent: Whether it counts as used; if not it is the first to go, so that a scan drops nothing but itself.
    ///   - isFetched: Whether it comes from its connector and not from the database.
    func put(_ entry: CacheEntry, cost: Int, isRecent: Bool = true, isFetched: Bool = true) {
        state.withLock { state in
            if isFetched { state.sequence += 1 }
            state.remove(entry.key)
            guard cost <= limit else { return }
            // Room is made before, so that an entry which is not recent does not drop itself for nothing.
            guard isRecent || state.bytes + cost <= limit else { return }
            let node = Node(entry: entry, cost: cost, sequence: isFetched ? state.sequence : 0)
            let place = state.free.popLast() ?? state.nodes.count
            if place == state.nodes.count { state.nodes.append(node) } else { state.nodes[place] = node }
            state.places[entry.key] = place
            state.bytes += cost
            state.attach(place, isRecent: isRecent)
            while state.bytes > limit, let oldest = state.nodes[state.oldest] { state.remove(oldest.entry.key) }
        }
    }

    /// Whether something `dependencies` name changed after the sequence `begun`.
    func isOutrun(_ dependencies: Set<DataDependency>, since begun: UInt64) -> Bool {
        state.withLock { state in dependencies.contains { (state.invalidations[$0] ?? 0) > begun } }
    }

    /// Remembers that what values were computed from changed now.
    func invalidate(_ dependency: DataDependency) {
        state.withLock { state in
            state.sequence += 1
            state.invalidations[dependency] = state.sequence
        }
    }

    /// Removes entries.
    func remove(_ filter: CachedValueFilter) {
        state.withLock { state in
            for node in state.nodes.compactMap(\.self) where node.entry.matches(filter) { state.remove(node.entry.key) }
        }
    }

    /// Lets entries be asked for again.
    func expire(_ filter: CachedValueFilter) {
        state.withLock { state in
            for place in state.nodes.indices where state.nodes[place]?.entry.matches(filter) == true {
                state.nodes[place]?.entry.expiresAt = .distantPast
            }
        }
    }
}

extension MemoryCache.State {
    fileprivate mutating func remove(_ key: CacheKey) {
        guard let place = places.removeValue(forKey: key), let node = nodes[place] else { return }
        detach(place)
        bytes -= node.cost
        nodes[place] = nil
        free.append(place)
    }

    fileprivate mutating func detach(_ place: Int) {
        guard let node = nodes[place] else { return }
        if node.newer >= 0 { nodes[node.newer]?.older = node.older } else { newest = node.older }
        if node.older >= 0 { nodes[node.older]?.newer = node.newer } else { oldest = node.newer }
        nodes[place]?.newer = -1
        nodes[place]?.older = -1
    }

    fileprivate mutating func attach(_ place: Int, isRecent: Bool) {
        if isRecent {
            nodes[place]?.older = newest
            if newest >= 0 { nodes[newest]?.newer = place } else { oldest = place }
            newest = place
        } else {
            nodes[place]?.newer = oldest
            if oldest >= 0 { nodes[oldest]?.older = place } else { newest = place }
            oldest = place
        }
    }
}
