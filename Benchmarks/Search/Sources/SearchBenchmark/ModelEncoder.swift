import Encoder
import Foundation
import Retrieval
import Storage

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

    func encode(_ texts: [String], as role: EncodedRole) -> [Float] {
        texts.count == 1 ? encoder.encode(texts[0]) : encoder.encode(texts).values
    }
}
