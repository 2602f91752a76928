import Foundation
import Transport

/// One call of one model: sends a request, hands on what comes, and tells what a failure means.
struct ModelAttempt {
    /// Why a call gave no reply.
    struct Failure: Error {
        /// What went wrong.
        var error: ModelError
        /// Whether the same call may succeed another time.
        var mayPass: Bool
        /// Whether the service was not there, or not well; a refusal is an answer.
        var isOutage: Bool
        /// What was used: nothing where the call surely was not worked on, an estimate where a reply broke off, unknown else.
        var usage: TokenUsage
    }

    /// What the receiver of a reply threw, or that the task was cancelled; it ends everything.
    struct Stopped: Error {
        let reason: any Error
        /// What was used until then; unknown where nothing had come.
        var usage = TokenUsage()
    }

    /// A failed answer is read up to here.
    private static let maximumErrorBytes = 262_144

    /// So much is read before its events are handed on.
    private static let bytesReadAtOnce = 4_096

    let model: CallableModel
    let request: ModelRequest
    let transport: any HTTPTransport
    let options: ModelServiceOptions
    let now: @Sendable () -> Date
    /// The time that is left.
    let remaining: Duration
    /// Takes what the answer's header says of limits.
    let observe: @Sendable (HTTPHeaders) -> Void

    /// Calls the model.
    ///
    /// - Throws: `Failure`, `Stopped`, and `CancellationError` where the task was cancelled before anything came.
    func run(_ receive: @Sendable (ModelEvent) async throws -> Void) async throws -> ModelReply {
        let stream = try await open()
        observe(stream.headers)
        guard (200..<300).contains(stream.status) else { throw try await refusal(stream) }
        let contentType = stream.headers["content-type"]
        guard contentType?.lowercased().hasPrefix("text/html") != true else {
            throw failure(
                .malformedReply,
                "answered with a web page: the address is not the service's",
                status: stream.status
            )
        }
        var reader = model.wire.replyReader(contentType: contentType, from: model.endpoint)
        var hasBegun = false
        var bytesHanded = 0
        // Some services repeat what they are sent, and what they say is shown and kept.
        var removal = KeyRemoval(of: model.endpoint)
        func hand(_ events: [ModelEvent]) async throws {
            do {
                for event in events {
                    // Who begins is said here, once for each attempt, whatever a reader says.
                    if case .began = event { continue }
                    bytesHanded += event.bytesWritten
                    if !hasBegun { try await receive(.began(model.name)) }
                    hasBegun = true
                    try await receive(event)
                }
            } catch {
                throw Stopped(reason: error)
            }
        }
        func used() -> TokenUsage {
            var progress = reader.progress
            progress.bytesWritten = max(progress.bytesWritten, bytesHanded)
            return model.usage(after: progress, of: request)
        }
        do {
            for try await bytes in stream.body {
                // What came at once is handed on in parts, so that its first words do not wait for its last.
                var rest = bytes[...]
                while !rest.isEmpty {
                    let part = rest.prefix(ModelAttempt.bytesReadAtOnce)
                    rest = rest.dropFirst(part.count)
                    for event in try reader.read(part) { try await hand(removal.events(after: event)) }
                }
            }
            // A reader whose task is cancelled may see the body end without an error.
            try Task.checkCancellation()
            let (events, reply) = try reader.finish()
            for event in events { try await hand(removal.events(after: event)) }
            try await hand(removal.finish())
            if !hasBegun {
                do {
                    try await receive(.began(model.name))
                } catch {
                    throw Stopped(reason: error, usage: reply.usage)
                }
            }
            return removal.reply(reply)
        } catch let error as TransportError {
            throw failure(error, usage: used())
        } catch let error as ModelError {
            throw failure(error, status: nil, usage: used())
        } catch let error as CancellationError {
            throw Stopped(reason: error, usage: used())
        } catch let stopped as Stopped {
            throw stopped.usage == TokenUsage() ? Stopped(reason: stopped.reason, usage: used()) : stopped
        }
    }

    private func open() async throws -> HTTPStream {
        do {
            var http = try model.wire.httpRequest(for: request, to: model.endpoint)
            http.retry = .never
            http.timeouts = HTTPTimeouts(
                firstByte: min(options.firstByte, remaining),
                idle: options.idle,
                total: remaining
            )
            http.maximumResponseBytes = options.maximumResponseBytes
            http.coalescingInterval = ModelAttempt.coalescingInterval
            return try await transport.stream(http)
        } catch let error as TransportError {
            // Nothing was worked on where no connection came about; else nobody knows.
            let isUnsent: Bool
            switch error.code {
            case .badAddress, .hostNotFound, .cannotConnect, .untrustedServer, .connectTimeout, .redirectRefused,
                .shutDown:
                isUnsent = true
            default: isUnsent = false
            }
            throw failure(error, usage: isUnsent ? ModelAttempt.nothing : TokenUsage())
        } catch let error as ModelError {
            throw Failure(error: error, mayPass: false, isOutage: false, usage: ModelAttempt.nothing)
        }
    }

    /// Words that come faster are handed on together: an answer is released sentence by sentence, for which 25 times a
    /// second is as good as at once, and it costs a fraction of the processor time that waking up for every word takes.
    private static let coalescingInterval = Duration.milliseconds(40)

    // MARK: - What failures mean

    private static let nothing = TokenUsage(input: 0, output: 0)

    /// What an answer with a failed status means.
    private func refusal(_ stream: HTTPStream) async throws -> Failure {
        var body = Data()
        do {
            for try await bytes in stream.body {
                body += bytes
                if body.count >= ModelAttempt.maximumErrorBytes { break }
            }
        } catch is TransportError {
            // The status says enough where its explanation is cut short.
        }
        try Task.checkCancellation()
        var error = model.wire.error(
            status: stream.status,
            headers: stream.headers,
            body: body,
            from: model.endpoint
        )
        error.status = stream.status
        // The header's hint comes before one in the body.
        if let hint = stream.headers.retryAfter(now: now()) { error.retryAfter = hint }
        let status = stream.status
        let mayPass =
            switch stream.headers["x-should-retry"]?.lowercased() {
            case "true": !error.code.isMoney
            case "false": false
            default:
                !error.code.isFinal && (status == 408 || status == 409 || status == 429 || status >= 500)
            }
        return Failure(
            error: error,
            mayPass: mayPass,
            isOutage: status == 408 || status >= 500,
            usage: usage(of: error)
        )
    }

    /// What a refused call used: nothing, but where the service could not read the tool call that its model had written.
    private func usage(of refusal: ModelError) -> TokenUsage {
        guard refusal.code == .toolCallUnreadable else { return ModelAttempt.nothing }
        let written = refusal.failedGeneration?.utf8.count ?? 0
        return model.usage(after: ReplyProgress(bytesWritten: max(1, written)), of: request)
    }

    private func failure(_ code: ModelError.Code, _ detail: String, status: Int?) -> Failure {
        let error = ModelError(
            code,
            provider: model.name.provider,
            model: model.name.model,
            status: status,
            detail: detail
        )
        return failure(error, status: status, usage: TokenUsage())
    }

    /// What an error that a reader found means.
    private func failure(_ error: ModelError, status: Int?, usage: TokenUsage) -> Failure {
        let mayPass: Bool
        switch error.code {
        case .rateLimited, .overloaded, .cutOff, .timedOut: mayPass = true
        default: mayPass = false
        }
        return Failure(
            error: error,
            mayPass: mayPass,
            isOutage: error.code == .overloaded || error.code == .cutOff || error.code == .timedOut,
            usage: usage
        )
    }

    /// What a broken exchange means.
    private func failure(_ error: TransportError, usage: TokenUsage) -> Failure {
        let mayPass: Bool
        switch error.code {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .connectionLost: mayPass = true
        // Where nobody listens on this machine, nobody will in a second.
        case .cannotConnect: mayPass = !model.isLocal
        default: mayPass = false
        }
        let isOutage: Bool
        switch error.code {
        case .badAddress, .shutDown, .redirectRefused, .responseTooLarge: isOutage = false
        default: isOutage = true
        }
        return Failure(
            error: ModelError(error, provider: model.name.provider, model: model.name.model),
            mayPass: mayPass,
            isOutage: isOutage,
            usage: usage
        )
    }
}

extension ModelError.Code {
    /// Whether asking again is wrong whatever the service says: only money or a plan mends it.
    var isMoney: Bool { self == .outOfMoney || self == .quotaExhausted }

    /// Whether asking again is wrong whatever the status: it costs money, or lasts until the owner does something.
    var isFinal: Bool {
        switch self {
        case .outOfMoney, .quotaExhausted, .keyRefused, .unknownModel, .tooLong, .overBudget, .forbidden: true
        default: false
        }
    }
}
