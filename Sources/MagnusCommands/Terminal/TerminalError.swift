import Glibc

/// What can go wrong between the program and its terminal.
enum TerminalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Writing failed for another reason than a closed pipe.
    case cannotWrite(stream: String, code: Int32)

    var description: String {
        switch self {
        case .cannotWrite(let stream, let code):
            "cannot write to \(stream): \(String(cString: strerror(code))); check the disk or where it is redirected"
        }
    }
}
