/// A named set of documents.
public struct DocumentCollection: RawRepresentable, Hashable, Sendable {
    /// Its name.
    public var rawValue: String

    /// The collection of that name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The knowledge that comes with the program.
    public static let concepts = DocumentCollection(rawValue: "concepts")
    /// What the owner had indexed.
    public static let documents = DocumentCollection(rawValue: "documents")
}
