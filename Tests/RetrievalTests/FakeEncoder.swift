import Retrieval

/// Vectors that depend on the words of a text alone: texts with words in common are close.
struct FakeEncoder: TextEncoder {
    var identifier = "fake"
    let dimension = 64
    var maximumTokens = 256
    /// Called with the texts of every batch.
    var observe: @Sendable ([String]) throws -> Void = { _ in }

    func tokenCount(of text: String) -> Int {
        words(of: text).count
    }

    func encode(_ texts: [String], as role: EncodedRole) throws -> [Float] {
        try observe(texts)
        return texts.flatMap { text in
            var vector = [Float](repeating: 0, count: dimension)
            for word in words(of: text) {
                var hash: UInt64 = 14_695_981_039_346_656_037
                for byte in word.lowercased().utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
                vector[Int(hash % UInt64(dimension))] += 1
            }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? vector.map { $0 / length } : vector
        }
    }

    private func words(of text: String) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber) }
    }
}
