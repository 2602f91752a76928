public import Foundation
public import Storage

/// Keeps the records of turns, and finds them again.
public struct DecisionLog: Sendable {
    private let store: DecisionStore

    /// A log in `store`.
    public init(store: DecisionStore) {
        self.store = store
    }

    /// Keeps a record.
    ///
    /// - Throws: `StorageError`, `AssistantError.recordNotEncodable`.
    public func save(_ decision: Decision, at time: Date) throws {
        let session = SessionRecord(
            id: decision.session,
            startedAt: try store.session(decision.session)?.startedAt ?? time,
            updatedAt: time,
            title: String(decision.request.question.prefix(80))
        )
        let record = DecisionRecord(
            id: decision.id,
            sessionID: decision.session,
            turn: decision.turn,
            createdAt: time,
            question: decision.request.question,
            intent: decision.request.intent.rawValue,
            answer: decision.text,
            record: try decision.encoded(),
            exitCode: decision.exitCode
        )
        try store.save(record, session: session)
    }

    /// What names the latest record in the place of an id; no id, which are of hexadecimal digits, begins so.
    public static let latest = "last"

    /// The record whose id begins with `identifier`, or the latest one for `last`.
    ///
    /// - Throws: `StorageError` of code `noSuchRecord` or `ambiguous`, or `corrupt` for a record that cannot be read.
    public func decision(_ identifier: String) throws -> Decision {
        try read(record(identifier))
    }

    private func read(_ record: DecisionRecord) throws -> Decision {
        do {
            return try Decision(json: record.record)
        } catch {
            throw StorageError(
                code: .corrupt,
                path: "",
                message: "the record \(record.id) cannot be read",
                nextStep: "it was written by another version of Magnus, or the database is damaged; run `magnus doctor`"
            )
        }
    }

    /// The ids of all records, oldest first.
    ///
    /// - Throws: `StorageError`.
    public func identifiers() throws -> [String] {
        try store.identifiers()
    }

    /// The record before `decision` in its session; nil where there is none.
    ///
    /// - Throws: `StorageError`.
    public func decision(before decision: Decision) throws -> Decision? {
        try store.decision(before: decision.id).map(read)
    }

    private func record(_ identifier: String) throws -> DecisionRecord {
        guard identifier == Self.latest else { return try store.decision(identifier) }
        guard let latest = try store.recent(limit: 1).first else {
            throw StorageError(
                code: .noSuchRecord,
                path: "",
                message: "no answer has been recorded yet",
                nextStep: "ask a question first: magnus ask --demo \"What could be assigned this week?\""
            )
        }
        return latest
    }

    /// The latest records as they are kept, newest first.
    ///
    /// - Throws: `StorageError`.
    public func recent(limit: Int, containing text: String? = nil) throws -> [DecisionRecord] {
        try store.recent(limit: limit, containing: text)
    }
}
