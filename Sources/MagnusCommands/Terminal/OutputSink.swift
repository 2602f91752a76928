import Glibc
import Synchronization

/// Where text leaves the program: a buffered, thread-safe writer over one file descriptor.
///
/// Nothing is seen before ``flush()`` (or 64 KiB). A reader that went away (`magnus ... | head -1`) is a clean end, not
/// an error: the sink becomes ``isClosed`` and swallows what follows, so the caller may stop early or simply finish.
/// Short writes, interrupted calls and non-blocking descriptors are dealt with here, so every byte arrives or an
/// error is thrown.
final class OutputSink: Sendable {
    /// What one attempt to write did.
    enum Outcome: Sendable, Equatable {
        /// This many bytes were taken, possibly fewer than offered.
        case wrote(Int)
        /// It failed with this `errno`.
        case failed(Int32)
    }

    /// One attempt to write bytes.
    typealias Attempt = @Sendable ([UInt8]) -> Outcome

    private struct State {
        var pending: [UInt8] = []
        var isClosed = false
    }

    private static let bufferSize = 65_536

    /// Whether ``writeLine(_:)`` renders styles as ANSI colours.
    let usesColour: Bool
    private let name: String
    private let attempt: Attempt
    private let waitUntilWritable: @Sendable () -> Void
    private let state = Mutex(State())

    /// A sink with its own way of writing.
    ///
    /// - Parameters:
    ///   - name: what error messages call the stream.
    ///   - usesColour: whether styled lines are coloured.
    ///   - waitUntilWritable: blocks until another attempt makes sense; called after `EAGAIN`.
    ///   - attempt: one attempt to write.
    init(
        name: String,
        usesColour: Bool,
        waitUntilWritable: @escaping @Sendable () -> Void = {},
        attempt: @escaping Attempt
    ) {
        self.name = name
        self.usesColour = usesColour
        self.waitUntilWritable = waitUntilWritable
        self.attempt = attempt
    }

    /// A sink over a file descriptor, which stays open and owned by the caller.
    convenience init(name: String, descriptor: Int32, usesColour: Bool) {
        self.init(
            name: name,
            usesColour: usesColour,
            waitUntilWritable: {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, -1)
            },
            attempt: { bytes in
                let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                return count < 0 ? .failed(errno) : .wrote(count)
            }
        )
    }

    /// A sink over one of the terminal's streams.
    convenience init(name: String, stream: Terminal.Stream) {
        self.init(name: name, descriptor: stream.descriptor, usesColour: stream.usesColour)
    }

    /// Whether the reader went away; writing more is pointless but harmless.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Adds text as it is. Text from documents, files or models must have gone through ``TerminalText`` or be a
    /// ``StyledText`` instead.
    func write(_ text: String) throws(TerminalError) {
        let code = state.withLock { state -> Int32? in
            guard !state.isClosed else { return nil }
            state.pending.append(contentsOf: text.utf8)
            return state.pending.count >= OutputSink.bufferSize ? drain(&state) : nil
        }
        if let code { throw .cannotWrite(stream: name, code: code) }
    }

    /// Adds one styled line and its newline.
    func writeLine(_ line: StyledText = "") throws(TerminalError) {
        try write(line.rendered(usesColour: usesColour) + "\n")
    }

    /// Sends everything added so far.
    func flush() throws(TerminalError) {
        if let code = state.withLock({ drain(&$0) }) { throw .cannotWrite(stream: name, code: code) }
    }

    /// Writes the pending bytes; returns the `errno` of a failure that is not a closed pipe. The bytes are dropped in
    /// either case: a stream that failed half-way cannot be resumed sensibly.
    private func drain(_ state: inout State) -> Int32? {
        var rest = state.pending
        state.pending = []
        while !rest.isEmpty {
            switch attempt(rest) {
            case .wrote(let count):
                rest.removeFirst(min(count, rest.count))
            case .failed(EINTR):
                continue
            case .failed(EAGAIN):
                waitUntilWritable()
            case .failed(EPIPE):
                state.isClosed = true
                return nil
            case .failed(let code):
                return code
            }
        }
        return nil
    }

    /// Makes a closed pipe an `EPIPE` of the write that meets it instead of a signal that ends the program. Called once
    /// at start-up.
    static func ignoreBrokenPipeSignal() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
