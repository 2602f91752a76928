public import Foundation

/// Keeps account of calls of models: asked before each one, told after it.
public protocol CallLedger: Sendable {
    /// Sets aside what a call may cost.
    ///
    /// - Throws: `ModelError` with the code `overBudget` where the owner's budget does not allow it.
    func reserve(_ estimate: CallEstimate) async throws -> CallReservation

    /// Books what came of a call, in place of what was set aside for it. A call whose tokens are unknown is booked at what
    /// was set aside, unless its service refused it before it did anything; one whose reply broke off at its estimate.
    func settle(_ reservation: CallReservation, usage: TokenUsage, ending: CallEnding) async
}

/// A call that is about to be made.
public struct CallEstimate: Hashable, Sendable {
    /// Whom it asks.
    public var model: ModelName
    /// Who asks: an agent's name.
    public var agent: String
    /// Tokens it will read, estimated upwards.
    public var inputTokens: Int
    /// Tokens it may write.
    public var maximumOutputTokens: Int
    /// What the model costs; nil where that is not known, which is not the same as nothing.
    public var price: ModelPrice?

    /// An estimate with all its values.
    public init(model: ModelName, agent: String, inputTokens: Int, maximumOutputTokens: Int, price: ModelPrice?) {
        self.model = model
        self.agent = agent
        self.inputTokens = inputTokens
        self.maximumOutputTokens = maximumOutputTokens
        self.price = price
    }
}

/// What was set aside for a call.
public struct CallReservation: Hashable, Sendable {
    /// Its number in the ledger.
    public var id: Int64
    /// The call.
    public var estimate: CallEstimate
    /// Dollars set aside; nil where the price is not known.
    public var amount: Decimal?

    /// A reservation with all its values.
    public init(id: Int64, estimate: CallEstimate, amount: Decimal?) {
        self.id = id
        self.estimate = estimate
        self.amount = amount
    }
}

/// What came of a call.
public enum CallEnding: Hashable, Sendable {
    /// It was answered.
    case answered
    /// It failed.
    case failed(ModelError.Code)
    /// It was stopped by the owner.
    case cancelled
}
