/// Why the description of a source cannot be used. The whole file is left out then; others are not concerned.
public struct DescriptionError: Error, Sendable, Hashable {
    /// The file's name, without its folder.
    public var file: String
    /// The line it is about, counted from 1; nil where it is the whole file.
    public var line: Int?
    /// What is wrong.
    public var reason: String
    /// What the owner can do; empty where the reason says it.
    public var nextStep: String

    /// An error.
    public init(file: String, line: Int?, reason: String, nextStep: String = "") {
        self.file = file
        self.line = line
        self.reason = reason
        self.nextStep = nextStep
    }
}

extension DescriptionError: CustomStringConvertible {
    /// What failed and what to do next, in one line.
    public var description: String {
        file + (line.map { " line \($0)" } ?? "") + ": \(reason)" + (nextStep.isEmpty ? "" : "; \(nextStep)")
    }
}
