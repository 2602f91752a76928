import Foundation
import Storage
import Transport

/// Tokens on disk: a file of mode 0600 that is replaced whole, so that a rotated refresh token is never lost half-way.
public struct TokenFile: Sendable, Hashable {
    /// Where it is.
    public let path: String

    /// The file `NAME.tokens.json` in the private folder of `environment`.
    public init(_ name: String, in environment: ConnectorEnvironment) {
        path = environment.folder + "/" + name + ".tokens.json"
    }

    /// The tokens in it; nil where there is no such file.
    ///
    /// - Throws: `StorageError` where the file cannot be read or others can read it too; `DecodingError` where it is damaged.
    public func load() throws -> OAuthTokens? {
        guard let data = try PrivateFile.read(path) else { return nil }
        let form = try JSONDecoder().decode(Form.self, from: data)
        return OAuthTokens(
            access: Secret(form.access),
            expires: form.expires.map { Date(timeIntervalSince1970: $0) },
            refresh: form.refresh.map { Secret($0) },
            details: form.details
        )
    }

    /// Puts `tokens` in place of what is in the file.
    ///
    /// - Throws: `StorageError`; the old tokens are then still in it.
    public func save(_ tokens: OAuthTokens) throws {
        let form = Form(
            access: tokens.access.revealed,
            expires: tokens.expires?.timeIntervalSince1970,
            refresh: tokens.refresh?.revealed,
            details: tokens.details
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try PrivateFile.write(try encoder.encode(form), to: path)
    }

    /// How often it is looked whether another process is done, and how many times at most: a minute in all.
    private static let pause = Duration.milliseconds(50)
    private static let longestWait = 1_200

    /// Does `work` while no other process that keeps to this changes the tokens.
    ///
    /// - Parameter sleep: What waits while another process does.
    /// - Throws: `StorageError`, of code `locked` where another process does not end; what `work` throws.
    public func alone<Value>(
        sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws -> Value
    ) async throws -> Value {
        for _ in 0..<Self.longestWait {
            if let lock = try FileLock.attempt(path + ".lock") {
                defer { withExtendedLifetime(lock) {} }
                return try await work()
            }
            try await sleep(Self.pause)
        }
        throw StorageError(
            code: .locked,
            path: path,
            message: "another process renews the sign-in and does not end",
            nextStep: "end it, then try again"
        )
    }

    private struct Form: Codable {
        var access: String
        var expires: Double?
        var refresh: String?
        var details: [String: String]
    }
}
