/// Why a child process could not be started or talked to.
public struct ChildProcessError: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Code: String, Sendable, Hashable {
        /// There is no such program, or it cannot be run.
        case cannotStart = "cannot_start"
        /// It ended, or closed the pipe it read from.
        case ended
        /// It does not read what it is sent.
        case notReading = "not_reading"
        /// It wrote a line longer than was allowed.
        case lineTooLong = "line_too_long"
        /// It wrote more than was allowed.
        case tooMuchOutput = "too_much_output"
        /// It took longer than was allowed.
        case tooSlow = "too_slow"
        /// What was to be sent is not one line.
        case notALine = "not_a_line"
    }

    /// What went wrong.
    public var code: Code
    /// The program, as it was named in the command.
    public var program: String
    /// What happened, in a few words.
    public var detail: String

    /// An error.
    public init(_ code: Code, program: String, detail: String) {
        self.code = code
        self.program = program
        self.detail = detail
    }
}

extension ChildProcessError: CustomStringConvertible {
    /// What failed and what to do next, in one line.
    public var description: String {
        "\(program): \(detail); \(nextStep)"
    }

    private var nextStep: String {
        switch code {
        case .cannotStart: "check the command and that it is installed"
        case .ended, .notReading: "start it by hand to see what it says"
        case .lineTooLong: "ask for less at once"
        case .tooMuchOutput: "ask for less at once"
        case .tooSlow: "ask for less at once, or allow it more time"
        case .notALine: "send one line at a time"
        }
    }
}
