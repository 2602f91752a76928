import Kernels
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("A transformer on matrix tiles and on vectors")
struct TileTransformerTests {
    /// Those that have kernels for a whole transformer.
    static let available = InstructionSet.allCases.filter { $0.isAvailable && $0 != .portable }

    @Test(
        "states agree with the definition in double precision",
        arguments: available,
        [1, 2, 7, 11, 12, 13, 15, 16, 17, 31, 32, 33, 50]
    )
    func definition(instructions: InstructionSet, length: Int) throws {
        let network = RandomNetwork(seed: 31)
        let sequence = (0..<length).map { Int32(($0 * 5 + length) % network.words) }
        let expected = network.states(sequence)
        let single = try #require(network.transformer(instructions, .single))
        let states = single.tokenStates([sequence])
        let exact = worst(states, expected)
        #expect(exact < 2e-4)
        let sums = single.sentenceSums([sequence])
        for feature in 0..<network.features {
            let sum = (0..<length).reduce(0) { $0 + expected[$1 * network.features + feature] }
            #expect(abs(Double(sums[feature]) - sum) < 1e-3)
        }
        let reduced = try #require(network.transformer(instructions, .reduced)).tokenStates([sequence])
        let coarse = worst(reduced, expected)
        #expect(coarse < 0.2)
        // Exactness is worth something, where there is a choice.
        #expect(reduced == states || exact < coarse / 20)
    }

    @Test("sentences have the same states alone and together", arguments: available)
    func together(instructions: InstructionSet) throws {
        let network = RandomNetwork(seed: 34)
        let sequences = [50, 1, 16, 33, 12].map { length in
            (0..<length).map { Int32(($0 * 3 + length) % network.words) }
        }
        for precision in [TileTransformer.Precision.single, .reduced] {
            let transformer = try #require(network.transformer(instructions, precision))
            let alone = sequences.map { transformer.tokenStates([$0]) }
            #expect(transformer.tokenStates(sequences) == alone.flatMap(\.self))
            #expect(transformer.tokenStates(sequences, threads: 2) == alone.flatMap(\.self))
            // Of some of the tokens only.
            let sums = transformer.sentenceSums(sequences, tokens: 1)
            for (index, states) in alone.enumerated() {
                let first = index * network.features..<(index + 1) * network.features
                #expect(Array(sums[first]) == Array(states.prefix(network.features)))
            }
        }
    }

    @Test(
        "dimensions that do not fill tiles are declined",
        arguments: available,
        [(48, 1, 32), (64, 4, 32), (64, 2, 40)]
    )
    func dimensions(instructions: InstructionSet, dimensions: (features: Int, heads: Int, inner: Int)) {
        var network = RandomNetwork(seed: 32)
        (network.features, network.heads, network.inner) = dimensions
        #expect(network.transformer(instructions, .single) == nil)
    }

    @Test("portable code has no transformer of its own")
    func portable() {
        #expect(RandomNetwork(seed: 32).transformer(.portable, .single) == nil)
    }

    @Test("no sequences give no sums", arguments: available)
    func empty(instructions: InstructionSet) throws {
        let network = try #require(RandomNetwork(seed: 33).transformer(instructions, .single))
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

    func transformer(_ instructions: InstructionSet, _ precision: TileTransformer.Precision) -> TileTransformer? {
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
            instructionSet: instructions,
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
