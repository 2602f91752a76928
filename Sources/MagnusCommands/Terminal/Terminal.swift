import Glibc

/// What the program is connected to: which of its standard streams are terminals, how large they are, whether colour
/// is welcome and whether the locale can show more than ASCII.
///
/// A plain value made once from an environment and a ``TerminalProbe``; everything that lays out or colours text reads
/// it instead of asking the system again.
struct Terminal: Sendable, Equatable {
    /// One standard stream.
    struct Stream: Sendable, Equatable {
        /// The file descriptor.
        var descriptor: Int32
        /// Whether a person is looking at it.
        var isTerminal: Bool
        /// Whether styles are rendered as ANSI colours on it.
        var usesColour: Bool
        /// Its size in character cells; the fallback when it is no terminal.
        var size: TerminalSize
    }

    /// Standard input.
    var input: Stream
    /// Standard output: the answer.
    var output: Stream
    /// Standard error: progress, logs and the status line.
    var error: Stream
    /// Whether the terminal understands cursor movement (`TERM` is set and is not `dumb`).
    var movesCursor: Bool
    /// The decorations the locale can show.
    var glyphs: Glyphs

    /// Width of standard output in columns, at least 1.
    var width: Int { output.size.columns }
    /// Height of standard output in rows, at least 1.
    var height: Int { output.size.rows }
    /// Whether lines can be edited in place: a person types on standard input and sees standard output.
    var canEditLines: Bool { input.isTerminal && output.isTerminal && movesCursor }

    /// Looks at the three standard streams.
    ///
    /// - Parameters:
    ///   - environment: the process environment; `COLUMNS`, `LINES`, `NO_COLOR`, `TERM`, `LC_ALL`, `LC_CTYPE` and
    ///     `LANG` are read.
    ///   - allowsColour: false when the user gave `--no-color` or `--plain`.
    ///   - probe: how to ask the system; injected by tests.
    init(environment: [String: String], allowsColour: Bool = true, probe: TerminalProbe = .system) {
        let term = environment["TERM"] ?? ""
        let movesCursor = !term.isEmpty && term != "dumb"
        let mayColour = allowsColour && movesCursor && (environment["NO_COLOR"] ?? "").isEmpty

        func stream(_ descriptor: Int32) -> Stream {
            let isTerminal = probe.isTerminal(descriptor)
            let measured = isTerminal ? probe.size(descriptor) : nil
            let size = TerminalSize(
                columns: Terminal.positive(environment["COLUMNS"]) ?? measured?.columns
                    ?? TerminalSize.fallback.columns,
                rows: Terminal.positive(environment["LINES"]) ?? measured?.rows ?? TerminalSize.fallback.rows
            )
            return Stream(
                descriptor: descriptor,
                isTerminal: isTerminal,
                usesColour: isTerminal && mayColour,
                size: size
            )
        }

        self.movesCursor = movesCursor
        input = stream(STDIN_FILENO)
        output = stream(STDOUT_FILENO)
        error = stream(STDERR_FILENO)
        glyphs = Terminal.isUTF8(environment) ? .unicode : .ascii
    }

    /// A whole number from 1 to 10,000, or nil: a nonsense override is no override.
    private static func positive(_ text: String?) -> Int? {
        guard let text, let number = Int(text), (1...10_000).contains(number) else { return nil }
        return number
    }

    /// Whether the locale's character set is UTF-8, by the precedence of `setlocale`.
    private static func isUTF8(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        let name = locale.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }
}

/// A terminal's size in character cells.
struct TerminalSize: Sendable, Equatable {
    /// Columns, at least 1.
    var columns: Int
    /// Rows, at least 1.
    var rows: Int

    /// What is assumed when nobody can tell.
    static let fallback = TerminalSize(columns: 80, rows: 24)
}

/// The questions a ``Terminal`` asks of the system, as closures so that tests can answer them.
struct TerminalProbe: Sendable {
    /// Whether a descriptor is a terminal.
    var isTerminal: @Sendable (Int32) -> Bool
    /// The size of the terminal behind a descriptor, or nil if it does not say.
    var size: @Sendable (Int32) -> TerminalSize?

    /// Asks the kernel.
    static let system = TerminalProbe(
        isTerminal: { isatty($0) == 1 },
        size: { descriptor in
            var window = winsize()
            guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
                return nil
            }
            return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
        }
    )
}
