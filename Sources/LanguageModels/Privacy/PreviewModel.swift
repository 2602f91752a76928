/// A model that is asked nothing: what it would be sent is kept, byte for byte, for its owner to look at.
public struct PreviewModel: LanguageModel {
    private let service: ModelService
    private let transport: PreviewTransport
    private let standIn: @Sendable (ModelRequest) -> String?

    /// A preview of what `service` would send.
    ///
    /// - Parameters:
    ///   - transport: Where requests are kept.
    ///   - standIn: What stands in for the reply, so that the requests after it can be shown too; nil refuses.
    public init(
        of service: ModelService,
        in transport: PreviewTransport,
        standIn: @escaping @Sendable (ModelRequest) -> String? = { _ in nil }
    ) {
        self.service = service
        self.transport = transport
        self.standIn = standIn
    }

    /// Keeps what would be sent to the first model that can be asked, and hands on what stands in for its reply.
    ///
    /// - Throws: `ModelError`, of code `forbidden` where nothing stands in; what `receive` throws.
    public func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let (model, http) = try service.httpRequest(for: request)
        transport.keep(http, agent: request.agent, model: model.name)
        guard let text = standIn(request) else {
            throw ModelError(
                .forbidden,
                provider: model.name.provider,
                model: model.name.model,
                detail: "a dry run sends nothing"
            )
        }
        try await receive(.began(model.name))
        try await receive(.text(text))
        return ModelReply(
            message: ModelMessage(.assistant, text: text),
            ending: .complete,
            usage: TokenUsage(input: 0, output: 0),
            model: model.name
        )
    }

    /// As the service does.
    public func inputTokens(for request: ModelRequest) -> Int? { service.inputTokens(for: request) }
}
