public import Foundation
import GRDB

/// What language models replied, by a digest of all that was asked.
///
/// Everything in it can be asked for again: it may be lost at any time without harm.
public struct ModelReplyStore: Sendable {
    /// The database it is kept in.
    public let database: Database

    /// The replies in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// The reply kept under `digest`, unless it is older than `oldest`; nil where there is none. It counts as used.
    ///
    /// - Throws: `StorageError`.
    public func reply(_ digest: String, notBefore oldest: Date, at now: Date) throws -> Data? {
        try database.write { db in
            try Data.fetchOne(
                db,
                sql: "UPDATE model_replies SET used_at = ? WHERE digest = ? AND replied_at >= ? RETURNING reply",
                arguments: [now.timeIntervalSince1970, digest, oldest.timeIntervalSince1970]
            )
        }
    }

    /// Keeps a reply under `digest`, in place of an older one, and removes those used longest ago until the rest have at most
    /// `maximumBytes`. A reply that is larger than that is not kept.
    ///
    /// - Throws: `StorageError`; nothing was changed.
    public func keep(_ reply: Data, digest: String, model: String, at now: Date, maximumBytes: Int) throws {
        guard reply.count <= maximumBytes else { return }
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO model_replies (digest, model, replied_at, used_at, size, reply) VALUES (?1, ?2, ?3, ?3, ?4, ?5)
                    ON CONFLICT (digest) DO UPDATE SET model = excluded.model, replied_at = excluded.replied_at,
                    used_at = excluded.used_at, size = excluded.size, reply = excluded.reply
                    """,
                arguments: [digest, model, now.timeIntervalSince1970, reply.count, reply]
            )
            try db.execute(
                sql: """
                    DELETE FROM model_replies WHERE id IN (
                        SELECT id FROM (
                            SELECT id, sum(size) OVER (ORDER BY used_at DESC, id DESC) AS total FROM model_replies
                        ) WHERE total > ?
                    )
                    """,
                arguments: [maximumBytes]
            )
        }
    }

    /// Removes the reply kept under `digest`, if there is one.
    ///
    /// - Throws: `StorageError`; nothing was changed.
    public func remove(_ digest: String) throws {
        try database.write { db in
            try db.execute(sql: "DELETE FROM model_replies WHERE digest = ?", arguments: [digest])
        }
    }

    /// How many replies are kept, and their bytes.
    ///
    /// - Throws: `StorageError`.
    public func size() throws -> (count: Int, bytes: Int) {
        try database.read { db in
            let row = try Row.fetchOne(db, sql: "SELECT count(*), coalesce(sum(size), 0) FROM model_replies")
            return (row?[0] ?? 0, row?[1] ?? 0)
        }
    }
}
