import Glibc

/// Something a scripted server waits for: each `open` lets one wait pass, now or later.
///
/// A test paces the server with it and needs no clock.
public final class LoopbackGate: Sendable {
    private let signal = PipeSignal()

    /// A closed gate.
    public init() {}

    /// Lets one wait pass.
    public func open() {
        signal.raise()
    }

    var descriptor: Int32 { signal.descriptor }

    /// Takes one `open` that is there.
    func pass() {
        signal.lower()
    }
}

/// A pipe as a signal that `poll` can wait for.
final class PipeSignal: Sendable {
    /// Readable while the signal is raised.
    let descriptor: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no file descriptors are left")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writer) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    /// Raises the signal by one.
    func raise() {
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }

    /// Lowers it by one.
    func lower() {
        var byte: UInt8 = 0
        _ = read(descriptor, &byte, 1)
    }
}
