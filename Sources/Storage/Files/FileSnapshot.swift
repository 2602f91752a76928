public import Foundation

/// The bytes that a file had at one moment.
public struct FileSnapshot: Sendable {
    /// All of its bytes.
    public var data: Data
    /// Bytes of the file; other than those of `data` only where the system gives no size.
    public var size: Int
    /// When the file was changed last, in nanoseconds since 1970.
    public var modifiedAt: Int
    /// When the system last noted a change of its bytes or its status, in nanoseconds since 1970; no program sets that time.
    public var statusChangedAt: Int
    /// Whether a later change is sure to show in `size` or `modifiedAt`.
    ///
    /// File systems note the time of a change in steps of up to two seconds: one that follows so closely may leave both as
    /// they are.
    public var isSettled: Bool

    init(data: Data, size: Int, modifiedAt: Int, statusChangedAt: Int, readAt: Int) {
        self.data = data
        self.size = size
        self.modifiedAt = modifiedAt
        self.statusChangedAt = statusChangedAt
        isSettled = Self.isSettled(modifiedAt, at: readAt)
    }

    /// Whether a change after `time` shows in the time of a file that was changed last at `modifiedAt`.
    static func isSettled(_ modifiedAt: Int, at time: Int) -> Bool {
        abs(time - modifiedAt) >= 2_000_000_000
    }

    /// Nanoseconds since 1970 by the clock that file systems use.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}
