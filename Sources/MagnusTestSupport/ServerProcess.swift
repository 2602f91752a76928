import Foundation

/// A server of another make as a process, ended when the value goes away.
///
/// Unchecked: nothing of it is changed after it was made, and a pipe and a process may be used from any thread.
public final class ServerProcess: @unchecked Sendable {
    /// The port it listens on.
    public let port: Int

    private let process = Process()
    private let output = Pipe()

    /// `openssl s_server`: answers every request with status 200 and a page about the connection.
    public convenience init(openssl certificate: TestCertificate) throws {
        try self.init(
            TestCertificate.program ?? "openssl",
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate.certificate, "-key", certificate.key, "-www"],
            portAfter: "ACCEPT 127.0.0.1:"
        )
    }

    /// `nghttpd`: speaks HTTP/2 over TLS and nothing else, and echoes what is posted.
    ///
    /// - Parameter port: A free port; it takes none by itself.
    public convenience init(nghttpd: String, certificate: TestCertificate, port: Int) throws {
        try self.init(
            nghttpd,
            ["-v", "--echo-upload", "--address=127.0.0.1", "\(port)", certificate.key, certificate.certificate],
            portAfter: "IPv4: listen 127.0.0.1:"
        )
    }

    private init(_ program: String, _ arguments: [String], portAfter words: String) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var said = ""
        var found: Int?
        while found == nil {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { throw CocoaError(.executableLoad) }
            said += String(decoding: more, as: UTF8.self)
            guard let start = said.range(of: words), said[start.upperBound...].contains("\n") else { continue }
            found = Int(said[start.upperBound...].prefix { $0.isNumber })
        }
        port = found ?? 0
        // What it says later is read and dropped, so that it never waits for a reader.
        output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    deinit {
        end()
    }

    /// Ends it at once.
    public func end() {
        output.fileHandleForReading.readabilityHandler = nil
        // A process that is started from a task inherits the blocked signals of its thread, SIGTERM among them.
        kill(process.processIdentifier, SIGKILL)
    }
}
