import Agents
import Assistant
import Synchronization

/// Shows an answer while a model writes it: what is being done, on standard error, then each sentence that has passed the
/// check, laid out as the whole answer will be.
final class StreamedAnswer: Sendable {
    private struct State {
        var markdown = ""
        /// What stands on standard output.
        var printed = ""
        var hasStatus = false
        var isFailed = false
    }

    private let renderer: AnswerRenderer
    /// Lines above the answer.
    private let heading: [StyledText]
    private let output: OutputSink
    private let errors: OutputSink
    /// Whether what is being done is shown in a line that is redrawn.
    private let showsStatus: Bool
    private let state = Mutex(State())

    init(
        _ renderer: AnswerRenderer,
        heading: [StyledText],
        output: OutputSink,
        errors: OutputSink,
        showsStatus: Bool
    ) {
        self.renderer = renderer
        self.heading = heading
        self.output = output
        self.errors = errors
        self.showsStatus = showsStatus
    }

    /// Shows what an event brings.
    func take(_ event: TurnEvent) {
        state.withLock { state in
            switch event {
            case .began(let agent): status(agent.role + " at work", &state)
            case .writing: status("writing", &state)
            case .released(let text):
                state.markdown += text
                show(StreamedAnswer.settled(state.markdown), &state)
            case .restarted(let model):
                let words = "\(model) writes the answer anew; what stands above counts no more"
                write("\n\n" + line(StyledText(words, .muted, shape: .line)) + "\n\n", &state)
                state.markdown = ""
                state.printed = ""
            }
        }
    }

    /// Shows what is left of the answer; all of it where none was shown before.
    ///
    /// - Throws: `TerminalError`.
    func finish(_ lines: [StyledText]) throws {
        try state.withLock { state in
            clearStatus(&state)
            let text = (heading + lines).map(line).joined(separator: "\n") + "\n"
            if text.hasPrefix(state.printed) {
                try output.write(String(text.dropFirst(state.printed.count)))
            } else {
                // What follows differs from what was shown, as where a long list is cut: it is shown as a whole.
                try output.write("\n\n" + text)
            }
            try output.flush()
        }
    }

    /// Tells on standard error what holds the answer up.
    func tell(_ lines: [StyledText]) {
        state.withLock { state in
            clearStatus(&state)
            // Where both streams are one terminal, the answer may end in the middle of a line.
            if showsStatus, !state.printed.isEmpty { try? errors.write("\n") }
            for row in lines { try? errors.writeLine(row) }
            try? errors.flush()
        }
    }

    /// Takes away what tells what is being done.
    func clear() {
        state.withLock { clearStatus(&$0) }
    }

    // MARK: - Output

    private func show(_ markdown: String, _ state: inout State) {
        guard !markdown.isEmpty else { return }
        let lines = heading + renderer.lines(Answer(markdown: markdown), evidence: [])
        let text = lines.map(line).joined(separator: "\n")
        guard text.hasPrefix(state.printed), text.count > state.printed.count else { return }
        write(String(text.dropFirst(state.printed.count)), &state)
        state.printed = text
    }

    /// The beginning of a text whose layout no later sentence changes: a table is laid out when it has ended.
    private static func settled(_ markdown: String) -> String {
        var lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        while let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }), last.first == "|" {
            lines.removeLast(lines.count - (lines.lastIndex(of: last) ?? 0))
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ text: StyledText) -> String { text.rendered(usesColour: output.usesColour) }

    private func write(_ text: String, _ state: inout State) {
        clearStatus(&state)
        guard !state.isFailed else { return }
        do {
            try output.write(text)
            try output.flush()
        } catch {
            // The end of the turn meets the same failure and tells of it.
            state.isFailed = true
        }
    }

    // MARK: - Status

    private func status(_ words: String, _ state: inout State) {
        guard showsStatus, state.printed.isEmpty else { return }
        let text = line(StyledText(words + " …", .muted, shape: .line).truncated(to: 70, ellipsis: "…"))
        // A courtesy: a terminal that cannot take it must not stop the work.
        try? errors.write("\r\u{1B}[K" + text)
        try? errors.flush()
        state.hasStatus = true
    }

    private func clearStatus(_ state: inout State) {
        guard state.hasStatus else { return }
        state.hasStatus = false
        try? errors.write("\r\u{1B}[K")
        try? errors.flush()
    }
}
