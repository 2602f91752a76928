import Glibc
import Synchronization
import Testing

@testable import MagnusCommands

@Suite(.serialized) struct LineEditorTests {
    private static let environment = ["TERM": "xterm", "LANG": "C.UTF-8"]

    private func connection(_ input: Int32, _ output: Int32, isTerminal: Bool = true) -> LineEditor.Connection {
        let size = TerminalSize(columns: 40, rows: 10)
        let probe = TerminalProbe(isTerminal: { _ in isTerminal }, size: { _ in size })
        var terminal = Terminal(environment: LineEditorTests.environment, probe: probe)
        terminal.input.descriptor = input
        terminal.output.descriptor = output
        terminal.output.usesColour = false
        return LineEditor.Connection(terminal)
    }

    private func editor(_ terminal: PseudoTerminal, history: [String] = []) -> LineEditor {
        LineEditor(
            connection(terminal.device, terminal.device),
            history: History(store: MemoryHistoryStore(history)),
            completer: { Completions.ofLastWord(in: $0, from: ["/portfolio", "/positions", "/risk"]) }
        )
    }

    /// What the screen shows after everything so far.
    private func screen(_ terminal: PseudoTerminal) -> [String] {
        var screen = ScreenModel(width: 40, height: 10)
        screen.feed(terminal.output)
        return screen.text
    }

    @Test func aLineIsEditedAndTheTerminalPutBack() async throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        let editor = editor(terminal)
        async let line = editor.readLine(prompt: "magnus> ")
        try await terminal.waitForOutput("magnus> ")
        #expect(terminal.isRaw)
        terminal.type("how is my bok?\u{1B}[D\u{1B}[Do\u{1B}[1~日本 \u{5}!")
        try await terminal.waitForOutput("!")
        #expect(screen(terminal) == ["magnus> 日本 how is my book?!"])
        terminal.type("\r")
        #expect(await line == .line("日本 how is my book?!"))
        #expect(terminal.modes == modes)
        try await terminal.waitForOutput("\u{1B}[?2004l")
    }

    @Test func bytesBehindALineBelongToTheNext() async throws {
        let terminal = try PseudoTerminal()
        let editor = editor(terminal, history: ["/risk"])
        async let first = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("one\rtwo\r\u{1B}[A\r\u{4}")
        #expect(await first == .line("one"))
        #expect(await editor.readLine(prompt: "> ") == .line("two"))
        #expect(await editor.readLine(prompt: "> ") == .line("/risk"))
        #expect(await editor.readLine(prompt: "> ") == .endOfInput)
    }

    @Test func controlCClearsThenInterrupts() async throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        let editor = editor(terminal)
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("oops\u{3}")
        try await terminal.waitForOutput("^C")
        terminal.type("\u{3}")
        #expect(await line == .interrupted)
        #expect(terminal.modes == modes)
    }

    @Test func completionIsListedBelow() async throws {
        let terminal = try PseudoTerminal()
        let editor = editor(terminal)
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("/p\t")
        try await terminal.waitForOutput("/positions")
        #expect(screen(terminal) == ["> /po", "/portfolio  /positions"])
        terminal.type("\t\t\r")
        #expect(await line == .line("/positions"))
        try await terminal.waitForOutput("\u{1B}[?2004l")
        #expect(screen(terminal) == ["> /positions"])
    }

    @Test func pasteAndContinuation() async throws {
        let terminal = try PseudoTerminal()
        let editor = editor(terminal)
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("\u{1B}[?2004h")
        terminal.type("\u{1B}[200~first\nsecond\u{1B}[201~\\\rthird\r")
        #expect(await line == .line("first\nsecond\nthird"))
        try await terminal.waitForOutput("\u{1B}[?2004l")
        #expect(screen(terminal) == ["> first", "… second", "… third"])
    }

    @Test func aLoneEscapeIsAKeyAfterAMoment() async throws {
        let terminal = try PseudoTerminal()
        let editor = editor(terminal)
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("x\u{1B}")
        try await terminal.waitForOutput("\u{7}")
        terminal.type("[A\r")
        #expect(await line == .line("x[A"))
    }

    @Test func aResizedTerminalIsRedrawn() async throws {
        let terminal = try PseudoTerminal()
        let editor = editor(terminal)
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("0123456789abcdefghij")
        try await terminal.waitForOutput("j")
        terminal.resize(columns: 12, rows: 10)
        kill(getpid(), SIGWINCH)
        try await terminal.waitForOutput("\u{1B}[Jabcdefghij")
        terminal.type("\r")
        #expect(await line == .line("0123456789abcdefghij"))
    }

    @Test func clearingTheScreenKeepsTheLine() async throws {
        let terminal = try PseudoTerminal()
        let editor = editor(terminal)
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("kept\u{C}")
        try await terminal.waitForOutput("\u{1B}[2J")
        try await terminal.waitForOutput("> kept")
        #expect(screen(terminal) == ["> kept"])
        kill(getpid(), SIGINT)
        try await terminal.waitForOutput("^C")
        terminal.type("\u{4}")
        #expect(await line == .endOfInput)
    }

    @Test func manyCandidatesAreListedInPart() async throws {
        let terminal = try PseudoTerminal()
        let candidates = (10..<60).map { "/command-\($0)" }
        let editor = LineEditor(
            connection(terminal.device, terminal.device),
            history: History(store: MemoryHistoryStore()),
            completer: { Completions.ofLastWord(in: $0, from: candidates) }
        )
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("/\t")
        try await terminal.waitForOutput("more")
        #expect(
            screen(terminal).prefix(3) == [
                "> /command-", "/command-10  /command-11  /command-12", "/command-13  /command-14  /command-15",
            ]
        )
        #expect(screen(terminal).last == "32 more")
        terminal.type(String(repeating: "\t", count: 50) + "\r")
        #expect(await line == .line("/command-59"))
    }

    @Test func aDumbTerminalGetsThePromptAndItsOwnEditing() async throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        var connection = connection(terminal.device, terminal.device)
        connection.isInteractive = false
        let editor = LineEditor(connection, history: History(store: MemoryHistoryStore()))
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        #expect(terminal.modes == modes)
        terminal.type("risx\u{7F}k\n")
        #expect(await line == .line("risk"))
    }

    /// What a connection did with the signals that stop or end the process, and in which mode the terminal was.
    private final class Witness: Sendable {
        let seen = Mutex<[(signal: Int32, isRaw: Bool)]>([])
    }

    @Test func theTerminalIsPutBackWhileStoppedAndWhenEnded() async throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        let witness = Witness()
        var connection = connection(terminal.device, terminal.device)
        connection.endingSignals = [SIGUSR2]
        connection.takeDefaultAction = { signal in
            witness.seen.withLock { $0.append((signal, terminal.isRaw)) }
        }
        let editor = LineEditor(connection, history: History(store: MemoryHistoryStore()))
        async let line = editor.readLine(prompt: "> ")
        try await terminal.waitForOutput("> ")
        terminal.type("kept\u{1A}")
        try await terminal.waitForOutput("\u{1B}[?2004l")
        try await terminal.waitForOutput("> kept")
        #expect(terminal.isRaw)
        kill(getpid(), SIGUSR2)
        try await terminal.waitForOutput("\u{1B}[?2004l")
        try await terminal.waitForOutput("> kept")
        terminal.type("!\r")
        #expect(await line == .line("kept!"))
        #expect(witness.seen.withLock { $0.map(\.signal) } == [SIGTSTP, SIGUSR2])
        #expect(witness.seen.withLock { $0.allSatisfy { !$0.isRaw } })
        #expect(terminal.modes == modes)
    }

    @Test func cancellingTheTaskEndsThePrompt() async throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        let editor = editor(terminal)
        let reading = Task { await editor.readLine(prompt: "> ") }
        try await terminal.waitForOutput("> ")
        reading.cancel()
        #expect(await reading.value == .interrupted)
        #expect(terminal.modes == modes)
    }

    @Test(arguments: [
        ("", []), ("one\ntwo\n", ["one", "two"]), ("one\r\n\nlast", ["one", "", "last"]),
        ("caf\u{E9} 日本\nback\\\n", ["caf\u{E9} 日本", "back\\"]),
    ])
    func aPipeIsReadPlainly(_ text: String, _ expected: [String]) async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { close(readEnd) }
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(writeEnd, $0.baseAddress, $0.count) }
        close(writeEnd)
        // The prompt would fail the test: nothing may be written to a pipe's read end.
        let editor = LineEditor(
            connection(readEnd, readEnd, isTerminal: false),
            history: History(store: MemoryHistoryStore())
        )
        for line in expected { #expect(await editor.readLine(prompt: "> ") == .line(line)) }
        #expect(await editor.readLine(prompt: "> ") == .endOfInput)
        #expect(await editor.readLine(prompt: "> ") == .endOfInput)
    }

    @Test func damagedBytesInAPipe() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { close(readEnd) }
        let bytes: [UInt8] = [0x61, 0xFF, 0x62, 0x0A]
        _ = bytes.withUnsafeBytes { write(writeEnd, $0.baseAddress, $0.count) }
        close(writeEnd)
        let editor = LineEditor(
            connection(readEnd, readEnd, isTerminal: false),
            history: History(store: MemoryHistoryStore())
        )
        #expect(await editor.readLine(prompt: "") == .line("a\u{FFFD}b"))
    }
}
