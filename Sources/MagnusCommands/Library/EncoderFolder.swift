import Crypto
import Dispatch
import Encoder
import Foundation
import Retrieval
import Storage
import Synchronization

/// The folder of an embedding model: `config.json`, `vocab.txt`, `model.safetensors`.
struct EncoderFolder {
    /// Where it is.
    let path: String

    /// SHA-256 of the weights of all-MiniLM-L6-v2 that Magnus was made with.
    static let checksum = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

    /// The model, its weights used where the file is mapped.
    ///
    /// - Throws: `StorageError` where a file cannot be read, `EncoderError` where one is damaged.
    func load(precision: EncoderPrecision = .single) throws -> InstalledEncoder {
        let weights = try MappedFile(path: path + "/model.safetensors")
        let vocabulary = try MappedFile(path: path + "/vocab.txt")
        let configuration = try FileReader(maximumBytes: 1_000_000).read(path + "/config.json")
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let encoder = try SentenceEncoder(
            identifier: EncoderFolder.identifier(weights, vocabulary, precision),
            configuration: configuration,
            vocabulary: vocabulary.bytes,
            weights: try SafetensorsFile(bytes: weights.bytes, owner: weights),
            precision: precision,
            threads: workers
        )
        return InstalledEncoder(encoder: encoder, workers: workers)
    }

    /// Whether the weights are those Magnus was made with; reads the whole file.
    ///
    /// - Throws: `StorageError`.
    func hasExpectedChecksum() throws -> Bool {
        let weights = try MappedFile(path: path + "/model.safetensors")
        var hash = SHA256()
        hash.update(bufferPointer: weights.bytes)
        return EncoderFolder.hexadecimal(hash.finalize()) == EncoderFolder.checksum
    }

    /// Names the model by samples of its files: enough to tell two models apart, and read in a millisecond. Vectors of
    /// different precision are kept apart.
    private static func identifier(
        _ weights: MappedFile,
        _ vocabulary: MappedFile,
        _ precision: EncoderPrecision
    ) -> String {
        let (sample, distance) = (4_096, 1_048_576)
        var hash = SHA256()
        for start in stride(from: 0, to: weights.count, by: distance) {
            let end = min(start + sample, weights.count)
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: weights.bytes[start..<end]))
        }
        hash.update(data: Data("\(weights.count) \(vocabulary.count)".utf8))
        let name = "all-MiniLM-L6-v2@" + hexadecimal(hash.finalize()).prefix(12)
        return precision == .single ? name : "\(name)-\(precision.rawValue)"
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// The embedding model as the index uses it.
struct InstalledEncoder: TextEncoder {
    /// The model.
    let encoder: SentenceEncoder
    /// How many threads encode many texts.
    let workers: Int

    var identifier: String { encoder.identifier }
    var dimension: Int { encoder.dimension }
    var maximumTokens: Int { encoder.maximumTokens }

    /// How vectors are calculated, for `magnus doctor`.
    var calculation: String {
        let instructions = encoder.usesTiles ? "AMX tiles" : encoder.instructionSet.rawValue
        return "\(encoder.precision.rawValue) precision on \(instructions)"
    }

    func tokenCount(of text: String) -> Int {
        encoder.tokenizer.count(text)
    }

    func pieces(of text: String) -> [Int32] {
        encoder.tokenizer.ids(of: text, limit: encoder.maximumTokens)
    }

    func tokenVectors(of texts: [String]) -> [TokenVectors]? {
        let result = Mutex([TokenVectors](repeating: TokenVectors(pieces: [], values: []), count: texts.count))
        DispatchQueue.concurrentPerform(iterations: texts.count) { index in
            for embeddings in encoder.tokenEmbeddings([texts[index]]) {
                let vectors = TokenVectors(pieces: embeddings.ids, values: embeddings.vectors.values)
                result.withLock { $0[index] = vectors }
            }
        }
        return result.withLock { $0 }
    }

    func encode(_ texts: [String], as role: EncodedRole) -> [Float] {
        if texts.count == 1 { return encoder.encode(texts[0]) }
        // A handful of texts is done before a thread has started.
        guard texts.count >= 8, workers > 1 else { return encoder.encode(texts).values }
        // Texts of like length together, dealt out in turn, so that every thread gets as much work.
        let order = texts.indices.sorted { texts[$0].utf8.count > texts[$1].utf8.count }
        let width = encoder.dimension
        let result = Mutex([Float](repeating: 0, count: texts.count * width))
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let share = stride(from: worker, to: order.count, by: workers).map { order[$0] }
            let values = encoder.encode(share.map { texts[$0] }).values
            result.withLock { result in
                for (row, index) in share.enumerated() {
                    let vector = values[(row * width)..<((row + 1) * width)]
                    result.replaceSubrange((index * width)..<((index + 1) * width), with: vector)
                }
            }
        }
        return result.withLock { $0 }
    }
}
