import Foundation

/// A process that was just started, with our ends of its three streams; they do not block and are not inherited.
struct SpawnedChild: Sendable {
    let identifier: Int32
    let input: Int32
    let output: Int32
    let errors: Int32

    /// - Throws: `ChildProcessError` of code `cannotStart`.
    init(_ command: ChildCommand) throws {
        guard let path = command.path else {
            throw ChildProcessError(.cannotStart, program: command.program, detail: "no such program in PATH")
        }
        var streams: [StreamPair] = []
        defer { for stream in streams { close(stream.theirs) } }
        do {
            for _ in 0..<3 {
                guard let stream = StreamPair() else { throw SpawnedChild.failure(errno, command.program) }
                streams.append(stream)
            }
            identifier = try SpawnedChild.spawn(command, path: path, streams: streams.map(\.theirs))
        } catch {
            for stream in streams { close(stream.ours) }
            throw error
        }
        (input, output, errors) = (streams[0].ours, streams[1].ours, streams[2].ours)
        for stream in streams { stream.makeOursNonBlocking() }
    }

    private static func spawn(
        _ command: ChildCommand,
        path: String,
        streams: [Int32]
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, and signals as a fresh program expects them: ignored and blocked ones are inherited.
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        )
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)

        var arguments = ([command.program] + command.arguments).map { strdup($0) }
        var environment = command.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
        defer { for pointer in arguments + environment { free(pointer) } }
        arguments.append(nil)
        environment.append(nil)
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, path, &actions, &attributes, arguments, environment)
        guard code == 0 else { throw failure(code, command.program) }
        return identifier
    }

    private static func failure(_ code: Int32, _ program: String) -> ChildProcessError {
        ChildProcessError(
            .cannotStart,
            program: program,
            detail: "cannot be started: \(String(cString: strerror(code)))"
        )
    }
}

/// Two connected ends, neither of them inherited by a child that is started at the same time.
///
/// A pair of sockets rather than a pipe: it is the one kind that is closed on exec from the very beginning without a
/// call that only GNU's C library has.
struct StreamPair: Sendable {
    let ours: Int32
    let theirs: Int32

    /// Nil where the system has no descriptors left; `errno` says why.
    init?() {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        (ours, theirs) = (ends[0], ends[1])
    }

    func makeOursNonBlocking() {
        _ = fcntl(ours, F_SETFL, fcntl(ours, F_GETFL) | O_NONBLOCK)
    }
}
