import Foundation

/// A process that is started, and waited for to its end.
///
/// Not Foundation's `Process`, which crashes now and then where many of them start at once.
struct ChildRun {
    var executable: String
    var arguments: [String]
    var environment: [String: String]
    /// Where it is started; where the tests run if it is nil.
    var currentFolder: String?
    /// Files for the three standard streams; those of output are made anew.
    var input: String
    var output: String
    var errors: String

    /// Why a process could not be started.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs it.
    ///
    /// - Returns: Its exit status, or the number of the signal that ended it.
    /// - Throws: `Failure` where it cannot be started.
    func status() throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        for (number, path) in [(Int32(1), output), (Int32(2), errors)] {
            posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        // Nothing of the tests is inherited; closing what is not open is no failure.
        for descriptor in Int32(3)..<1_024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var command = [executable] + arguments
        // The C library's own way to change the folder is not seen from Swift.
        if let currentFolder { command = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, currentFolder] + command }
        var list = command.map { strdup($0) }
        var variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for pointer in list + variables { free(pointer) } }
        list.append(nil)
        variables.append(nil)
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, command[0], &actions, nil, list, variables)
        guard code == 0 else { throw Failure(description: "\(executable): \(String(cString: strerror(code)))") }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 {
            guard errno == EINTR else { throw Failure(description: "\(executable): it cannot be waited for") }
        }
        // The exit status stands in the second byte, the signal in the first.
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : status & 0x7F
    }
}
