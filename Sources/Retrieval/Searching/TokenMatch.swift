import Kernels

/// How well texts match a question word by word: each piece of the question beside the nearest one of the text.
struct TokenMatch {
    /// What pieces weigh that belong to no telling word, such as stop words and punctuation.
    private static let otherWeight = 0.3

    private let kernels: VectorKernels
    private let question: TokenVectors
    private let weights: [Double]
    private let total: Double
    private let dimension: Int

    /// - Parameters:
    ///   - weights: What each piece of a telling word weighs.
    init?(question: TokenVectors, weights: [Int32: Double], kernels: VectorKernels) {
        guard !question.pieces.isEmpty, question.values.count.isMultiple(of: question.pieces.count) else { return nil }
        self.question = question
        self.kernels = kernels
        self.weights = question.pieces.map { weights[$0] ?? Self.otherWeight }
        total = self.weights.reduce(0, +)
        dimension = question.values.count / question.pieces.count
        guard total > 0, dimension > 0 else { return nil }
    }

    /// The mean cosine of the question's pieces with the nearest piece of `text`, rare words counting more; -1 to 1, and 0 for
    /// a text without pieces.
    func score(of text: TokenVectors) -> Double {
        guard !text.pieces.isEmpty, text.values.count == text.pieces.count * dimension else { return 0 }
        var sum = 0.0
        for (row, weight) in weights.enumerated() {
            let piece = Array(question.values[(row * dimension)..<((row + 1) * dimension)])
            let nearest = kernels.scores(ofRows: text.values, query: piece).max() ?? 0
            sum += weight * Double(nearest)
        }
        return sum / total
    }
}
