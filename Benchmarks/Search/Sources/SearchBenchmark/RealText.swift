import Foundation
import Retrieval
import Storage

/// An index of real documents, as large as wanted.
enum RealText {
    /// Joins indexes that `magnus eval retrieval` kept, with their vectors, in a new one of `chunks` chunks.
    ///
    /// Where they have fewer, their documents come again with other chunks: the end of each with the beginning of the next, cut at
    /// another place each time, and the mean of both vectors, so that words are as frequent as they were and no two chunks are alike.
    static func build(_ path: String, from indexes: [String], encoder: String, dimension: Int, chunks: Int) throws {
        let target = IndexStore(database: try Database(path: path))
        var made = 0
        for round in 0... {
            let before = made
            for source in indexes {
                // Their own tables may be of an older version.
                let store = IndexStore(database: try Database(path: source))
                let vectors = try store.vectors(encoder: encoder, dimension: dimension)
                for document in try store.documents() where made < chunks {
                    let own = try store.chunks(ofDocument: document.id)
                    let (records, codes) = round == 0 ? kept(own, vectors) : shifted(own, vectors, round: round)
                    guard !records.isEmpty else { continue }
                    var copy = document
                    copy.path = round == 0 ? document.path : "\(document.path)/\(round)"
                    try target.put(copy, chunks: records)
                    try target.add(codes, encoder: encoder, dimension: dimension)
                    made += records.count
                }
            }
            guard made < chunks, made > before else { break }
        }
        try target.packVectors(encoder: encoder)
    }

    private static func kept(_ chunks: [ChunkRecord], _ vectors: PackedVectors) -> ([ChunkRecord], [VectorRecord]) {
        var (records, codes) = ([ChunkRecord](), [VectorRecord]())
        for chunk in chunks {
            guard let row = row(of: chunk.id, vectors) else { continue }
            records.append(chunk)
            let components = vectors.components[(row * vectors.dimension)..<((row + 1) * vectors.dimension)]
            codes.append(VectorRecord(hash: chunk.hash, scale: vectors.scales[row], components: Array(components)))
        }
        return (records, codes)
    }

    private static func shifted(_ chunks: [ChunkRecord], _ vectors: PackedVectors, round: Int) -> (
        [ChunkRecord], [VectorRecord]
    ) {
        var (records, codes) = ([ChunkRecord](), [VectorRecord]())
        // Multiples of the golden section come close to no place twice.
        let share = (Double(round) * 0.618_034).truncatingRemainder(dividingBy: 1)
        for (first, second) in zip(chunks, chunks.dropFirst()) {
            guard let left = row(of: first.id, vectors), let right = row(of: second.id, vectors) else { continue }
            let dimension = vectors.dimension
            let sums = (0..<dimension).map { place in
                Float(1 - share) * vectors.scales[left] * Float(vectors.components[left * dimension + place])
                    + Float(share) * vectors.scales[right] * Float(vectors.components[right * dimension + place])
            }
            let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            let hash = Data((UInt8(truncatingIfNeeded: round)...).prefix(1)) + first.hash.dropLast()
            records.append(
                ChunkRecord(
                    title: first.title,
                    headings: first.headings,
                    text: first.text.suffix(Int(Double(first.text.count) * (1 - share))) + " "
                        + second.text.prefix(Int(Double(second.text.count) * share)),
                    lines: first.lines.lowerBound...max(first.lines.lowerBound, second.lines.upperBound),
                    hash: hash
                )
            )
            if let code = VectorRecord(hash: hash, vector: sums.map { $0 / length }[...]) { codes.append(code) }
        }
        return (records, codes)
    }

    private static func row(of chunkID: Int64, _ vectors: PackedVectors) -> Int? {
        var (low, high) = (0, vectors.chunkIDs.count)
        while low < high {
            let middle = (low + high) / 2
            if vectors.chunkIDs[middle] < chunkID { low = middle + 1 } else { high = middle }
        }
        return low < vectors.chunkIDs.count && vectors.chunkIDs[low] == chunkID ? low : nil
    }
}
