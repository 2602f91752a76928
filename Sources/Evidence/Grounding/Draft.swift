/// An answer before it is checked: pieces of text in the order they are read, each with whom it is about.
public struct Draft: Hashable, Sendable, Codable {
    /// One piece of an answer.
    public struct Segment: Hashable, Sendable, Codable {
        /// What a piece is made of.
        public enum Content: Hashable, Sendable, Codable {
            /// One or more sentences; also a list item or a note.
            case prose(String)
            /// The title of what follows.
            case heading(String)
            /// The titles of a table's columns.
            case columns([String])
            /// One row of a table, with the titles of its columns.
            case row(cells: [String], columns: [String])
            /// A passage's own words.
            case quote(String, passage: String)
            /// A repetition of what the owner asked; its figures must be the question's.
            case question(String)
        }

        /// What the piece is made of.
        public var content: Content
        /// Whom it is about where it does not say so itself: the section's or the row's tickers and contracts.
        public var subjects: [String]

        /// A piece about `subjects`.
        public init(_ content: Content, subjects: [String] = []) {
            self.content = content
            self.subjects = subjects
        }

        /// The texts of the piece: one, or one for each cell.
        public var texts: [String] {
            switch content {
            case .prose(let text), .heading(let text), .question(let text), .quote(let text, _): [text]
            case .columns(let texts), .row(let texts, _): texts
            }
        }

        /// The same piece with other texts.
        func replacingTexts(_ texts: [String]) -> Segment {
            var copy = self
            let first = texts.first ?? ""
            switch content {
            case .prose: copy.content = .prose(first)
            case .heading: copy.content = .heading(first)
            case .question: copy.content = .question(first)
            case .quote(_, let passage): copy.content = .quote(first, passage: passage)
            case .columns: copy.content = .columns(texts)
            case .row(_, let columns): copy.content = .row(cells: texts, columns: columns)
            }
            return copy
        }
    }

    /// The pieces, in the order they are read.
    public var segments: [Segment]

    /// A draft of pieces.
    public init(_ segments: [Segment]) {
        self.segments = segments
    }

    /// All texts, one piece a line, cells separated by a bar.
    public var text: String {
        segments.map { $0.texts.joined(separator: " | ") }.joined(separator: "\n")
    }
}
