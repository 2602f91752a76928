import Foundation
import Markets

/// Puts the rows of an export into the order in which they happened.
enum HistoryOrder {
    /// The rows oldest first, each with its rank within its date as `sequence`.
    ///
    /// Brokers list the newest row first, also within a day; a file in the other direction is recognised by its dates.
    ///
    /// - Parameters:
    ///   - instants: The moment of each row, where the file tells it.
    ///   - isOldestFirst: Whether the file lists rows of one moment in the order they happened; nil where its dates tell.
    static func arranged(
        _ rows: [Transaction],
        instants: [Date]? = nil,
        isOldestFirst: Bool? = nil
    ) -> [Transaction] {
        var rising = 0
        var falling = 0
        for index in rows.indices.dropFirst() {
            if rows[index - 1].date < rows[index].date { rising += 1 }
            if rows[index - 1].date > rows[index].date { falling += 1 }
        }
        let isNewestFirst = isOldestFirst.map { !$0 } ?? (falling >= rising)
        struct Key {
            var moment: Double
            var place: Int
        }
        let keys = rows.indices.map { index in
            Key(
                moment: instants?[index].timeIntervalSince1970 ?? Double(rows[index].date.daysSinceEpoch),
                place: isNewestFirst ? -index : index
            )
        }
        let order = rows.indices.sorted { left, right in
            (keys[left].moment, keys[left].place) < (keys[right].moment, keys[right].place)
        }
        var arranged: [Transaction] = []
        arranged.reserveCapacity(rows.count)
        for index in order {
            var row = rows[index]
            if let last = arranged.last, last.date == row.date {
                row.sequence = last.sequence + 1
            } else {
                row.sequence = 0
            }
            arranged.append(row)
        }
        return arranged
    }
}
