public import Foundation

/// All that a child wrote before it ended.
public struct ChildOutput: Sendable, Hashable {
    /// Its standard output.
    public var data: Data
    /// How it ended.
    public var exit: ChildExit
    /// The last of what it wrote to its standard error.
    public var errorText: String

    /// Runs a child to its end, without anything on its standard input. The calling thread waits.
    ///
    /// The child is ended, with its own children, once it has written too much, takes too long, or the task is cancelled. Children
    /// of its own that it leaves behind end with it, though they hold its output open.
    /// - Parameters:
    ///   - maximumBytes: The most bytes of its standard output.
    ///   - timeLimit: How long it may take.
    /// - Throws: `ChildProcessError` of codes `cannotStart`, `tooMuchOutput`, `tooSlow`; `CancellationError`.
    public static func run(_ command: ChildCommand, maximumBytes: Int, timeLimit: Duration) throws -> ChildOutput {
        let child = try SpawnedChild(command)
        close(child.input)
        var isEnded = false
        defer {
            close(child.output)
            close(child.errors)
            if !isEnded {
                kill(-child.identifier, SIGKILL)
                _ = wait(for: child.identifier)
            }
        }
        let deadline = ContinuousClock.now + timeLimit
        var output = ChildOutput(data: Data(), exit: .status(0), errorText: "")
        var errors: [UInt8] = []
        var open = [child.output, child.errors]
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        while !open.isEmpty {
            // Looked at before reading: what it wrote is then in the streams already.
            let hasExited = hasExited(child.identifier)
            try Task.checkCancellation()
            guard ContinuousClock.now < deadline else {
                let detail = "took longer than \(timeLimit.components.seconds) s"
                throw ChildProcessError(.tooSlow, program: command.program, detail: detail)
            }
            var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            // Short, so that a cancelled task is noticed.
            guard poll(&polled, nfds_t(polled.count), hasExited ? 0 : 200) > 0 else {
                if hasExited { break }
                continue
            }
            for entry in polled where entry.revents != 0 {
                let count = read(entry.fd, buffer.baseAddress, buffer.count)
                if count < 0, errno == EAGAIN || errno == EINTR { continue }
                guard count > 0 else {
                    open.removeAll { $0 == entry.fd }
                    continue
                }
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                if entry.fd == child.output {
                    output.data.append(contentsOf: bytes)
                } else {
                    errors = Array((errors + bytes).suffix(4_096))
                }
            }
            guard output.data.count <= maximumBytes else {
                let detail = "wrote more than \(maximumBytes) bytes"
                throw ChildProcessError(.tooMuchOutput, program: command.program, detail: detail)
            }
        }
        // It may have closed its output and go on all the same.
        while !hasExited(child.identifier) {
            try Task.checkCancellation()
            guard ContinuousClock.now < deadline else {
                throw ChildProcessError(.tooSlow, program: command.program, detail: "does not end")
            }
            usleep(1_000)
        }
        // Not yet reaped, so that its group's number cannot have been given to another one.
        kill(-child.identifier, SIGKILL)
        output.exit = ChildExit(waitStatus: wait(for: child.identifier))
        isEnded = true
        output.errorText = String(decoding: errors, as: UTF8.self)
        return output
    }

    /// Whether a child has ended; it stays to be waited for.
    private static func hasExited(_ identifier: Int32) -> Bool {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
        return result == 0 && information.si_signo == SIGCHLD
    }

    private static func wait(for identifier: Int32) -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
