/// The kind of account a position is held in.
public enum MarginAccount: Sendable, Hashable {
    /// Short puts are secured by cash: the strike, less the premium unless `isStrict`.
    case cash(isStrict: Bool)
    /// Short options are secured by the broker's requirement.
    case margin
}
