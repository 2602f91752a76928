import Glibc
import Synchronization
import Testing

@testable import MagnusCommands

/// Follows a script of write outcomes and keeps what was taken.
private final class ScriptedWriter: Sendable {
    private struct State {
        var script: [OutputSink.Outcome]
        var taken: [UInt8] = []
        var attempts = 0
        var waits = 0
    }

    private let state: Mutex<State>

    init(_ script: [OutputSink.Outcome]) {
        state = Mutex(State(script: script))
    }

    var text: String { String(decoding: state.withLock { $0.taken }, as: UTF8.self) }
    var attempts: Int { state.withLock { $0.attempts } }
    var waits: Int { state.withLock { $0.waits } }

    /// A sink whose writes follow the script, then take everything.
    func sink(usesColour: Bool = false) -> OutputSink {
        OutputSink(name: "output", usesColour: usesColour, waitUntilWritable: { self.state.withLock { $0.waits += 1 } })
        {
            bytes in
            self.state.withLock { state in
                state.attempts += 1
                let next = state.script.isEmpty ? .wrote(bytes.count) : state.script.removeFirst()
                if case .wrote(let count) = next { state.taken += bytes.prefix(count) }
                return next
            }
        }
    }
}

@Suite struct OutputSinkTests {
    @Test func nothingIsWrittenBeforeFlush() throws {
        let writer = ScriptedWriter([])
        let sink = writer.sink()
        try sink.write("delta ")
        try sink.writeLine("0.31")
        #expect(writer.attempts == 0)
        try sink.flush()
        #expect(writer.text == "delta 0.31\n")
        #expect(writer.attempts == 1)
        try sink.flush()
        #expect(writer.attempts == 1)
    }

    @Test func shortInterruptedAndBlockedWritesLoseNothing() throws {
        let script: [OutputSink.Outcome] = [
            .wrote(1), .failed(EINTR), .wrote(2), .failed(EAGAIN), .failed(EAGAIN), .wrote(3), .failed(EINTR),
        ]
        let writer = ScriptedWriter(script)
        let sink = writer.sink()
        try sink.write("0123456789")
        try sink.flush()
        #expect(writer.text == "0123456789")
        #expect(writer.waits == 2)
    }

    @Test func aReaderThatWentAwayIsACleanEnd() throws {
        let writer = ScriptedWriter([.wrote(2), .failed(EPIPE)])
        let sink = writer.sink()
        try sink.write("abcdef")
        #expect(!sink.isClosed)
        try sink.flush()
        #expect(sink.isClosed)
        try sink.write("more")
        try sink.flush()
        #expect(writer.attempts == 2)
        #expect(writer.text == "ab")
    }

    @Test func otherFailuresAreErrors() throws {
        let sink = ScriptedWriter([.failed(ENOSPC)]).sink()
        try sink.write("abc")
        let error = #expect(throws: TerminalError.self) { try sink.flush() }
        #expect(error == .cannotWrite(stream: "output", code: ENOSPC))
        #expect(error?.description.hasPrefix("cannot write to output: No space left on device;") == true)
        #expect(!sink.isClosed)
    }

    @Test func longOutputIsSentInBetween() throws {
        let writer = ScriptedWriter([])
        let sink = writer.sink()
        for _ in 0..<3 { try sink.write(String(repeating: "x", count: 40_000)) }
        #expect(writer.attempts == 1)
        #expect(writer.text.utf8.count == 80_000)
        try sink.flush()
        #expect(writer.text.utf8.count == 120_000)
    }

    @Test func stylesFollowTheSink() throws {
        let plain = ScriptedWriter([])
        let coloured = ScriptedWriter([])
        for sink in [plain.sink(), coloured.sink(usesColour: true)] {
            try sink.writeLine(StyledText("-3.20", .negative))
            try sink.flush()
        }
        #expect(plain.text == "-3.20\n")
        #expect(coloured.text == "\u{1B}[31m-3.20\u{1B}[0m\n")
    }

    /// A real pipe: non-blocking and full, then read by a slow reader, then closed.
    @Test func realPipe() async throws {
        OutputSink.ignoreBrokenPipeSignal()
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { close(writeEnd) }
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
        // A child that another test starts meanwhile must not keep the reader's end open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let sink = OutputSink(name: "pipe", descriptor: writeEnd, usesColour: false)
        let text = String(repeating: "0123456789abcdef", count: 32_768)
        let reading = Task { [count = text.utf8.count] in
            await BlockingThread.run {
                var received = 0
                var bytes = [UInt8](repeating: 0, count: 10_000)
                while received < count {
                    let got = read(readEnd, &bytes, bytes.count)
                    if got <= 0 { break }
                    received += got
                }
                close(readEnd)
                return received
            }
        }
        try await BlockingThread.run {
            Result {
                try sink.write(text); try sink.flush()
            }
        }.get()
        #expect(await reading.value == text.utf8.count)
        try sink.write("nobody reads this")
        try sink.flush()
        #expect(sink.isClosed)
    }
}
