import Kernels
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(
    "A transformer on matrix tiles",
    .enabled(if: TileTransformer.isAvailable, "This processor has no matrix tiles.")
)
struct TileTransformerTests {
    @Test("states agree with the definition in double precision", arguments: [1, 2, 15, 16, 17, 33, 50])
    func definition(length: Int) throws {
        let network = RandomNetwork(seed: 31)
        let sequence = (0..<length).map { Int32(($0 * 5 + length) % network.words) }
        let expected = network.states(sequence)
        let single = try #require(network.onTiles(.single))
        let exact = worst(single.tokenStates([sequence]), expected)
        #expect(exact < 2e-4)
        let sums = single.sentenceSums([sequence])
        for feature in 0..<network.features {
            let sum = (0..<length).reduce(0) { $0 + expected[$1 * network.features + feature] }
            #expect(abs(Double(sums[feature]) - sum) < 1e-3)
        }
        let reduced = try #require(network.onTiles(.reduced))
        let coarse = worst(reduced.tokenStates([sequence]), expected)
        #expect(coarse < 0.2)
        // Two terms are worth something.
        #expect(exact < coarse / 20)
    }

    @Test("dimensions that do not fill tiles are declined", arguments: [(48, 1, 32), (64, 4, 32), (64, 2, 40)])
    func dimensions(features: Int, heads: Int, inner: Int) {
        var network = RandomNetwork(seed: 32)
        (network.features, network.heads, network.inner) = (features, heads, inner)
        #expect(network.onTiles(.single) == nil)
    }

    @Test("no sequences give no sums")
    func empty() throws {
        let network = try #require(RandomNetwork(seed: 33).onTiles(.single))
        #expect(network.sentenceSums([]).isEmpty)
    }

    private func worst(_ values: [Float], _ expected: [Double]) -> Double {
        zip(values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    }
}

/// One layer of random weights, and what it computes by definition.
private struct RandomNetwork {
    var features = 64
    var heads = 2
    var inner = 96
    let words = 11

    private let memory: Memory

    /// Weights that stay in place.
    private final class Memory: @unchecked Sendable {
        // Sound to share: written before anyone else has it.
        let values: UnsafeMutableBufferPointer<Float>
        var used = 0

        init(count: Int, generator: inout SeededGenerator) {
            values = .allocate(capacity: count)
            _ = values.initialize(from: generator.floats(count))
        }

        deinit {
            values.deallocate()
        }
    }

    private struct Linear {
        let weights: UnsafeMutableBufferPointer<Float>
        let bias: UnsafeMutableBufferPointer<Float>

        func callAsFunction(_ input: ArraySlice<Double>) -> [Double] {
            bias.indices.map { row in
                var sum = Double(bias[row])
                for (index, value) in input.enumerated() { sum += Double(weights[row * input.count + index]) * value }
                return sum
            }
        }
    }

    private let linears: [Linear]
    private let norms: [(gain: UnsafeMutableBufferPointer<Float>, bias: UnsafeMutableBufferPointer<Float>)]
    private let embedding: [UnsafeMutableBufferPointer<Float>]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let memory = Memory(count: 60_000, generator: &generator)
        func take(_ count: Int, scaledBy scale: Float = 1, plus offset: Float = 0) -> UnsafeMutableBufferPointer<Float>
        {
            let part = UnsafeMutableBufferPointer(rebasing: memory.values[memory.used..<memory.used + count])
            memory.used += count
            for index in part.indices { part[index] = part[index] * scale + offset }
            return part
        }
        let shapes = [(64, 64), (64, 64), (64, 64), (64, 64), (96, 64), (64, 96)]
        linears = shapes.map { Linear(weights: take($0.0 * $0.1, scaledBy: 0.3), bias: take($0.0)) }
        norms = (0..<3).map { _ in (take(64, scaledBy: 0.3, plus: 1), take(64)) }
        embedding = [take(words * 64), take(64 * 64), take(64)]
        self.memory = memory
    }

    func onTiles(_ precision: TileTransformer.Precision) -> TileTransformer? {
        func linear(_ index: Int) -> TileTransformer.Linear? {
            guard let weights = linears[index].weights.baseAddress, let bias = linears[index].bias.baseAddress else {
                return nil
            }
            return TileTransformer.Linear(weights: weights, bias: bias)
        }
        func norm(_ index: Int) -> TileTransformer.Norm? {
            guard let gain = norms[index].gain.baseAddress, let bias = norms[index].bias.baseAddress else { return nil }
            return TileTransformer.Norm(gain: gain, bias: bias)
        }
        guard let query = linear(0), let key = linear(1), let value = linear(2), let output = linear(3),
            let up = linear(4), let down = linear(5), let first = norm(0), let second = norm(1), let third = norm(2),
            let words = embedding[0].baseAddress, let positions = embedding[1].baseAddress,
            let segment = embedding[2].baseAddress
        else { return nil }
        let layer = TileTransformer.Layer(
            query: query,
            key: key,
            value: value,
            attentionOutput: output,
            attentionNorm: second,
            up: up,
            down: down,
            outputNorm: third
        )
        return TileTransformer(
            features: features,
            heads: heads,
            innerFeatures: inner,
            epsilon: 1e-5,
            embedding: TileTransformer.Embedding(words: words, positions: positions, segment: segment, norm: first),
            layers: [layer],
            precision: precision,
            owner: memory
        )
    }

    /// The states after the layer, row after row.
    func states(_ sequence: [Int32]) -> [Double] {
        var rows = sequence.enumerated().map { position, id -> [Double] in
            let sum = (0..<64).map { feature -> Double in
                let word = Double(embedding[0][Int(id) * 64 + feature])
                let place = Double(embedding[1][position * 64 + feature])
                return word + place + Double(embedding[2][feature])
            }
            return normalized(sum, 0)
        }
        let projections = (0..<3).map { kind in rows.map { linears[kind]($0[...]) } }
        rows = rows.indices.map { row -> [Double] in
            var attended: [Double] = []
            for head in 0..<2 {
                let part = head * 32..<(head + 1) * 32
                let weights = rows.indices.map { key -> Double in
                    var score = 0.0
                    for feature in part { score += projections[0][row][feature] * projections[1][key][feature] }
                    return exp(score / 32.0.squareRoot())
                }
                let total = weights.reduce(0, +)
                for feature in part {
                    var sum = 0.0
                    for key in rows.indices { sum += weights[key] * projections[2][key][feature] }
                    attended.append(sum / total)
                }
            }
            return normalized(zip(rows[row], linears[3](attended[...])).map { $0 + $1 }, 1)
        }
        return rows.flatMap { row -> [Double] in
            let middle = linears[4](row[...]).map { value -> Double in
                value * 0.5 * erfc(-value / 2.0.squareRoot())
            }
            return normalized(zip(row, linears[5](middle[...])).map { $0 + $1 }, 2)
        }
    }

    private func normalized(_ row: [Double], _ index: Int) -> [Double] {
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        let (gain, bias) = norms[index]
        return row.indices.map { feature -> Double in
            let value = (row[feature] - mean) / (variance + 1e-5).squareRoot()
            return value * Double(gain[feature]) + Double(bias[feature])
        }
    }
}
