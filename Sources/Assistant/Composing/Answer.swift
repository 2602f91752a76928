/// An answer as it was composed: blocks of text whose figures all stand in the evidence, and what its marks cite.
public struct Answer: Hashable, Sendable, Codable {
    /// A piece of an answer.
    public enum Block: Hashable, Sendable, Codable {
        /// The title of what follows.
        case heading(String)
        /// Sentences.
        case paragraph(String)
        /// Statements, one a line.
        case list([Item])
        /// Rows of values.
        case table(AnswerTable)
        /// A passage's own words.
        case quote(Quote)
        /// What the owner should keep in mind.
        case note(String)
    }

    /// A statement in a list.
    public struct Item: Hashable, Sendable, Codable {
        /// The statement.
        public var text: String
        /// How it is meant.
        public var tone: Tone

        /// A statement.
        public init(_ text: String, tone: Tone = .plain) {
            self.text = text
            self.tone = tone
        }
    }

    /// How a piece of text is meant; a terminal may colour it.
    public enum Tone: String, Hashable, Sendable, Codable {
        /// Neither good nor bad.
        case plain
        /// A gain.
        case positive
        /// A loss.
        case negative
        /// A thing to look at.
        case warning
        /// Of less importance.
        case muted
    }

    /// Words of a passage, to the letter.
    public struct Quote: Hashable, Sendable, Codable {
        /// The words.
        public var text: String
        /// The passage's id.
        public var passage: String
        /// The mark under which it is cited.
        public var citation: Int
    }

    /// What a mark like `[1]` stands for.
    public struct Citation: Hashable, Sendable, Codable {
        /// The number in the mark.
        public var number: Int
        /// Id of the passage.
        public var passage: String
    }

    /// The blocks, in the order they are read.
    public var blocks: [Block]
    /// What the marks in the blocks cite.
    public var citations: [Citation]

    /// An answer of `blocks`.
    public init(blocks: [Block] = [], citations: [Citation] = []) {
        self.blocks = blocks
        self.citations = citations
    }
}

/// Rows of values in an answer.
public struct AnswerTable: Hashable, Sendable, Codable {
    /// A column.
    public struct Column: Hashable, Sendable, Codable {
        /// What stands above it.
        public var title: String
        /// Whether it holds numbers, which stand at the right and are never cut.
        public var isNumeric: Bool
        /// How soon it is left out where the width is short; 0 never.
        public var dispensability: Int

        /// A column titled `title`.
        public init(_ title: String, isNumeric: Bool = true, dispensability: Int = 0) {
            self.title = title
            self.isNumeric = isNumeric
            self.dispensability = dispensability
        }
    }

    /// A value in a row.
    public struct Cell: Hashable, Sendable, Codable {
        /// The value, as it is shown.
        public var text: String
        /// How it is meant.
        public var tone: Answer.Tone

        /// A value.
        public init(_ text: String, tone: Answer.Tone = .plain) {
            self.text = text
            self.tone = tone
        }
    }

    /// A row.
    public struct Row: Hashable, Sendable, Codable {
        /// Whom its values are about; empty for the whole portfolio.
        public var subject: String
        /// Its values, one for each column.
        public var cells: [Cell]

        /// A row about `subject`.
        public init(subject: String, cells: [Cell]) {
            self.subject = subject
            self.cells = cells
        }
    }

    /// The columns, in order.
    public var columns: [Column]
    /// The rows, in order.
    public var rows: [Row]
    /// A last row of totals.
    public var total: Row?

    /// A table.
    public init(columns: [Column], rows: [Row] = [], total: Row? = nil) {
        self.columns = columns
        self.rows = rows
        self.total = total
    }
}
