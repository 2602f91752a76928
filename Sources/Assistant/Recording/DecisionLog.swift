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

    /// The record whose id begins with `identifier`.
    ///
    /// - Throws: `StorageError` of code `noSuchRecord` or `ambiguous`, or `corrupt` for a record that cannot be read.
    public func decision(_ identifier: String) throws -> Decision {
        let record = try store.decision(identifier)
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

    /// The latest records as they are kept, newest first.
    ///
    /// - Throws: `StorageError`.
    public func recent(limit: Int, containing text: String? = nil) throws -> [DecisionRecord] {
        try store.recent(limit: limit, containing: text)
    }
}
