import Synchronization

/// Shows the progress of long work on standard error; a step that is over in a blink shows nothing.
final class ProgressReporter: Sendable {
    private let errors: OutputSink
    private let terminal: Terminal
    private let isQuiet: Bool
    private let bar = Mutex<(label: String, bar: ProgressBar)?>(nil)

    /// A reporter on `errors`.
    init(_ errors: OutputSink, _ terminal: Terminal, isQuiet: Bool) {
        self.errors = errors
        self.terminal = terminal
        self.isQuiet = isQuiet
    }

    /// Tells how far the work called `label` has come.
    func report(_ label: String, done: Int, total: Int) {
        // Progress is a courtesy: a terminal that cannot take it must not stop the work.
        try? bar.withLock { current in
            if current?.label != label {
                try current?.bar.finish()
                let start = ContinuousClock.now
                current = (
                    label,
                    try ProgressBar(
                        label: label,
                        total: total,
                        display: .init(stream: terminal.error, movesCursor: terminal.movesCursor, isQuiet: isQuiet),
                        glyphs: terminal.glyphs,
                        sink: errors,
                        now: { ContinuousClock.now - start }
                    )
                )
            }
            try current?.bar.update(done: done)
        }
    }

    /// Clears what is shown.
    func finish() {
        try? bar.withLock { current in
            try current?.bar.finish()
            current = nil
        }
    }

    /// Tells something beside the progress.
    func note(_ text: String) {
        guard !isQuiet else { return }
        try? bar.withLock { current in
            let line = StyledText(text, .muted, shape: .line)
            if let current {
                try current.bar.interject(line)
            } else {
                try errors.writeLine(line)
                try errors.flush()
            }
        }
    }
}
