import Dispatch
import Encoder
import Foundation
import Retrieval
import Storage
import Synchronization

/// The embedding model of a folder, used as the program uses it.
struct ModelEncoder: TextEncoder {
    let identifier: String
    private let encoder: SentenceEncoder

    var dimension: Int { encoder.dimension }
    var maximumTokens: Int { encoder.maximumTokens }

    /// - Parameter identifier: The name under which the index has its vectors.
    init(folder: String, identifier: String) throws {
        self.identifier = identifier
        let weights = try MappedFile(path: folder + "/model.safetensors")
        let vocabulary = try MappedFile(path: folder + "/vocab.txt")
        encoder = try SentenceEncoder(
            identifier: identifier,
            configuration: try FileReader(maximumBytes: 1_000_000).read(folder + "/config.json"),
            vocabulary: vocabulary.bytes,
            weights: try SafetensorsFile(bytes: weights.bytes, owner: weights),
            threads: ProcessInfo.processInfo.activeProcessorCount
        )
    }

    func tokenCount(of text: String) -> Int { encoder.tokenizer.count(text) }

    func pieces(of text: String) -> [Int32] { encoder.tokenizer.ids(of: text, limit: encoder.maximumTokens) }

    func encode(_ texts: [String], as role: EncodedRole) -> [Float] {
        texts.count == 1 ? encoder.encode(texts[0]) : encoder.encode(texts).values
    }

    func tokenVectors(of texts: [String]) -> [TokenVectors]? {
        // What they put in order is close to each other; reduced precision is enough for that.
        let precision: EncoderPrecision? = encoder.hasReducedPrecision ? .reduced : nil
        let vectors =
            encoder.runsAsWhole ? encoder.tokenEmbeddings(texts, precision: precision) : sideBySide(texts)
        return vectors.map { TokenVectors(pieces: $0.ids, values: $0.vectors.values) }
    }

    /// The same where the encoder keeps to one thread.
    private func sideBySide(_ texts: [String]) -> [TokenEmbeddings] {
        let result = Mutex([TokenEmbeddings?](repeating: nil, count: texts.count))
        DispatchQueue.concurrentPerform(iterations: texts.count) { index in
            for embeddings in encoder.tokenEmbeddings([texts[index]]) { result.withLock { $0[index] = embeddings } }
        }
        return result.withLock { $0.compactMap(\.self) }
    }
}
