import Glibc
import Synchronization
import Testing

@testable import MagnusCommands

/// A terminal without a window: the program holds one end, the test types and reads at the other.
final class PseudoTerminal: Sendable {
    /// The test's end.
    let keyboard: Int32
    /// The program's end.
    let device: Int32
    private let received = Mutex(Received())

    private struct Received {
        var bytes: [UInt8] = []
        /// How many bytes the waits have used up.
        var usedCount = 0

        /// Uses the unread bytes up to the end of a match.
        ///
        /// Bytes, not characters: a carriage return and a line feed are one character, in which a line feed would not be found.
        mutating func use(_ wanted: String) -> Bool {
            guard let match = bytes[usedCount...].firstRange(of: Array(wanted.utf8)) else { return false }
            usedCount = match.upperBound
            return true
        }
    }

    init(columns: UInt16 = 40, rows: UInt16 = 10) throws {
        var keyboard: Int32 = -1
        var device: Int32 = -1
        try #require(openpty(&keyboard, &device, nil, nil, nil) == 0)
        self.keyboard = keyboard
        self.device = device
        resize(columns: columns, rows: rows)
    }

    deinit {
        close(keyboard)
        close(device)
    }

    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(device, UInt(TIOCSWINSZ), &size)
    }

    /// The terminal's modes: input, output, control and local flags.
    var modes: [tcflag_t] {
        var settings = termios()
        tcgetattr(device, &settings)
        return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
    }

    /// Whether keys arrive one by one and unechoed.
    var isRaw: Bool { modes[3] & tcflag_t(ICANON | ECHO | ISIG) == 0 }

    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = bytes.withUnsafeBytes { write(keyboard, $0.baseAddress, $0.count) }
    }

    /// All that has been shown so far.
    var output: String { received.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// Waits until the program shows a text behind the one waited for last; gives up after a while.
    func waitForOutput(_ text: String) async throws {
        let isShown = await BlockingThread.run { [self] () -> Bool in
            var bytes = [UInt8](repeating: 0, count: 4_096)
            while !received.withLock({ $0.use(text) }) {
                var request = pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0)
                // Long, for the program's side may wait its turn while tests that block hold every thread.
                guard poll(&request, 1, 600_000) > 0 else { return false }
                let count = read(keyboard, &bytes, bytes.count)
                guard count > 0 else { return false }
                let piece = Array(bytes.prefix(count))
                received.withLock { $0.bytes += piece }
            }
            return true
        }
        try #require(isShown, "never shown: \(text); shown: \(output.debugDescription)")
    }
}
