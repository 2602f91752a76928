public import Kernels

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Turns sentences into vectors of length 1 whose dot products say how close their meanings are.
///
/// Runs a model of the BERT or MPNet family (all-MiniLM-L6-v2), pooled by mean unless told otherwise. A sentence's vector is
/// the same bit for bit whatever else is encoded with it and on however many threads; it depends only on the instruction set
/// and the precision.
///
/// Loading checks everything and reads almost nothing: the weights are used where they lie and paged in on first use. An
/// encoder is a value that can be shared between tasks freely.
public struct SentenceEncoder: Sendable {
    /// Tells this model from others, as given when it was loaded.
    public let identifier: String
    /// Cuts text as the model does.
    public let tokenizer: WordPieceTokenizer
    /// Word pieces of a sequence, `[CLS]` and `[SEP]` included; what follows is left out.
    public let maximumTokens: Int
    /// How a sentence's vector is made of those of its word pieces.
    public var pooling: SentencePooling { forward.pooling }
    /// Values in a vector.
    public var dimension: Int { forward.dimensions.hiddenSize }
    /// The instructions in use.
    public var instructionSet: InstructionSet { forward.panelKernels.instructionSet }

    /// How exactly products are calculated.
    public let precision: EncoderPrecision
    /// Whether matrix tiles do the work: the processor has them, and the model's dimensions are multiples of theirs.
    public var usesTiles: Bool { instructionSet == .amx && forward.tiles != nil }

    private let forward: ForwardPass
    private let threads: Int

    // Enough to fill the processor's vectors, and small enough for its caches.
    private static let tokensPerBatch = 256

    /// Loads a model from the contents of its files.
    ///
    /// - Parameters:
    ///   - identifier: a name for the model, such as a digest of its weights.
    ///   - configuration: the contents of `config.json`.
    ///   - vocabulary: the contents of `vocab.txt`; copied.
    ///   - weights: `model.safetensors`, opened.
    ///   - pooling: how a sentence's vector is made.
    ///   - tokenizer: how text is treated before it is cut; as is usual in the model's family where it is nil.
    ///   - maximumTokens: word pieces of a sequence at most, `[CLS]` and `[SEP]` included; at least 3. No more than the
    ///     model has positions for are used.
    ///   - precision: how exactly products are calculated.
    ///   - threads: how many may share the work on a single text; more than 2 are not used.
    /// - Throws: where a file is damaged, the files do not belong together, or the model is of another kind.
    public init(
        identifier: String,
        configuration: Data,
        vocabulary: UnsafeRawBufferPointer,
        weights: SafetensorsFile,
        pooling: SentencePooling = .mean,
        tokenizer settings: TokenizerSettings? = nil,
        maximumTokens: Int = 256,
        instructionSet: InstructionSet = .best,
        precision: EncoderPrecision = .single,
        threads: Int = 1
    ) throws(EncoderError) {
        precondition(maximumTokens >= 3, "A sequence needs room for [CLS], a word piece and [SEP].")
        let dimensions = try EncoderConfiguration(json: configuration)
        tokenizer = try WordPieceTokenizer(
            vocabulary: vocabulary,
            settings: settings ?? TokenizerSettings(family: dimensions.family),
            for: dimensions
        )
        guard dimensions.longestSequence >= 3 else {
            let problem = "\(dimensions.maximumPositions) positions are too few for a sentence"
            throw EncoderError(.configuration, "field max_position_embeddings", problem, remedy: .chooseAnotherModel)
        }
        self.identifier = identifier
        self.maximumTokens = min(maximumTokens, dimensions.longestSequence)
        self.precision = precision
        self.threads = threads
        let weights = try EncoderWeights(weights, dimensions)
        forward = ForwardPass(
            weights: weights,
            dimensions: dimensions,
            panelKernels: PanelKernels(instructionSet),
            vectorKernels: VectorKernels(instructionSet),
            pooling: pooling,
            tiles: weights.tiles(dimensions, instructionSet, precision)
        )
    }

    /// The vector of one text, on the calling thread, with the help of another one where the encoder may use two.
    public func encode(_ text: String) -> [Float] {
        forward.sentenceVectors([sequence(for: text)], threads: threads)
    }

    /// The vectors of some texts, in their order, on the calling thread.
    public func encode(_ texts: [String]) -> EmbeddingMatrix {
        let sequences = texts.map(sequence(for:))
        var matrix = Assembly(count: texts.count, dimension: dimension)
        for batch in plan(for: sequences).batches {
            matrix.place(forward.sentenceVectors(batch.map { sequences[$0] }), at: batch)
        }
        return matrix.finished
    }

    /// The vectors of many texts, in their order, with several batches at a time.
    ///
    /// - Parameters:
    ///   - workers: batches at a time, each on a thread of its own; best the number of processors.
    ///   - progress: told how many texts are done, after each batch, with numbers that only grow.
    /// - Throws: `CancellationError` soon after the task was cancelled: batches under way are finished, at about 50 ms
    ///   each, and none is begun.
    public func encode(
        _ texts: [String],
        workers: Int,
        progress: (_ done: Int) -> Void = { _ in }
    ) async throws -> EmbeddingMatrix {
        precondition(workers > 0, "Encoding needs at least one worker.")
        let sequences = texts.map(sequence(for:))
        var matrix = Assembly(count: texts.count, dimension: dimension)
        var done = 0
        let forward = forward
        try await withThrowingTaskGroup(of: (batch: [Int], vectors: [Float]).self) { group in
            for (index, batch) in plan(for: sequences).batches.enumerated() {
                try Task.checkCancellation()
                if index >= workers, let finished = try await group.next() {
                    matrix.place(finished.vectors, at: finished.batch)
                    done += finished.batch.count
                    progress(done)
                }
                let batchSequences = batch.map { sequences[$0] }
                group.addTask {
                    try Task.checkCancellation()
                    return (batch, forward.sentenceVectors(batchSequences))
                }
            }
            while let finished = try await group.next() {
                matrix.place(finished.vectors, at: finished.batch)
                done += finished.batch.count
                progress(done)
            }
        }
        try Task.checkCancellation()
        return matrix.finished
    }

    /// The ids the network sees: the text's pieces within the limit, framed.
    private func sequence(for text: String) -> [Int32] {
        [tokenizer.beginning] + tokenizer.ids(of: text, limit: maximumTokens - 2) + [tokenizer.end]
    }

    private func plan(for sequences: [[Int32]]) -> BatchPlan {
        BatchPlan(lengths: sequences.map(\.count), tokensPerBatch: Self.tokensPerBatch)
    }
}

/// A matrix whose rows arrive batch by batch.
private struct Assembly {
    private let count: Int
    private let dimension: Int
    private var values: [Float]

    init(count: Int, dimension: Int) {
        self.count = count
        self.dimension = dimension
        values = [Float](repeating: 0, count: count * dimension)
    }

    /// Writes rows to their places.
    mutating func place(_ rows: [Float], at indices: [Int]) {
        for (row, index) in indices.enumerated() {
            let target = index * dimension..<(index + 1) * dimension
            values.replaceSubrange(target, with: rows[row * dimension..<(row + 1) * dimension])
        }
    }

    var finished: EmbeddingMatrix {
        EmbeddingMatrix(values: values, count: count, dimension: dimension)
    }
}
