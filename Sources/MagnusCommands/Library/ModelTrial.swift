import Encoder
import Foundation

/// What became of a model when it was loaded and tried.
struct ModelTrial: Sendable {
    /// What a model does.
    enum Kind: String, Encodable, Sendable {
        /// It makes vectors.
        case encoder
        /// It scores pairs of a question and a passage.
        case reranker
    }

    /// What it does.
    var kind: Kind
    /// `bert` or `mpnet`.
    var family: String
    /// Numbers in a vector; nil for a reranker.
    var dimension: Int?
    /// How a text's vector is made; nil for a reranker.
    var pooling: String?
    /// Word pieces of a text, or of a pair, at most.
    var maximumTokens: Int
    /// Word pieces that one thread read in a second.
    var tokensPerSecond: Double

    /// Loads the model in a folder, and has it read a few sentences.
    ///
    /// - Throws: `StorageError`, `EncoderError`, `CommandError` where what comes out is not made of numbers.
    init(of folder: EncoderFolder) throws {
        let configuration = try folder.description().configuration
        family = configuration.family.rawValue
        let clock = ContinuousClock()
        if configuration.isClassifier {
            let encoder = try folder.loadCrossEncoder()
            (kind, maximumTokens) = (.reranker, encoder.maximumTokens)
            let question = "When is a short put assigned?"
            guard encoder.scores(of: ModelTrial.sentences, for: question).allSatisfy(\.isFinite) else {
                throw ModelTrial.unsound(folder)
            }
            let asked = encoder.tokenizer.count(question) + 3
            tokensPerSecond = ModelTrial.rate(clock, encoder.tokenizer, extra: asked) { texts in
                _ = encoder.scores(of: texts, for: question)
            }
        } else {
            let encoder = try folder.load().encoder
            (kind, maximumTokens) = (.encoder, encoder.maximumTokens)
            (dimension, pooling) = (encoder.dimension, encoder.pooling.rawValue)
            let values = encoder.encode(ModelTrial.sentences).values
            guard values.allSatisfy(\.isFinite), values.contains(where: { $0 != 0 }) else {
                throw ModelTrial.unsound(folder)
            }
            tokensPerSecond = ModelTrial.rate(clock, encoder.tokenizer, extra: 2) { texts in _ = encoder.encode(texts) }
        }
    }

    /// One line on it.
    var sentence: String {
        let rate = tokensPerSecond.formatted(.number.precision(.fractionLength(0)))
        switch kind {
        case .encoder:
            return "encoder, \(family), \(dimension ?? 0) numbers, pooled by \(pooling ?? ""), texts of up to "
                + "\(maximumTokens) word pieces, \(rate) word pieces a second on one thread"
        case .reranker:
            return
                "reranker, \(family), pairs of up to \(maximumTokens) word pieces, \(rate) word pieces a second on one thread"
        }
    }

    private static let sentences = [
        "A short option is assigned when its holder exercises it, mostly just before the ex-dividend date.",
        "Theta is the change of an option's price per day while everything else stays as it is.",
    ]

    /// How many word pieces are read in a second, by reading the sentences again and again for a while.
    private static func rate(
        _ clock: ContinuousClock,
        _ tokenizer: WordPieceTokenizer,
        extra: Int,
        _ read: ([String]) -> Void
    ) -> Double {
        let texts = (0..<8).map { sentences[$0 % sentences.count] }
        let tokens = texts.reduce(0) { $0 + tokenizer.count($1) + extra }
        let start = clock.now
        var rounds = 0
        while rounds == 0 || (rounds < 64 && clock.now - start < .milliseconds(300)) {
            read(texts)
            rounds += 1
        }
        return Double(rounds * tokens) / max((clock.now - start) / .seconds(1), 1e-9)
    }

    private static func unsound(_ folder: EncoderFolder) -> CommandError {
        CommandError(
            .inputRefused,
            type: "encoder",
            "what \(folder.name) computes is not made of numbers",
            hint: "its weights are damaged; fetch it again"
        )
    }
}
