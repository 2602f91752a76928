/// The few decorations the program draws, in a form the locale can show.
struct Glyphs: Sendable, Equatable {
    /// One column of a horizontal rule.
    var rule: String
    /// What marks text that was cut.
    var ellipsis: String
    /// Stands before the second and later lines of multi-line input.
    var continuation: String
    /// One column of a progress bar that is done.
    var done: String
    /// One column of a progress bar that is still open.
    var open: String

    /// Light box-drawing rules and an ellipsis.
    static let unicode = Glyphs(rule: "─", ellipsis: "…", continuation: "… ", done: "━", open: "─")
    /// ASCII only.
    static let ascii = Glyphs(rule: "-", ellipsis: "...", continuation: "> ", done: "#", open: "-")
}
