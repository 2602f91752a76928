import GRDB

/// Reads rows from the trees of a damaged file, around what is damaged.
struct TreeReader {
    /// A row as it lies in its tree.
    struct StoredRow {
        /// Its number; nil in an index or a table without such.
        var rowid: Int64?
        /// Its values, in the order in which they are stored.
        var values: [DatabaseValue]
        /// Bytes of its record.
        var size: Int
    }

    /// The numbers that rows of a part of a table can have.
    struct RowRange: Hashable {
        /// They are larger than this one.
        var after: Int64?
        /// They are not larger than this one.
        var through: Int64?

        func contains(_ rowid: Int64) -> Bool { after ?? .min < rowid && rowid <= through ?? .max }
    }

    /// A part of a tree, in the order of its rows.
    enum Step {
        case leaf(page: Int, rows: RowRange)
        /// A row between leaves, as tables that are kept like an index have.
        case cell(page: Int, index: Int)
        /// What is below a page that is not one of the tree.
        case lost(RowRange)
    }

    /// What comes of a step.
    enum Found {
        case row(StoredRow)
        /// A row that cannot be read.
        case damagedRow
        /// Rows that cannot be read, nobody knows how many.
        case lost(RowRange)
    }

    let file: DamagedFile
    /// Deeper trees there are not.
    private static let deepest = 40

    /// The steps of the tree that begins at the page `root`.
    /// - Parameter claimed: The pages of trees, to which those of this one are added.
    func steps(from root: Int, isTable: Bool, claimed: inout Set<Int>) -> [Step] {
        var steps: [Step] = []
        descend(root, isTable: isTable, rows: RowRange(), depth: 0, &claimed, &steps)
        return steps
    }

    private func descend(
        _ number: Int,
        isTable: Bool,
        rows: RowRange,
        depth: Int,
        _ claimed: inout Set<Int>,
        _ steps: inout [Step]
    ) {
        guard depth < Self.deepest, !claimed.contains(number), let page = treePage(number), page.kind.isTable == isTable
        else { return steps.append(.lost(rows)) }
        claimed.insert(number)
        guard let lastChild = page.lastChild else { return steps.append(.leaf(page: number, rows: rows)) }
        var before = rows.after
        for index in 0..<page.cellCount {
            guard let cell = page.cell(index), let child = cell.child else {
                steps.append(.lost(RowRange(after: before, through: rows.through)))
                continue
            }
            let range = RowRange(after: before, through: cell.rowid ?? rows.through)
            descend(child, isTable: isTable, rows: range, depth: depth + 1, &claimed, &steps)
            before = cell.rowid ?? before
            if !isTable { steps.append(.cell(page: number, index: index)) }
        }
        let range = RowRange(after: before, through: rows.through)
        descend(lastChild, isTable: isTable, rows: range, depth: depth + 1, &claimed, &steps)
        if !isComplete(page) { steps.append(.lost(rows)) }
    }

    /// The page of a tree; nil where it is none.
    func treePage(_ number: Int) -> TreePage? {
        file.page(number).flatMap { TreePage($0, number: number) }
    }

    /// Gives what a step leads to.
    func read(_ step: Step, _ found: (Found) throws -> Void) rethrows {
        switch step {
        case .lost(let rows): try found(.lost(rows))
        case .cell(let number, let index):
            let row = treePage(number).flatMap { page in storedRow(index, of: page) }
            try found(row.map { .row($0) } ?? .damagedRow)
        case .leaf(let number, let rows):
            guard let page = treePage(number) else { return try found(.lost(rows)) }
            for row in self.rows(of: page) {
                guard let row, row.rowid.map(rows.contains) ?? true else {
                    try found(.damagedRow)
                    continue
                }
                try found(.row(row))
            }
            if !isComplete(page) { try found(.lost(rows)) }
        }
    }

    /// Whether each byte in the area of the cells is a cell's, or free, as SQLite's own check wants it: a page whose count of cells
    /// is too small has bytes that are nobody's.
    private func isComplete(_ page: TreePage) -> Bool {
        guard var parts = page.freeBlocks() else { return false }
        for index in 0..<page.cellCount {
            guard let cell = page.cell(index), let end = end(of: cell, on: page) else { return false }
            // No cell takes less: a free block has to fit in its place.
            parts.append(cell.start..<max(end, cell.start + 4))
        }
        var (position, unused) = (page.contentStart, 0)
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard part.lowerBound >= position else { return false }
            unused += part.lowerBound - position
            position = part.upperBound
        }
        return unused + file.usableSize - position == page.fragmentedBytes
    }

    /// Where a cell ends on its page; nil where it would go on beyond it.
    private func end(of cell: TreePage.Cell, on page: TreePage) -> Int? {
        guard page.kind != .tableInterior else { return cell.payloadStart }
        let local = localSize(of: cell, on: page)
        let end = cell.payloadStart + local + (local < cell.payloadSize ? 4 : 0)
        return end <= file.usableSize ? end : nil
    }

    /// Bytes of a record that are on the page of its cell.
    private func localSize(of cell: TreePage.Cell, on page: TreePage) -> Int {
        let (usable, size) = (file.usableSize, cell.payloadSize)
        let largest = page.kind.isTable ? usable - 35 : (usable - 12) * 64 / 255 - 23
        guard size > largest else { return size }
        let least = (usable - 12) * 32 / 255 - 23
        let fitting = least + (size - least) % (usable - 4)
        return fitting <= largest ? fitting : least
    }

    /// The rows of a page, nil for those that cannot be read.
    func rows(of page: TreePage) -> [StoredRow?] {
        (0..<page.cellCount).map { index in storedRow(index, of: page) }
    }

    private func storedRow(_ index: Int, of page: TreePage) -> StoredRow? {
        guard let cell = page.cell(index), let payload = payload(of: cell, on: page),
            let values = StoredRecord.values(payload)
        else { return nil }
        return StoredRow(rowid: cell.rowid, values: values, size: payload.count)
    }

    /// The bytes of a record, of which long ones go on on other pages.
    private func payload(of cell: TreePage.Cell, on page: TreePage) -> [UInt8]? {
        let (usable, size) = (file.usableSize, cell.payloadSize)
        guard size <= file.pageCount * usable, self.end(of: cell, on: page) != nil else { return nil }
        let end = cell.payloadStart + localSize(of: cell, on: page)
        var payload = Array(page.bytes[cell.payloadStart..<end])
        guard payload.count < size else { return payload }
        // What is none is not followed: a page of noise would have the whole file copied for each of its cells.
        guard StoredRecord.canBegin(payload, ofSize: size) else { return nil }
        var next = DamagedFile.number(page.bytes, at: end)
        var followed: Set<Int> = []
        while payload.count < size {
            // No page is twice in a record.
            guard followed.insert(next).inserted else { return nil }
            // A page of nothing but zeros is one that was lost: it would end the record with zeros that nobody wrote.
            guard let bytes = file.page(next), bytes.contains(where: { $0 != 0 }) else { return nil }
            payload += bytes[4..<4 + min(usable - 4, size - payload.count)]
            next = DamagedFile.number(bytes, at: 0)
        }
        return payload
    }
}
