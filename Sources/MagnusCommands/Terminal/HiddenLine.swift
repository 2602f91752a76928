import Glibc

/// Reads one line that a person types without seeing it.
struct HiddenLine: Sendable {
    /// What came of it.
    enum Outcome: Sendable, Equatable {
        /// A line, without its end.
        case line(String)
        /// More than a terminal hands over as one line, the end of which is lost.
        case tooLong
        /// More lines than one, as by pasting; they are thrown away, and do not reach the shell.
        case severalLines
        /// The end of the input, or the echo cannot be switched off.
        case ended
        /// Ctrl-C.
        case interrupted
    }

    /// What a terminal keeps of a line, in bytes (N_TTY_BUF_SIZE less its end).
    private static let longestLine = 4_095

    private let input: Int32
    private let output: Int32
    private let interrupts: InterruptMonitor

    /// - Parameters:
    ///   - input: The terminal that is typed at.
    ///   - output: Where the prompt is shown.
    init(input: Int32 = STDIN_FILENO, output: Int32 = STDERR_FILENO, interrupts: InterruptMonitor) {
        self.input = input
        self.output = output
        self.interrupts = interrupts
    }

    /// Shows `prompt` and reads a line without echo. However it ends, the terminal is as it was before.
    func read(prompt: String) async -> Outcome {
        let wake = WakePipe()
        return await interrupts.withInterruptHandling { _ in
            wake.send(.signal(SIGINT))
        } operation: {
            await BlockingThread.run { read(prompt, wake) }
        }
    }

    private func read(_ prompt: String, _ wake: WakePipe) -> Outcome {
        var original = termios()
        guard tcgetattr(input, &original) == 0 else { return .ended }
        var silent = original
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag |= tcflag_t(ICANON | ECHONL | ISIG)
        // What ends or stops the program while nothing is shown would leave the terminal silent.
        let watch = SignalWatch([SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]) { wake.send(.signal($0)) }
        return withExtendedLifetime(watch) {
            guard tcsetattr(input, TCSAFLUSH, &silent) == 0 else { return .ended }
            // What was typed and not read goes too, rather than to the shell.
            defer { tcsetattr(input, TCSAFLUSH, &original) }
            show(prompt)
            var typed: [UInt8] = []
            while true {
                var requests = [
                    pollfd(fd: input, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
                ]
                guard poll(&requests, nfds_t(requests.count), -1) > 0 else {
                    if errno == EINTR { continue }
                    return .ended
                }
                for case .signal(let signal) in requests[1].revents == 0 ? [] : wake.received() {
                    if signal == SIGINT {
                        show("\n")
                        return .interrupted
                    }
                    tcsetattr(input, TCSAFLUSH, &original)
                    SignalAction.takeDefault(of: signal)
                    // Continued after Ctrl-Z.
                    tcsetattr(input, TCSAFLUSH, &silent)
                    typed = []
                    show(prompt)
                }
                guard requests[0].revents != 0 else { continue }
                if let outcome = take(&typed) { return outcome }
            }
        }
    }

    /// Takes what was typed; nil where the line goes on.
    private func take(_ typed: inout [UInt8]) -> Outcome? {
        var bytes = [UInt8](repeating: 0, count: HiddenLine.longestLine + 1)
        let count = Glibc.read(input, &bytes, bytes.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN ? nil : .ended }
        if count == 0 { return typed.isEmpty ? .ended : .line(String(decoding: typed, as: UTF8.self)) }
        typed += bytes.prefix(count)
        guard typed.last == UInt8(ascii: "\n") else { return typed.count < HiddenLine.longestLine ? nil : .tooLong }
        guard typed.count <= HiddenLine.longestLine else { return .tooLong }
        var more = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        // A paste may come in pieces.
        if poll(&more, 1, 20) > 0, more.revents & Int16(POLLIN) != 0 { return .severalLines }
        return .line(String(decoding: typed.dropLast(), as: UTF8.self))
    }

    private func show(_ text: String) {
        _ = text.withCString { write(output, $0, strlen($0)) }
    }
}
