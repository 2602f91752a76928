import Foundation

/// The loop's own part: which descriptors are open, what to wait for, how far stopping has come.
struct ChildProcessPass {
    private enum Stage: Int32 {
        case running, closing, asked, made
    }

    private let child: SpawnedChild
    private let limits: ChildLimits
    private var isInputOpen = true
    private(set) var isOutputOpen = true
    private(set) var areErrorsOpen = true
    private var wantsInput = false
    private var wantsOutput = true
    private var splitter: ChildLines
    private var stage = Stage.running
    private var deadline: ContinuousClock.Instant?
    /// Whether the child did not even end when it was made to.
    private(set) var hasGivenUp = false

    init(child: SpawnedChild, limits: ChildLimits) {
        self.child = child
        self.limits = limits
        splitter = ChildLines(maximumLineBytes: limits.maximumLineBytes)
    }

    /// Decides what to wait for, and takes the next step of stopping where it is due.
    mutating func prepare(_ state: inout ChildProcessState) {
        if let grace = state.stopGrace { advance(&state, grace) }
        wantsInput = isInputOpen && state.nextToSend != nil
        wantsOutput = isOutputOpen && (state.stopGrace != nil || state.bytesAhead < limits.maximumBytesAhead)
    }

    /// Input, output and errors; a descriptor that is not waited for is negative, which `poll` passes over.
    var descriptors: [pollfd] {
        [
            pollfd(fd: wantsInput ? child.input : -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: wantsOutput ? child.output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: areErrorsOpen ? child.errors : -1, events: Int16(POLLIN), revents: 0),
        ]
    }

    /// Milliseconds until something is due.
    var longestWait: Int32 {
        guard let deadline else { return 10_000 }
        let rest = ContinuousClock.now.duration(to: deadline)
        return Int32(max(0, min(10_000, rest / .milliseconds(1)))) + 1
    }

    mutating func write(_ state: inout ChildProcessState) {
        while isInputOpen, let next = state.nextToSend {
            let count = next.withUnsafeBytes { Foundation.write(child.input, $0.baseAddress, $0.count) }
            if count >= 0 {
                state.didSend(count)
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                return closeInput(&state)
            }
        }
    }

    mutating func readOutput(
        _ state: inout ChildProcessState,
        _ buffer: UnsafeMutableRawBufferPointer,
        _ failure: (ChildProcessError.Code, String) -> ChildProcessError
    ) {
        let count = read(child.output, buffer.baseAddress, buffer.count)
        if count > 0 {
            if state.stopGrace != nil { return }
            if let lines = splitter.lines(adding: UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
                return state.add(lines)
            }
            state.endOutput(.failure(failure(.lineTooLong, "a line of more than \(limits.maximumLineBytes) bytes")))
        } else if count < 0, errno == EAGAIN || errno == EINTR {
            return
        } else if let last = splitter.last() {
            state.add([last])
        }
        isOutputOpen = false
        Foundation.close(child.output)
        state.endOutput(.success(()))
    }

    mutating func readErrors(_ state: inout ChildProcessState, _ buffer: UnsafeMutableRawBufferPointer) {
        let count = read(child.errors, buffer.baseAddress, buffer.count)
        if count > 0 {
            state.errors.append(contentsOf: buffer[..<count])
            state.errors = Data(state.errors.suffix(limits.keptErrorBytes))
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            areErrorsOpen = false
            Foundation.close(child.errors)
        }
    }

    /// Closes what is still open.
    mutating func close(_ state: inout ChildProcessState) {
        closeInput(&state)
        if isOutputOpen { Foundation.close(child.output) }
        if areErrorsOpen { Foundation.close(child.errors) }
        (isOutputOpen, areErrorsOpen) = (false, false)
    }

    private mutating func closeInput(_ state: inout ChildProcessState) {
        if isInputOpen { Foundation.close(child.input) }
        isInputOpen = false
        state.closeInput()
    }

    private mutating func advance(_ state: inout ChildProcessState, _ grace: Duration) {
        if let deadline, deadline > .now { return }
        deadline = .now + grace
        switch stage {
        case .running:
            closeInput(&state)
            stage = .closing
        case .closing:
            signal(SIGTERM, state)
            stage = .asked
        case .asked:
            signal(SIGKILL, state)
            stage = .made
        case .made:
            hasGivenUp = true
        }
    }

    /// To the whole group, unless the child was reaped: its number may then be another's.
    private func signal(_ number: Int32, _ state: ChildProcessState) {
        if state.exit == nil { kill(-child.identifier, number) }
    }
}
