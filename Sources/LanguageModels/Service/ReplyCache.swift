import Crypto
public import Foundation
import JSON
public import Storage

/// Keeps replies by all that was asked, so that the same question to the same model is answered again without a call.
public protocol ReplyCache: Sendable {
    /// The reply kept under `digest`; nil where there is none.
    func reply(_ digest: String, at now: Date) throws -> ModelReply?

    /// Keeps a reply.
    func keep(_ reply: ModelReply, digest: String, at now: Date) throws

    /// Forgets the reply kept under `digest`, if there is one.
    func forget(_ digest: String) throws
}

/// Replies in the database, for a month, the ones used longest ago making room for others.
public struct StoredReplyCache: ReplyCache {
    private let database: @Sendable () throws -> Database
    private let lifetime: TimeInterval
    private let maximumBytes: Int

    /// A cache.
    ///
    /// - Parameters:
    ///   - lifetime: A reply serves so long, in seconds.
    ///   - maximumBytes: All replies together have at most so many bytes.
    ///   - database: Opens the database; called when it is needed.
    public init(
        lifetime: TimeInterval = 30 * 86_400,
        maximumBytes: Int = 32_000_000,
        database: @escaping @Sendable () throws -> Database
    ) {
        self.database = database
        self.lifetime = lifetime
        self.maximumBytes = maximumBytes
    }

    /// The reply kept under `digest`; nil where there is none, or one of another version of this program.
    ///
    /// - Throws: `StorageError`.
    public func reply(_ digest: String, at now: Date) throws -> ModelReply? {
        let store = ModelReplyStore(database: try database())
        guard let data = try store.reply(digest, notBefore: now.addingTimeInterval(-lifetime), at: now) else {
            return nil
        }
        return try? JSONDecoder().decode(ModelReply.self, from: data)
    }

    /// Keeps a reply.
    ///
    /// - Throws: `StorageError`.
    public func keep(_ reply: ModelReply, digest: String, at now: Date) throws {
        try ModelReplyStore(database: try database()).keep(
            JSONWriter().data(reply),
            digest: digest,
            model: reply.model.description,
            at: now,
            maximumBytes: maximumBytes
        )
    }

    /// Forgets the reply kept under `digest`, if there is one.
    ///
    /// - Throws: `StorageError`.
    public func forget(_ digest: String) throws {
        try ModelReplyStore(database: try database()).remove(digest)
    }
}

extension CallableModel {
    /// A digest of a request together with all that decides what this model makes of it.
    func digest(of request: ModelRequest) throws -> String {
        let traits = endpoint.traits
        let whole = KeyedRequest(
            model: name,
            server: endpoint.baseURL,
            options: [
                .bool(traits.callsTools), .bool(traits.takesSchema), .bool(traits.takesTemperature),
                .bool(traits.forcesCalls),
                .object(traits.extraBody),
            ],
            request: request
        )
        let digest = SHA256.hash(data: try JSONWriter().data(whole))
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

private struct KeyedRequest: Encodable {
    var model: ModelName
    var server: String
    var options: [JSONValue]
    var request: ModelRequest
}
