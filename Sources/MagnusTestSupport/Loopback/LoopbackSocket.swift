import Foundation
import Glibc

/// A connected socket whose every wait also ends when the server stops. Used by one thread.
struct LoopbackSocket {
    /// Why a wait ended without what it waited for.
    enum Interruption: Error {
        case closedByClient
        case stopped
    }

    let descriptor: Int32
    let stop: PipeSignal

    /// Up to 64 KB of what the client sent.
    ///
    /// - Throws: `Interruption`.
    func receive() throws -> Data {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { return Data(buffer.prefix(count)) }
            if count == 0 { throw Interruption.closedByClient }
            guard errno == EAGAIN || errno == EINTR else { throw Interruption.closedByClient }
            try wait(for: POLLIN)
        }
    }

    /// Sends all of `data`; `progress` is told of each part as it leaves.
    ///
    /// - Throws: `Interruption`.
    func send(_ data: Data, progress: (Int) -> Void) throws {
        let bytes = [UInt8](data)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor,
                    buffer.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                sent += count
                progress(count)
            } else if errno == EAGAIN || errno == EINTR {
                try wait(for: POLLOUT)
            } else {
                throw Interruption.closedByClient
            }
        }
    }

    /// Does nothing for `duration`, or for ever.
    ///
    /// - Throws: `Interruption`.
    func pause(_ duration: Duration?) throws {
        try wait(for: 0, duration: duration)
    }

    /// Does nothing until `gate` opens.
    ///
    /// - Throws: `Interruption`.
    func pause(until gate: LoopbackGate) throws {
        try wait(for: 0, gate: gate)
        gate.pass()
    }

    /// Drops the connection with a reset in place of an orderly end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func wait(for events: Int32, duration: Duration? = nil, gate: LoopbackGate? = nil) throws {
        // POLLRDHUP: the client has closed; told apart from data that it sent ahead.
        let closed: Int32 = 0x2000 | POLLHUP | POLLERR
        let end = duration.map { ContinuousClock.now + $0 }
        while true {
            var watched = [
                pollfd(fd: descriptor, events: Int16(events | 0x2000), revents: 0),
                pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: gate?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            var milliseconds: Int32 = -1
            if let end {
                let left = end - ContinuousClock.now
                if left <= .zero { return }
                milliseconds = Int32(left / .milliseconds(1)) + 1
            }
            let count = poll(&watched, nfds_t(watched.count), milliseconds)
            if count < 0 { continue }
            if watched[1].revents != 0 { throw Interruption.stopped }
            // What can still be read is read before the end is noticed, so that a request is never lost.
            if Int32(watched[0].revents) & events & POLLIN != 0 { return }
            if Int32(watched[0].revents) & closed != 0 { throw Interruption.closedByClient }
            if Int32(watched[0].revents) & events != 0 { return }
            if watched[2].revents != 0 { return }
        }
    }
}
