import Foundation
import Retrieval
import Storage

/// What the commands of `magnus index` do with the library.
extension DocumentLibrary {
    /// Indexes files and folders, and makes all vectors that are missing. Pages of the built-in knowledge that were measured by
    /// another model are cut anew after that; where they cannot be, the report has a warning.
    ///
    /// - Parameter isDryRun: Whether it is only told what would change.
    func index(
        _ paths: [String],
        in collection: DocumentCollection = .documents,
        isDryRun: Bool = false
    ) async throws -> IndexReport {
        try readKnowledge()
        let indexer = try indexer()
        defer { progress.finish() }
        guard !isDryRun else {
            return try indexer.read(paths, in: collection, now: clock(), isDryRun: true) { report($0, "Reading", "") }
        }
        var result = try await indexer.index(paths, in: collection, now: clock()) { report($0, "Reading", "Embedding") }
        do {
            try await recutKnowledge(indexer)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // The files that were asked for are in the index, and the old pages go on serving.
            try Task.checkCancellation()
            let reason = CommandError(error).description
            result.warnings.append("the built-in knowledge stays as it was cut before: \(reason)")
        }
        return result
    }

    /// Indexes a document that comes as bytes and not as a file.
    func index(_ data: Data, named name: String, in collection: DocumentCollection) async throws -> IndexReport {
        try readKnowledge()
        let indexer = try indexer()
        defer { progress.finish() }
        try indexer.completeWords { self.report($0, "", "") }
        var report = try indexer.add(data, named: name, in: collection, now: clock())
        report.encoded = try await indexer.encodePending { self.report($0, "", "Embedding") }
        report.pending = 0
        return report
    }

    /// Where a change may be one of an index of `paths`.
    func watchedPlaces(of paths: [String]) throws -> Indexer.WatchedPlaces {
        try indexer().watchedPlaces(of: paths)
    }

    /// What is in each collection.
    func summaries() throws -> [IndexStore.CollectionSummary] {
        try readKnowledge()
        return try IndexStore(database: try database.open()).summaries(encoder: try encoderIdentifier())
    }

    /// Compares the index with itself and with the files; passages of older versions that prove right get their checksums.
    ///
    /// - Parameter readsFiles: Whether every file is read again.
    func verify(readsFiles: Bool) throws -> IndexVerification {
        defer { progress.finish() }
        let database = try database.open()
        let indexer = try indexer()
        let verification = try indexer.verify(readsFiles: readsFiles) { report($0, "Verifying", "") }
        if database.access == .readWrite { try indexer.note(verification) }
        return verification
    }

    /// How the files stand to what the index has of them, by their sizes and times.
    func fileStates() throws -> IndexVerification {
        try indexer().fileStates()
    }

    /// Makes the file of the database anew where its structure is damaged; nothing may have opened it yet.
    ///
    /// - Returns: What was saved; nil where it is sound.
    func salvageDatabase() throws -> SalvageReport? {
        defer { progress.finish() }
        return try database.salvageIfDamaged(at: clock()) { [progress] step in
            progress.report("Saving the database", done: step.done, total: step.total)
        }
    }

    /// Mends what `verify` found, and brings files that changed up to date.
    func repair(_ verification: IndexVerification) async throws -> IndexReport {
        defer { progress.finish() }
        let result = try await indexer().repair(verification, now: clock()) { report($0, "Reading", "Embedding") }
        // Pages that come with the program are read where they stand.
        forgetKnowledge()
        try readKnowledge()
        return result
    }

    /// Takes documents out of the index; their files stay.
    func remove(_ path: String, from collection: DocumentCollection?, isDryRun: Bool) throws -> [String] {
        try indexer().remove(path, from: collection, isDryRun: isDryRun).map(\.path)
    }

    /// Makes the whole index anew from the files.
    func rebuild() async throws -> IndexReport {
        try readKnowledge()
        defer { progress.finish() }
        return try await indexer().rebuild(now: clock()) { report($0, "Reading", "Embedding") }
    }

    private func indexer() throws -> Indexer {
        Indexer(store: IndexStore(database: try database.open()), encoder: try encoder(), converter: converter)
    }
}
