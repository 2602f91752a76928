public import Markets

/// What a file would bring in: everything read and checked, nothing stored.
public struct ImportDraft: Sendable {
    /// A row that became no record, and why.
    public struct RowIssue: Hashable, Sendable, CustomStringConvertible {
        /// The line the row begins on, counted from 1.
        public var line: Int
        /// Why it became no record.
        public var reason: String
        /// The row's text, cut and without control characters.
        public var excerpt: String

        /// A row with all its values.
        public init(line: Int, reason: String, excerpt: String) {
            self.line = line
            self.reason = reason
            self.excerpt = excerpt
        }

        /// `line 12: reason: excerpt`.
        public var description: String { "line \(line): \(reason): \(excerpt)" }
    }

    /// What kind of file it was.
    public var format: ImportFormat
    /// The file's name, without its folder.
    public var fileName: String
    /// SHA-256 of the file's bytes, in hexadecimal.
    public var fileDigest: String
    /// Rows of an account's history, oldest first.
    public var transactions: [Transaction] = []
    /// Quotes, in the file's order.
    public var quotes: [Quote] = []
    /// Daily bars, oldest first.
    public var bars: [DailyBar] = []
    /// Dividends, in the file's order.
    public var dividends: [Dividend] = []
    /// What the file says was held at its end, beside its rows; nil where it says nothing of that.
    public var holdings: StatedHoldings?
    /// Rows known to say nothing, such as a broker's disclaimer.
    public var skipped: [RowIssue] = []
    /// Rows of a kind that is not understood. Leaving them out may leave the books wrong: the owner decides.
    public var unknown: [RowIssue] = []
    /// What was taken, but looks odd, in words for the owner.
    public var warnings: [String] = []

    /// Files above this many bytes are refused.
    public static let largestFile = 128 * 1024 * 1024

    /// Reads the bytes of a file.
    ///
    /// The format is recognised by the header. About 10 microseconds per row.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - fileName: Its name without the folder; daily bars take their symbol from it.
    /// - Throws: `ImportError` where anything in the file cannot be right; the whole file is refused then.
    public init(reading bytes: [UInt8], fileName: String) throws {
        let shownName = DisplayText.line(fileName)
        guard bytes.count <= ImportDraft.largestFile else {
            let code = ImportError.Code.tooLarge(bytes: bytes.count, limit: ImportDraft.largestFile)
            throw ImportError(file: shownName, code: code)
        }
        self.fileName = shownName
        self.fileDigest = RowDigest.hexadecimal(ofFile: bytes)
        if InteractiveBrokersFlexReader.recognises(bytes) {
            format = .interactiveBrokersFlexXML
            var flex = InteractiveBrokersFlexReader(file: shownName)
            guard try flex.read(xml: bytes, into: &self) > 0 else { throw ImportError(file: shownName, code: .empty) }
            return
        }
        if let sectioned = try ImportFormat.detect(sections: bytes, file: shownName) {
            format = sectioned
            try readSections(of: bytes)
            return
        }
        var reader = try CSVReader(bytes, file: shownName)
        let (format, header, preamble) = try ImportDraft.header(&reader, file: shownName)
        let names = (0..<header.count).map(header.text)
        let columns = try ColumnMap(header: names, line: header.line, format: format, file: shownName)
        self.format = format
        var rows = ImportRows(reader: reader, columns: columns, file: shownName)
        switch format {
        case .robinhoodActivity: try RobinhoodActivityReader(columns).read(&rows, into: &self)
        case .tastytradeTransactions: try TastytradeReader(columns).read(&rows, into: &self)
        case .tastytradeLegacy: try TastytradeLegacyReader(columns).read(&rows, into: &self)
        case .schwabTransactions: try SchwabReader(columns).read(&rows, into: &self)
        case .fidelityHistory: try FidelityReader(columns).read(&rows, into: &self)
        case .interactiveBrokersFlex:
            var flex = InteractiveBrokersFlexReader(file: shownName)
            try flex.read(&rows, columns, into: &self)
        case .schwabPositions, .fidelityPositions:
            try BrokerPositionsReader(columns, format: format).read(&rows, below: preamble, into: &self)
        case .optionChain: try OptionChainReader(columns).read(&rows, into: &self)
        case .dailyBars: try DailyBarsReader(columns).read(&rows, into: &self)
        case .quoteTable: try QuoteTableReader(columns).read(&rows, into: &self)
        case .dividendTable: try DividendTableReader(columns).read(&rows, into: &self)
        case .openingBalances: try OpeningBalancesReader(columns).read(&rows, into: &self)
        // These are no tables with one header.
        case .interactiveBrokersActivity, .interactiveBrokersHistory, .interactiveBrokersFlexXML: break
        }
        if rows.count == 0 { throw ImportError(file: shownName, code: .empty) }
    }

    /// Rows above the header that are looked at: titles and notes by the broker.
    private static let longestPreamble = 20

    /// The format of a table and its header, which may stand below a title; `reader` is then below it.
    ///
    /// - Throws: `ImportError` where none of the first rows is a header that is known.
    private static func header(
        _ reader: inout CSVReader,
        file: String
    ) throws -> (format: ImportFormat, row: CSVRow, preamble: [String]) {
        var first: CSVRow?
        var preamble: [String] = []
        while preamble.count < longestPreamble, let row = try reader.next() {
            if row.isBlank { continue }
            if let format = ImportFormat.detect(header: (0..<row.count).map(row.text)) {
                return (format, row, preamble)
            }
            first = first ?? row
            preamble.append(row.text(0))
        }
        guard let first else { throw ImportError(file: file, code: .empty) }
        throw ImportError(file: file, code: .unknownFormat(headerSeen: first.excerpt))
    }

    private mutating func readSections(of bytes: [UInt8]) throws {
        let reader = try CSVReader(bytes, file: fileName)
        var rows = SectionedRows(reader: reader, format: format, file: fileName)
        if format == .interactiveBrokersHistory {
            var history = InteractiveBrokersHistoryReader()
            try history.read(&rows, into: &self)
        } else {
            var activity = InteractiveBrokersActivityReader()
            try activity.read(&rows, into: &self)
        }
        if rows.count == 0 { throw ImportError(file: fileName, code: .empty) }
    }
}
