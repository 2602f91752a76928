public import JSON
public import LanguageModels

/// Asks a model on behalf of one worker, and keeps what was asked and what was answered.
public struct ModelCorrespondence: Sendable {
    private let model: any LanguageModel
    /// What was asked so far, with what came of it.
    public private(set) var exchanges: [ModelExchange] = []

    /// A correspondence with `model`.
    public init(with model: any LanguageModel) {
        self.model = model
    }

    /// The most tokens that a request may have for the model; nil where that is not known.
    public func inputTokens(for request: ModelRequest) -> Int? { model.inputTokens(for: request) }

    /// Has the replies so far forgotten where they are kept, for what they say did not pass the check.
    public func forgetReplies() {
        for exchange in exchanges {
            if let reply = exchange.reply { model.forget(reply, to: exchange.request) }
        }
    }

    /// Sends a request and keeps it with its reply, or with its failure and what had been written until then.
    ///
    /// - Parameter receive: Takes each piece of the reply as it arrives.
    /// - Throws: `ModelError`, or `CancellationError` when the task was cancelled.
    public mutating func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void = { _ in }
    ) async throws -> ModelReply {
        let written = WrittenText()
        do {
            let reply = try await model.reply(to: request) { event in
                await written.take(event)
                try await receive(event)
            }
            exchanges.append(ModelExchange(request: request, reply: reply))
            return reply
        } catch {
            let text = await written.text
            exchanges.append(
                ModelExchange(request: request, partialText: text.isEmpty ? nil : text, failure: .init(error))
            )
            throw error
        }
    }
}

extension ModelCorrespondence {
    /// Sends a request whose reply must have a form, and once more, with what is wrong, where it has another.
    ///
    /// The reply is checked here in any case: not every service holds its models to a form, and none to all that a schema says.
    /// - Returns: The value, which matches the schema.
    /// - Throws: `ModelError`, of code `malformedReply` where the second reply does not match either and `outputLimit` where one
    ///   was cut by its limit, after which the model is not asked again; `CancellationError`.
    public mutating func value(
        of form: ModelRequest.OutputSchema,
        to request: ModelRequest
    ) async throws -> JSONValue {
        var request = request
        request.outputSchema = form
        let check = SchemaCheck(form.schema)
        var isRepaired = false
        while true {
            let reply = try await reply(to: request)
            do {
                return try check.value(in: reply.text)
            } catch let mismatch as SchemaMismatch {
                if reply.ending == .length, let shortfall = reply.shortfall {
                    throw ModelError(
                        .outputLimit,
                        provider: reply.model.provider,
                        model: reply.model.model,
                        detail: shortfall
                    )
                }
                guard !isRepaired else {
                    throw ModelError(
                        .malformedReply,
                        provider: reply.model.provider,
                        model: reply.model.model,
                        detail: "its reply is not of the form \(form.name): \(DataFence.line(mismatch.description))"
                    )
                }
                isRepaired = true
                request.messages += [reply.message, ModelCorrespondence.complaint(mismatch.description)]
            }
        }
    }

    /// What a model is told of a reply that is not of the form that was asked for.
    static func complaint(_ reason: String) -> ModelMessage {
        ModelMessage(
            .user,
            text: "This cannot be read: \(DataFence.line(reason, limit: 600)). Answer with the JSON object alone."
        )
    }
}

/// What a model has written of a reply that may never be completed.
private actor WrittenText {
    private(set) var text = ""

    func take(_ event: ModelEvent) {
        switch event {
        case .began: text = ""
        case .text(let more): text += more
        case .reasoning, .toolCall: break
        }
    }
}
