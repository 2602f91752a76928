import Foundation
import GRDB

extension Database {
    /// What there is to say about the database's health.
    public struct Health: Sendable, Hashable {
        /// The version of the tables.
        public var schemaVersion: Int
        /// Bytes of the file and of its write-ahead log; 0 in memory.
        public var sizeInBytes: Int
        /// The version of the SQLite library.
        public var libraryVersion: String
        /// Contradictions found, each in a line; empty when the database is sound.
        public var problems: [String]

        /// Whether all that is wrong is of the index of documents, which can be made again.
        public var isIndexAlone: Bool {
            problems.allSatisfy(Self.isOfIndex)
        }

        /// Whether what is wrong is of the index of documents.
        static func isOfIndex(_ problem: String) -> Bool {
            indexNames.contains { problem.contains($0) }
        }

        /// How what belongs to the index of documents is called where something is wrong with it.
        private static let indexNames = [
            "chunks", "vectors", "vector_", "documents", "collections", "full-text index", "encoders",
        ]
    }

    /// Reads everything and checks it: the file's structure, references between rows, the full-text index.
    ///
    /// The time is in proportion to the size, about a second for 500 MB.
    /// - Throws: `StorageError` when the check itself cannot run; damage that lets it run is among the problems.
    public func health() throws -> Health {
        do {
            return try read { db in
                Health(
                    schemaVersion: try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
                    sizeInBytes: sizeInBytes,
                    libraryVersion: try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "",
                    problems: try Self.problems(db)
                )
            }
        } catch let error as StorageError where error.code == .corrupt {
            return Health(
                schemaVersion: Database.schemaVersion,
                sizeInBytes: sizeInBytes,
                libraryVersion: "",
                problems: [error.message]
            )
        }
    }

    /// Bytes of the file and of its write-ahead log; 0 in memory.
    public var sizeInBytes: Int {
        ["", "-wal"].reduce(0) { total, suffix in
            var information = stat()
            return stat(path + suffix, &information) == 0 ? total + Int(information.st_size) : total
        }
    }

    private static func problems(_ db: GRDB.Database) throws -> [String] {
        var problems = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
        problems += orphans.prefix(20).map { row in
            let table: String = row[0] ?? "?"
            let parent: String = row[2] ?? "?"
            return "a row of \(table) refers to a row of \(parent) that is not there"
        }
        let indexed = try Int.fetchOne(db, sql: "SELECT count(*) FROM chunks_fts_docsize") ?? 0
        let chunks = try Int.fetchOne(db, sql: "SELECT count(*) FROM chunks") ?? 0
        if indexed != chunks, try IndexStore.fullTextProgress(db) == nil {
            problems.append("the full-text index knows \(indexed) chunks, the documents have \(chunks)")
        }
        return problems
    }
}
