public import Foundation

/// The record of one turn: a question, its answer and everything the answer rests on.
public struct DecisionRecord: Hashable, Sendable, Identifiable {
    /// Unique among all turns; any prefix that is unique will do to find it again.
    public var id: String
    /// The session the turn belongs to.
    public var sessionID: String
    /// Number of the turn in its session, from 1.
    public var turn: Int
    /// When it was answered.
    public var createdAt: Date
    /// The question as it was asked.
    public var question: String
    /// What the question was understood to want.
    public var intent: String
    /// The answer as it was shown.
    public var answer: String
    /// The whole record as JSON: inputs, evidence, reasoning, confidence, alternatives.
    public var record: Data
    /// The exit code that the answer has as a command.
    public var exitCode: Int

    /// A decision with all its values.
    public init(
        id: String,
        sessionID: String,
        turn: Int,
        createdAt: Date,
        question: String,
        intent: String,
        answer: String,
        record: Data,
        exitCode: Int
    ) {
        self.id = id
        self.sessionID = sessionID
        self.turn = turn
        self.createdAt = createdAt
        self.question = question
        self.intent = intent
        self.answer = answer
        self.record = record
        self.exitCode = exitCode
    }
}
