import Foundation
import Synchronization
import Transport

/// Who may be asked when: a breaker for each service, and buckets of requests and tokens by what the owner's plan and the
/// service's own answers say.
final class ProviderGates: Sendable {
    private struct Buckets {
        var requests: TokenBucket?
        var tokens: TokenBucket?

        var isLimited: Bool { requests != nil || tokens != nil }
    }

    private struct State {
        var breakers: [String: CircuitBreaker] = [:]
        /// By service: what its plan allows.
        var planned: [String: Buckets] = [:]
        /// By model, for services count by model: what their answers said.
        var observed: [ModelName: Buckets] = [:]
        /// When a model may be asked again, by what its service said.
        var heldUntil: [ModelName: Date] = [:]
        /// Models that answered since what is remembered was last written down: nothing holds them back.
        var released: Set<ModelName> = []
        /// Services whose breaker changed since it was last written down.
        var breakerNews: Set<String> = []
        /// Services of which anything changed since it was last written down.
        var news: Set<String> = []

        mutating func note(breakerOf provider: String) {
            breakerNews.insert(provider)
            news.insert(provider)
        }
    }

    private let policy: CircuitBreaker.Policy
    private let state = Mutex(State())

    init(policy: CircuitBreaker.Policy) {
        self.policy = policy
    }

    // MARK: - The breaker

    /// Whether a service may be asked; seconds until then where it rests.
    func admit(_ provider: String, at now: Date) -> CircuitBreaker.Admission {
        state.withLock { $0.breakers[provider, default: CircuitBreaker()].admit(at: now) }
    }

    /// A model answered: it need not be left alone any more.
    func release(_ model: ModelName) {
        state.withLock { state in
            guard state.heldUntil.removeValue(forKey: model) != nil else { return }
            state.released.insert(model)
            state.news.insert(model.provider)
        }
    }

    /// A service answered, if only with a refusal.
    func succeed(_ provider: String) {
        state.withLock { state in
            guard var breaker = state.breakers[provider] else { return }
            if breaker.failures > 0 { state.note(breakerOf: provider) }
            breaker.succeed()
            state.breakers[provider] = breaker
        }
    }

    /// A service failed for a reason that may pass.
    ///
    /// - Parameter isRemembered: Whether other processes are to know; not where the network here may be to blame.
    func fail(_ provider: String, at now: Date, isRemembered: Bool) {
        state.withLock { state in
            state.breakers[provider, default: CircuitBreaker()].fail(at: now, policy: policy)
            if isRemembered { state.note(breakerOf: provider) }
        }
    }

    /// A call was given up before its service answered.
    func abandon(_ provider: String) {
        state.withLock { $0.breakers[provider]?.abandon() }
    }

    // MARK: - Limits

    /// Takes a request of so many tokens from the buckets.
    ///
    /// - Returns: Seconds until it may be sent. Where that is longer than `longest` nothing was taken.
    func take(tokens: Int, for model: ModelName, limits: ModelLimits, at now: Date, within longest: Double) -> (
        isTaken: Bool, wait: Double
    ) {
        state.withLock { state in
            let provider = model.provider
            var planned = state.planned[provider] ?? ProviderGates.buckets(limits, now)
            var observed = state.observed[model] ?? Buckets()
            var wait = max(0, state.heldUntil[model]?.timeIntervalSince(now) ?? 0)
            var isTaken = wait <= longest
            func take(_ count: Double, _ bucket: inout TokenBucket?) {
                guard let limit = bucket?.limit else { return }
                // A request that is larger than the bucket is for the service to refuse.
                guard let taken = bucket?.take(min(count, limit.burst), at: now, within: longest) else { return }
                wait = max(wait, taken.wait)
                if !taken.isTaken { isTaken = false }
            }
            take(1, &planned.requests)
            take(Double(tokens), &planned.tokens)
            take(1, &observed.requests)
            take(Double(tokens), &observed.tokens)
            if isTaken {
                state.planned[provider] = planned
                state.observed[model] = observed
                if planned.isLimited || observed.isLimited { state.news.insert(provider) }
            }
            return (isTaken, wait)
        }
    }

    /// Gives back to the plan's bucket what was taken beyond what was used.
    func giveBack(tokens: Int, for model: ModelName, at now: Date) {
        state.withLock { state in
            _ = state.planned[model.provider]?.tokens?.take(-Double(tokens), at: now, within: .infinity)
        }
    }

    /// Takes over what an answer said of the limits.
    func observe(_ headers: RateHeaders, of model: ModelName, at now: Date) {
        guard headers.requests != nil || headers.tokens != nil else { return }
        state.withLock { state in
            state.news.insert(model.provider)
            var buckets = state.observed[model] ?? Buckets()
            if let window = headers.requests { buckets.requests = ProviderGates.bucket(window, now) }
            if let window = headers.tokens { buckets.tokens = ProviderGates.bucket(window, now) }
            state.observed[model] = buckets
        }
    }

    /// Leaves a model alone until `date`.
    func hold(_ model: ModelName, until date: Date) {
        state.withLock { state in
            state.heldUntil[model] = max(date, state.heldUntil[model] ?? date)
            state.released.remove(model)
            state.news.insert(model.provider)
        }
    }

    // MARK: - Other processes

    /// Whether anything of a service changed since `memory` was asked for.
    func hasNews(of provider: String) -> Bool {
        state.withLock { $0.news.contains(provider) }
    }

    /// Takes over what other processes remember of a model's service.
    func recall(_ stored: ProviderMemory, of model: CallableModel, at now: Date) {
        state.withLock { state in merge(stored, of: model, at: now, into: &state) }
    }

    /// What is to be remembered of a model's service: what others remember with what happened here since the last time; nil
    /// for nothing.
    func memory(of model: CallableModel, adding stored: ProviderMemory?, at now: Date) -> ProviderMemory? {
        state.withLock { state in
            let provider = model.name.provider
            merge(stored ?? ProviderMemory(), of: model, at: now, into: &state)
            var memory = ProviderMemory()
            memory.breaker =
                state.breakerNews.contains(provider) ? state.breakers[provider] : stored?.breaker
            if memory.breaker?.failures == 0 { memory.breaker = nil }
            for (name, date) in state.heldUntil where name.provider == provider && date > now {
                memory.heldUntil[name.model] = date
            }
            memory.requests = state.planned[provider]?.requests?.level
            memory.tokens = state.planned[provider]?.tokens?.level
            memory.observed = stored?.observed ?? [:]
            if let observed = state.observed[model.name] {
                memory.observed[model.name.model] = ProviderMemory.Limits(observed.requests, observed.tokens)
            }
            state.released = state.released.filter { $0.provider != provider }
            state.breakerNews.remove(provider)
            state.news.remove(provider)
            return memory.isEmpty ? nil : memory
        }
    }

    private func merge(_ stored: ProviderMemory, of model: CallableModel, at now: Date, into state: inout State) {
        let provider = model.name.provider
        if !state.breakerNews.contains(provider), let breaker = stored.breaker,
            breaker.failures != state.breakers[provider]?.failures
                || breaker.restsUntil != state.breakers[provider]?.restsUntil
        {
            state.breakers[provider] = breaker
        }
        for (name, date) in stored.heldUntil {
            let name = ModelName(provider: provider, model: name)
            guard !state.released.contains(name) else { continue }
            state.heldUntil[name] = max(date, state.heldUntil[name] ?? date)
        }
        var planned = state.planned[provider] ?? ProviderGates.buckets(model.limits, now)
        _ = planned.requests?.merge(stored.requests, at: now)
        _ = planned.tokens?.merge(stored.tokens, at: now)
        state.planned[provider] = planned
        if let limits = stored.observed[model.name.model] {
            var observed = state.observed[model.name] ?? Buckets()
            observed.requests = ProviderMemory.newer(observed.requests, limits.requests)
            observed.tokens = ProviderMemory.newer(observed.tokens, limits.tokens)
            state.observed[model.name] = observed
        }
    }

    private static func buckets(_ limits: ModelLimits, _ now: Date) -> Buckets {
        func bucket(_ perMinute: Int?) -> TokenBucket? {
            perMinute.map {
                TokenBucket(limit: RateLimit(perSecond: Double($0) / 60, burst: Double($0)), now: now)
            }
        }
        return Buckets(requests: bucket(limits.requestsPerMinute), tokens: bucket(limits.tokensPerMinute))
    }

    /// A bucket that is as full as the service says, and whole again when it says.
    private static func bucket(_ window: RateHeaders.Window, _ now: Date) -> TokenBucket {
        let limit = max(window.limit ?? 0, window.remaining, 1)
        let seconds = max(window.resetSeconds, 0.001)
        let missing = limit - window.remaining
        // A full bucket says nothing of how fast it fills; a minute is what services count by.
        let rate = missing > 0 ? missing / seconds : limit / 60
        var bucket = TokenBucket(limit: RateLimit(perSecond: rate, burst: limit), now: now)
        _ = bucket.merge(TokenBucket.Level(tokens: window.remaining, time: now), at: now)
        return bucket
    }
}
