import Foundation
import Glibc
import Synchronization

/// Waits until something changes in folders (inotify).
public final class FolderWatch: Sendable {
    private let descriptor: Int32
    /// The names that matter in each watched folder, by its watch; all do where there are none.
    private let names = Mutex<[Int32: Set<String>]>([:])

    private static let events = UInt32(
        IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB
    )

    /// A watch of nothing yet. Where the system has none left it refuses all folders, and sees no change.
    public init() {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Watches folders, and the places of `roots`, which may be files, or go and come back. What is watched already stays so.
    ///
    /// - Returns: The folders that cannot be watched, as where the system's limit is reached.
    @discardableResult
    public func add(folders: [String], roots: [String]) -> [String] {
        var refused: [String] = []
        names.withLock { names in
            for root in roots {
                let parent = (root as NSString).deletingLastPathComponent
                let watch = inotify_add_watch(descriptor, parent.isEmpty ? "/" : parent, Self.events)
                guard watch >= 0 else { continue }
                // A folder that is watched as a whole is not narrowed to one name.
                if let known = names[watch], known.isEmpty { continue }
                names[watch, default: []].insert((root as NSString).lastPathComponent)
            }
            for folder in folders {
                let watch = inotify_add_watch(descriptor, folder, Self.events)
                if watch >= 0 { names[watch] = [] } else { refused.append(folder) }
            }
        }
        return refused
    }

    /// Waits until something has changed and nothing more changes for a moment, so that a burst of changes is one. The calling
    /// thread waits.
    ///
    /// - Parameters:
    ///   - quiet: How long nothing is to change, in milliseconds.
    ///   - longest: The longest that a burst is waited for, in milliseconds.
    ///   - period: How long it waits at most, in milliseconds, where something cannot be watched and has to be looked at; for
    ///     ever if nil.
    /// - Throws: `CancellationError`; `StorageError`.
    public func waitForChanges(quiet: Int = 200, longest: Int = 3_000, period: Int? = nil) throws {
        let begin = ContinuousClock.now
        while try !hasChanged(within: min(200, period ?? 200)) {
            try Task.checkCancellation()
            if let period, ContinuousClock.now - begin >= .milliseconds(period) { return }
        }
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .milliseconds(longest), try hasChanged(within: quiet) {
            try Task.checkCancellation()
        }
    }

    /// Whether something that matters has changed, or changes within some milliseconds; it is told once.
    /// - Throws: `StorageError`.
    public func hasChanged(within milliseconds: Int) throws -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, Int32(milliseconds)) > 0 else { return false }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        var matters = false
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                if count < 0, errno != EAGAIN { throw StorageError.system(errno, path: "", action: "watch folders") }
                return matters
            }
            var offset = 0
            let header = MemoryLayout<inotify_event>.size
            while offset + header <= count {
                let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                let bytes = buffer[(offset + header)..<(offset + header + Int(event.len))].prefix { $0 != 0 }
                matters = isOfInterest(event, name: String(decoding: bytes, as: UTF8.self)) || matters
                offset += header + Int(event.len)
            }
        }
    }

    private func isOfInterest(_ event: inotify_event, name: String) -> Bool {
        // Too many at once to be told one by one, or a folder that is gone.
        if event.wd < 0 || event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
        return names.withLock { names in
            if event.mask & UInt32(IN_IGNORED) != 0 {
                names[event.wd] = nil
                return true
            }
            guard let wanted = names[event.wd] else { return false }
            if wanted.isEmpty { return !name.hasPrefix(".") || name == ".gitignore" }
            return wanted.contains(name)
        }
    }
}
