import Synchronization
import Testing

@testable import MagnusCommands

/// A clock and a standard error for one bar.
private final class Bench: Sendable {
    private let time = Mutex(Duration.seconds(1_000))

    let sink: OutputSink
    private let written: WrittenBytes

    init() {
        let written = WrittenBytes()
        self.written = written
        sink = OutputSink(name: "errors", usesColour: false) { written.add($0) }
    }

    func bar(_ total: Int?, _ display: ProgressBar.Display, glyphs: Glyphs = .unicode) throws -> ProgressBar {
        try ProgressBar(label: "Indexing", total: total, display: display, glyphs: glyphs, sink: sink) {
            self.time.withLock { $0 }
        }
    }

    func pass(_ duration: Duration) { time.withLock { $0 += duration } }

    /// What was written since the last call.
    func output() -> String { written.take() }
}

/// Bytes in the order they were written.
private final class WrittenBytes: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func add(_ more: [UInt8]) -> OutputSink.Outcome {
        bytes.withLock { $0 += more }
        return .wrote(more.count)
    }

    func take() -> String {
        bytes.withLock { bytes in
            defer { bytes = [] }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

@Suite struct ProgressBarTests {
    @Test func aTerminalLineIsRedrawnTenTimesASecond() throws {
        let bench = Bench()
        let bar = try bench.bar(1_000, .line(width: 40))
        #expect(bench.output() == "")
        try bar.update(done: 1)
        #expect(bench.output() == "\rIndexing: 1/1,000 (0%)  ───────────────\u{1B}[K")
        for done in 2...99 {
            bench.pass(.milliseconds(1))
            try bar.update(done: done)
        }
        #expect(bench.output() == "")
        bench.pass(.milliseconds(2))
        try bar.update(done: 100)
        #expect(bench.output() == "\rIndexing: 100/1,000 (10%)  ━───────────\u{1B}[K")
        bench.pass(.milliseconds(1_900))
        try bar.update(done: 500)
        #expect(bench.output() == "\rIndexing: 500/1,000 (50%), 250/s, 2s l…\u{1B}[K")
        try bar.finish()
        #expect(bench.output() == "\r\u{1B}[K")
        try bar.update(done: 1_000)
        try bar.finish()
        #expect(bench.output() == "")
    }

    @Test(arguments: [1, 5, 10, 20, 40, 60, 80, 120, 200])
    func theLineNeverFillsTheTerminal(_ width: Int) throws {
        let bench = Bench()
        let bar = try bench.bar(1_234_567, .line(width: width), glyphs: width % 20 == 0 ? .ascii : .unicode)
        for done in stride(from: 0, through: 1_234_567, by: 123_456) {
            bench.pass(.seconds(1))
            try bar.update(done: done)
            let line = bench.output()
            #expect(line.hasPrefix("\r") && line.hasSuffix("\u{1B}[K"))
            #expect(line.dropFirst().dropLast(3).displayWidth <= max(1, width - 1))
        }
    }

    @Test func aLogGetsALineNowAndThen() throws {
        let bench = Bench()
        let bar = try bench.bar(5_000, .log)
        #expect(bench.output() == "Indexing: 5,000 to do\n")
        bench.pass(.milliseconds(9_999))
        try bar.update(done: 1_200)
        #expect(bench.output() == "")
        bench.pass(.milliseconds(1))
        try bar.update(done: 1_250)
        #expect(bench.output() == "Indexing: 1,250/5,000 (25%), 125/s, 30s left\n")
        bench.pass(.seconds(200))
        try bar.update(done: 1_260)
        #expect(bench.output() == "Indexing: 1,260/5,000 (25%), 6.0/s, 10m 23s left\n")
        try bar.finish()
        #expect(bench.output() == "Indexing: 1,260 done in 3m 30s\n")
    }

    @Test func quietIsSilent() throws {
        let bench = Bench()
        let bar = try bench.bar(10, .quiet)
        bench.pass(.seconds(60))
        try bar.update(done: 5)
        try bar.finish()
        #expect(bench.output() == "")
    }

    @Test func unknownTotal() throws {
        let bench = Bench()
        let bar = try bench.bar(nil, .log)
        #expect(bench.output() == "Indexing ...\n")
        bench.pass(.seconds(20))
        try bar.update(done: 40_000)
        #expect(bench.output() == "Indexing: 40,000, 2,000/s\n")
    }

    @Test func warningsStandAboveTheLine() throws {
        let bench = Bench()
        let bar = try bench.bar(4, .line(width: 30))
        try bar.interject("notes.md: not text")
        #expect(bench.output() == "notes.md: not text\n")
        try bar.update(done: 1)
        _ = bench.output()
        try bar.interject("more.md: not text")
        #expect(bench.output() == "\r\u{1B}[Kmore.md: not text\n\rIndexing: 1/4 (25%)\u{1B}[K")
    }

    @Test func displayFollowsTheStream() {
        let size = TerminalSize(columns: 90, rows: 20)
        let terminal = Terminal.Stream(descriptor: 2, isTerminal: true, usesColour: true, size: size)
        let file = Terminal.Stream(descriptor: 2, isTerminal: false, usesColour: false, size: .fallback)
        #expect(ProgressBar.Display(stream: terminal, movesCursor: true, isQuiet: false) == .line(width: 90))
        #expect(ProgressBar.Display(stream: terminal, movesCursor: false, isQuiet: false) == .log)
        #expect(ProgressBar.Display(stream: file, movesCursor: true, isQuiet: false) == .log)
        #expect(ProgressBar.Display(stream: terminal, movesCursor: true, isQuiet: true) == .quiet)
    }
}
