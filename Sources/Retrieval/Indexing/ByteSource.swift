import Crypto
import Foundation
import Storage

/// Bytes that are read piece by piece.
protocol ByteSource {
    /// How many there are.
    var count: Int { get }

    /// `count` bytes from `offset` on, all of which there are.
    /// - Throws: `StorageError`.
    func bytes(at offset: Int, count: Int) throws -> Data
}

/// The bytes that a file had when it was opened.
struct FileBytes: ByteSource {
    let file: StreamedFile

    var count: Int { file.stamp.size }

    func bytes(at offset: Int, count: Int) throws -> Data {
        let data = try file.bytes(at: offset, count: count)
        guard data.count == count else { throw Self.changing(file.path) }
        return data
    }

    /// The digests of the first so many bytes, for each of `counts`, which rise.
    func digests(ofFirst counts: [Int]) throws -> [Data] {
        var hash = SHA256()
        var offset = 0
        return try counts.map { end in
            while offset < end {
                let piece = try bytes(at: offset, count: min(1 << 20, end - offset))
                hash.update(data: piece)
                offset += piece.count
            }
            return Data(hash.finalize())
        }
    }

    static func changing(_ path: String) -> StorageError {
        StorageError(
            code: .changing,
            path: path,
            message: "is written to while it is read",
            nextStep: "try again when it is complete"
        )
    }
}

/// Bytes in memory.
struct MemoryBytes: ByteSource {
    let data: Data

    var count: Int { data.count }

    func bytes(at offset: Int, count: Int) -> Data {
        Data(data[(data.startIndex + offset)..<(data.startIndex + offset + count)])
    }
}
