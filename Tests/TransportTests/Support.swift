import Foundation
import MagnusTestSupport
import Synchronization
import Testing
import Transport

extension CurlTransport {
    /// The body's text of a plain GET.
    func text(_ url: String) async throws -> String {
        String(decoding: try await response(to: HTTPRequest(.get, url)).body, as: UTF8.self)
    }
}

extension RetryPacing {
    /// Waits nothing and notes what it would have waited; the jitter is at its most, the time 2026-03-02 15:00:00 UTC.
    static func recorded(in log: WaitLog, random: Double = 1) -> RetryPacing {
        RetryPacing(
            sleep: { log.add($0) },
            random: { random },
            now: { Date(timeIntervalSince1970: 1_772_463_600) }
        )
    }
}

/// The waits that were asked for.
final class WaitLog: Sendable {
    private let waits = Mutex<[Duration]>([])

    func add(_ wait: Duration) {
        waits.withLock { $0.append(wait) }
    }

    /// In milliseconds.
    var milliseconds: [Int] {
        waits.withLock { $0.map { Int(($0 / .milliseconds(1)).rounded()) } }
    }
}

/// The code of the `TransportError` that `body` throws; nil where it throws none.
func failure(_ body: () async throws -> Void) async throws -> TransportError? {
    do {
        try await body()
        return nil
    } catch let error as TransportError {
        return error
    }
}

/// Long enough for a loaded machine, so that only what must come too late does.
let patient = HTTPTimeouts(connect: .seconds(60), firstByte: .seconds(60), idle: .seconds(60), total: .seconds(60))
