public import Foundation
import GRDB

extension Database {
    /// What is wrong with the structure of the file at `path` that only a new file mends, each in a line; empty where it is sound
    /// and where there is none. What is of the index of documents alone and can be mended in its place is not among it.
    ///
    /// It reads the whole file and changes nothing that is in it; as whoever uses a database last, it brings into the file what is in
    /// its log.
    /// - Throws: `StorageError`: `locked` where another process holds it for itself, `notADatabase`.
    public static func structuralProblems(of path: String) throws -> [String] {
        var information = stat()
        guard stat(path, &information) == 0, information.st_size > 0 else { return [] }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration(busyTimeout: 5))
            return try queue.writeWithoutTransaction { db in
                let problems = try String.fetchAll(db, sql: "PRAGMA quick_check(20)").filter { $0 != "ok" }
                guard problems.isEmpty else { return problems }
                return try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
                    .filter { $0 != "ok" && !isMendedInPlace($0) }
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return [error.message ?? "\(error)"]
        } catch {
            throw StorageError.wrapping(error, path: path)
        }
    }

    /// Whether a problem is one of the entries of an index of documents alone, which repairing them makes anew.
    private static func isMendedInPlace(_ problem: String) -> Bool {
        Health.isOfIndex(problem)
            && (problem.contains("missing from index") || problem.hasPrefix("wrong # of entries in index"))
    }

    /// Makes the database at `path` anew from what can be read of it, and keeps the damaged file beside it.
    ///
    /// The new file is checked before it takes the place of the old one, which happens at a stroke: after an interruption, and where
    /// the disk is full, the old file is there as it was. It takes as much room again.
    /// - Parameters:
    ///   - now: The time that is told of what is made again, and the date in the name of the damaged file.
    ///   - busyTimeout: How long to wait for other processes to let go of the database, which none may have open.
    ///   - progress: Called after each step; what it throws ends this.
    /// - Returns: What was kept and what was lost.
    /// - Throws: `StorageError`: `locked`; `corrupt` where nothing can be read; `diskFull`.
    public static func salvage(
        path: String,
        at now: Date,
        busyTimeout: Duration = .seconds(5),
        progress: @escaping (SalvageProgress) throws -> Void = { _ in }
    ) throws -> SalvageReport {
        let seconds = Self.seconds(busyTimeout)
        return try DatabaseFile.withFolderLocked(of: path, timeout: seconds) {
            try salvageAlone(path, at: now, busyTimeout: seconds, progress: progress)
        }
    }

    /// Makes the database at `path` anew, as `salvage` does, where `structuralProblems` finds it damaged.
    /// - Returns: What was kept and what was lost; nil where the file is sound.
    /// - Throws: `StorageError`.
    public static func salvageIfDamaged(
        path: String,
        at now: Date,
        busyTimeout: Duration = .seconds(5),
        progress: @escaping (SalvageProgress) throws -> Void = { _ in }
    ) throws -> SalvageReport? {
        guard try !structuralProblems(of: path).isEmpty else { return nil }
        let seconds = Self.seconds(busyTimeout)
        return try DatabaseFile.withFolderLocked(of: path, timeout: seconds) {
            // Another process may have done it since.
            guard try !structuralProblems(of: path).isEmpty else { return nil }
            return try salvageAlone(path, at: now, busyTimeout: seconds, progress: progress)
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func salvageAlone(
        _ path: String,
        at now: Date,
        busyTimeout: Double,
        progress: @escaping (SalvageProgress) throws -> Void
    ) throws -> SalvageReport {
        let file = try DamagedFile(path: path, busyTimeout: busyTimeout)
        let unfinished = path + ".unfinished"
        func removeUnfinished() { for suffix in ["", "-journal"] { unlink(unfinished + suffix) } }
        // What an interrupted run has left; others are kept out by the lock.
        removeUnfinished()
        do {
            var report = try fill(unfinished, from: file, at: now, progress: progress)
            report.damagedFile = try replace(file, with: unfinished, at: now)
            return report
        } catch {
            removeUnfinished()
            throw StorageError.wrapping(error, path: path)
        }
    }

    /// Makes the new file and checks it.
    private static func fill(
        _ path: String,
        from file: DamagedFile,
        at now: Date,
        progress: @escaping (SalvageProgress) throws -> Void
    ) throws -> SalvageReport {
        try DatabaseFile.create(path: path)
        var configuration = configuration(busyTimeout: 5)
        configuration.foreignKeysEnabled = false
        // It counts only when it is whole, and goes to the disk then.
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = OFF") }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try Schema.migrate(queue, toVersion: file.schemaVersion)
        var salvage = DatabaseSalvage(file, into: queue, progress: progress)
        let report = try salvage.run(at: now)
        try Schema.migrator.migrate(queue)
        let problems = try queue.read { db in
            try String.fetchAll(db, sql: "PRAGMA quick_check(20)").filter { $0 != "ok" }
                + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "\($0)" }
        }
        guard problems.isEmpty else {
            throw StorageError(
                code: .corrupt,
                path: file.path,
                message: "what can be read of it does not fit together (\(problems[0])); it was left as it is",
                nextStep: "restore a backup, or move the file away and import again"
            )
        }
        try queue.close()
        return report
    }

    /// Puts the new file in the place of the damaged one.
    /// - Returns: Where the damaged one is.
    private static func replace(_ file: DamagedFile, with unfinished: String, at now: Date) throws -> String {
        let date = now.formatted(.iso8601.year().month().day())
        var kept = "\(file.path).damaged-\(date)"
        var number = 2
        // A second name for it, so that at every moment it has one.
        while link(file.path, kept) != 0 {
            guard errno == EEXIST else { throw StorageError.system(errno, path: kept, action: "keep the damaged file") }
            kept = "\(file.path).damaged-\(date)-\(number)"
            number += 1
        }
        do {
            try file.removeCompanions()
            try PrivateFile.commit(unfinished, to: file.path)
        } catch {
            unlink(kept)
            throw error
        }
        return kept
    }
}
