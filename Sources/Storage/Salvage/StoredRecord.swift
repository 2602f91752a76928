import Foundation
import GRDB

/// The values of a row, read from the bytes SQLite wrote (sqlite.org/fileformat2.html, section 2.1).
enum StoredRecord {
    /// The values that `bytes` are; nil where they are no record from their first to their last byte.
    static func values(_ bytes: [UInt8]) -> [DatabaseValue]? {
        var header = ByteReader(bytes, from: 0)
        guard let headerSize = header.integer().flatMap({ Int(exactly: $0) }), (1...bytes.count).contains(headerSize)
        else { return nil }
        var start = headerSize
        var values: [DatabaseValue] = []
        while header.position < headerSize {
            guard let type = header.integer(), header.position <= headerSize, let length = length(of: type),
                length <= bytes.count - start, let value = value(type, bytes[start..<start + length])
            else { return nil }
            values.append(value)
            start += length
        }
        return start == bytes.count ? values : nil
    }

    /// Whether a record of so many bytes can begin with `bytes`, by what its header says of the lengths of its values.
    static func canBegin(_ bytes: [UInt8], ofSize size: Int) -> Bool {
        var header = ByteReader(bytes, from: 0)
        guard let headerSize = header.integer().flatMap({ Int(exactly: $0) }), (1...size).contains(headerSize)
        else { return false }
        var end = headerSize
        while header.position < headerSize {
            // A header that goes on elsewhere tells nothing yet.
            guard headerSize <= bytes.count else { return true }
            guard let type = header.integer(), let length = length(of: type), length <= size - end else { return false }
            end += length
        }
        return end == size
    }

    private static func length(of type: Int64) -> Int? {
        switch type {
        case 0, 8, 9: 0
        case 1...4: Int(type)
        case 5: 6
        case 6, 7: 8
        case 12...: Int(type - 12) / 2
        default: nil
        }
    }

    private static func value(_ type: Int64, _ bytes: ArraySlice<UInt8>) -> DatabaseValue? {
        switch type {
        case 0: .null
        case 1...6:
            bytes.dropFirst().reduce(Int64(Int8(bitPattern: bytes[bytes.startIndex]))) { $0 << 8 | Int64($1) }
                .databaseValue
        case 7: Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) }).databaseValue
        case 8, 9: (type - 8).databaseValue
        // Text that is none is damaged: the program writes no such.
        case _ where type % 2 == 1: String(validating: bytes, as: UTF8.self)?.databaseValue
        default: Data(bytes).databaseValue
        }
    }
}
