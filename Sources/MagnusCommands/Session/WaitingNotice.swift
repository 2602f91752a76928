import Synchronization

/// Tells on standard error, at once, why an answer takes longer: above a line that is redrawn, where an answer has one.
final class WaitingNotice: Sendable {
    private let errors: OutputSink
    private let columns: Int?
    private let isQuiet: Bool
    private let stream = Mutex<StreamedAnswer?>(nil)

    /// A notice.
    ///
    /// - Parameter columns: The width lines are wrapped to; nil for lines that a program reads.
    init(_ errors: OutputSink, columns: Int?, isQuiet: Bool) {
        self.errors = errors
        self.columns = columns
        self.isQuiet = isQuiet
    }

    /// The answer that is being shown; nil where none is.
    func show(above answer: StreamedAnswer?) {
        stream.withLock { $0 = answer }
    }

    /// Tells a line.
    func tell(_ line: String) {
        guard !isQuiet else { return }
        let text = StyledText(line, .muted, shape: .line)
        let rows = columns.map { text.wrapped(to: $0) } ?? [text]
        if let answer = stream.withLock({ $0 }) {
            answer.tell(rows)
        } else {
            // A courtesy: an answer does without it.
            for row in rows { try? errors.writeLine(row) }
            try? errors.flush()
        }
    }
}
