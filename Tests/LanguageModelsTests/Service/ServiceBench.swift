import Foundation
import LanguageModels
import MagnusTestSupport
import Synchronization
import Transport

/// A service over servers of a test, with a clock that moves only when something waits, and a ledger that remembers.
struct ServiceBench: Sendable {
    let ledger = RecordingLedger()
    let clock = WaitingClock()
    let directory: ModelDirectory

    /// - Parameters:
    ///   - servers: The addresses of the providers `one`, `two` and so on.
    ///   - provider: What else the catalogue says of each of them, as members of a YAML flow mapping.
    ///   - wire: The protocol that they speak; nil for `PlainWire`.
    init(_ servers: [String], provider: String = "", speaking wire: String? = nil) throws {
        var text = "providers:\n"
        for (name, address) in zip(["one", "two", "three"], servers) {
            let rest = provider.isEmpty ? "" : ", " + provider
            text += "  \(name): {protocol: \(wire ?? "openai"), base_url: \"\(address)\", needs_key: false\(rest)}\n"
        }
        directory = ModelDirectory(
            catalogue: try ModelCatalogue(.init(text: text, name: "catalogue.yaml")),
            variable: { _ in nil },
            secrets: Secrets(),
            protocols: wire == nil ? ["openai": PlainWire()] : WireProtocols.all
        )
    }

    init(_ servers: LoopbackServer..., provider: String = "") throws {
        try self.init(servers.map(\.baseURL), provider: provider)
    }

    /// The service that asks the model `big` of each provider in turn.
    func service(
        _ options: ModelServiceOptions = ModelServiceOptions(),
        cache: (any ReplyCache)? = nil,
        memory: (any ServiceMemory)? = nil,
        transport: any HTTPTransport = CurlTransport(),
        admit: @escaping @Sendable (CallableModel) throws -> Void = { _ in },
        announce: @escaping @Sendable (ModelDelay) -> Void = { _ in }
    ) -> ModelService {
        ModelService(
            directory: directory,
            chain: .named(directory.catalogue.providers.map { ModelName(provider: $0.name, model: "big") }),
            transport: transport,
            ledger: ledger,
            cache: cache,
            memory: memory,
            options: options,
            pacing: clock.pacing,
            admit: admit,
            announce: announce
        )
    }
}

/// A clock that moves only when something waits, and notes for how long; the jitter is at its most.
final class WaitingClock: Sendable {
    private let state = Mutex((now: Date(timeIntervalSince1970: 1_772_463_600), waits: [Duration]()))

    var pacing: RetryPacing {
        RetryPacing(sleep: { try self.wait($0) }, random: { 1 }, now: { self.now })
    }

    /// The time; 2026-03-02 15:00:00 UTC at first.
    var now: Date { state.withLock { $0.now } }

    /// The waits so far, in milliseconds.
    var waits: [Int] { state.withLock { $0.waits.map { Int(($0 / .milliseconds(1)).rounded()) } } }

    func advance(by seconds: Double) {
        state.withLock { $0.now += seconds }
    }

    private func wait(_ duration: Duration) throws {
        try Task.checkCancellation()
        state.withLock {
            $0.waits.append(duration)
            $0.now += duration / .seconds(1)
        }
    }
}

/// A ledger that allows what it is told to, and remembers.
final class RecordingLedger: CallLedger {
    struct Entry: Sendable {
        var estimate: CallEstimate
        var endings: [CallEnding] = []
        var usage: [TokenUsage] = []
    }

    private let state = Mutex<[Entry]>([])
    private let refused = Mutex<Set<String>>([])

    /// Whoever asked, in order.
    var entries: [Entry] { state.withLock { $0 } }
    /// How each call ended, in order; a call that was settled not once stands out.
    var endings: [[CallEnding]] { entries.map(\.endings) }

    /// Allows no call of this provider.
    func refuse(_ provider: String) {
        refused.withLock { _ = $0.insert(provider) }
    }

    func reserve(_ estimate: CallEstimate) async throws -> CallReservation {
        if refused.withLock({ $0.contains(estimate.model.provider) }) {
            throw ModelError(
                .overBudget,
                provider: estimate.model.provider,
                model: estimate.model.model,
                detail: "the budget is spent"
            )
        }
        let id = state.withLock { entries in
            entries.append(Entry(estimate: estimate))
            return Int64(entries.count - 1)
        }
        return CallReservation(id: id, estimate: estimate, amount: nil)
    }

    func settle(_ reservation: CallReservation, usage: TokenUsage, ending: CallEnding) async {
        state.withLock { entries in
            entries[Int(reservation.id)].endings.append(ending)
            entries[Int(reservation.id)].usage.append(usage)
        }
    }
}

/// What a receiver was handed.
final class Received: Sendable {
    private let state = Mutex<[ModelEvent]>([])

    var events: [ModelEvent] { state.withLock { $0 } }

    func add(_ event: ModelEvent) {
        state.withLock { $0.append(event) }
    }
}

/// What the owner was told of waits, in order.
final class Announced: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func add(_ delay: ModelDelay) {
        state.withLock { $0.append(delay.description) }
    }
}

/// What is asked in these tests.
func question(_ text: String = "how much?", temperature: Double? = nil, tools: Int = 0) -> ModelRequest {
    ModelRequest(
        agent: "tester",
        system: "short",
        messages: [ModelMessage(.user, text: text)],
        tools: (0..<tools).map { .init(name: "tool\($0)", summary: "A tool.", schema: ["type": "object"]) },
        temperature: temperature
    )
}

/// A reply of these words.
func say(_ words: String...) -> LoopbackReply {
    .chunked(
        words.map { "{\"text\": \"\($0)\"}\n" } + ["{\"done\": true, \"input\": 5, \"output\": 7}\n"],
        headers: ["Content-Type": "application/x-ndjson"]
    )
}

/// The `ModelError` that `body` throws; nil where it throws none.
func modelFailure(_ body: () async throws -> Void) async throws -> ModelError? {
    do {
        try await body()
        return nil
    } catch let error as ModelError {
        return error
    }
}
