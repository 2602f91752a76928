/// What a piece of text means; how it looks follows from that. Colour never carries meaning alone: signs, words and
/// marks say the same in plain text.
enum Style: Sendable, Equatable, CaseIterable {
    /// Ordinary text.
    case plain
    /// The title of a section or column.
    case heading
    /// Stressed words in prose.
    case strong
    /// Secondary: ids, ages, notes.
    case muted
    /// A gain or a check that passed.
    case positive
    /// A loss, an error or a veto.
    case negative
    /// Something to look at before relying on the rest.
    case warning
    /// A command, path or literal.
    case code
    /// A mark such as `[1]` or `P1` that leads to a source.
    case citation

    /// The parameters of the ANSI "select graphic rendition" sequence; nil for ordinary text. Only attributes and the
    /// eight basic colours, which every palette keeps readable.
    var parameters: String? {
        switch self {
        case .plain: nil
        case .heading, .strong: "1"
        case .muted: "2"
        case .positive: "32"
        case .negative: "31"
        case .warning: "33"
        case .code: "35"
        case .citation: "36"
        }
    }
}
