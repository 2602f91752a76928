/// Offers records of its own kinds: what the owner described in a file, or a table of a database.
public protocol RecordSource: Connector {
    /// What it offers records of, and what fields they have.
    var collections: [RecordCollection] { get }
    /// The records of a collection that match.
    ///
    /// - Throws: `ConnectorError` (`notOffered` for a collection or a field it does not have), `CancellationError`.
    func records(_ query: RecordQuery) async throws -> Sourced<[DataRecord]>
}
