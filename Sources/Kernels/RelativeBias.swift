#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// What attention adds to the score of a query and a key by how far the key stands from the query, head by head.
public struct RelativeBias: Sendable {
    /// Attention heads it is for.
    public let heads: Int
    /// Distances from `-reach` to `reach` have a value of their own; those beyond share the outermost.
    public let reach: Int

    fileprivate let values: [Float]

    /// A bias.
    ///
    /// - Parameter value: The bias of a head where the key stands `offset` places behind the query (before it where
    ///   negative).
    public init(heads: Int, reach: Int, value: (_ head: Int, _ offset: Int) -> Float) {
        precondition(heads > 0 && reach >= 0, "A bias needs a head.")
        self.heads = heads
        self.reach = reach
        values = (0..<heads).flatMap { head in (-reach...reach).map { value(head, $0) } }
    }

    fileprivate func value(head: Int, offset: Int) -> Float {
        values[head * (2 * reach + 1) + reach + max(-reach, min(reach, offset))]
    }
}

extension PanelKernels {
    /// Multi-head scaled dot-product attention within each sentence, with a bias by distance.
    ///
    /// Each sentence is laid out by itself first, so that what is computed for it does not depend on where it lies.
    ///
    /// - Parameters:
    ///   - projections: queries, keys and values one after the other, each as wide as the outputs.
    ///   - bias: for as many heads as divide the outputs' features.
    ///   - lengths: the sentences' lengths, one directly after the other from position 0.
    public func attend(
        projections: borrowing Panels,
        bias: RelativeBias,
        sentenceLengths lengths: [Int],
        outputs: inout Panels
    ) {
        precondition(projections.features == 3 * outputs.features, "Projections do not fit the outputs.")
        precondition(outputs.features % bias.heads == 0, "Heads do not divide the features.")
        precondition(outputs.count == projections.count, "Inputs and outputs differ in number.")
        precondition(Panels.needed(for: lengths.reduce(0, +)) == projections.count, "Sentences do not fill the panels.")
        let size = outputs.features / bias.heads
        var scratch = SentenceAttention(headSize: size, longest: lengths.max() ?? 0)
        var first = 0
        for length in lengths {
            for head in 0..<bias.heads {
                scratch.load(projections, sentence: first..<first + length, head: head, features: outputs.features)
                for query in 0..<length {
                    scratch.attend(from: query) { bias.value(head: head, offset: $0) }
                    for feature in 0..<size {
                        outputs[vector: first + query, feature: head * size + feature] = scratch.output(feature)
                    }
                }
            }
            first += length
        }
    }
}

/// Attention of one head within one sentence: keys and values by feature, sixteen positions side by side.
private struct SentenceAttention {
    private typealias Lanes = SIMD16<Float>

    private let headSize: Int
    private let scale: Float
    private var length = 0
    private var groups = 0
    private var queries: [Float]
    private var keys: [Lanes]
    private var values: [Lanes]
    private var shares: [Lanes]

    init(headSize: Int, longest: Int) {
        self.headSize = headSize
        scale = 1 / Float(headSize).squareRoot()
        let groups = Panels.needed(for: longest)
        queries = [Float](repeating: 0, count: headSize * longest)
        keys = [Lanes](repeating: .zero, count: headSize * groups)
        values = keys
        shares = [Lanes](repeating: .zero, count: groups)
    }

    /// Copies what one head sees of a sentence.
    mutating func load(_ projections: borrowing Panels, sentence: Range<Int>, head: Int, features: Int) {
        length = sentence.count
        groups = Panels.needed(for: length)
        for feature in 0..<headSize {
            let row = head * headSize + feature
            for group in 0..<groups {
                var (key, value) = (Lanes.zero, Lanes.zero)
                for lane in 0..<min(Panels.width, length - group * Panels.width) {
                    let place = group * Panels.width + lane
                    let vector = sentence.lowerBound + place
                    queries[place * headSize + feature] = projections[vector: vector, feature: row]
                    key[lane] = projections[vector: vector, feature: features + row]
                    value[lane] = projections[vector: vector, feature: 2 * features + row]
                }
                keys[feature * groups + group] = key
                values[feature * groups + group] = value
            }
        }
    }

    /// Finds what each position's share in the output of `query` is.
    mutating func attend(from query: Int, bias: (_ offset: Int) -> Float) {
        var greatest = -Float.infinity
        for group in 0..<groups {
            var scores = Lanes.zero
            for feature in 0..<headSize {
                scores += keys[feature * groups + group] * queries[query * headSize + feature]
            }
            scores *= scale
            for lane in 0..<Panels.width {
                let place = group * Panels.width + lane
                scores[lane] = place < length ? scores[lane] + bias(place - query) : -.infinity
                greatest = max(greatest, scores[lane])
            }
            shares[group] = scores
        }
        var total: Float = 0
        for group in 0..<groups {
            for lane in 0..<Panels.width {
                let share = expf(shares[group][lane] - greatest)
                shares[group][lane] = share
                total += share
            }
        }
        for group in 0..<groups { shares[group] /= total }
    }

    /// A feature of the output, by the shares found last.
    func output(_ feature: Int) -> Float {
        var sum = Lanes.zero
        for group in 0..<groups { sum += shares[group] * values[feature * groups + group] }
        return sum.sum()
    }
}
