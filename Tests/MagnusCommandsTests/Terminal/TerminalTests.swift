import Testing

@testable import MagnusCommands

@Suite struct TerminalTests {
    /// Answers for terminals on the given descriptors, all of one size.
    private func probe(_ terminals: Set<Int32>, size: TerminalSize? = TerminalSize(columns: 97, rows: 30))
        -> TerminalProbe
    {
        TerminalProbe(isTerminal: { terminals.contains($0) }, size: { terminals.contains($0) ? size : nil })
    }

    private let modern = ["TERM": "xterm-256color", "LANG": "en_US.UTF-8"]

    @Test(arguments: [
        (["TERM": "xterm"], true, true),
        (["TERM": "xterm", "NO_COLOR": ""], true, true),
        (["TERM": "xterm", "NO_COLOR": "1"], true, false),
        (["TERM": "xterm", "NO_COLOR": "0"], true, false),
        (["TERM": "xterm"], false, false),
        (["TERM": "dumb"], true, false),
        ([:], true, false),
    ])
    func colour(_ environment: [String: String], allowsColour: Bool, expected: Bool) {
        let terminal = Terminal(environment: environment, allowsColour: allowsColour, probe: probe([0, 1, 2]))
        #expect(terminal.output.usesColour == expected)
        #expect(terminal.error.usesColour == expected)
    }

    @Test func colourIsDecidedPerStream() {
        let piped = Terminal(environment: modern, probe: probe([0, 2]))
        #expect(!piped.output.usesColour)
        #expect(piped.error.usesColour)
        #expect(!piped.canEditLines)
        let errorsToFile = Terminal(environment: modern, probe: probe([0, 1]))
        #expect(errorsToFile.output.usesColour)
        #expect(!errorsToFile.error.usesColour)
        #expect(errorsToFile.canEditLines)
    }

    @Test(arguments: [
        (nil, 97), ("60", 60), ("0", 97), ("-3", 97), ("wide", 97), ("", 97), ("99999999999999999999", 97),
    ])
    func columnsOverride(_ columns: String?, expected: Int) {
        var environment = modern
        environment["COLUMNS"] = columns
        #expect(Terminal(environment: environment, probe: probe([1])).width == expected)
    }

    @Test func sizeFallsBack() {
        #expect(Terminal(environment: modern, probe: probe([0])).output.size == TerminalSize(columns: 80, rows: 24))
        #expect(Terminal(environment: modern, probe: probe([0, 1, 2], size: nil)).width == 80)
        #expect(Terminal(environment: ["LINES": "50"], probe: probe([])).height == 50)
    }

    @Test(arguments: [
        (["LANG": "en_US.UTF-8"], true), (["LANG": "C.utf8"], true), (["LANG": "C"], false), ([:], false),
        (["LC_ALL": "C", "LANG": "en_US.UTF-8"], false), (["LC_ALL": "", "LANG": "de_DE.UTF-8"], true),
        (["LC_CTYPE": "en_US.UTF-8", "LANG": "C"], true), (["LANG": "de_DE.ISO-8859-1"], false),
    ])
    func glyphs(_ environment: [String: String], isUnicode: Bool) {
        #expect(Terminal(environment: environment, probe: probe([])).glyphs == (isUnicode ? .unicode : .ascii))
    }

    @Test func dumbTerminalsAreNotEdited() {
        #expect(!Terminal(environment: ["TERM": "dumb"], probe: probe([0, 1, 2])).canEditLines)
        #expect(Terminal(environment: modern, probe: probe([0, 1, 2])).canEditLines)
    }
}
