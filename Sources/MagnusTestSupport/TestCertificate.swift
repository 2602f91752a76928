import Foundation

/// A certificate for 127.0.0.1, signed by a CA made for this test alone.
public final class TestCertificate: Sendable {
    /// Where the program is; nil where it is not installed.
    public static let program = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Tests of TLS run where there is a program for it, and always in CI, where they fail without it.
    public static let isExpected = program != nil || ProcessInfo.processInfo.environment["CI"] != nil

    /// The file with the CA's certificate.
    public let authority: String
    /// The file with the certificate.
    public let certificate: String
    /// The file with its key.
    public let key: String

    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - name: The certificate's name, as OpenSSL writes it: `DNS:localhost`, `IP:127.0.0.1`.
    ///   - days: For how many days it holds; negative for one that has expired.
    public init(name: String = "IP:127.0.0.1", days: Int = 1) throws {
        folder = try TemporaryFolder()
        (authority, certificate, key) = (folder.path("ca.pem"), folder.path("server.pem"), folder.path("server.key"))
        let (authorityKey, request) = (folder.path("ca.key"), folder.path("server.csr"))
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try TestCertificate.run(
            ["req", "-x509", "-subj", "/CN=Test CA", "-days", "2", "-keyout", authorityKey, "-out", authority] + curve
        )
        try TestCertificate.run(["req", "-subj", "/CN=Test server", "-keyout", key, "-out", request] + curve)
        let extensions = try folder.write("subjectAltName=\(name)\n", to: "extensions")
        try TestCertificate.run([
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey, "-CAcreateserial", "-days",
            "\(days)",
            "-extfile", extensions, "-out", certificate,
        ])
    }

    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program ?? "openssl")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw CocoaError(.executableRuntimeMismatch) }
    }
}
