import CryptoExtras
import Foundation
import Storage
import Transport

/// Signs requests to Kalshi: RSA-PSS over SHA-256 with MGF1 over SHA-256 and a salt of 32 bytes, as Kalshi's specification
/// 3.13.0 asks.
struct KalshiSigner: Sendable {
    /// The key's identifier, which every signed request carries.
    let keyIdentifier: Secret
    private let key: _RSA.Signing.PrivateKey

    /// A signer with the key in `pem` (PKCS #8 or PKCS #1, not encrypted).
    ///
    /// - Throws: `ConnectorError` with `notConfigured` where it is no such key.
    init(keyIdentifier: Secret, pem: String, connector: String) throws {
        self.keyIdentifier = keyIdentifier
        // A key in an environment variable often has its line ends written out.
        let text = pem.replacing("\\n", with: "\n")
        guard !text.contains("ENCRYPTED") else {
            throw ConnectorError(
                connector,
                .notConfigured,
                "the private key is encrypted",
                nextStep: "decrypt it: openssl pkey -in KEY -out PLAIN && chmod 600 PLAIN"
            )
        }
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: text) else {
            throw ConnectorError(
                connector,
                .notConfigured,
                "the private key is no RSA key in PEM form",
                nextStep: "use the file that Kalshi gave when the key was made"
            )
        }
        self.key = key
    }

    /// The header fields that sign a request made at `time`.
    ///
    /// - Parameter path: From the root of the host, without the query: `/trade-api/v2/portfolio/balance`.
    /// - Throws: `ConnectorError` where the key cannot sign.
    func headers(method: String, path: String, at time: Date) throws -> HTTPHeaders {
        let timestamp = String(Int((time.timeIntervalSince1970 * 1_000).rounded()))
        let message = Data((timestamp + method + path).utf8)
        do {
            // The library takes SHA-256 for a message, and for PSS a salt as long as the digest: 32 bytes.
            let signature = try key.signature(for: message, padding: .PSS)
            return [
                "KALSHI-ACCESS-KEY": keyIdentifier.revealed,
                "KALSHI-ACCESS-TIMESTAMP": timestamp,
                "KALSHI-ACCESS-SIGNATURE": signature.rawRepresentation.base64EncodedString(),
            ]
        } catch {
            throw ConnectorError("kalshi", .notConfigured, "the private key cannot sign", nextStep: "make a new key")
        }
    }
}

extension KalshiSigner {
    /// The signer with the keys the owner set; nil where none are set.
    ///
    /// - Throws: `ConnectorError` with `notConfigured` where only a part is set, or a key cannot be used.
    init?(_ environment: ConnectorEnvironment, connector: String) throws {
        func secret(_ name: String) throws -> Secret? {
            do {
                return try environment.secrets.secret(name)
            } catch {
                throw ConnectorError(connector, .notConfigured, "the key cannot be read: \(error)")
            }
        }
        let path = try secret("KALSHI_PRIVATE_KEY_PATH")?.revealed
        let text = try path == nil ? secret("KALSHI_PRIVATE_KEY")?.revealed : nil
        guard let keyIdentifier = try secret("KALSHI_API_KEY_ID") else {
            guard path != nil || text != nil else { return nil }
            let missing = "set KALSHI_API_KEY_ID"
            throw ConnectorError(connector, .notConfigured, "a private key without its identifier", nextStep: missing)
        }
        guard let pem = try path.map({ try Self.file($0, connector) }) ?? text else {
            let missing = "set KALSHI_PRIVATE_KEY_PATH"
            throw ConnectorError(connector, .notConfigured, "no private key", nextStep: missing)
        }
        try self.init(keyIdentifier: keyIdentifier, pem: pem, connector: connector)
    }

    private static func file(_ path: String, _ connector: String) throws -> String {
        do {
            guard let data = try PrivateFile.read(path, maximumBytes: 100_000) else {
                let next = "correct KALSHI_PRIVATE_KEY_PATH"
                throw ConnectorError(connector, .notConfigured, "\(path): there is no such file", nextStep: next)
            }
            return String(decoding: data, as: UTF8.self)
        } catch let error as StorageError {
            throw ConnectorError(connector, .notConfigured, "\(path) \(error.message)", nextStep: error.nextStep)
        }
    }
}
