import Foundation
import JSON

/// The records of a source before their values are read, fields in the order of the description.
struct RawTable: Sendable {
    /// One record.
    struct Row: Sendable {
        /// How messages call it: `line 12`.
        var place: String
        /// One value a field; nil where the record does not have it.
        var values: [WireValue?]
    }

    /// How messages call the whole: `tasks.csv`.
    var name: String
    /// The records.
    var rows: [Row] = []
    /// Fields that no record has, by their places.
    var absent: Set<Int> = []
    /// What there is in their stead, for the message.
    var present: [String] = []
    /// Records that could not be taken, and why.
    var issues = RowIssues()
    /// The source's time of the whole.
    var asOf: Date?
}

/// What was wrong with single records: the first few in words, all of them counted.
struct RowIssues: Sendable, Hashable {
    private static let shown = 3
    private(set) var count = 0
    private var first: [String] = []

    /// Adds one.
    mutating func add(_ text: String) {
        count += 1
        if first.count < RowIssues.shown { first.append(text) }
    }

    /// Adds those of another part.
    mutating func add(_ other: RowIssues) {
        count += other.count
        first = Array((first + other.first).prefix(RowIssues.shown))
    }

    /// The words for the owner.
    var notes: [String] {
        count > first.count ? first + ["\(count - first.count) more values or records like these"] : first
    }
}
