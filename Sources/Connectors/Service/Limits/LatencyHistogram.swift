/// How long answers took, in classes that each reach half again as far as the one before: 1 ms to about two minutes.
struct LatencyHistogram: Sendable, Codable, Equatable {
    /// The upper ends of the classes, in seconds; the last class has none.
    static let bounds: [Double] = (0..<30).map { index in
        (0..<index).reduce(0.001) { bound, _ in bound * 1.5 }
    }

    private var counts: [Int]
    private var sum = 0.0

    /// Nothing measured yet.
    init() {
        counts = Array(repeating: 0, count: Self.bounds.count + 1)
    }

    /// Answers measured.
    var count: Int { counts.reduce(0, +) }

    /// The mean in seconds; nil where nothing was measured.
    var mean: Double? {
        let count = count
        return count == 0 ? nil : sum / Double(count)
    }

    /// Counts an answer.
    mutating func add(_ seconds: Double) {
        let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        counts[place] += 1
        sum += seconds
    }

    /// Counts what another one counted.
    mutating func add(_ other: LatencyHistogram) {
        guard other.counts.count == counts.count else { return }
        for place in counts.indices { counts[place] += other.counts[place] }
        sum += other.sum
    }

    /// The upper end, in seconds, of the class that the given share of answers does not exceed; nil where nothing was
    /// measured. For the class without an end, the end of the one before.
    func quantile(_ share: Double) -> Double? {
        let count = count
        guard count > 0 else { return nil }
        let wanted = (share * Double(count)).rounded(.up)
        var reached = 0
        for (place, number) in counts.enumerated() {
            reached += number
            if Double(reached) >= wanted, reached > 0 { return Self.bounds[min(place, Self.bounds.count - 1)] }
        }
        return Self.bounds.last
    }
}
