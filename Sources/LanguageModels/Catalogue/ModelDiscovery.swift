import Foundation
import JSON
public import Transport

/// Asks servers which models they have.
public struct ModelDiscovery: Sendable {
    private let transport: any HTTPTransport
    private let patience: Duration

    /// A discovery.
    ///
    /// - Parameter patience: How long a server may take.
    public init(transport: any HTTPTransport, patience: Duration = .seconds(2)) {
        self.transport = transport
        self.patience = patience
    }

    /// Tries whether anything answers at `address`, whatever it answers. No key is sent.
    ///
    /// - Throws: `ModelError` where nothing does; `CancellationError`.
    public func reach(_ provider: ModelProvider, at address: ServerAddress) async throws {
        do {
            _ = try await transport.response(to: request(address.text))
        } catch let error as TransportError {
            // What is sent elsewhere, or answers more than is read, answers.
            guard error.code != .redirectRefused, error.code != .responseTooLarge else { return }
            throw ModelError(error, provider: provider.name, model: "")
        }
    }

    private func request(_ address: String) -> HTTPRequest {
        var request = HTTPRequest(.get, address)
        request.timeouts = HTTPTimeouts(connect: patience, firstByte: patience, idle: patience, total: patience)
        request.maximumResponseBytes = 4_000_000
        request.retry = .never
        return request
    }

    /// The names of the models that the server at `address` has, in its order.
    ///
    /// - Throws: `ModelError`, `CancellationError`.
    public func models(of provider: ModelProvider, at address: ServerAddress, key: Secret? = nil) async throws
        -> [String]
    {
        let isOllama = provider.wireProtocol == "ollama"
        var request = request(address.text + (isOllama ? "/api/tags" : "/models"))
        if let key { request.headers["Authorization"] = "Bearer " + key.revealed }
        let response: HTTPResponse
        do {
            response = try await transport.response(to: request)
        } catch let error as TransportError {
            throw ModelError(error, provider: provider.name, model: "")
        }
        func failed(_ code: ModelError.Code, _ detail: String) -> ModelError {
            ModelError(code, provider: provider.name, status: response.status, detail: detail)
        }
        guard response.isSuccess else {
            let isKey = response.status == 401 || response.status == 403
            throw failed(isKey ? .keyRefused : .malformedReply, "its list of models answers \(response.status)")
        }
        let answer = WireValue(json: response.body)
        guard let list = answer?[isOllama ? "models" : "data"] else {
            throw failed(.malformedReply, "its list of models is none")
        }
        return list.items.compactMap { $0[isOllama ? "name" : "id"]?.string }
    }
}
