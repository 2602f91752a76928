import Foundation
import Glibc
import LanguageModels
import Storage
import Synchronization
import Transport

/// Asks a server of chat completions as Magnus does, and prints what it cost as JSON.
///
///     StreamClient sequential|concurrent BASE COUNT [unbooked]
///
/// Each call is booked in a database on disk, as those of the program are; `unbooked` leaves that out.
@main
struct StreamClient {
    struct Report: Encodable {
        /// Microseconds from the call to the first word, one for each reply.
        var firstWord: [Double] = []
        /// Pieces of text that were handed on.
        var tokens = 0
        /// Microseconds of processor time, of the whole process.
        var processor = 0.0
        /// Microseconds.
        var wall = 0.0
        /// Resident kilobytes, at twenty points of the run.
        var resident: [Int] = []
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (4...5).contains(arguments.count), let count = Int(arguments[3]) else {
            FileHandle.standardError.write(
                Data("usage: StreamClient sequential|concurrent BASE COUNT [unbooked]\n".utf8)
            )
            exit(2)
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("magnus-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let isBooked = arguments.count == 4
        let client = try Client(base: arguments[2], database: isBooked ? folder.path + "/magnus.db" : nil)
        // The first exchange loads libcurl and opens the connection; every other client is warm too.
        _ = try await client.ask()
        var report = Report()
        let (start, used) = (ContinuousClock.now, processorTime())
        switch arguments[1] {
        case "sequential":
            for index in 0..<count {
                let (first, tokens) = try await client.ask()
                report.firstWord.append(first)
                report.tokens += tokens
                if index % max(1, count / 20) == 0 { report.resident.append(try residentKilobytes()) }
            }
        case "concurrent":
            try await withThrowingTaskGroup(of: (Double, Int).self) { group in
                for _ in 0..<count { group.addTask { try await client.ask() } }
                for try await (first, tokens) in group {
                    report.firstWord.append(first)
                    report.tokens += tokens
                }
            }
        default: fatalError("sequential or concurrent")
        }
        report.processor = processorTime() - used
        report.wall = (ContinuousClock.now - start) / .microseconds(1)
        report.resident.append(try residentKilobytes())
        print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    }

    /// Microseconds of processor time that the process has used.
    static func processorTime() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        func microseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1e6 + Double(time.tv_usec) }
        return microseconds(usage.ru_utime) + microseconds(usage.ru_stime)
    }

    static func residentKilobytes() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
        return (Int(pages) ?? 0) * Int(getpagesize()) / 1_024
    }
}

/// The whole of Magnus's client: catalogue, limits, ledger on disk, transport, wire protocol.
private struct Client {
    private struct NoLedger: CallLedger {
        func reserve(_ estimate: CallEstimate) async throws -> CallReservation {
            CallReservation(id: 0, estimate: estimate, amount: nil)
        }

        func settle(_ reservation: CallReservation, usage: TokenUsage, ending: CallEnding) async {}
    }

    private struct NoSecrets: SecretSource {
        func secret(_ name: String) -> Secret? { nil }
    }

    private let service: ModelService
    private let request = ModelRequest(
        agent: "benchmark",
        system: "",
        messages: [ModelMessage(.user, text: "Tell me something.")],
        maximumOutputTokens: 4_096
    )

    /// - Parameter database: Where calls are booked; nil for nowhere.
    init(base: String, database path: String?) throws {
        let text =
            "providers: {local: {protocol: openai, base_url: '\(base)', needs_key: false, "
            + "price: {input: 1, output: 2, as_of: 2026-11-26, source: invented}}}"
        let directory = ModelDirectory(
            catalogue: try ModelCatalogue(.init(text: text, name: "benchmark")),
            variable: { _ in nil },
            secrets: NoSecrets(),
            protocols: WireProtocols.all
        )
        var ledger: any CallLedger = NoLedger()
        if let path {
            let database = try Database(path: path)
            ledger = SpendingLedger(
                store: { UsageStore(database: database) },
                budget: Budget(perDay: 100),
                question: "benchmark",
                timeZone: .gmt,
                clock: { Date() }
            )
        }
        service = ModelService(
            directory: directory,
            chain: .named([ModelName(provider: "local", model: "m")]),
            transport: CurlTransport(),
            ledger: ledger,
            options: ModelServiceOptions(retries: 0)
        )
    }

    /// Microseconds to the first word, and how many came.
    func ask() async throws -> (first: Double, tokens: Int) {
        let start = ContinuousClock.now
        let seen = Mutex((first: ContinuousClock.Instant?.none, tokens: 0))
        _ = try await service.reply(to: request) { event in
            guard case .text = event else { return }
            seen.withLock { seen in
                if seen.tokens == 0 { seen.first = .now }
                seen.tokens += 1
            }
        }
        return seen.withLock { seen in ((seen.first.map { $0 - start } ?? .zero) / .microseconds(1), seen.tokens) }
    }
}
