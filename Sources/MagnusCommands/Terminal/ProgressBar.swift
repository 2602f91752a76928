import Synchronization

/// Shows how far long work has come, on standard error.
///
/// On a terminal it is one line that is redrawn at most ten times a second and vanishes at the end. Elsewhere (a log, a
/// pipe) it is one line at the start, one every ten seconds and one at the end. When quiet it is nothing. It never
/// touches standard output.
final class ProgressBar: Sendable {
    /// How progress is shown.
    enum Display: Sendable, Equatable {
        /// Redrawn in place on a terminal this wide.
        case line(width: Int)
        /// Written now and then.
        case log
        /// Not at all.
        case quiet
    }

    private struct State {
        var done = 0
        var start: Duration
        var lastShown: Duration?
        var isDrawn = false
        var isFinished = false
    }

    private let label: String
    private let total: Int?
    private let display: Display
    private let glyphs: Glyphs
    private let sink: OutputSink
    private let now: @Sendable () -> Duration
    private let state: Mutex<State>

    /// Starts the clock; a log line is written at once, a terminal line with the first ``update(done:)``.
    ///
    /// - Parameters:
    ///   - label: what is being done, such as `Indexing`.
    ///   - total: the number of steps, or nil if unknown.
    ///   - display: how to show it.
    ///   - sink: standard error.
    ///   - now: a clock that only goes forward, from any origin.
    init(
        label: String,
        total: Int?,
        display: Display,
        glyphs: Glyphs,
        sink: OutputSink,
        now: @escaping @Sendable () -> Duration
    ) throws(TerminalError) {
        self.label = TerminalText.sanitised(label, shape: .line)
        self.total = total
        self.display = display
        self.glyphs = glyphs
        self.sink = sink
        self.now = now
        state = Mutex(State(start: now()))
        if display == .log {
            state.withLock { $0.lastShown = $0.start }
            try send(self.label + (total.map { ": \(ProgressBar.grouped($0)) to do" } ?? " ...") + "\n")
        }
    }

    /// Tells how many steps are done. Cheap enough to call for each of them.
    func update(done: Int) throws(TerminalError) {
        let text = state.withLock { state -> String? in
            guard !state.isFinished else { return nil }
            state.done = done
            let time = now()
            let interval: Duration =
                switch display {
                case .line: .milliseconds(100)
                case .log: .seconds(10)
                case .quiet: .zero
                }
            guard display != .quiet, state.lastShown.map({ time - $0 >= interval }) ?? true else { return nil }
            state.lastShown = time
            return draw(&state, at: time)
        }
        if let text { try send(text) }
    }

    /// Ends the work: the terminal line vanishes, a log gets its last line. Later calls do nothing.
    func finish() throws(TerminalError) {
        let text = state.withLock { state -> String? in
            guard !state.isFinished else { return nil }
            state.isFinished = true
            switch display {
            case .quiet: return nil
            case .line: return clear(&state)
            case .log:
                let time = ProgressBar.spoken(now() - state.start)
                return "\(label): \(ProgressBar.grouped(state.done)) done in \(time)\n"
            }
        }
        if let text { try send(text) }
    }

    /// Writes a line above the progress line, such as a warning about one file.
    func interject(_ line: StyledText) throws(TerminalError) {
        let text = state.withLock { state -> String in
            let wasDrawn = state.isDrawn
            let above = clear(&state) + line.rendered(usesColour: sink.usesColour) + "\n"
            return wasDrawn && !state.isFinished ? above + draw(&state, at: now()) : above
        }
        try send(text)
    }

    private func send(_ text: String) throws(TerminalError) {
        try sink.write(text)
        try sink.flush()
    }

    private func clear(_ state: inout State) -> String {
        defer { state.isDrawn = false }
        return state.isDrawn ? "\r\u{1B}[K" : ""
    }

    private func draw(_ state: inout State, at time: Duration) -> String {
        let elapsed = time - state.start
        guard case .line(let width) = display else { return describe(done: state.done, after: elapsed) + "\n" }
        state.isDrawn = true
        let text = describe(done: state.done, after: elapsed)
        // The last column stays free: some terminals wrap as soon as it is filled.
        let room = max(1, width - 1)
        let line = StyledText(text).truncated(to: room, ellipsis: glyphs.ellipsis)
        let barRoom = min(30, room - line.displayWidth - 2)
        return "\r" + line.plain + (barRoom >= 10 ? "  " + bar(done: state.done, width: barRoom) : "") + "\u{1B}[K"
    }

    private func bar(done: Int, width: Int) -> String {
        guard let total, total > 0 else { return "" }
        let filled = min(max(0, done), total) * width / total
        return String(repeating: glyphs.done, count: filled) + String(repeating: glyphs.open, count: width - filled)
    }

    /// `Indexing: 1,234/5,000 (24%), 120/s, 31s left`.
    private func describe(done: Int, after elapsed: Duration) -> String {
        let seconds = elapsed / .seconds(1)
        let rate = seconds >= 1 && done > 0 ? Double(done) / seconds : nil
        var parts: [String] = []
        if let total, total > 0 {
            let share = min(max(0, done), total) * 100 / total
            parts.append("\(ProgressBar.grouped(done))/\(ProgressBar.grouped(total)) (\(share)%)")
        } else {
            parts.append(ProgressBar.grouped(done))
        }
        if let rate { parts.append(ProgressBar.spoken(rate: rate)) }
        if let rate, let total, done < total {
            parts.append(ProgressBar.spoken(.seconds(Double(total - done) / rate)) + " left")
        }
        return label + ": " + parts.joined(separator: ", ")
    }

    /// `120/s`, or `3.4/s` below ten.
    private static func spoken(rate: Double) -> String {
        if rate >= 10 { return grouped(Int(min(rate, 1e15).rounded())) + "/s" }
        let tenths = Int((rate * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)/s"
    }

    /// `42s`, `3m 05s`, `2h 07m`.
    private static func spoken(_ duration: Duration) -> String {
        let seconds = Int(min(duration / .seconds(1), 1e9).rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3_600 { return "\(seconds / 60)m \(two(seconds % 60))s" }
        return "\(seconds / 3_600)h \(two(seconds / 60 % 60))m"
    }

    /// Digits in groups of three.
    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }
}

extension ProgressBar.Display {
    /// The display for a standard error stream.
    ///
    /// - Parameter isQuiet: the user asked for no progress.
    init(stream: Terminal.Stream, movesCursor: Bool, isQuiet: Bool) {
        if isQuiet {
            self = .quiet
        } else {
            self = stream.isTerminal && movesCursor ? .line(width: stream.size.columns) : .log
        }
    }
}
