import CKernels

/// Which positions of a packed batch belong to one sentence and so attend to each other.
public struct AttentionSpans: Sendable {
    /// Panels the sentences fill.
    public let panels: Int

    let spans: [ckernels_span]

    /// Sentences of the given lengths, one directly after the other from position 0. Positions left over in the last
    /// panel attend to the last sentence; what comes out there means nothing.
    ///
    /// - Precondition: at least one sentence, and none is empty.
    public init(sentenceLengths: [Int]) {
        precondition(!sentenceLengths.isEmpty, "Attention needs a sentence.")
        panels = Panels.needed(for: sentenceLengths.reduce(0, +))
        var spans: [ckernels_span] = []
        spans.reserveCapacity(panels * Panels.width)
        var last = ckernels_span(first: 0, end: 0)
        for length in sentenceLengths {
            precondition(length > 0, "A sentence needs at least one position.")
            last = ckernels_span(first: last.end, end: last.end + Int32(length))
            spans.append(contentsOf: repeatElement(last, count: length))
        }
        spans.append(contentsOf: repeatElement(last, count: panels * Panels.width - spans.count))
        self.spans = spans
    }
}
