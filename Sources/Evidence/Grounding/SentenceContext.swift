/// What earlier sentences leave to those after them.
struct SentenceContext: Hashable, Sendable {
    /// Whom the piece is about where it does not say so itself.
    var scope = Binding.nobody
    /// Whom a sentence that names nobody is about: the scope's, or those the sentence before named.
    var inherited = Binding.nobody
    /// Those named last in the section, for a sentence that begins a paragraph with "its".
    var named: [Target] = []
    /// The figures of the sentence before that trace.
    var operands: [Derivation.Operand] = []
    /// The figures of the items before this one in its list that trace.
    var listed: [Derivation.Operand] = []
    /// The order a list says it is in, and what its items so far come to.
    var order: ListOrder?
    var ordered: [Double] = []
    /// What the figures of the sentence before are of.
    var earlierLabels: [String] = []
    /// The last number of a list.
    var lastEnumerator = 0
}
