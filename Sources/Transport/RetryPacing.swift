public import Foundation

/// What waiting between repeats depends on; passed in, so that a test needs no time and no chance.
public struct RetryPacing: Sendable {
    /// Waits; throws `CancellationError` when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 to 1, for the jitter.
    public var random: @Sendable () -> Double
    /// The time by which dates in `Retry-After` are read.
    public var now: @Sendable () -> Date

    /// Pacing by the machine's clock and generator, where nothing else is given.
    public init(
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.sleep = sleep
        self.random = random
        self.now = now
    }
}
