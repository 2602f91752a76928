/// One thing the user did at the keyboard, free of how the terminal encodes it.
enum KeyPress: Sendable, Equatable {
    /// A printable character, or part of one: combining marks and joiners arrive on their own.
    case text(Unicode.Scalar)
    /// Text put in at once by the terminal's paste, without control characters except `\n`.
    case paste(String)
    /// A letter or sign with Control, in lower case.
    case control(Character)
    /// A key with Alt, or after Escape.
    case alt(Character)
    /// Ends the line.
    case enter
    /// Asks for completion.
    case tab
    /// Shift and Tab.
    case backTab
    /// Escape alone.
    case escape
    /// Deletes to the left.
    case backspace
    /// Deletes to the right.
    case delete
    /// The arrow keys.
    case up, down, left, right
    /// Left and right arrow with Control or Alt: by word.
    case wordLeft, wordRight
    /// Start and end of the line.
    case home, end
    /// Alt and Backspace.
    case altBackspace
}
