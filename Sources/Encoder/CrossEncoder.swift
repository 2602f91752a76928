public import Kernels

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

/// Reads a question and a text together and says how well the one answers the other.
///
/// Runs a `BertForSequenceClassification` with one label, such as the cross-encoders for MS MARCO: the pair goes through the
/// network as one sequence, `[CLS] question [SEP] text [SEP]`, and what comes out at `[CLS]` through a dense layer with tanh
/// and a linear one. A pair's score is the same bit for bit whatever else is scored with it.
public struct CrossEncoder: Sendable {
    /// Tells this model from others, as given when it was loaded.
    public let identifier: String
    /// Cuts text as the model does.
    public let tokenizer: WordPieceTokenizer
    /// Word pieces of a pair, `[CLS]` and both `[SEP]` included; of the longer text what exceeds them is left out.
    public let maximumTokens: Int

    private let forward: ForwardPass
    private let pooler: EncoderWeights.Linear
    private let classifier: EncoderWeights.Linear

    private static let tokensPerBatch = 256

    /// Loads a model from the contents of its files.
    ///
    /// - Parameters:
    ///   - identifier: a name for the model.
    ///   - configuration: the contents of `config.json`.
    ///   - vocabulary: the contents of `vocab.txt`; copied.
    ///   - weights: `model.safetensors`, opened.
    ///   - settings: how text is treated before it is cut; as is usual where it is nil.
    ///   - maximumTokens: word pieces of a pair at most; at least 5. No more than the model has positions for are used.
    /// - Throws: where a file is damaged, the files do not belong together, or the model is of another kind.
    public init(
        identifier: String,
        configuration: Data,
        vocabulary: UnsafeRawBufferPointer,
        weights file: SafetensorsFile,
        tokenizer settings: TokenizerSettings? = nil,
        maximumTokens: Int = 512,
        instructionSet: InstructionSet = .best
    ) throws(EncoderError) {
        precondition(maximumTokens >= 5, "A pair needs room for [CLS], two word pieces and two [SEP].")
        let dimensions = try EncoderConfiguration(json: configuration)
        func refused(_ field: String, _ problem: String) -> EncoderError {
            EncoderError(.configuration, "field \(field)", problem, remedy: .chooseAnotherReranker)
        }
        guard dimensions.family == .bert, dimensions.isClassifier else {
            let name = dimensions.architectures.first ?? dimensions.family.rawValue
            throw refused("architectures", "\"\(name)\" scores no pairs, only \"BertForSequenceClassification\" does")
        }
        guard dimensions.labels ?? 1 == 1 else {
            throw refused("id2label", "it tells \(dimensions.labels ?? 0) classes apart, where one score is needed")
        }
        guard dimensions.tokenTypes >= 2 else {
            throw refused("type_vocab_size", "it does not tell the two texts of a pair apart")
        }
        guard dimensions.longestSequence >= 5 else {
            throw refused("max_position_embeddings", "\(dimensions.maximumPositions) positions are too few for a pair")
        }
        tokenizer = try WordPieceTokenizer(
            vocabulary: vocabulary,
            settings: settings ?? TokenizerSettings(family: dimensions.family),
            for: dimensions
        )
        self.identifier = identifier
        self.maximumTokens = min(maximumTokens, dimensions.longestSequence)
        forward = ForwardPass(
            weights: try EncoderWeights(file, dimensions),
            dimensions: dimensions,
            panelKernels: PanelKernels(instructionSet),
            vectorKernels: VectorKernels(instructionSet)
        )
        let hidden = dimensions.hiddenSize
        pooler = try EncoderWeights.linear(file, "bert.pooler.dense", hidden, hidden)
        classifier = try EncoderWeights.linear(file, "classifier", 1, hidden)
    }

    /// How well each of `texts` answers `question`, as the model's logit: higher is better, any number, comparable between
    /// questions only where the model was trained so. On the calling thread.
    public func scores(of texts: [String], for question: String) -> [Float] {
        let asked = tokenizer.ids(of: question)
        let pairs = texts.map { Pair(asked, tokenizer.ids(of: $0), tokenizer, maximumTokens) }
        var scores = [Float](repeating: 0, count: texts.count)
        let plan = BatchPlan(lengths: pairs.map(\.ids.count), tokensPerBatch: Self.tokensPerBatch)
        for batch in plan.batches {
            let states = forward.firstStates(
                batch.map { pairs[$0].ids },
                secondSegments: batch.map { pairs[$0].secondSegment }
            )
            let width = states.count / batch.count
            for (row, index) in batch.enumerated() {
                scores[index] = score(Array(states[row * width..<(row + 1) * width]))
            }
        }
        return scores
    }

    /// The logit of a pair by what came out at its first token.
    private func score(_ state: [Float]) -> Float {
        let pooled = apply(pooler, to: state).map { tanhf($0) }
        return apply(classifier, to: pooled)[0]
    }

    private func apply(_ layer: EncoderWeights.Linear, to input: [Float]) -> [Float] {
        var outputs: [Float] = []
        layer.withValues { weights, bias in
            input.withUnsafeBufferPointer { input in
                outputs = bias.enumerated().map { row, bias in
                    let values = weights[row * input.count..<(row + 1) * input.count]
                    return bias + forward.vectorKernels.dot(UnsafeBufferPointer(rebasing: values), input)
                }
            }
        }
        return outputs
    }
}

/// Two texts as one sequence.
private struct Pair {
    let ids: [Int32]
    /// Where the second text begins.
    let secondSegment: Int

    /// Word pieces of two texts, each of which may be longer than fits.
    init(_ first: [Int32], _ second: [Int32], _ tokenizer: WordPieceTokenizer, _ maximumTokens: Int) {
        let (firstCount, secondCount) = Self.fitted(first.count, second.count, into: maximumTokens - 3)
        ids =
            [tokenizer.beginning] + first.prefix(firstCount) + [tokenizer.end] + second.prefix(secondCount)
            + [tokenizer.end]
        secondSegment = firstCount + 2
    }

    /// What is left of two lengths where the longer one is cut first, and both to half of the room where both exceed it; as the
    /// reference's strategy `longest_first` does.
    private static func fitted(_ first: Int, _ second: Int, into room: Int) -> (Int, Int) {
        guard first + second > room else { return (first, second) }
        var (short, long) = (min(first, second), max(first, second))
        long = short > room ? short : max(short, room - short)
        if short + long > room { (short, long) = (room / 2, room / 2 + room % 2) }
        return first > second ? (long, short) : (short, long)
    }
}
