import Glibc

/// Wakes a thread that waits in `poll`, and tells it why.
final class WakePipe: Sendable {
    /// Why the thread is woken.
    enum Event: Sendable, Equatable {
        /// Nobody waits for the line any more.
        case cancelled
        /// The process received a signal.
        case signal(Int32)
    }

    /// The end to poll for input; -1, which `poll` passes over, if the system had no descriptors left.
    let descriptor: Int32
    private let writeEnd: Int32

    /// Opens the pipe.
    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        descriptor = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if writeEnd >= 0 { close(writeEnd) }
    }

    /// Wakes the thread. A full pipe means that it is about to wake anyway.
    func send(_ event: Event) {
        var byte: UInt8 =
            switch event {
            case .cancelled: 0
            case .signal(let number): UInt8(clamping: number)
            }
        while write(writeEnd, &byte, 1) < 0 && errno == EINTR {}
    }

    /// The events sent since the last call, in order.
    func received() -> [Event] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        return bytes.prefix(max(0, count)).map { $0 == 0 ? .cancelled : .signal(Int32($0)) }
    }
}
