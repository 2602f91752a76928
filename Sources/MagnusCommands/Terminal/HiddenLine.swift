import Glibc

/// Reads one line that a person types without seeing it.
enum HiddenLine {
    /// Shows `prompt` on standard error and reads a line from standard input, which is a terminal, without echo.
    ///
    /// - Returns: The line without its end; nil at the end of the input, or where the echo cannot be switched off.
    static func read(prompt: String) -> String? {
        var original = termios()
        guard tcgetattr(STDIN_FILENO, &original) == 0 else { return nil }
        var silent = original
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag |= tcflag_t(ICANON | ECHONL)
        // A signal that ends the program while nothing is shown would leave the terminal silent.
        let handlers = [SIGINT, SIGTERM, SIGHUP].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in handlers { signal(number, handler) } }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return nil }
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &original) }
        _ = prompt.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        return readLine(strippingNewline: true)
    }
}
