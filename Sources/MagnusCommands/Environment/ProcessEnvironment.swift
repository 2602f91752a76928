import Foundation

/// What the process was started with: read once at the edge, passed in everywhere else.
struct ProcessEnvironment: Sendable {
    /// Environment variables.
    var variables: [String: String]
    /// The folder relative paths start from.
    var currentFolder: String
    /// Where the executable is, symbolic links followed.
    var executable: String
    /// The current time.
    var clock: @Sendable () -> Date
    /// The owner's time zone, for days and months of spending.
    var timeZone: TimeZone

    /// The process's own.
    static func current() -> ProcessEnvironment {
        ProcessEnvironment(
            variables: ProcessInfo.processInfo.environment,
            currentFolder: FileManager.default.currentDirectoryPath,
            executable: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
                ?? CommandLine.arguments.first ?? "magnus",
            clock: { Date() },
            timeZone: .current
        )
    }

    /// The value of a variable; nil where it is missing or empty.
    subscript(name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A path as the user wrote it, made absolute; `~` is the home folder.
    func absolute(_ path: String) -> String {
        if path == "~" || path.hasPrefix("~/"), let home = self["HOME"] { return home + path.dropFirst() }
        return path.hasPrefix("/") ? path : currentFolder + "/" + path
    }
}
