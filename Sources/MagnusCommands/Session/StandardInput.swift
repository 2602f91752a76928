import Glibc
import Storage

/// What standard input is connected to, and its text.
enum StandardInput {
    /// Whether text is piped or redirected in. A terminal, `/dev/null`, or a pipe that nobody writes to is none: a
    /// command that was given its question must not wait for more, so a writer has a hundredth of a second to begin.
    static var hasPipedText: Bool {
        guard isatty(STDIN_FILENO) == 0 else { return false }
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0 else { return false }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            return status.st_size > 0
        case S_IFIFO, S_IFSOCK:
            var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            return poll(&request, 1, 10) > 0 && request.revents & Int16(POLLIN) != 0
        default:
            return false
        }
    }

    /// All of the text, read to its end.
    ///
    /// - Throws: `CommandError` where it is not UTF-8; what `FileReader` throws, also where it is longer than
    ///   `maximumBytes`.
    static func text(maximumBytes: Int) throws -> String {
        let data = try FileReader(maximumBytes: maximumBytes).read(descriptor: STDIN_FILENO, named: "standard input")
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandError(
                .inputRefused,
                type: "not_text",
                "standard input is not UTF-8 text",
                hint: "convert it first"
            )
        }
        return text
    }
}
