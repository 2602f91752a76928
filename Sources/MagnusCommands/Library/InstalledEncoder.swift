import Dispatch
import Encoder
import Retrieval
import Synchronization

/// The embedding model as the index uses it.
struct InstalledEncoder: TextEncoder {
    /// The model.
    let encoder: SentenceEncoder
    /// How many threads encode many texts.
    let workers: Int
    /// How chunks are measured.
    let measure: EncoderFolder.Measure
    /// What is put before a text.
    let prefixes: [EncodedRole: String]
    /// Whether its cosines are on the usual scale.
    let isCalibrated: Bool

    var identifier: String { encoder.identifier }
    var dimension: Int { encoder.dimension }
    var maximumTokens: Int { encoder.maximumTokens }
    var measureName: String { measure.name }

    /// How vectors are calculated, for `magnus doctor`.
    var calculation: String {
        let instructions = encoder.usesTiles ? "AMX tiles" : encoder.instructionSet.rawValue
        return "\(encoder.precision.rawValue) precision on \(instructions)"
    }

    func tokenCount(of text: String) -> Int {
        measure.tokenizer.count(text)
    }

    func encode(_ texts: [String], as role: EncodedRole) -> [Float] {
        let prefix = prefixes[role] ?? ""
        let texts = prefix.isEmpty ? texts : texts.map { prefix + $0 }
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
