#if Postgres

    import Foundation
    import MagnusTestSupport

    /// A PostgreSQL server of a test's own, in its own folder, reached by a socket only; it stops when it goes away.
    final class PostgresServer {
        /// Something that had to succeed did not.
        struct Failure: Error {
            var command: String
            var output: String
        }

        /// The folder of the server's programs; nil where none is installed.
        static let programs: String? = {
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
            let folders =
                versions.sorted().reversed().map { "/usr/lib/postgresql/\($0)/bin" } + ["/usr/bin", "/usr/local/bin"]
            return folders.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
        }()

        static let password = "p4ss word"
        private let folder: TemporaryFolder
        private let programs: String

        /// A server whose database holds what `script` makes.
        init(script: String) throws {
            programs = Self.programs ?? ""
            folder = try TemporaryFolder()
            let words = try folder.write(Self.password, to: "words")
            try folder.write(script, to: "script.sql")
            if geteuid() == 0 {
                // The server does not run as root.
                try run("/bin/chown", ["-R", "nobody", folder.url.path], asIs: true)
            }
            let data = folder.path("data")
            try run(
                "initdb",
                [
                    "-D", data, "-N", "-U", "tester", "--auth=scram-sha-256", "--pwfile=\(words)", "--locale=C", "-E",
                    "UTF8",
                ]
            )
            let options = "-k \(folder.url.path) -c listen_addresses='' -c fsync=off"
            try run("pg_ctl", ["-D", data, "-w", "-l", folder.path("log"), "-o", options, "start"])
            try run("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-d", connection(), "-f", folder.path("script.sql")])
        }

        deinit {
            _ = try? run("pg_ctl", ["-D", folder.path("data"), "-m", "immediate", "-w", "stop"])
        }

        /// How the database is reached.
        func connection(user: String = "tester", password: String = PostgresServer.password) -> String {
            "host=\(folder.url.path) dbname=postgres user=\(user) password='\(password)'"
        }

        /// What a statement of the owner's prints.
        @discardableResult
        func execute(_ statement: String) throws -> String {
            try run("psql", ["-qtA", "-v", "ON_ERROR_STOP=1", "-d", connection(), "-c", statement])
        }

        @discardableResult
        private func run(_ name: String, _ arguments: [String], asIs: Bool = false) throws -> String {
            let process = Process()
            var command = [asIs ? name : "\(programs)/\(name)"] + arguments
            if geteuid() == 0, !asIs {
                command = ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + command
            }
            // The server would keep the descriptor open by which Foundation sees that a process has ended.
            let closing = #"for fd in $(ls /proc/$$/fd); do [ $fd -gt 2 ] && eval "exec $fd>&-"; done; exec "$@""#
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", closing, "bash"] + command
            process.currentDirectoryURL = folder.url
            // A file and no pipe: the server keeps what it was started with open.
            let path = folder.path("output-\(UUID().uuidString)")
            try Data().write(to: URL(fileURLWithPath: path))
            let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            process.standardOutput = output
            process.standardError = output
            process.standardInput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try output.close()
            let text = try String(contentsOfFile: path, encoding: .utf8)
            guard process.terminationStatus == 0 else { throw Failure(command: name, output: text) }
            return text
        }
    }

#endif
