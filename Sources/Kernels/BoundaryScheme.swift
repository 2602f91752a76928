import CKernels

/// The numbers with which an early-exercise boundary is found: nodes, quadrature, and the weights that carry the one to the
/// other.
public struct BoundaryScheme: Sendable {
    /// The most nodes there may be.
    public static let mostNodes = 32
    /// The most quadrature points there may be.
    public static let mostPoints = 64

    /// Nodes of the boundary.
    public let nodes: Int
    private let points: Int
    private let sweeps: Int
    private let isFast: Bool
    /// Root times, halves, weights and rows, one behind the other.
    private let numbers: [Double]

    /// - Parameters:
    ///   - rootTimes: sqrt(time / years) at the nodes; a multiple of ``OptionKernels/lanes`` up to ``mostNodes``.
    ///   - halves: sqrt(v / time) at the quadrature points; at most ``mostPoints``.
    ///   - weights: of the quadrature points.
    ///   - rows: weights from node values to a node's quadrature points: for each point and each node that is read, one
    ///     for each node that is solved.
    ///   - sweeps: how often all nodes are improved.
    ///   - isFast: whether the normal distribution is needed to 1e-9 only, not to 1e-13.
    public init(
        rootTimes: [Double],
        halves: [Double],
        weights: [Double],
        rows: [Double],
        sweeps: Int,
        isFast: Bool
    ) {
        precondition(rootTimes.count.isMultiple(of: OptionKernels.lanes) && rootTimes.count <= Self.mostNodes)
        precondition(halves.count <= Self.mostPoints && weights.count == halves.count)
        precondition(rows.count == halves.count * rootTimes.count * rootTimes.count)
        nodes = rootTimes.count
        points = halves.count
        self.sweeps = sweeps
        self.isFast = isFast
        numbers = rootTimes + halves + weights + rows
    }

    func withScheme(_ body: (UnsafePointer<ckernels_boundary_scheme>) -> Void) {
        numbers.withUnsafeBufferPointer { numbers in
            guard let start = numbers.baseAddress else { return }
            var scheme = ckernels_boundary_scheme(
                nodes: nodes,
                points: points,
                sweeps: sweeps,
                is_fast: isFast ? 1 : 0,
                root_times: start,
                halves: start + nodes,
                weights: start + nodes + points,
                rows: start + nodes + 2 * points
            )
            body(&scheme)
        }
    }
}

/// A quadrature over the time until exercise, for the early-exercise premium.
public struct PremiumTable: Sendable {
    /// Nodes of the boundary it belongs to.
    public let nodes: Int
    /// Quadrature points.
    public let points: Int
    private let numbers: [Double]

    /// - Parameters:
    ///   - times: fractions of the life at the points; a multiple of ``OptionKernels/lanes``.
    ///   - weights: of the points.
    ///   - rows: weights from node values to the points: for each node, one for each point.
    public init(times: [Double], weights: [Double], rows: [Double]) {
        precondition(times.count.isMultiple(of: OptionKernels.lanes) && weights.count == times.count)
        precondition(!times.isEmpty && rows.count.isMultiple(of: times.count))
        nodes = rows.count / times.count
        points = times.count
        numbers = times + weights + rows
    }

    func withTable(_ body: (UnsafePointer<ckernels_premium_table>, Int) -> Void) {
        numbers.withUnsafeBufferPointer { numbers in
            guard let start = numbers.baseAddress else { return }
            var table = ckernels_premium_table(
                points: points,
                times: start,
                weights: start + points,
                rows: start + 2 * points
            )
            body(&table, nodes)
        }
    }
}
