import Foundation

/// What to start: a program, its arguments, its environment. No shell is involved.
public struct ChildCommand: Sendable, Hashable {
    /// A path, or a name that is looked up in the `PATH` of `environment`.
    public var program: String
    /// What follows the program's name.
    public var arguments: [String]
    /// The whole environment of the child; nothing is inherited.
    public var environment: [String: String]

    /// A command.
    public init(_ program: String, _ arguments: [String] = [], environment: [String: String] = [:]) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// The path of the program: itself where it holds a slash, else the first executable of that name in `PATH`.
    var path: String? {
        if program.contains("/") { return program }
        guard !program.isEmpty else { return nil }
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.lazy.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }
}

/// How much a child may write before it is taken for broken.
public struct ChildLimits: Sendable, Hashable {
    /// The longest line of its output, in bytes.
    public var maximumLineBytes: Int
    /// What is read ahead of whoever takes the lines, in bytes; beyond that the child waits.
    public var maximumBytesAhead: Int
    /// What may wait to be written to it, in bytes.
    public var maximumBytesToSend: Int
    /// How many of the last bytes of its standard error are kept.
    public var keptErrorBytes: Int

    /// Limits.
    public init(
        maximumLineBytes: Int = 16_000_000,
        maximumBytesAhead: Int = 4_000_000,
        maximumBytesToSend: Int = 16_000_000,
        keptErrorBytes: Int = 4_096
    ) {
        self.maximumLineBytes = maximumLineBytes
        self.maximumBytesAhead = maximumBytesAhead
        self.maximumBytesToSend = maximumBytesToSend
        self.keptErrorBytes = keptErrorBytes
    }
}

/// How a child ended.
public enum ChildExit: Sendable, Hashable, CustomStringConvertible {
    /// By itself, with a status.
    case status(Int32)
    /// By a signal.
    case signal(Int32)

    /// `exit status 3`, `signal 15`.
    public var description: String {
        switch self {
        case .status(let status): "exit status \(status)"
        case .signal(let signal): "signal \(signal)"
        }
    }

    /// From the status that `waitpid` gives.
    init(waitStatus: Int32) {
        self = waitStatus & 0x7F == 0 ? .status((waitStatus >> 8) & 0xFF) : .signal(waitStatus & 0x7F)
    }
}
