/// A page of a tree of rows or of an index, as SQLite writes it (sqlite.org/fileformat2.html, section 1.6).
///
/// Nothing in it is believed: what lies outside of the page, or contradicts itself, is not there.
struct TreePage {
    /// What it holds, by its first byte.
    enum Kind: UInt8 {
        case indexInterior = 2
        case tableInterior = 5
        case indexLeaf = 10
        case tableLeaf = 13

        var isTable: Bool { self == .tableInterior || self == .tableLeaf }
        var isLeaf: Bool { self == .indexLeaf || self == .tableLeaf }
    }

    /// A row, or a key with the page of the rows before it.
    struct Cell {
        /// The page of what comes before its key; nil on a leaf.
        var child: Int?
        /// The row's number; nil in an index.
        var rowid: Int64?
        /// Where it begins.
        var start = 0
        /// Bytes of the record in all; 0 where there is none.
        var payloadSize = 0
        /// Where its part on this page begins.
        var payloadStart = 0
    }

    let kind: Kind
    /// Rows or keys in it.
    let cellCount: Int
    /// The page of what comes after all keys; nil on a leaf.
    let lastChild: Int?
    let bytes: [UInt8]
    private let header: Int

    /// - Parameter number: The page's, from 1; the first one begins with the header of the file.
    init?(_ bytes: [UInt8], number: Int) {
        let header = number == 1 ? 100 : 0
        guard bytes.count >= header + 12, let kind = Kind(rawValue: bytes[header]) else { return nil }
        let count = Int(bytes[header + 3]) << 8 | Int(bytes[header + 4])
        guard header + (kind.isLeaf ? 8 : 12) + 2 * count <= bytes.count else { return nil }
        (self.kind, self.bytes, self.header, cellCount) = (kind, bytes, header, count)
        lastChild = kind.isLeaf ? nil : DamagedFile.number(bytes, at: header + 8)
    }

    /// A cell of the page; nil where it is damaged.
    func cell(_ index: Int) -> Cell? {
        let pointer = header + (kind.isLeaf ? 8 : 12) + 2 * index
        guard pointer + 1 < bytes.count else { return nil }
        var reader = ByteReader(bytes, from: Int(bytes[pointer]) << 8 | Int(bytes[pointer + 1]))
        guard reader.position >= pointer + 2 else { return nil }
        var cell = Cell(start: reader.position)
        if !kind.isLeaf {
            cell.child = DamagedFile.number(bytes, at: reader.position)
            reader.position += 4
        }
        if kind != .tableInterior {
            guard let size = reader.integer(), size >= 0 else { return nil }
            cell.payloadSize = Int(size)
        }
        if kind.isTable {
            guard let rowid = reader.integer() else { return nil }
            cell.rowid = rowid
        }
        cell.payloadStart = reader.position
        return cell
    }

    /// Where the area of the cells begins, which goes to the end of the page.
    var contentStart: Int {
        let start = short(at: header + 5)
        return start == 0 ? 65_536 : start
    }

    /// Bytes between cells that are too few to be used again.
    var fragmentedBytes: Int { Int(bytes[header + 7]) }

    /// The parts of the area of the cells that are free, in their order; nil where the list of them goes astray.
    func freeBlocks() -> [Range<Int>]? {
        var blocks: [Range<Int>] = []
        var start = short(at: header + 1)
        while start > 0 {
            guard start >= blocks.last?.upperBound ?? contentStart, start + 4 <= bytes.count else { return nil }
            let size = short(at: start + 2)
            guard size >= 4, start + size <= bytes.count else { return nil }
            blocks.append(start..<start + size)
            start = short(at: start)
        }
        return blocks
    }

    private func short(at index: Int) -> Int { Int(bytes[index]) << 8 | Int(bytes[index + 1]) }
}

/// Reads numbers of varying length, and never past the end.
struct ByteReader {
    private let bytes: [UInt8]
    /// The byte that is read next.
    var position: Int

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// A number of one to nine bytes; nil where the bytes end before.
    mutating func integer() -> Int64? {
        var value: UInt64 = 0
        for index in 0..<9 {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return Int64(bitPattern: value) }
        }
        return nil
    }
}
