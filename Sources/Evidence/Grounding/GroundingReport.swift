/// What the check of a draft found, and the draft as it may be shown.
public struct GroundingReport: Hashable, Sendable, Codable {
    /// Why a figure cannot be shown.
    public enum Reason: Hashable, Sendable, Codable {
        /// No fact or passage has this value.
        case unknownValue
        /// The value is known of others only.
        case otherSubject
        /// The value is known in another unit.
        case otherUnit
        /// The value is known with the other sign, or as a gain where it is a loss.
        case otherSign
        /// The value is known, but of something else than the words name.
        case otherLabel
        /// Neither the cited passages nor the facts about whom the sentence names have it.
        case notInPassage
        /// The mark points to nothing.
        case unknownCitation
        /// The cited passage or fact is about something else.
        case notSupported
        /// A name that neither the data nor the question knows.
        case unknownName
        /// The words are not the passage's.
        case notVerbatim
        /// It stands in the question, but is stated as if it were known.
        case notPresentedAsAsked
        /// It cannot be read, and why.
        case unreadable(String)
    }

    /// Where a figure comes from.
    public enum Status: Hashable, Sendable, Codable {
        /// From these facts; at most eight, in the order of the evidence.
        case matched([String])
        /// Computed from these facts, and how: `$639.92 - $560.08`.
        case computed(String, from: [String])
        /// From this passage.
        case quoted(String)
        /// From the owner's question.
        case asked
        /// A mark that points to this passage, fact or evidence.
        case citation(String)
        /// From nowhere: not shown.
        case struck(Reason)
    }

    /// One figure, citation or quote of the draft.
    public struct Entry: Hashable, Sendable, Codable {
        /// As it stands in the draft.
        public var text: String
        /// The piece of the draft, from 0.
        public var segment: Int
        /// The cell of a row or of column titles, from 0; 0 in other pieces.
        public var cell: Int
        /// Offsets in the UTF-8 of the text of the piece or cell.
        public var range: Range<Int>
        /// Where it comes from.
        public var status: Status

        /// An entry with all its values.
        public init(text: String, segment: Int, cell: Int, range: Range<Int>, status: Status) {
            self.text = text
            self.segment = segment
            self.cell = cell
            self.range = range
            self.status = status
        }

        /// Why it was struck; nil where it was not.
        public var reason: Reason? {
            if case .struck(let reason) = status { return reason }
            return nil
        }
    }

    /// A sentence, table row or quote that cannot be shown as it is, and why.
    public struct Failure: Hashable, Sendable, Codable {
        /// As it stands in the draft; the cells of a row with bars between them.
        public var text: String
        /// The piece of the draft, from 0.
        public var segment: Int
        /// The cell of column titles, from 0; 0 in prose, nil for a row as a whole.
        public var cell: Int?
        /// Offsets in the UTF-8 of the text of the piece or cell; nil for a row as a whole.
        public var range: Range<Int>?
        /// What in it was struck, at least one.
        public var figures: [Entry]

        /// A failure with all its values.
        public init(text: String, segment: Int, cell: Int?, range: Range<Int>?, figures: [Entry]) {
            self.text = text
            self.segment = segment
            self.cell = cell
            self.range = range
            self.figures = figures
        }
    }

    /// What stands in the place of what was struck.
    public static let placeholder = "[unverified]"

    /// Every figure, citation and quote, in the order of the draft.
    public var figures: [Entry]
    /// The draft with everything struck replaced by `placeholder`; the same draft where nothing was.
    public var repaired: Draft
    /// The sentences in which something was struck, in the order of the draft.
    public var failures: [Failure]

    /// A report with all its values.
    public init(figures: [Entry], repaired: Draft, failures: [Failure] = []) {
        self.figures = figures
        self.repaired = repaired
        self.failures = failures
    }

    /// How many figures, citations and quotes were checked.
    public var checked: Int { figures.count }
    /// How many trace to data, a passage or the question.
    public var matched: Int { checked - struck }
    /// How many do not.
    public var struck: Int { figures.count { $0.reason != nil } }
}

extension GroundingReport.Failure: CustomStringConvertible {
    /// The sentence and what is wrong in it, one line each, as a writer is told it.
    public var description: String {
        var lines = ["\u{201C}\(text)\u{201D}"]
        for figure in figures {
            lines.append("  \(figure.text): \(figure.reason?.description ?? "")")
        }
        return lines.joined(separator: "\n")
    }
}

extension GroundingReport.Reason: CustomStringConvertible {
    /// Why, in words for the owner.
    public var description: String {
        switch self {
        case .unknownValue: "no data has this value"
        case .otherSubject: "the data has this value for another position"
        case .otherUnit: "the data has this value in another unit"
        case .otherSign: "the data has this value with the other sign"
        case .otherLabel: "the data has this value for something else"
        case .notInPassage: "the cited passage does not say this"
        case .unknownCitation: "the citation points to nothing"
        case .notSupported: "what is cited does not say this"
        case .unknownName: "no data is about this name"
        case .notVerbatim: "these are not the passage's words"
        case .notPresentedAsAsked: "it is from the question, not from data"
        case .unreadable(let why): "it cannot be read with certainty: \(why)"
        }
    }
}
