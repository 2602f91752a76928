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
            weights: try SafetensorsFile(bytes: weights.bytes, owner: weights)
        )
    }

    func tokenCount(of text: String) -> Int { encoder.tokenizer.count(text) }

    func pieces(of text: String) -> [Int32] { encoder.tokenizer.ids(of: text, limit: encoder.maximumTokens) }

    func encode(_ texts: [String], as role: EncodedRole) -> [Float] { encoder.encode(texts).values }

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
}
