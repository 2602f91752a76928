import Synchronization

/// A flag that several threads look at.
final class SharedFlag: Sendable {
    private let value: Mutex<Bool>

    /// A flag that begins as `value`.
    init(_ value: Bool) {
        self.value = Mutex(value)
    }

    /// Whether it is set.
    var isSet: Bool { value.withLock { $0 } }

    /// Sets or clears it.
    func set(_ isSet: Bool) {
        value.withLock { $0 = isSet }
    }
}
