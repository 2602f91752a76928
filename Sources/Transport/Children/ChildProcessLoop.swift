import Foundation
import Synchronization

/// The thread that moves bytes between this process and a child, and ends the child when asked to.
///
/// Two threads serve a child: this loop, which waits in `poll`, and one that waits for the child's end. All descriptors
/// belong to the loop; others only add to `state` and wake it.
final class ChildProcessLoop: Sendable {
    private let program: String
    private let limits: ChildLimits
    private let child: SpawnedChild
    private let wakeRead: Int32
    private let wakeWrite: Int32
    private let state = Mutex(ChildProcessState())

    init(_ child: SpawnedChild, program: String, limits: ChildLimits) {
        self.child = child
        self.program = program
        self.limits = limits
        // Without a stream to be woken by (no descriptors left) the loop still notices everything, at its longest wait.
        let pair = StreamPair()
        pair?.makeOursNonBlocking()
        (wakeRead, wakeWrite) = (pair?.ours ?? -1, pair?.theirs ?? -1)
    }

    func start() {
        Thread.detachNewThread { self.waitForExit() }
        Thread.detachNewThread { self.run() }
    }

    // MARK: What others ask

    func send(_ line: Data) throws {
        guard !line.contains(UInt8(ascii: "\n")) else { throw failure(.notALine, "a message of several lines") }
        try state.withLock { state in
            guard state.isInputOpen, !state.isFinished else { throw failure(.ended, "it has ended") }
            guard state.bytesToSend + line.count < limits.maximumBytesToSend else {
                throw failure(.notReading, "it does not read what it is sent")
            }
            state.enqueue(line)
            wake(state)
        }
    }

    func nextLine() async throws -> Data? {
        let ticket = state.withLock { $0.issueTicket() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                    state.wait(ticket, continuation)
                    wake(state)
                }
            }
        } onCancel: {
            state.withLock { $0.giveUp(ticket) }
        }
    }

    var errorText: String {
        state.withLock { String(decoding: $0.errors, as: UTF8.self) }
    }

    func requestStop(grace: Duration) {
        state.withLock { state in
            if state.stopGrace == nil { state.stopGrace = grace }
            wake(state)
        }
    }

    func stop(grace: Duration) async -> ChildExit {
        requestStop(grace: grace)
        return await withCheckedContinuation { continuation in
            state.withLock { $0.waitForEnd(continuation) }
        }
    }

    // MARK: The threads

    private func waitForExit() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(child.identifier), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        state.withLock { state in
            // The child is dead but not yet reaped, so its group's number cannot have been given to another one.
            kill(-child.identifier, SIGKILL)
            var status: Int32 = 0
            while waitpid(child.identifier, &status, 0) == -1, errno == EINTR {}
            state.exit = ChildExit(waitStatus: status)
            wake(state)
        }
    }

    private func run() {
        // A write to a child that is gone raises SIGPIPE in the thread that writes; here it stays pending for good.
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)

        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { buffer.deallocate() }
        var pass = ChildProcessPass(child: child, limits: limits)
        while true {
            let hasExited = state.withLock { state in
                pass.prepare(&state)
                return state.exit != nil
            }
            if hasExited { break }
            var descriptors = pass.descriptors + [pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0)]
            poll(&descriptors, nfds_t(descriptors.count), pass.longestWait)
            while read(wakeRead, buffer.baseAddress, buffer.count) > 0 {}
            let ready = descriptors.map { $0.revents != 0 }
            state.withLock { state in
                if ready[0] { pass.write(&state) }
                if ready[1] { pass.readOutput(&state, buffer, failure) }
                if ready[2] { pass.readErrors(&state, buffer) }
            }
            if pass.hasGivenUp { break }
        }
        finish(&pass, buffer)
    }

    private func finish(_ pass: inout ChildProcessPass, _ buffer: UnsafeMutableRawBufferPointer) {
        state.withLock { state in
            // What is still in the pipes: of a dead child at most their capacity.
            for _ in 0..<64 where pass.isOutputOpen { pass.readOutput(&state, buffer, failure) }
            for _ in 0..<64 where pass.areErrorsOpen { pass.readErrors(&state, buffer) }
            pass.close(&state)
            state.finish()
            for descriptor in [wakeRead, wakeWrite] where descriptor >= 0 { Foundation.close(descriptor) }
        }
    }

    /// Called with the state locked: the descriptor is closed under the same lock.
    private func wake(_ state: ChildProcessState) {
        guard !state.isFinished else { return }
        var byte: UInt8 = 0
        _ = Foundation.send(wakeWrite, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }

    private func failure(_ code: ChildProcessError.Code, _ detail: String) -> ChildProcessError {
        ChildProcessError(code, program: program, detail: detail)
    }
}
