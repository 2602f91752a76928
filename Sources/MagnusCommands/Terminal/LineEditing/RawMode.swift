import Glibc

/// A terminal switched to delivering every key at once, without echo, until it is put back.
///
/// Output processing stays on, so that a line written meanwhile by another part of the program still starts at the left
/// edge.
struct RawMode: ~Copyable {
    private let descriptor: Int32
    private let original: termios
    private let raw: termios

    private init(descriptor: Int32, original: termios, raw: termios) {
        self.descriptor = descriptor
        self.original = original
        self.raw = raw
    }

    /// Switches the terminal; nil if the descriptor is none. What has been typed ahead is kept.
    static func begin(_ descriptor: Int32) -> RawMode? {
        var original = termios()
        guard tcgetattr(descriptor, &original) == 0 else { return nil }
        var raw = original
        cfmakeraw(&raw)
        raw.c_oflag = original.c_oflag
        guard tcsetattr(descriptor, TCSADRAIN, &raw) == 0 else { return nil }
        return RawMode(descriptor: descriptor, original: original, raw: raw)
    }

    deinit {
        restore()
    }

    /// Puts the terminal back as it was found.
    func restore() {
        var settings = original
        while tcsetattr(descriptor, TCSADRAIN, &settings) != 0 && errno == EINTR {}
    }

    /// Switches again after ``restore()``.
    func resume() {
        var settings = raw
        while tcsetattr(descriptor, TCSADRAIN, &settings) != 0 && errno == EINTR {}
    }
}
