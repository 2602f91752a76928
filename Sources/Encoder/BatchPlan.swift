/// How sequences are grouped for the network: long ones first, similar lengths together, and as many in a batch as fit.
///
/// Nothing is padded, so the order costs and saves nothing by itself; it makes batches of equal size, of which those that
/// take longest start first.
struct BatchPlan: Sendable {
    /// The sequences of each batch, by index.
    let batches: [[Int]]

    /// A plan for sequences of the given lengths.
    ///
    /// - Parameter tokensPerBatch: a batch has no more, unless a single sequence alone does.
    init(lengths: [Int], tokensPerBatch: Int) {
        var batches: [[Int]] = []
        var tokens = 0
        let longestFirst = lengths.indices.sorted {
            lengths[$0] != lengths[$1] ? lengths[$0] > lengths[$1] : $0 < $1
        }
        for index in longestFirst {
            if batches.isEmpty || tokens + lengths[index] > tokensPerBatch {
                batches.append([])
                tokens = 0
            }
            batches[batches.count - 1].append(index)
            tokens += lengths[index]
        }
        self.batches = batches
    }
}
