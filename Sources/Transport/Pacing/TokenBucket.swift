package import Foundation

/// How much may still be asked of a service: `burst` requests (or units of them) at once, refilled at `perSecond`.
package struct TokenBucket: Sendable {
    /// How full a bucket was at a time; what is remembered of it.
    package struct Level: Sendable, Codable, Equatable {
        /// Requests that could be made at once; negative where some were promised ahead.
        package var tokens: Double
        /// When.
        package var time: Date

        /// A level.
        package init(tokens: Double, time: Date) {
            self.tokens = tokens
            self.time = time
        }
    }

    package let limit: RateLimit
    package private(set) var level: Level
    /// Tokens taken and not yet written down where other processes see them.
    package private(set) var taken: Double = 0

    package init(limit: RateLimit, now: Date) {
        self.limit = limit
        level = Level(tokens: max(1, limit.burst), time: now)
    }

    /// Takes tokens, if they are there within `longest` seconds.
    ///
    /// - Returns: Seconds until the tokens are there, 0 for at once; the caller waits for them. Where that is longer than
    ///   `longest` nothing was taken.
    package mutating func take(
        _ count: Double = 1,
        at now: Date,
        within longest: Double
    ) -> (isTaken: Bool, wait: Double) {
        level = refilled(level, at: now)
        let missing = count - level.tokens
        let wait = missing <= 0 ? 0 : limit.perSecond > 0 ? missing / limit.perSecond : .infinity
        guard wait <= longest else { return (false, wait) }
        level.tokens -= count
        taken += count
        return (true, wait)
    }

    /// The level after what other processes took (`stored`) and what this one took since it last asked.
    package mutating func merge(_ stored: Level?, at now: Date) -> Level {
        if let stored {
            level = refilled(stored, at: now)
            level.tokens -= taken
        }
        taken = 0
        return level
    }

    private func refilled(_ level: Level, at now: Date) -> Level {
        let seconds = now.timeIntervalSince(level.time)
        // A clock that was put back refills nothing, but the level counts from its new time on.
        let tokens = level.tokens + max(0, seconds) * max(0, limit.perSecond)
        return Level(tokens: min(max(1, limit.burst), tokens), time: now)
    }
}
