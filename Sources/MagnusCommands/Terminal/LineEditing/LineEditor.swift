import Glibc
import Synchronization

/// How a prompt ended.
enum LineEditorResult: Sendable, Equatable {
    /// The user ended a line; it may hold line breaks.
    case line(String)
    /// Ctrl-C on an empty line, or the waiting task was cancelled.
    case interrupted
    /// Ctrl-D on an empty line, the end of a pipe, or a terminal that went away.
    case endOfInput
}

/// Reads lines from the user, with editing where a person types and plainly where a pipe does.
///
/// Reading happens on a thread of its own, one line at a time: a second call waits for the first. The terminal is raw
/// only while a line is read, and put back on every way out, including signals that stop or end the process. Bytes that
/// arrive behind a line belong to the next one.
final class LineEditor: Sendable {
    /// What the editor is connected to.
    struct Connection: Sendable {
        /// Where keys or lines come from.
        var input: Int32
        /// Where prompt and text are shown.
        var output: Int32
        /// Whether lines are edited in place; otherwise they are read as they come.
        var isInteractive: Bool
        /// Whether the prompt is written although lines are not edited (a person at a dumb terminal).
        var showsPlainPrompt: Bool
        /// Whether the prompt is coloured.
        var usesColour: Bool
        /// The decorations to use.
        var glyphs: Glyphs
        /// How long a lone ESC byte waits for the rest of a sequence before it is the Escape key.
        var escapeMilliseconds: Int32 = 50
        /// Signals that end the process, after the terminal has been put back.
        var endingSignals = [SIGTERM, SIGHUP, SIGQUIT]
        /// Takes the default action of a signal that stops or ends the process.
        var takeDefaultAction: @Sendable (Int32) -> Void = { SignalAction.takeDefault(of: $0) }

        /// The standard streams.
        init(_ terminal: Terminal) {
            input = terminal.input.descriptor
            output = terminal.output.descriptor
            isInteractive = terminal.canEditLines
            showsPlainPrompt = terminal.input.isTerminal && terminal.output.isTerminal
            usesColour = terminal.output.usesColour
            glyphs = terminal.glyphs
        }
    }

    private let connection: Connection
    private let history: History
    private let completer: Completer
    private let reader: Mutex<LineReader>

    /// An editor.
    ///
    /// - Parameters:
    ///   - history: offers earlier lines; the caller decides which new ones to append.
    ///   - completer: asked when Tab is pressed, on the editor's thread.
    init(_ connection: Connection, history: History, completer: @escaping Completer = { _ in .none }) {
        self.connection = connection
        self.history = history
        self.completer = completer
        reader = Mutex(LineReader(connection: connection))
    }

    /// Shows a prompt at the left edge and waits for a line.
    func readLine(prompt: StyledText) async -> LineEditorResult {
        let wake = WakePipe()
        return await withTaskCancellationHandler {
            await BlockingThread.run { [self] in
                reader.withLock { reader in
                    reader.readLine(
                        prompt: prompt,
                        state: LineState(history: history.entries, completer: completer),
                        wake: wake
                    )
                }
            }
        } onCancel: {
            wake.send(.cancelled)
        }
    }
}
