/// Wilder's average true range, fed bar by bar.
struct AverageTrueRange {
    static let period = 14

    /// The average over the bars so far; nil before the 14th.
    private(set) var value: Double?
    private var sum = 0.0
    private var count = 0
    private var previousClose: Double?

    mutating func add(high: Double, low: Double, close: Double) {
        var range = high - low
        if let previousClose { range = max(range, abs(high - previousClose), abs(low - previousClose)) }
        previousClose = close
        count += 1
        if let average = value {
            value = (average * Double(Self.period - 1) + range) / Double(Self.period)
        } else {
            sum += range
            if count == Self.period { value = sum / Double(Self.period) }
        }
    }
}

/// Wilder's average directional index, fed bar by bar: the strength of a trend, 0 to 100, whichever way it goes.
struct DirectionalIndex {
    static let period = 14

    /// The index over the bars so far; nil before the 28th.
    private(set) var value: Double?
    private var previous: (high: Double, low: Double, close: Double)?
    private var (range, up, down) = (0.0, 0.0, 0.0)
    private var moves = 0
    private var sum = 0.0
    private var indices = 0

    mutating func add(high: Double, low: Double, close: Double) {
        defer { previous = (high, low, close) }
        guard let last = previous else { return }
        let (rise, fall) = (high - last.high, last.low - low)
        let upMove = rise > fall && rise > 0 ? rise : 0
        let downMove = fall > rise && fall > 0 ? fall : 0
        let trueRange = max(high - low, abs(high - last.close), abs(low - last.close))
        moves += 1
        let period = Double(Self.period)
        if moves <= Self.period {
            range += trueRange
            up += upMove
            down += downMove
        } else {
            range += trueRange - range / period
            up += upMove - up / period
            down += downMove - down / period
        }
        guard moves >= Self.period else { return }
        // The range cancels from the ratio of the two directional indicators.
        let index = range > 0 && up + down > 0 ? 100 * abs(up - down) / (up + down) : 0
        indices += 1
        if let average = value {
            value = (average * (period - 1) + index) / period
        } else {
            sum += index
            if indices == Self.period { value = sum / period }
        }
    }
}
