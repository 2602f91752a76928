import Foundation
import Retrieval
public import Transport

/// How a service is reached for exchanges whose answer comes whole: vectors, scores.
public struct ServiceConnection: Sendable {
    /// Where it is, and with which key.
    public var endpoint: ModelEndpoint
    /// Sends requests.
    public var transport: any HTTPTransport
    /// Keeps account of calls; nil for no account.
    public var ledger: (any CallLedger)?
    /// What may leave of a text.
    public var redact: @Sendable (String) -> String
    /// Clock, chance and sleep.
    public var pacing: RetryPacing
    /// A call is sent again at most so often.
    public var retries: Int
    /// The time of one attempt, and the longest wait for the next one.
    public var patience: Duration
    /// What the owner's plan allows of the service; what its answers say of limits is kept as well.
    public var limits: ModelLimits

    /// Who may be asked when, as long as this connection and its copies live.
    private let gates: ProviderGates

    /// A connection with all its values.
    public init(
        endpoint: ModelEndpoint,
        transport: any HTTPTransport,
        ledger: (any CallLedger)? = nil,
        redact: @escaping @Sendable (String) -> String = { $0 },
        pacing: RetryPacing = RetryPacing(),
        retries: Int = 2,
        patience: Duration = .seconds(20),
        limits: ModelLimits = ModelLimits()
    ) {
        self.endpoint = endpoint
        self.transport = transport
        self.ledger = ledger
        self.redact = redact
        self.pacing = pacing
        self.retries = retries
        self.patience = patience
        self.limits = limits
        let policy = ModelServiceOptions()
        gates = ProviderGates(
            policy: CircuitBreaker.Policy(
                failures: policy.failuresBeforeRest,
                firstPause: policy.firstRest / .seconds(1)
            )
        )
    }

    /// Sends a request and reads the answer, again where that may help; books the call.
    ///
    /// - Parameters:
    ///   - read: What the body holds, and the tokens that the service counted; throws where it is no answer.
    ///   - patience: The time of one attempt, and the longest wait for the next one.
    /// - Throws: `ModelError`, `CancellationError`.
    func answer<Answer>(
        to request: HTTPRequest,
        of estimate: CallEstimate,
        patience: Duration,
        read: (Data) throws -> (Answer, tokens: Int?)
    ) async throws -> Answer {
        let reservation = try await ledger?.reserve(estimate)
        func settle(_ usage: TokenUsage, _ ending: CallEnding) async {
            if let ledger, let reservation { await ledger.settle(reservation, usage: usage, ending: ending) }
        }
        do {
            let (answer, tokens) = try await repeated(request, tokens: estimate.inputTokens, patience: patience, read)
            await settle(TokenUsage(input: tokens, output: tokens == nil ? nil : 0), .answered)
            return answer
        } catch let error as ModelError {
            // What a service refuses costs nothing; what broke off may have.
            let isRefusal = error.status != nil || error.code == .unreachable || error.code == .forbidden
            await settle(isRefusal ? TokenUsage(input: 0, output: 0) : TokenUsage(), .failed(error.code))
            throw error
        } catch {
            await settle(TokenUsage(), .cancelled)
            throw error
        }
    }

    private struct Failure: Error {
        var error: ModelError
        var mayPass: Bool
    }

    private func repeated<Answer>(
        _ request: HTTPRequest,
        tokens: Int,
        patience: Duration,
        _ read: (Data) throws -> (Answer, tokens: Int?)
    ) async throws -> (Answer, tokens: Int?) {
        var request = request
        request.retry = .never
        request.timeouts = HTTPTimeouts(
            connect: min(.seconds(10), patience),
            firstByte: patience,
            idle: patience,
            total: patience
        )
        var repeats = 0
        while true {
            try Task.checkCancellation()
            do {
                return try whole(try await sent(request, tokens: tokens, patience: patience), read)
            } catch let failure as Failure {
                let wait = failure.error.retryAfter ?? backoff(repeats)
                guard failure.mayPass, repeats < retries, wait <= patience else { throw failure.error }
                try await pacing.sleep(wait)
                repeats += 1
            }
        }
    }

    /// Sends a request once, when the limits of the service allow it; a service that failed several times is left alone.
    ///
    /// - Throws: `Failure`, `ModelError` where nothing was sent, `CancellationError`.
    private func sent(_ request: HTTPRequest, tokens: Int, patience: Duration) async throws -> HTTPResponse {
        let (name, provider) = (endpoint.name, endpoint.name.provider)
        if case .resting(let seconds) = gates.admit(provider, at: pacing.now()) {
            throw unsent(.overloaded, "it failed several times and rests for another", seconds)
        }
        let response: HTTPResponse
        do {
            try await waitForRoom(tokens, patience: patience)
            response = try await transport.response(to: request)
        } catch let error as TransportError {
            let error = ModelError(error, provider: provider, model: name.model)
            throw noted(Failure(error: error, mayPass: error.code == .cutOff || error.code == .timedOut))
        } catch {
            gates.abandon(provider)
            throw error
        }
        let now = pacing.now()
        gates.observe(RateHeaders(response.headers, now: now), of: name, at: now)
        guard response.isSuccess else { throw noted(refusal(response, at: now)) }
        gates.succeed(provider)
        gates.release(name)
        return response
    }

    private func waitForRoom(_ tokens: Int, patience: Duration) async throws {
        let longest = patience / .seconds(1)
        let (isTaken, wait) = gates.take(
            tokens: tokens,
            for: endpoint.name,
            limits: limits,
            at: pacing.now(),
            within: longest
        )
        guard isTaken else { throw unsent(.rateLimited, "its limit is reached for another", wait) }
        if wait > 0 { try await pacing.sleep(.seconds(wait)) }
    }

    /// The failure, after the gates were told of it.
    private func noted(_ failure: Failure) -> Failure {
        let now = pacing.now()
        switch failure.error.code {
        case .unreachable, .overloaded, .timedOut, .cutOff:
            gates.fail(endpoint.name.provider, at: now, isRemembered: false)
        default: gates.succeed(endpoint.name.provider)
        }
        if let hint = failure.error.retryAfter {
            gates.hold(endpoint.name, until: now.addingTimeInterval(hint / .seconds(1)))
        }
        return failure
    }

    private func unsent(_ code: ModelError.Code, _ what: String, _ seconds: Double) -> ModelError {
        let seconds = min(seconds, 1e6)
        return ModelError(
            code,
            provider: endpoint.name.provider,
            model: endpoint.name.model,
            detail: "\(what) \(Int(seconds.rounded(.up))) s",
            retryAfter: .seconds(seconds)
        )
    }

    private func whole<Answer>(
        _ response: HTTPResponse,
        _ read: (Data) throws -> (Answer, tokens: Int?)
    ) throws -> (Answer, tokens: Int?) {
        do {
            return try read(response.body)
        } catch is DecodingError {
            // Some services report an error with the status of success.
            let complaint = ServiceComplaint(body: response.body)
            if !complaint.names.isEmpty || complaint.status != nil { throw endpoint.error(complaint) }
            throw endpoint.failure(.malformedReply, "the answer is not in the form that was asked for")
        }
    }

    private func refusal(_ response: HTTPResponse, at now: Date) -> Failure {
        var error = endpoint.error(status: response.status, headers: response.headers, body: response.body)
        // The header may give a date.
        if error.retryAfter != nil || error.code == .rateLimited || error.code == .overloaded,
            let hint = response.headers.retryAfter(now: now)
        {
            error.retryAfter = hint
        }
        let mayPass =
            switch response.headers["x-should-retry"]?.lowercased() {
            case "true": !error.code.isMoney
            case "false": false
            default: error.code == .rateLimited || error.code == .overloaded || error.code == .timedOut
            }
        return Failure(error: error, mayPass: mayPass)
    }

    /// Doubled each time; of that, between a half and all.
    private func backoff(_ repeats: Int) -> Duration {
        .milliseconds(500) * (1 << min(repeats, 5)) * (0.5 + pacing.random() / 2)
    }

    /// A text as far as a model reads it that reads so many tokens, by estimate.
    static func beginning(of text: String, tokens: Int) -> String {
        let count = ChunkMeasure.estimate.pieces(in: text)
        guard count > tokens else { return text }
        return String(text.prefix(text.count * max(0, tokens) / count))
    }

    /// Tokens of texts, estimated upwards.
    static func estimatedTokens(_ texts: [String]) -> Int {
        texts.reduce(16) { $0 + $1.utf8.count / 2 + 8 }
    }
}
