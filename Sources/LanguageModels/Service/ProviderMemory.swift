import Foundation
import Transport

/// What is remembered of a service between processes, so that a script that asks one question after another knows what the one
/// before learned.
struct ProviderMemory: Codable, Equatable, Sendable {
    /// A bucket of a size that an answer told.
    struct Limit: Codable, Equatable, Sendable {
        var perSecond: Double
        var burst: Double
        var level: TokenBucket.Level
    }

    /// Buckets of requests and tokens.
    struct Limits: Codable, Equatable, Sendable {
        var requests: Limit?
        var tokens: Limit?

        init(_ requests: TokenBucket?, _ tokens: TokenBucket?) {
            self.requests = requests.map(Limit.init)
            self.tokens = tokens.map(Limit.init)
        }
    }

    /// Its failures in a row; nil where the last call was answered.
    var breaker: CircuitBreaker?
    /// By model: when it may be asked again.
    var heldUntil: [String: Date] = [:]
    /// How full the bucket of requests is that the owner's plan allows.
    var requests: TokenBucket.Level?
    /// How full that of tokens is.
    var tokens: TokenBucket.Level?
    /// By model: what its service's answers said.
    var observed: [String: Limits] = [:]

    /// Whether there is nothing to remember.
    var isEmpty: Bool { self == ProviderMemory() }

    /// What was written down; nil where another version of this program wrote it.
    init?(_ data: Data) {
        guard let memory = try? JSONDecoder().decode(ProviderMemory.self, from: data) else { return nil }
        self = memory
    }

    init() {}

    /// The memory as it is written down.
    func data() throws -> Data {
        try JSONEncoder().encode(self)
    }

    /// The bucket that is known from later on.
    static func newer(_ own: TokenBucket?, _ stored: Limit?) -> TokenBucket? {
        guard let stored, own.map({ $0.level.time < stored.level.time }) ?? true else { return own }
        var bucket = TokenBucket(
            limit: RateLimit(perSecond: stored.perSecond, burst: stored.burst),
            now: stored.level.time
        )
        _ = bucket.merge(stored.level, at: stored.level.time)
        return bucket
    }
}

extension ProviderMemory.Limit {
    fileprivate init(_ bucket: TokenBucket) {
        self.init(perSecond: bucket.limit.perSecond, burst: bucket.limit.burst, level: bucket.level)
    }
}
