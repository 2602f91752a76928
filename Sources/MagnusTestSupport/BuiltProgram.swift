public import Foundation

/// The built `magnus`, run as a user runs it: a process of its own with its own home.
public struct BuiltProgram: Sendable {
    /// What a run left behind.
    public struct Run: Sendable {
        /// Exit status.
        public var status: Int32
        /// Standard output.
        public var output: String
        /// Standard error.
        public var errors: String

        /// Standard output as JSON.
        ///
        /// - Throws: What JSONSerialization throws for anything else.
        public func json() throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// The executable.
    public let executable: URL
    /// The folder given as `MAGNUS_HOME`.
    public let home: String
    /// Further environment variables.
    public var environment: [String: String]

    /// The program built beside the running tests.
    ///
    /// - Parameter home: The folder given as `MAGNUS_HOME`.
    public init(home: String, environment: [String: String] = [:]) {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        repeat { folder.deleteLastPathComponent() } while folder.path.hasSuffix(".xctest") && folder.path != "/"
        executable = folder.appendingPathComponent("magnus")
        self.home = home
        self.environment = environment
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: What follows the program's name.
    ///   - input: What comes on standard input; nothing where it is nil.
    ///   - currentFolder: Where it is started; where the tests run if it is nil.
    /// - Throws: Where the process cannot be started.
    public func run(_ arguments: [String], input: Data? = nil, currentFolder: URL? = nil) throws -> Run {
        try run(executable, arguments, input, currentFolder)
    }

    /// Runs a script of bash, in which `$MAGNUS` is the program.
    ///
    /// - Throws: Where the process cannot be started.
    public func runShell(_ script: String) throws -> Run {
        try run(URL(fileURLWithPath: "/bin/bash"), ["-c", "MAGNUS=$0; " + script, executable.path], nil, nil)
    }

    private func run(
        _ executable: URL,
        _ arguments: [String],
        _ input: Data?,
        _ currentFolder: URL?
    ) throws -> Run {
        // Files rather than pipes: whatever is written fits, and nothing waits for a reader.
        let scratch = try TemporaryFolder()
        let (outputPath, errorsPath, inputPath) = (scratch.path("out"), scratch.path("err"), scratch.path("in"))
        if let input { try input.write(to: URL(fileURLWithPath: inputPath)) }
        let child = ChildRun(
            executable: executable.path,
            arguments: arguments,
            environment: [
                "MAGNUS_HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home, "COLUMNS": "100",
            ].merging(environment) { $1 },
            currentFolder: currentFolder?.path,
            input: input == nil ? "/dev/null" : inputPath,
            output: outputPath,
            errors: errorsPath
        )
        let status = try child.status()
        return Run(
            status: status,
            output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: outputPath)), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errorsPath)), as: UTF8.self)
        )
    }
}
