#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Gauss-Legendre nodes and weights on [-1, 1], exact for polynomials up to degree 2 `count` - 1.
struct GaussLegendre: Sendable {
    let nodes: [Double]
    let weights: [Double]

    /// - Parameter count: the number of nodes, at least 1.
    init(count: Int) {
        var nodes = [Double](repeating: 0, count: count)
        var weights = nodes
        for index in 0..<(count + 1) / 2 {
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            // Newton from this start converges quadratically; the cap only bounds the last-digit dithering.
            for _ in 0..<20 {
                var previous = 1.0
                var current = x
                for degree in 1..<max(count, 1) {
                    let k = Double(degree)
                    (previous, current) = (current, ((2 * k + 1) * x * current - k * previous) / (k + 1))
                }
                slope = Double(count) * (x * current - previous) / (x * x - 1)
                let step = current / slope
                x -= step
                if abs(step) < 1e-16 { break }
            }
            nodes[index] = -x
            nodes[count - 1 - index] = x
            weights[index] = 2 / ((1 - x * x) * slope * slope)
            weights[count - 1 - index] = weights[index]
        }
        self.nodes = nodes
        self.weights = weights
    }

    /// The integral of `function` from `lower` to `upper`.
    func integrate(from lower: Double, to upper: Double, _ function: (Double) -> Double) -> Double {
        let centre = 0.5 * (lower + upper)
        let half = 0.5 * (upper - lower)
        var sum = 0.0
        for (node, weight) in zip(nodes, weights) {
            sum += weight * function(centre + half * node)
        }
        return sum * half
    }
}
