import Glibc
import Testing

@testable import MagnusCommands

/// Signals belong to the whole process, so these tests run one after the other, with a signal that stands for Ctrl-C.
@Suite(.serialized) struct HiddenLineTests {
    private func line(_ terminal: PseudoTerminal) -> HiddenLine {
        let interrupts = InterruptMonitor(signal: SIGVTALRM) {}
        return HiddenLine(input: terminal.device, output: terminal.device, interrupts: interrupts)
    }

    @Test func aLineIsReadWithoutBeingShown() async throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        let line = line(terminal)
        async let outcome = line.read(prompt: "value: ")
        try await terminal.waitForOutput("value: ")
        #expect(terminal.modes[3] & tcflag_t(ECHO) == 0)
        terminal.type("s3crex\u{7F}t\n")
        #expect(await outcome == .line("s3cret"))
        #expect(terminal.modes == modes)
        try await terminal.waitForOutput("\n")
        #expect(!terminal.output.contains("s3c"))
    }

    @Test func anInterruptPutsTheTerminalBackAndKeepsNothing() async throws {
        let terminal = try PseudoTerminal()
        let modes = terminal.modes
        let line = line(terminal)
        async let outcome = line.read(prompt: "value: ")
        try await terminal.waitForOutput("value: ")
        terminal.type("half a ke")
        kill(getpid(), SIGVTALRM)
        #expect(await outcome == .interrupted)
        #expect(terminal.modes == modes)
        // What was typed does not reach whoever reads next.
        var request = pollfd(fd: terminal.device, events: Int16(POLLIN), revents: 0)
        #expect(poll(&request, 1, 0) == 0)
    }

    @Test func theEndOfTheInputIsNoLine() async throws {
        let terminal = try PseudoTerminal()
        let line = line(terminal)
        async let outcome = line.read(prompt: "value: ")
        try await terminal.waitForOutput("value: ")
        terminal.type("\u{4}")
        #expect(await outcome == .ended)
    }

    @Test func severalLinesAreRefusedAndThrownAway() async throws {
        let terminal = try PseudoTerminal()
        let line = line(terminal)
        async let outcome = line.read(prompt: "value: ")
        try await terminal.waitForOutput("value: ")
        terminal.type("first\nsecond\n")
        #expect(await outcome == .severalLines)
        var request = pollfd(fd: terminal.device, events: Int16(POLLIN), revents: 0)
        #expect(poll(&request, 1, 0) == 0)
    }

    @Test func whatIsNoTerminalIsAtItsEnd() async throws {
        let interrupts = InterruptMonitor(signal: SIGVTALRM) {}
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        #expect(await HiddenLine(input: file, output: file, interrupts: interrupts).read(prompt: "") == .ended)
    }
}
