public import Foundation

/// The way to one server.
///
/// A channel carries messages and matches answers to requests by their identifiers; what the messages mean is the
/// client's business. It can be opened again after it was closed.
public protocol MCPChannel: Sendable {
    /// How the server is called in errors.
    var server: String { get }

    /// Opens the way, and from then on gives `incoming` what the server says of its own accord.
    ///
    /// - Throws: `MCPError`.
    func open(incoming: @escaping @Sendable (MCPMessage) async -> Void) async throws

    /// Sends a request and waits for its answer, a `result` or a `failure`. It has no time limit of its own; cancelling
    /// the task ends the wait.
    ///
    /// - Throws: `MCPError`, `CancellationError`.
    func answer(to request: Data, id: Int) async throws -> MCPMessage

    /// Sends a notification, or the answer to a request of the server's.
    ///
    /// - Throws: `MCPError`, `CancellationError`.
    func post(_ message: Data) async throws

    /// Notes the revision that was agreed on.
    func agree(on revision: String)

    /// Closes the way; what waits for an answer fails.
    func close() async
}
