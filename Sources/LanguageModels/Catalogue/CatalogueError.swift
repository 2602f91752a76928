/// Why a catalogue of models cannot be used.
public struct CatalogueError: Error, Sendable, Hashable {
    /// The file's name.
    public var file: String
    /// The line it is about, counted from 1; nil where it is the whole file.
    public var line: Int?
    /// Where in the file: `providers.openai.base_url`; empty for the whole file.
    public var path: String
    /// What is wrong there.
    public var reason: String
    /// What to write.
    public var nextStep: String

    /// An error.
    public init(file: String, line: Int? = nil, path: String = "", reason: String, nextStep: String) {
        self.file = file
        self.line = line
        self.path = path
        self.reason = reason
        self.nextStep = nextStep
    }
}

extension CatalogueError: CustomStringConvertible {
    /// What failed and what to write, in one line.
    public var description: String {
        file + (line.map { " line \($0)" } ?? "") + ": " + (path.isEmpty ? "" : path + " ") + reason + "; " + nextStep
    }
}
