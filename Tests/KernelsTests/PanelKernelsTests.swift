import Kernels
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("The steps of a transformer over panels")
struct PanelKernelsTests {
    static let available = InstructionSet.allCases.filter(\.isAvailable)

    @Test("a panel gives back what was written, and sums runs of vectors")
    func panels() {
        var generator = SeededGenerator(seed: 8)
        var panels = Panels(features: 3, capacity: Panels.needed(for: 40))
        #expect(panels.count == 3)
        let vectors = (0..<40).map { _ in generator.floats(3) }
        for (index, vector) in vectors.enumerated() { panels.setVector(index, toSumOf: vector, vector) }
        #expect(panels[vector: 17, feature: 2] == 2 * vectors[17][2])
        var sums = [Float](repeating: 0, count: 3)
        panels.sum(of: 5..<37, into: &sums)
        for feature in 0..<3 {
            let expected = vectors[5..<37].reduce(0) { $0 + 2 * $1[feature] }
            #expect(abs(sums[feature] - expected) < 1e-4)
        }
        panels.clear(from: 38)
        #expect(panels[vector: 37, feature: 0] != 0)
        #expect((38..<48).allSatisfy { panels[vector: $0, feature: 0] == 0 })
        panels[vector: 3, feature: 1] = 9
        #expect(panels[vector: 3, feature: 1] == 9)
    }

    @Test("a linear layer agrees with a plain loop", arguments: available)
    func linear(instructions: InstructionSet) {
        var generator = SeededGenerator(seed: 9)
        // Row counts around the height of every tile, panel counts around the pair and the cache block.
        for (rows, depth, vectors) in [
            (1, 1, 1), (5, 7, 16), (12, 16, 17), (13, 33, 48), (30, 9, 16 * 9), (25, 4, 270),
        ] {
            let weights = generator.floats(rows * depth)
            let bias = generator.floats(rows)
            let inputs = generator.floats(vectors * depth)
            let panels = Self.panels(of: inputs, features: depth)
            var outputs = Panels(features: rows + 3, capacity: panels.count)
            weights.withUnsafeBufferPointer { weights in
                bias.withUnsafeBufferPointer { bias in
                    PanelKernels(instructions)
                        .linear(weights: weights, bias: bias, inputs: panels, outputs: &outputs, firstFeature: 2)
                }
            }
            var worst = 0.0
            for vector in 0..<vectors {
                for row in 0..<rows {
                    let expected = (0..<depth).reduce(Double(bias[row])) {
                        $0 + Double(weights[row * depth + $1]) * Double(inputs[vector * depth + $1])
                    }
                    worst = max(worst, abs(Double(outputs[vector: vector, feature: row + 2]) - expected))
                }
                #expect(outputs[vector: vector, feature: 0] == 0)
                #expect(outputs[vector: vector, feature: rows + 2] == 0)
            }
            #expect(worst < 1e-5)
        }
    }

    @Test("layer normalisation agrees with its definition", arguments: available, [false, true])
    func layerNormalization(instructions: InstructionSet, adds: Bool) {
        var generator = SeededGenerator(seed: 10)
        let (vectors, features) = (35, 24)
        let values = generator.floats(vectors * features, in: -3...5)
        let addends = generator.floats(vectors * features)
        let gain = generator.floats(features)
        let bias = generator.floats(features)
        var panels = Self.panels(of: values, features: features)
        gain.withUnsafeBufferPointer { gain in
            bias.withUnsafeBufferPointer { bias in
                let kernels = PanelKernels(instructions)
                if adds {
                    let addends = Self.panels(of: addends, features: features)
                    kernels.normalizeLayer(&panels, adding: addends, gain: gain, bias: bias, epsilon: 1e-3)
                } else {
                    kernels.normalizeLayer(&panels, gain: gain, bias: bias, epsilon: 1e-3)
                }
            }
        }
        for vector in 0..<vectors {
            let row = (0..<features).map {
                Double(values[vector * features + $0]) + (adds ? Double(addends[vector * features + $0]) : 0)
            }
            let mean = row.reduce(0, +) / Double(features)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(features)
            for feature in 0..<features {
                let expected =
                    (row[feature] - mean) / (variance + 1e-3).squareRoot() * Double(gain[feature])
                    + Double(bias[feature])
                #expect(abs(Double(panels[vector: vector, feature: feature]) - expected) < 1e-5)
            }
        }
    }

    @Test("the activation is x * Phi(x)", arguments: available)
    func activation(instructions: InstructionSet) {
        let values = (0..<16_000).map { Float($0) * 0.00125 - 10 }
        var panels = Self.panels(of: values, features: 10)
        PanelKernels(instructions).activate(&panels)
        var worst = 0.0
        for (index, value) in values.enumerated() {
            let expected = Double(value) * 0.5 * erfc(-Double(value) / 2.0.squareRoot())
            worst = max(worst, abs(Double(panels[vector: index / 10, feature: index % 10]) - expected))
        }
        #expect(worst < 2e-6)
    }

    @Test(
        "attention agrees with its definition",
        arguments: available,
        [[1], [16], [5, 20, 3], [40], [1, 1, 1, 1], [33, 15], [70, 2, 9, 31]]
    )
    func attention(instructions: InstructionSet, lengths: [Int]) {
        for (heads, headSize) in [(2, 8), (3, 5), (1, 32)] {
            var generator = SeededGenerator(seed: 11)
            let features = heads * headSize
            let total = lengths.reduce(0, +)
            let values = generator.floats(total * 3 * features, in: -2...2)
            let projections = Self.panels(of: values, features: 3 * features)
            var outputs = Panels(features: features, capacity: projections.count)
            PanelKernels(instructions)
                .attend(
                    projections: projections,
                    heads: heads,
                    sentences: AttentionSpans(sentenceLengths: lengths),
                    outputs: &outputs
                )
            let expected = Self.attention(values, lengths: lengths, heads: heads, headSize: headSize)
            var worst = 0.0
            for vector in 0..<total {
                for feature in 0..<features {
                    let difference =
                        Double(outputs[vector: vector, feature: feature]) - expected[vector * features + feature]
                    worst = max(worst, abs(difference))
                }
            }
            #expect(worst < 5e-6)
        }
    }

    @Test("attention survives scores of any size", arguments: available)
    func attentionOfLargeScores(instructions: InstructionSet) {
        // One feature; scores are 0, 100, ..., so that all but the last key get a share of nothing.
        let values = (0..<20).flatMap { [10, Float($0) * 10, Float($0)] as [Float] }
        let projections = Self.panels(of: values, features: 3)
        var outputs = Panels(features: 1, capacity: 2)
        PanelKernels(instructions)
            .attend(
                projections: projections,
                heads: 1,
                sentences: AttentionSpans(sentenceLengths: [20]),
                outputs: &outputs
            )
        #expect((0..<20).allSatisfy { abs(outputs[vector: $0, feature: 0] - 19) < 1e-5 })
    }

    @Test("a sentence's result is the same bit for bit, whatever stands beside it", arguments: available)
    func independence(instructions: InstructionSet) {
        var generator = SeededGenerator(seed: 12)
        let own = generator.floats(21 * 24)
        let stranger = generator.floats(14 * 24, in: -50...50)
        func attended(_ values: [Float], _ lengths: [Int]) -> [Float] {
            let projections = Self.panels(of: values, features: 24)
            var outputs = Panels(features: 8, capacity: projections.count)
            PanelKernels(instructions)
                .attend(
                    projections: projections,
                    heads: 2,
                    sentences: AttentionSpans(sentenceLengths: lengths),
                    outputs: &outputs
                )
            return (0..<lengths.reduce(0, +)).flatMap { vector in
                (0..<8).map { outputs[vector: vector, feature: $0] }
            }
        }
        let alone = attended(own, [21])
        let accompanied = attended(stranger + own + stranger, [14, 21, 14])
        #expect(alone == Array(accompanied[14 * 8..<35 * 8]))
    }

    @Test("kernels leave panels out of use alone", arguments: available)
    func partialUse(instructions: InstructionSet) {
        var panels = Panels(features: 2, capacity: 2)
        for vector in 0..<32 { panels[vector: vector, feature: 1] = 1 }
        panels.count = 1
        PanelKernels(instructions).activate(&panels)
        panels.count = 2
        #expect(panels[vector: 15, feature: 1] != 1)
        #expect(panels[vector: 16, feature: 1] == 1)
    }

    private static func panels(of values: [Float], features: Int) -> Panels {
        let vectors = values.count / features
        var panels = Panels(features: features, capacity: Panels.needed(for: vectors))
        for vector in 0..<vectors {
            for feature in 0..<features {
                panels[vector: vector, feature: feature] = values[vector * features + feature]
            }
        }
        return panels
    }

    /// Attention by its definition, in double precision, on row-major queries, keys and values.
    private static func attention(_ values: [Float], lengths: [Int], heads: Int, headSize: Int) -> [Double] {
        let features = heads * headSize
        func value(_ vector: Int, _ kind: Int, _ head: Int, _ feature: Int) -> Double {
            Double(values[vector * 3 * features + kind * features + head * headSize + feature])
        }
        var result = [Double](repeating: 0, count: lengths.reduce(0, +) * features)
        var first = 0
        for length in lengths {
            for query in first..<first + length {
                for head in 0..<heads {
                    let weights = (first..<first + length).map { key in
                        exp(
                            (0..<headSize).reduce(0.0) { $0 + value(query, 0, head, $1) * value(key, 1, head, $1) }
                                / Double(headSize).squareRoot()
                        )
                    }
                    let sum = weights.reduce(0, +)
                    for feature in 0..<headSize {
                        result[query * features + head * headSize + feature] =
                            (0..<length).reduce(0.0) { $0 + weights[$1] * value(first + $1, 2, head, feature) } / sum
                    }
                }
            }
            first += length
        }
        return result
    }
}
