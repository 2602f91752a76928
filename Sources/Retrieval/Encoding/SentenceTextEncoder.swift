import Crypto
public import Encoder
import Foundation
import Storage
import Synchronization

/// A sentence encoder as searching and indexing use it: from the files of a model's folder, on several threads.
public struct SentenceTextEncoder: TextEncoder {
    private let encoder: SentenceEncoder
    private let threads: Int

    /// Wraps an encoder that is loaded; many texts at once are shared among `threads` threads.
    public init(_ encoder: SentenceEncoder, threads: Int) {
        self.encoder = encoder
        self.threads = max(1, threads)
    }

    /// Loads the model in `folder`: `config.json`, `vocab.txt` and `model.safetensors`.
    ///
    /// The weights are mapped, not read, so that this takes a few milliseconds. Vectors are known by the folder's name
    /// and a digest of samples of its files: another model under the same name is another encoder.
    /// - Throws: `StorageError` when a file cannot be read, `EncoderError` when it is damaged.
    public init(folder: String, threads: Int) throws {
        let configuration = try FileReader(maximumBytes: 1_000_000).read("\(folder)/config.json")
        let vocabulary = try MappedFile(path: "\(folder)/vocab.txt")
        let weights = try MappedFile(path: "\(folder)/model.safetensors")
        var digest = SHA256()
        digest.update(data: configuration)
        for file in [vocabulary, weights] { Self.sample(file, into: &digest) }
        let name = (folder as NSString).lastPathComponent
        let identifier = "\(name) " + digest.finalize().prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let encoder = try vocabulary.withUnsafeBytes { bytes in
            try SentenceEncoder(
                identifier: identifier,
                configuration: configuration,
                vocabulary: bytes,
                weights: SafetensorsFile(bytes: weights.bytes, owner: weights)
            )
        }
        self.init(encoder, threads: threads)
    }

    /// The encoder's identifier.
    public var identifier: String { encoder.identifier }
    /// Numbers in a vector.
    public var dimension: Int { encoder.dimension }
    /// The most word pieces of a text that count, `[CLS]` and `[SEP]` included.
    public var maximumTokens: Int { encoder.maximumTokens }

    /// Word pieces of `text`, without `[CLS]` and `[SEP]`.
    public func tokenCount(of text: String) -> Int {
        encoder.tokenizer.count(text)
    }

    /// The vectors of `texts` one after the other, of length 1.
    public func encode(_ texts: [String]) throws -> [Float] {
        let parts = min(threads, texts.count)
        guard parts > 1 else { return texts.isEmpty ? [] : encoder.encode(texts).values }
        // Every so-manieth text, so that each thread has as many long ones.
        let shares = (0..<parts).map { part in Array(stride(from: part, to: texts.count, by: parts)) }
        let results = Mutex([[Float]](repeating: [], count: parts))
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let values = encoder.encode(shares[part].map { texts[$0] }).values
            results.withLock { $0[part] = values }
        }
        var vectors = [Float](repeating: 0, count: texts.count * dimension)
        for (share, values) in zip(shares, results.withLock { $0 }) {
            for (row, index) in share.enumerated() {
                vectors.replaceSubrange(
                    index * dimension..<(index + 1) * dimension,
                    with: values[row * dimension..<(row + 1) * dimension]
                )
            }
        }
        return vectors
    }

    /// Adds the length of `file` and pages from all over it; reading all of a model takes too long at every start.
    private static func sample(_ file: MappedFile, into digest: inout SHA256) {
        digest.update(data: Data("\(file.count)".utf8))
        file.withUnsafeBytes { bytes in
            let page = 4_096
            let pages = 16
            for index in 0..<pages {
                let start = bytes.count / pages * index
                digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + page, bytes.count)]))
            }
        }
    }
}
