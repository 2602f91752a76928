import GRDB

/// About how many chunks stand before one of a given id, over all collections.
struct ChunkRanks {
    private var ranges: [ClosedRange<Int64>] = []

    init(_ db: GRDB.Database) throws {
        for id in try Int64.fetchAll(db, sql: "SELECT id FROM collections ORDER BY id") {
            let range = ChunkNumbers.range(ofCollection: id)
            let row = try Row.fetchOne(
                db,
                sql: "SELECT min(id), max(id) FROM chunks WHERE id BETWEEN ? AND ?",
                arguments: [range.lowerBound, range.upperBound]
            )
            if let first: Int64 = row?[0], let last: Int64 = row?[1] { ranges.append(first...last) }
        }
    }

    func rank(of id: Int64) -> Int {
        ranges.reduce(0) { sum, range in
            sum + (id < range.lowerBound ? 0 : Int(min(id, range.upperBound) - range.lowerBound) + 1)
        }
    }
}
