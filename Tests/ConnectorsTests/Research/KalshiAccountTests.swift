import Connectors
import CryptoExtras
import Foundation
import MagnusTestSupport
import Testing

@Suite struct KalshiAccountTests {
    /// A throw-away key pair, and a signature that was made and verified with OpenSSL.
    struct Vector: Decodable {
        var message: String
        var headers: [String: String]
        var private_key_pem: String
        var public_key_pem: String

        static func read() throws -> Vector {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let file = folder.appendingPathComponent("Fixtures/Research/kalshi_rsa_pss_vector.json")
            return try JSONDecoder().decode(Vector.self, from: Data(contentsOf: file))
        }

        /// Whether the library takes `signature` (base 64) of `message` for one made with the key.
        func verifies(_ signature: String, of message: String) throws -> Bool {
            let key = try _RSA.Signing.PublicKey(pemRepresentation: public_key_pem)
            let bytes = try #require(Data(base64Encoded: signature))
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: bytes),
                for: Data(message.utf8),
                padding: .PSS
            )
        }
    }

    static let keyIdentifier = "a952bcbe-ec3b-4b5b-b8f9-11dae589608c"

    static func service(
        _ vector: Vector,
        _ handler: @escaping @Sendable (LoopbackRequest) -> LoopbackReply
    ) throws -> ResearchService {
        try ResearchService(
            "kalshi",
            secrets: ["KALSHI_API_KEY_ID": keyIdentifier, "KALSHI_PRIVATE_KEY": vector.private_key_pem],
            handler
        )
    }

    @Test func verifierAgreesWithOpenSSL() throws {
        let vector = try Vector.read()
        let signature = try #require(vector.headers["KALSHI-ACCESS-SIGNATURE"])
        #expect(try vector.verifies(signature, of: vector.message))
        #expect(try !vector.verifies(signature, of: vector.message + "?subaccount=0"))
    }

    @Test func readsPositionsSigned() async throws {
        let vector = try Vector.read()
        let service = try Self.service(vector) { request in
            request.query["cursor"] == nil
                ? .json(
                    """
                    {"cursor": "2", "market_positions": [
                      {"ticker": "A", "position_fp": "-100.00", "market_exposure_dollars": "38.0000",
                       "realized_pnl_dollars": "0.0000", "fees_paid_dollars": "1.6700",
                       "last_updated_ts": "2026-11-20T15:00:00Z"}], "event_positions": []}
                    """
                )
                : .json(
                    """
                    {"cursor": "", "market_positions": [
                      {"ticker": "B", "position": 5, "market_exposure": 225, "realized_pnl": -150, "fees_paid": 7,
                       "last_updated_ts": null},
                      {"ticker": "GONE", "position_fp": "0.00", "market_exposure_dollars": "0", "fees_paid_dollars": "0",
                       "realized_pnl_dollars": "9.0000", "last_updated_ts": "2026-11-19T15:00:00Z"}]}
                    """
                )
        }
        let answer = try await Kalshi(service.environment).predictionPositions()
        #expect(
            answer.value == [
                PredictionPosition(
                    ticker: "A",
                    quantity: -100,
                    exposure: 38,
                    realised: 0,
                    fees: try decimal("1.67"),
                    asOf: try moment("2026-11-20T15:00:00Z")
                ),
                PredictionPosition(
                    ticker: "B",
                    quantity: 5,
                    exposure: try decimal("2.25"),
                    realised: try decimal("-1.5"),
                    fees: try decimal("0.07")
                ),
            ]
        )
        #expect(service.server.requests.count == 2)
        for request in service.server.requests {
            #expect(request.headers["kalshi-access-key"] == Self.keyIdentifier)
            let timestamp = try #require(request.headers["kalshi-access-timestamp"])
            #expect(timestamp == "1795539600000")
            let signature = try #require(request.headers["kalshi-access-signature"])
            // The path without the query, which was there.
            #expect(request.target.contains("?"))
            #expect(try vector.verifies(signature, of: timestamp + "GET/trade-api/v2/portfolio/positions"))
        }
    }

    @Test func readsTheBalanceInDollars() async throws {
        let vector = try Vector.read()
        let service = try Self.service(vector) { request in
            request.path == "/trade-api/v2/portfolio/balance"
                ? .json(#"{"balance": 123456, "portfolio_value": 789, "updated_ts": 1795539000}"#)
                : LoopbackReply(status: 404)
        }
        let answer = try await Kalshi(service.environment).balance()
        #expect(answer.value == KalshiBalance(cash: try decimal("1234.56"), positions: try decimal("7.89")))
        #expect(answer.asOf == Date(timeIntervalSince1970: 1_795_539_000))
    }

    /// The signature by OpenSSL's own verification, where there is OpenSSL.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
    func opensslVerifiesTheSignature() async throws {
        let vector = try Vector.read()
        let service = try Self.service(vector) { _ in .json(#"{"balance": 1, "portfolio_value": 1}"#) }
        _ = try await Kalshi(service.environment).balance()
        let request = try #require(service.server.requests.first)
        let signature = try #require(request.headers["kalshi-access-signature"].flatMap { Data(base64Encoded: $0) })
        let timestamp = try #require(request.headers["kalshi-access-timestamp"])
        try service.folder.write(vector.public_key_pem, to: "public.pem")
        try service.folder.write(timestamp + "GET/trade-api/v2/portfolio/balance", to: "message")
        try signature.write(to: service.folder.url.appendingPathComponent("signature"))
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt",
            "rsa_mgf1_md:sha256", "-verify", service.folder.path("public.pem"), "-signature",
            service.folder.path("signature"), service.folder.path("message"),
        ]
        openssl.standardOutput = FileHandle.nullDevice
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        #expect(openssl.terminationStatus == 0)
    }

    @Test func takesTheKeyFromAFileOfTheOwnersAlone() async throws {
        let vector = try Vector.read()
        var service = try Self.service(vector) { _ in .json(#"{"balance": 100, "portfolio_value": null}"#) }
        let path = try service.folder.write(vector.private_key_pem, to: "kalshi.pem")
        service.environment.secrets = FixedSecrets(
            ["KALSHI_API_KEY_ID": Self.keyIdentifier, "KALSHI_PRIVATE_KEY_PATH": path]
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let open = try await #require(throws: ConnectorError.self) {
            try await Kalshi(service.environment).balance()
        }
        #expect(open.code == .notConfigured)
        #expect(open.description.contains("chmod 600 '\(path)'"))
        #expect(service.server.requests.isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try await Kalshi(service.environment).balance().value == KalshiBalance(cash: 1, positions: nil))
    }

    @Test func takesAKeyWithItsLineEndsWrittenOut() async throws {
        let vector = try Vector.read()
        var service = try Self.service(vector) { _ in .json(#"{"balance": 100, "portfolio_value": 0}"#) }
        let line = vector.private_key_pem.replacingOccurrences(of: "\n", with: "\\n")
        service.environment.secrets = FixedSecrets(
            ["KALSHI_API_KEY_ID": Self.keyIdentifier, "KALSHI_PRIVATE_KEY": line]
        )
        #expect(try await Kalshi(service.environment).balance().value.cash == 1)
    }

    @Test(
        arguments: [
            ([:], "set KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH"),
            (["KALSHI_API_KEY_ID": "id"], "set KALSHI_PRIVATE_KEY_PATH"),
            (["KALSHI_PRIVATE_KEY": "x"], "set KALSHI_API_KEY_ID"),
            (["KALSHI_API_KEY_ID": "id", "KALSHI_PRIVATE_KEY": "SECRETWORDS"], "use the file that Kalshi gave"),
            (
                ["KALSHI_API_KEY_ID": "id", "KALSHI_PRIVATE_KEY": "-----BEGIN ENCRYPTED PRIVATE KEY-----SECRETWORDS"],
                "openssl pkey"
            ),
            (["KALSHI_API_KEY_ID": "id", "KALSHI_PRIVATE_KEY_PATH": "/nowhere/key.pem"], "/nowhere/key.pem"),
        ] as [([String: String], String)]
    )
    func saysWhatIsMissing(_ secrets: [String: String], _ advice: String) async throws {
        let service = try ResearchService("kalshi", secrets: secrets) { _ in .json("{}") }
        let error = try await #require(throws: ConnectorError.self) {
            try await Kalshi(service.environment).predictionPositions()
        }
        #expect(error.code == .notConfigured)
        #expect(error.description.contains(advice))
        #expect(!error.description.contains("SECRETWORDS"))
        #expect(service.server.requests.isEmpty)
    }
}
