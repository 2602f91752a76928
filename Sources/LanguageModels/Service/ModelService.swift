import Foundation
import Synchronization
public import Transport

/// Models behind limits, retries, a breaker, a budget and a cache: the first of a chain that answers, answers.
///
/// Every attempt that hands anything on is announced by `ModelEvent.began`; where a second one comes, what was handed on before
/// it counts no more. Each call is reserved in the ledger before it is made and settled once, however it ends.
public final class ModelService: LanguageModel {
    /// A request is changed so often to what a service says that it takes.
    private static let mostCorrections = 3
    /// A shorter wait is not worth a word to the owner.
    private static let shortestTold = Duration.seconds(2)

    private let directory: ModelDirectory
    private let chain: ModelChain
    private let transport: any HTTPTransport
    private let ledger: any CallLedger
    private let cache: (any ReplyCache)?
    private let memory: (any ServiceMemory)?
    private let options: ModelServiceOptions
    private let pacing: RetryPacing
    private let admit: @Sendable (CallableModel) throws -> Void
    private let note: @Sendable (String) -> Void
    private let announce: @Sendable (ModelDelay) -> Void
    private let gates: ProviderGates
    /// What models read at most, as their services said when a request was too long.
    private let contexts = Mutex<[ModelName: Int]>([:])

    /// A service.
    ///
    /// - Parameters:
    ///   - cache: Where replies are kept; nil for nowhere.
    ///   - memory: Where it is kept how services are doing; nil for this object alone. Of servers on this machine nothing is
    ///     kept: asking them costs nothing, and whoever starts one wants it asked.
    ///   - pacing: Clock, chance and sleep.
    ///   - admit: Throws `ModelError` for a model that may not be asked, before anything is sent there.
    ///   - note: Takes a line about what is done, for a log; it holds no key and nothing of what was asked.
    ///   - announce: Takes what the owner, who waits, is to be told.
    public init(
        directory: ModelDirectory,
        chain: ModelChain,
        transport: any HTTPTransport,
        ledger: any CallLedger,
        cache: (any ReplyCache)? = nil,
        memory: (any ServiceMemory)? = nil,
        options: ModelServiceOptions = ModelServiceOptions(),
        pacing: RetryPacing = RetryPacing(),
        admit: @escaping @Sendable (CallableModel) throws -> Void = { _ in },
        note: @escaping @Sendable (String) -> Void = { _ in },
        announce: @escaping @Sendable (ModelDelay) -> Void = { _ in }
    ) {
        self.directory = directory
        self.chain = chain
        self.transport = transport
        self.ledger = ledger
        self.cache = cache
        self.memory = memory
        self.options = options
        self.pacing = pacing
        self.admit = admit
        self.note = note
        self.announce = announce
        gates = ProviderGates(
            policy: CircuitBreaker.Policy(
                failures: options.failuresBeforeRest,
                firstPause: options.firstRest / .seconds(1)
            )
        )
    }

    /// The models that a request goes to, in order.
    public func models(for request: ModelRequest) -> [ModelName] {
        let names =
            switch chain {
            case .named(let names): names
            case .byTier: directory.chain(for: request.tier)
            }
        return options.fallsBack ? names : Array(names.prefix(1))
    }

    /// What would be sent to the first model of the chain that can be asked. Nothing is sent.
    ///
    /// - Throws: `ModelError`, which lists why none can be.
    public func httpRequest(for request: ModelRequest) throws -> (model: CallableModel, request: HTTPRequest) {
        var failures: [ModelError] = []
        for name in models(for: request) {
            do {
                var model = try directory.model(name)
                try admit(model)
                model.endpoint.contextTokens = context(of: model)
                return (model, try model.wire.httpRequest(for: fitted(request, to: model), to: model.endpoint))
            } catch let error as ModelError {
                failures.append(error)
            }
        }
        throw ModelService.combined(failures)
    }

    /// Sends a request along the chain and hands on what comes. The reply names the models that failed before the one that
    /// answered.
    ///
    /// A model that wants to be asked later than in `longestWait` is passed over for the next one. Where none answers, the one
    /// that can be asked soonest is waited for, if its time comes before the deadline.
    /// - Throws: `ModelError`, which lists what each model of the chain said; `CancellationError`; what `receive` throws.
    public func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let deadline = pacing.now().addingTimeInterval(options.deadline / .seconds(1))
        var names = models(for: request)
        var failures: [Failed] = []
        var waits = 0
        do {
            while true {
                for (rank, name) in names.enumerated() {
                    try Task.checkCancellation()
                    do {
                        let model = try directory.model(name)
                        try admit(model)
                        var reply = try await reply(
                            of: model,
                            to: fitted(request, to: model),
                            before: deadline,
                            receive
                        )
                        let passedOver = failures.filter { $0.model != name }.map { failed in
                            ModelReply.PassedOver(
                                model: failed.model,
                                code: failed.error.code,
                                detail: failed.error.detail
                            )
                        }
                        reply.passedOver = passedOver.isEmpty ? nil : passedOver
                        return reply
                    } catch let error as ModelError {
                        note("\(name): \(error.code.rawValue): \(error.detail)")
                        learn(error, of: name, from: request)
                        let failed = Failed(model: name, error: error, moment: pacing.now())
                        if let known = failures.firstIndex(where: { $0.model == name }) {
                            failures[known] = failed
                        } else {
                            failures.append(failed)
                        }
                        // That the owner's list names one that is not set up holds nothing up.
                        if names.indices.contains(rank + 1), error.code != .notConfigured {
                            announce(.asksAnother(names[rank + 1], insteadOf: name, because: error))
                        }
                    }
                }
                guard options.waitsUntilDeadline, waits < options.retries,
                    let (failed, wait) = soonest(failures, before: deadline)
                else { break }
                guard mayWait(wait, for: failed.model, because: failed.error) else { break }
                announce(.waits(for: failed.model, wait, because: failed.error))
                try await pacing.sleep(wait)
                names = [failed.model]
                waits += 1
            }
        } catch let stopped as ModelAttempt.Stopped {
            throw stopped.reason
        }
        throw ModelService.combined(failures.map(\.error))
    }

    /// A model of the chain, and what it failed with last.
    private struct Failed {
        let model: ModelName
        let error: ModelError
        /// When it failed.
        let moment: Date
    }

    /// Of the models that were passed over because they wanted to be asked much later the one that can be asked soonest; nil
    /// where none can before the deadline.
    private func soonest(_ failures: [Failed], before deadline: Date) -> (Failed, wait: Duration)? {
        let now = pacing.now()
        return failures.compactMap { failed -> (Failed, wait: Duration)? in
            let error = failed.error
            // A service that rests after failures said nothing.
            guard error.code == .rateLimited || (error.code == .overloaded && error.status != nil),
                let hint = error.retryAfter, hint > options.longestWait
            else { return nil }
            let resumption = failed.moment.addingTimeInterval(hint / .seconds(1))
            return resumption < deadline ? (failed, .seconds(max(0, resumption.timeIntervalSince(now)))) : nil
        }.min { $0.wait < $1.wait }
    }

    // MARK: - Room

    /// A reply has this part of what a model reads and writes in all, and no less than the tokens below.
    private static let outputShare = 4
    private static let leastOutputTokens = 512

    /// A request as a model can answer it: with room for what it thinks, and for no more than it has.
    private func fitted(_ request: ModelRequest, to model: CallableModel) -> ModelRequest {
        var request = request
        request.maximumOutputTokens += model.endpoint.traits.thinkingTokens
        if let most = model.maximumOutputTokens {
            request.maximumOutputTokens = min(request.maximumOutputTokens, most)
        }
        if let context = context(of: model) {
            let most = max(context / Self.outputShare, Self.leastOutputTokens)
            request.maximumOutputTokens = min(request.maximumOutputTokens, most)
        }
        return request
    }

    /// The most tokens that a request may have, its reply left out, for the first model of the chain that can be asked; nil where
    /// that is not known.
    public func inputTokens(for request: ModelRequest) -> Int? {
        for name in models(for: request) {
            guard let model = try? directory.model(name), (try? admit(model)) != nil else { continue }
            return context(of: model).map { max(0, $0 - fitted(request, to: model).maximumOutputTokens) }
        }
        return nil
    }

    /// What a model reads and writes in all, by its service's word or the catalogue's.
    private func context(of model: CallableModel) -> Int? {
        let told = contexts.withLock { $0[model.name] }
        let known = [told, model.endpoint.ownContextTokens ?? model.contextTokens].compactMap(\.self)
        return known.min()
    }

    /// Takes over what a service says of how much its model reads. Where it counts more tokens than are estimated here, what is
    /// told shrinks as much.
    private func learn(_ error: ModelError, of name: ModelName, from request: ModelRequest) {
        guard error.code == .tooLong, let told = error.contextTokens else { return }
        let estimate = request.estimatedInputTokens
        let counted = max(error.promptTokens ?? estimate, estimate, 1)
        let context = Int(Double(told) * Double(estimate) / Double(counted))
        contexts.withLock { $0[name] = min($0[name] ?? context, context) }
    }

    // MARK: - One model

    /// Asks one model, again where that may help.
    private func reply(
        of model: CallableModel,
        to request: ModelRequest,
        before deadline: Date,
        _ receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let digest = try digest(of: request, at: model)
        if options.readsCache, let digest, let reply = try await kept(digest, receive) { return reply }
        var (model, request) = (model, request)
        model.endpoint.contextTokens = context(of: model)
        var repeats = 0
        var corrections = 0
        var isWithoutTools = false
        while true {
            let failure: ModelAttempt.Failure
            do {
                let reply = try await call(model, request, before: deadline, receive)
                if let digest, !isWithoutTools { keep(reply, digest) }
                return reply
            } catch let error as ModelAttempt.Failure {
                failure = error
            }
            if failure.error.code == .toolCallUnreadable, !request.tools.isEmpty, !isWithoutTools {
                note("\(model.name): its tool call cannot be read; asked again without tools")
                request.tools = []
                request.toolChoice = .none
                isWithoutTools = true
                continue
            }
            if corrections < ModelService.mostCorrections,
                let corrected = try model.corrected(by: failure.error, of: request)
            {
                note(
                    "\(model.name): \(failure.error.detail); asked again as it wants (`traits` in models.yaml spares that)"
                )
                model = corrected
                corrections += 1
                continue
            }
            guard failure.mayPass, repeats < options.retries else { throw failure.error }
            let wait = failure.error.retryAfter ?? backoff(repeats)
            let resumption = pacing.now().addingTimeInterval(wait / .seconds(1))
            guard wait <= options.longestWait, resumption < deadline,
                mayWait(wait, for: model.name, because: failure.error)
            else { throw failure.error }
            note("\(model.name): \(failure.error.detail); asked again in \(wait / .seconds(1)) s")
            if wait >= ModelService.shortestTold { announce(.waits(for: model.name, wait, because: failure.error)) }
            try await pacing.sleep(wait)
            repeats += 1
        }
    }

    /// Whether a wait is no longer than what the question has left; where it is, the owner is told.
    private func mayWait(_ wait: Duration, for model: ModelName, because error: ModelError) -> Bool {
        guard let patience = options.patience, !patience.take(wait, at: pacing.now()) else { return true }
        if patience.tells() { announce(.gaveUp(on: model, wait, because: error)) }
        return false
    }

    /// Doubled each time up to eight times the first one or the longest; of that, between a half and all.
    private func backoff(_ repeats: Int) -> Duration {
        let longest = min(options.firstWait * (1 << min(repeats, 4)), options.longestWait)
        return longest * (0.5 + pacing.random() / 2)
    }

    /// One call, through the gates and the ledger.
    private func call(
        _ model: CallableModel,
        _ request: ModelRequest,
        before deadline: Date,
        _ receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let provider = model.name.provider
        recall(model)
        if case .resting(let seconds) = gates.admit(provider, at: pacing.now()), !options.asksResting {
            throw resting(model, seconds)
        }
        let reservation: CallReservation
        let inputTokens = request.estimatedInputTokens
        do {
            try await waitForRoom(inputTokens, model, before: deadline)
            reservation = try await ledger.reserve(
                CallEstimate(
                    model: model.name,
                    agent: request.agent,
                    inputTokens: inputTokens,
                    maximumOutputTokens: request.maximumOutputTokens,
                    price: model.price
                )
            )
        } catch {
            gates.abandon(provider)
            throw error
        }
        do {
            let now = pacing.now()
            let attempt = ModelAttempt(
                model: model,
                request: request,
                transport: transport,
                options: options,
                now: pacing.now,
                remaining: .seconds(max(0.001, deadline.timeIntervalSince(now))),
                observe: { [gates, pacing] headers in
                    let now = pacing.now()
                    gates.observe(RateHeaders(headers, now: now), of: model.name, at: now)
                }
            )
            var reply = try await attempt.run(receive)
            reply.isFromCache = false
            gates.succeed(provider)
            gates.release(model.name)
            await ledger.settle(reservation, usage: reply.usage, ending: .answered)
            if let input = reply.usage.input {
                gates.giveBack(
                    tokens: inputTokens - input - (reply.usage.output ?? 0),
                    for: model.name,
                    at: pacing.now()
                )
            }
            remember(model)
            try refuseEmpty(reply, of: model, limit: request.maximumOutputTokens)
            return reply
        } catch let error as ModelError {
            throw ModelAttempt.Failure(error: error, mayPass: false, isOutage: false, usage: TokenUsage())
        } catch let failure as ModelAttempt.Failure {
            let now = pacing.now()
            if failure.isOutage {
                gates.fail(provider, at: now, isRemembered: failure.error.code != .unreachable)
            } else {
                gates.succeed(provider)
            }
            if let hint = failure.error.retryAfter {
                gates.hold(model.name, until: now.addingTimeInterval(hint / .seconds(1)))
            }
            remember(model)
            await ledger.settle(reservation, usage: failure.usage, ending: .failed(failure.error.code))
            throw failure
        } catch {
            gates.abandon(provider)
            let usage = (error as? ModelAttempt.Stopped)?.usage ?? TokenUsage()
            await ledger.settle(reservation, usage: usage, ending: .cancelled)
            throw error
        }
    }

    /// Refuses a reply that reached its limit before there was a word of it: others of the chain may do better.
    private func refuseEmpty(_ reply: ModelReply, of model: CallableModel, limit: Int) throws(ModelError) {
        guard reply.ending == .length, reply.message.toolCalls.isEmpty,
            !reply.text.contains(where: { !$0.isWhitespace })
        else { return }
        let thought = reply.usage.reasoning.map { "; \($0) of them went into thinking" } ?? ""
        throw ModelError(
            .outputLimit,
            provider: model.name.provider,
            model: model.name.model,
            detail: "its reply reached the limit of \(limit) tokens before the first word" + thought
        )
    }

    /// Waits until the limits allow a request of so many tokens.
    private func waitForRoom(_ tokens: Int, _ model: CallableModel, before deadline: Date) async throws {
        let now = pacing.now()
        let longest = min(options.longestWait / .seconds(1), max(0, deadline.timeIntervalSince(now)))
        let (isTaken, wait) = gates.take(
            tokens: tokens,
            for: model.name,
            limits: model.limits,
            at: now,
            within: longest
        )
        guard isTaken || options.asksResting else {
            let detail = "its limit is reached for another \(Int(min(wait, 1e6).rounded(.up))) s"
            throw error(of: model, .rateLimited, detail, retryAfter: .seconds(min(wait, 1e6)))
        }
        remember(model)
        guard wait > 0, isTaken else { return }
        let full = error(of: model, .rateLimited, "its limit is reached", retryAfter: .seconds(wait))
        guard mayWait(.seconds(wait), for: model.name, because: full) else {
            gates.giveBack(tokens: tokens, for: model.name, at: now)
            throw full
        }
        note("\(model.name): waits \(wait) s for its limit")
        if .seconds(wait) >= ModelService.shortestTold {
            announce(.waits(for: model.name, .seconds(wait), because: full))
        }
        try await pacing.sleep(.seconds(wait))
    }

    private func resting(_ model: CallableModel, _ seconds: Double) -> ModelError {
        let wait =
            seconds > 0 ? "rests for another \(Int(seconds.rounded(.up))) s" : "is being tried by another question"
        return error(of: model, .overloaded, "it failed several times and \(wait)", retryAfter: .seconds(seconds))
    }

    /// Takes over what other processes learned of a model's service.
    private func recall(_ model: CallableModel) {
        guard let memory, !model.isLocal else { return }
        do {
            let now = pacing.now()
            guard let data = try memory.state(of: model.name.provider, at: now), let stored = ProviderMemory(data)
            else { return }
            gates.recall(stored, of: model, at: now)
        } catch {
            note("how \(model.name.provider) is doing cannot be read: \(error)")
        }
    }

    /// Lets other processes know what was learned of a model's service.
    private func remember(_ model: CallableModel) {
        guard let memory, !model.isLocal, gates.hasNews(of: model.name.provider) else { return }
        do {
            let now = pacing.now()
            try memory.update(model.name.provider, at: now) { data in
                try gates.memory(of: model, adding: data.flatMap(ProviderMemory.init), at: now)?.data()
            }
        } catch {
            note("how \(model.name.provider) is doing cannot be kept: \(error)")
        }
    }

    private func error(
        of model: CallableModel,
        _ code: ModelError.Code,
        _ detail: String,
        retryAfter: Duration
    ) -> ModelError {
        ModelError(
            code,
            provider: model.name.provider,
            model: model.name.model,
            detail: detail,
            retryAfter: retryAfter
        )
    }

    // MARK: - The cache

    /// The digest to keep a reply under; nil where it is not kept.
    private func digest(of request: ModelRequest, at model: CallableModel) throws -> String? {
        guard cache != nil, options.cachesVariedReplies || request.temperature == 0 else { return nil }
        return try model.digest(of: request)
    }

    /// A reply that was kept, handed on as if it came now.
    private func kept(
        _ digest: String,
        _ receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply? {
        let found: ModelReply?
        do {
            found = try cache?.reply(digest, at: pacing.now())
        } catch {
            note("the kept replies cannot be read: \(error)")
            return nil
        }
        guard var reply = found else { return nil }
        reply.isFromCache = true
        reply.usage = TokenUsage(input: 0, output: 0)
        note("\(reply.model): answered from what was kept")
        do {
            try await receive(.began(reply.model))
            for part in reply.message.parts {
                switch part {
                case .text(let words): try await receive(.text(words.text))
                case .reasoning(let words): try await receive(.reasoning(words.text))
                case .toolCall(let call): try await receive(.toolCall(call))
                case .toolResult: break
                }
            }
        } catch {
            throw ModelAttempt.Stopped(reason: error)
        }
        return reply
    }

    /// Forgets a reply that was kept.
    public func forget(_ reply: ModelReply, to request: ModelRequest) {
        do {
            let model = try directory.model(reply.model)
            guard let digest = try digest(of: fitted(request, to: model), at: model) else { return }
            try cache?.forget(digest)
        } catch {
            note("a kept reply cannot be forgotten: \(error)")
        }
    }

    private func keep(_ reply: ModelReply, _ digest: String) {
        guard reply.ending == .complete || reply.ending == .toolCalls else { return }
        do {
            try cache?.keep(reply, digest: digest, at: pacing.now())
        } catch {
            note("a reply cannot be kept: \(error)")
        }
    }

    // MARK: - Errors

    private static let nobody = ModelError(.notConfigured, detail: "no language model can be asked")

    /// One error for what all models of a chain said: the first one's code, for it was the one that was wanted.
    private static func combined(_ failures: [ModelError]) -> ModelError {
        guard let first = failures.first else { return nobody }
        guard failures.count > 1 else { return first }
        let said = failures.map { "\($0.provider)/\($0.model): \($0.detail)" }.joined(separator: "; ")
        return ModelError(
            first.code,
            status: first.status,
            detail: said,
            retryAfter: failures.compactMap(\.retryAfter).min(),
            contextTokens: failures.allSatisfy { $0.code == .tooLong }
                ? failures.compactMap(\.contextTokens).min() : nil
        )
    }
}
