/// Where keys come from: the environment, a file of mode 0600, or a command.
public protocol SecretSource: Sendable {
    /// The secret called `name`, as its environment variable is called: `TRADIER_TOKEN`; nil where there is none.
    ///
    /// - Throws: Where the file is open to others, or the command failed.
    func secret(_ name: String) throws -> Secret?
}

/// A key or a token. It prints as dots, so that it cannot reach a log by accident.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself; for a header or a signature, nothing else.
    public let revealed: String

    /// A secret.
    public init(_ text: String) {
        revealed = text
    }

    /// Dots.
    public var description: String { "••••" }
    /// Dots.
    public var debugDescription: String { "••••" }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
