/// How strong a language model a task deserves.
public enum ModelTier: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Costs nothing.
    case free
    /// Costs little.
    case cheap
    /// As good as there is.
    case strong

    /// From `free` up to `strong`.
    public static func < (left: ModelTier, right: ModelTier) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .free: 0
        case .cheap: 1
        case .strong: 2
        }
    }
}
