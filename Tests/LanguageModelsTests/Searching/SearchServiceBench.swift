import Foundation
import LanguageModels
import MagnusTestSupport
import Synchronization
import Testing
import Transport

/// A service on this machine, and what is needed to ask it without time passing.
struct SearchServiceBench {
    /// Remembers what was reserved and how it was settled.
    final class Ledger: CallLedger {
        struct Entry: Equatable {
            var estimate: CallEstimate
            var usage: TokenUsage?
            var ending: CallEnding?
        }

        private let kept = Mutex<[Entry]>([])
        var entries: [Entry] { kept.withLock { $0 } }

        private let refusal: ModelError?

        init(refusal: ModelError? = nil) {
            self.refusal = refusal
        }

        func reserve(_ estimate: CallEstimate) async throws -> CallReservation {
            if let refusal { throw refusal }
            return kept.withLock { entries in
                entries.append(Entry(estimate: estimate))
                return CallReservation(id: Int64(entries.count - 1), estimate: estimate, amount: nil)
            }
        }

        func settle(_ reservation: CallReservation, usage: TokenUsage, ending: CallEnding) async {
            kept.withLock { entries in
                entries[Int(reservation.id)].usage = usage
                entries[Int(reservation.id)].ending = ending
            }
        }
    }

    /// Remembers how long was waited; its clock moves by that alone.
    final class Waits: Sendable {
        private let kept = Mutex<[Duration]>([])
        var all: [Duration] { kept.withLock { $0 } }
        /// 2026-03-02 15:00:00 UTC at first.
        var now: Date {
            Date(timeIntervalSince1970: 1_772_463_600).addingTimeInterval(all.reduce(.zero, +) / .seconds(1))
        }
        func add(_ wait: Duration) { kept.withLock { $0.append(wait) } }
    }

    let server: LoopbackServer
    let ledger: Ledger
    let waits = Waits()
    let connection: ServiceConnection

    /// A service that answers by `handler`.
    init(
        _ name: String,
        path: String = "",
        key: String? = "sk-0123456789",
        ledger: Ledger = Ledger(),
        redact: @escaping @Sendable (String) -> String = { $0 },
        limits: ModelLimits = ModelLimits(),
        _ handler: @escaping @Sendable (LoopbackRequest) -> LoopbackReply
    ) throws {
        server = try LoopbackServer(handler)
        self.ledger = ledger
        let waits = waits
        connection = ServiceConnection(
            endpoint: ModelEndpoint(
                name: try #require(ModelName(name)),
                baseURL: server.baseURL + path,
                key: key.map(Secret.init)
            ),
            transport: CurlTransport(),
            ledger: ledger,
            redact: redact,
            pacing: RetryPacing(sleep: { waits.add($0) }, random: { 1 }, now: { waits.now }),
            limits: limits
        )
    }
}

extension LoopbackRequest {
    /// A member of the body that is a list of texts.
    func texts(_ name: String) -> [String] {
        ((try? json()) ?? [:])[name] as? [String] ?? []
    }
}
