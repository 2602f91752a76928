import Glibc

/// What the editor has put on the terminal, so that it can be changed in place.
struct PromptScreen {
    private static let candidateRows = 6

    private let connection: LineEditor.Connection
    private let prompt: StyledText
    private var shown: LineFrame?

    /// A prompt not shown yet.
    init(connection: LineEditor.Connection, prompt: StyledText) {
        self.connection = connection
        self.prompt = prompt
    }

    /// Asks the terminal to mark pasted text.
    func begin() {
        send("\u{1B}[?2004h")
    }

    /// Leaves the line as it is, the cursor below it, and pasted text unmarked.
    mutating func end(_ state: LineState) {
        send(leaving(state) + "\r\n\u{1B}[?2004l")
        shown = nil
    }

    /// Leaves the line with a mark that it was given up.
    mutating func abandon(_ state: LineState) {
        send(leaving(state) + "^C\r\n")
        shown = nil
    }

    /// Empties the terminal.
    mutating func clear() {
        send("\u{1B}[H\u{1B}[2J")
        shown = nil
    }

    /// Takes the cursor to stand on a fresh row.
    mutating func forget() {
        shown = nil
    }

    /// Sounds the bell.
    func ring() {
        send("\u{07}")
    }

    /// Shows a state in place of what is shown.
    mutating func show(_ state: LineState) {
        let size = size
        let below = state.candidates.map { candidateRows($0.all, chosen: $0.chosen, width: size.columns) } ?? []
        let frame = frame(state, below: below, size: size)
        guard frame != shown else { return }
        send(frame.painted(over: shown, usesColour: connection.usesColour))
        shown = frame
    }

    private func leaving(_ state: LineState) -> String {
        frame(state, below: [], size: size).leaving().painted(over: shown, usesColour: connection.usesColour)
    }

    private func frame(_ state: LineState, below: [StyledText], size: TerminalSize) -> LineFrame {
        LineFrame(
            prompt: state.searchPrompt.map { StyledText($0, .muted) } ?? prompt,
            continuation: StyledText(connection.glyphs.continuation, .muted),
            buffer: state.buffer,
            below: below,
            size: size
        )
    }

    /// The terminal's size now. Only the real size counts here: an override would misplace the cursor.
    private var size: TerminalSize { TerminalProbe.system.size(connection.output) ?? .fallback }

    /// Candidates in columns, read from left to right, at most a few rows around the chosen one.
    private func candidateRows(_ candidates: [String], chosen: Int?, width: Int) -> [StyledText] {
        let widest = candidates.map(\.displayWidth).max() ?? 0
        let perRow = max(1, (width - 1) / (widest + 2))
        let rowCount = (candidates.count + perRow - 1) / perRow
        let first = min(max(0, (chosen ?? 0) / perRow - PromptScreen.candidateRows + 1), max(0, rowCount - 1))
        let last = min(rowCount, first + PromptScreen.candidateRows)
        var rows = (first..<last).map { row in
            (row * perRow..<min(candidates.count, (row + 1) * perRow)).map { index in
                StyledText(candidates[index], index == chosen ? .strong : .muted).padded(to: widest)
            }.joined(separator: "  ").truncated(to: max(1, width - 1), ellipsis: connection.glyphs.ellipsis)
        }
        let hidden = candidates.count - min(candidates.count, last * perRow) + first * perRow
        if hidden > 0 { rows.append(StyledText("\(hidden) more", .muted)) }
        return rows
    }

    private func send(_ text: String) {
        PromptScreen.write(text, to: connection.output)
    }

    /// Writes all of a text. A terminal that went away shows itself when keys are read.
    static func write(_ text: String, to descriptor: Int32) {
        let sink = OutputSink(name: "the terminal", descriptor: descriptor, usesColour: false)
        do {
            try sink.write(text)
            try sink.flush()
        } catch {
            // Nothing can be shown, and the failure of the next read ends the prompt.
        }
    }
}
