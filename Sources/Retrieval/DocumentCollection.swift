/// A named set of documents.
public struct DocumentCollection: RawRepresentable, Hashable, Sendable {
    /// Its name.
    public var rawValue: String

    /// The collection of that name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The knowledge about options and markets that comes with the program.
    public static let concepts = DocumentCollection(rawValue: "concepts")
    /// What the program says about itself.
    public static let documentation = DocumentCollection(rawValue: "documentation")
    /// Past questions and answers.
    public static let conversations = DocumentCollection(rawValue: "conversations")
    /// What the owner had indexed.
    public static let documents = DocumentCollection(rawValue: "documents")

    /// Collections that the program fills itself.
    public static let builtIn: Set<DocumentCollection> = [.concepts, .documentation, .conversations]
}
