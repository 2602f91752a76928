/// What may leave the machine.
public enum PrivacyMode: String, Hashable, Sendable, CaseIterable {
    /// Nothing: only services of this machine are asked, of whatever kind.
    case localOnly = "local-only"
    /// Questions and data without what is private (`RedactedModel`).
    case redacted
    /// Questions and data as they are.
    case open
}
