/// A table in a text file as lines that each hold a record with the names of its columns, so that no part of it is without them.
enum TableOutline {
    /// A record and the lines of the file it stands in.
    struct Record {
        var cells: [String]
        var place: ClosedRange<Int>
    }

    /// What is known of a table from its beginning.
    struct Layout: Codable, Hashable {
        /// What parts the values.
        var separator: UInt8
        /// The names of the columns; nil where they have none.
        var names: [String]?
    }

    /// The outlines of `text`, one after the other: a long table comes in several, so that it is never in memory as a whole.
    /// - Parameter isTabbed: Whether tabs part the values, as in a TSV file; otherwise the first record decides.
    static func outlines(of text: String, isTabbed: Bool) -> some Sequence<DocumentOutline> {
        let lines = TextLines(text)
        let layout = layout(of: lines, isTabbed: isTabbed)
        return sequence(state: Reader(lines, separator: layout.separator)) { reader -> DocumentOutline? in
            var builder = OutlineBuilder()
            while builder.isEmpty, reader.line < lines.count {
                add(&reader, to: &builder, layout, isBeginning: reader.line == 0, limit: 4_000)
            }
            return builder.isEmpty ? nil : builder.outline(title: nil)
        }
    }

    /// The outline of some lines of a table, and how many of them it takes: a record that may go on behind them is left.
    /// - Parameters:
    ///   - isBeginning: Whether the names of the columns stand in them.
    ///   - isEnd: Whether nothing follows.
    static func outline(
        of lines: TextLines,
        _ layout: Layout,
        isBeginning: Bool,
        isEnd: Bool
    ) -> (outline: DocumentOutline, lines: Int) {
        var builder = OutlineBuilder()
        var reader = Reader(lines, separator: layout.separator)
        reader.mayGoOn = !isEnd
        add(&reader, to: &builder, layout, isBeginning: isBeginning, limit: .max)
        return (builder.outline(title: nil), reader.line)
    }

    /// How the table that begins with `lines` is written.
    static func layout(of lines: TextLines, isTabbed: Bool) -> Layout {
        let separator = isTabbed ? 0x09 : separator(in: lines.text)
        var reader = Reader(lines, separator: separator)
        let first = [reader.next(), reader.next()].compactMap { $0 }
        return Layout(separator: separator, names: header(of: first))
    }

    private static func add(
        _ reader: inout Reader,
        to builder: inout OutlineBuilder,
        _ layout: Layout,
        isBeginning: Bool,
        limit: Int
    ) {
        if isBeginning, layout.names != nil { _ = reader.next() }
        var count = 0
        while count < limit, let record = reader.next() {
            builder.add([(line(record.cells, names: layout.names), record.place)], breakStrength: 2.5)
            count += 1
        }
    }

    /// `Date: 2026-11-20 | Price: 3.10`, or the values alone where columns have no names.
    static func line(_ cells: [String], names: [String]?) -> String {
        cells.enumerated().compactMap { column, cell -> String? in
            let value = OutlineBuilder.oneLine(cell)
            guard !value.isEmpty else { return nil }
            guard let names, column < names.count, !names[column].isEmpty else { return value }
            return "\(names[column]): \(value)"
        }.joined(separator: " | ")
    }

    /// The names of the columns: the first record, if there are others and nothing in it looks like a value.
    static func header(of records: [Record]) -> [String]? {
        guard let first = records.first, records.count > 1 else { return nil }
        let names = first.cells.map(OutlineBuilder.oneLine)
        let filled = names.filter { !$0.isEmpty }
        let areNames = filled.allSatisfy { $0.contains(where: \.isLetter) && $0.count <= 80 }
        return !filled.isEmpty && areNames && filled.count * 2 > names.count ? names : nil
    }

    /// What stands most often in the first line outside of quotes.
    private static func separator(in text: String) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in text.utf8 {
            if byte == 0x22 { isQuoted.toggle() }
            if byte == 0x0A, !isQuoted, !counts.isEmpty { break }
            if !isQuoted, [0x2C, 0x3B, 0x09, 0x7C].contains(byte) { counts[byte, default: 0] += 1 }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0x2C
    }

    /// Reads records one by one: values in quotes may hold separators, doubled quotes and line breaks. A quote that is never
    /// closed ends with its line.
    private struct Reader {
        let lines: TextLines
        let separator: UInt8
        /// Whether more lines may follow, in which a record that is not closed would go on.
        var mayGoOn = false
        var line = 0

        init(_ lines: TextLines, separator: UInt8) {
            self.lines = lines
            self.separator = separator
        }

        /// Lines.
        private static let longestRecord = 200

        mutating func next() -> Record? {
            while line < lines.count, lines.isBlank(line) { line += 1 }
            guard line < lines.count else { return nil }
            var parser = RecordParser(separator: separator)
            parser.read(lines[line].utf8)
            var end = line
            // A record of more lines than anybody writes is one with a quote too many.
            while parser.isQuoted, end + 1 < lines.count, end - line < Self.longestRecord {
                end += 1
                parser.breakLine()
                parser.read(lines[end].utf8)
            }
            if parser.isQuoted, end - line < Self.longestRecord, mayGoOn { return nil }
            if parser.isQuoted, end > line {
                parser = RecordParser(separator: separator)
                parser.read(lines[line].utf8)
                end = line
            }
            defer { line = end + 1 }
            return Record(cells: parser.finish(), place: (line + 1)...(end + 1))
        }
    }
}

/// Reads one record byte by byte.
private struct RecordParser {
    let separator: UInt8
    private(set) var isQuoted = false
    private var cells: [String] = []
    private var cell: [UInt8] = []
    private var wasQuote = false

    init(separator: UInt8) {
        self.separator = separator
    }

    mutating func read(_ bytes: Substring.UTF8View) {
        for byte in bytes {
            if isQuoted {
                if byte == 0x22 {
                    isQuoted = false
                    wasQuote = true
                } else {
                    cell.append(byte)
                }
            } else if byte == 0x22, wasQuote {
                // A doubled quote within quotes is one.
                cell.append(byte)
                isQuoted = true
                wasQuote = false
            } else if byte == 0x22, cell.allSatisfy({ $0 == 0x20 }) {
                cell = []
                isQuoted = true
            } else if byte == separator {
                close()
            } else {
                cell.append(byte)
                wasQuote = false
            }
        }
    }

    mutating func breakLine() {
        cell.append(0x0A)
    }

    mutating func finish() -> [String] {
        close()
        return cells
    }

    private mutating func close() {
        cells.append(String(decoding: cell, as: UTF8.self))
        cell = []
        wasQuote = false
    }
}
