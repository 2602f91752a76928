import Foundation
public import Transport

/// Gives requests to a service their access tokens, and renews these when they end or are refused: once, however many
/// requests need it at the same time.
public struct OAuthAuthorization: MCPAuthorization {
    private let service: OAuthService
    private let file: TokenFile
    private let keeper: TokenKeeper

    init(service: OAuthService, environment: ConnectorEnvironment, file: TokenFile) {
        self.service = service
        self.file = file
        let advice = "run `magnus connect \(service.connector)`"
        keeper = TokenKeeper(file: file, clock: environment.clock) { tokens in
            guard let tokens, let refresh = tokens.refresh, let url = tokens.details[OAuthDetail.token] else {
                throw ConnectorError(service.connector, .unauthorised, "the sign-in has ended", nextStep: advice)
            }
            let endpoint = TokenEndpoint(
                url: url,
                encoding: .form,
                client: ServiceClient(connector: service.connector, environment: environment, keyAdvice: advice),
                environment: environment
            )
            var parameters = [(name: "grant_type", value: "refresh_token"), ("refresh_token", refresh.revealed)]
            if let client = tokens.details[OAuthDetail.client] { parameters.append(("client_id", client)) }
            parameters.append(("resource", service.resource))
            return try await endpoint.tokens(parameters, replacing: tokens)
        }
    }

    /// A token that is good for a minute at least.
    ///
    /// - Throws: `ConnectorError`, `StorageError`, `CancellationError`.
    public func token() async throws -> Secret? {
        // Read each time: the owner may have signed out, or the tokens may be for another address than is set now.
        guard let tokens = try file.load(), tokens.details[OAuthDetail.resource] == service.resource else {
            let advice = "run `magnus connect \(service.connector)`"
            throw ConnectorError(service.connector, .notConfigured, "nobody has signed in", nextStep: advice)
        }
        return try await keeper.current().access
    }

    /// A new token in place of one that was refused.
    ///
    /// - Throws: `ConnectorError`, `StorageError`, `CancellationError`.
    public func token(insteadOf refused: Secret) async throws -> Secret? {
        try await keeper.current(insteadOf: refused).access
    }
}
