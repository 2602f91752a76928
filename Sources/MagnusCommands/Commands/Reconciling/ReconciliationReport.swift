import Evidence
import Foundation
import Markets

/// What a reconciliation found, as it is shown.
struct ReconciliationReport {
    /// The form of `--json`.
    struct Document: Encodable {
        struct Row: Encodable {
            var file: String
            var line: Int
            var date: String
            var kind: String
            var instrument: String?
            var quantity: String
            var price: String?
            var amount: String
            var account: String?
        }
        struct Finding: Encodable {
            var kind: String
            var statement: [Row]
            var books: [Row]
            var cashDifference: String
        }
        struct Position: Encodable {
            var instrument: String
            var statement: String
            var books: String
            var hint: String?
        }
        struct Cash: Encodable {
            var statement: String
            var books: String
            var difference: String
            var explained: String
            var unexplained: String
        }
        var files: [String]
        var balanced: Bool
        var matchedRows: Int
        var asOf: String?
        var findings: [Finding]
        var comparedPositions: Int?
        var positions: [Position]
        var cash: Cash?
        var unknownRows: [String]
        var notes: [String]
    }

    private let result: Reconciliation
    private let files: [String]
    private let unknownRows: [String]

    init(_ result: Reconciliation, files: [String], unknownRows: [String]) {
        self.result = result
        self.files = files
        self.unknownRows = unknownRows
    }

    var document: Document {
        func row(_ row: Transaction) -> Document.Row {
            Document.Row(
                file: row.origin.file,
                line: row.origin.line,
                date: row.date.description,
                kind: row.kind.rawValue,
                instrument: row.instrument?.description,
                quantity: row.quantity.description,
                price: row.price?.description,
                amount: row.amount.description,
                account: row.account
            )
        }
        return Document(
            files: files,
            balanced: result.isBalanced && unknownRows.isEmpty,
            matchedRows: result.matched,
            asOf: result.asOf?.description,
            findings: result.findings.map { finding in
                Document.Finding(
                    kind: finding.kind.rawValue,
                    statement: finding.stated.map(row),
                    books: finding.booked.map(row),
                    cashDifference: finding.cashDifference.description
                )
            },
            comparedPositions: result.comparedPositions,
            positions: result.positions.map { difference in
                Document.Position(
                    instrument: difference.instrument.description,
                    statement: difference.stated.description,
                    books: difference.booked.description,
                    hint: difference.hint
                )
            },
            cash: result.cash.map { cash in
                Document.Cash(
                    statement: cash.stated.description,
                    books: cash.booked.description,
                    difference: cash.difference.description,
                    explained: cash.explained.description,
                    unexplained: cash.unexplained.description
                )
            },
            unknownRows: unknownRows,
            notes: notes
        )
    }

    /// What was left out of the comparison.
    private var notes: [String] {
        let remedy = "name it in the column account of the opening balances"
        var notes = result.unassigned.sorted { $0.key.symbol < $1.key.symbol }.map { instrument, quantity in
            "An opening balance of \(FigureFormat.count(quantity)) \(instrument) belongs to no account and is left out; "
                + remedy
        }
        if result.unassignedCash != 0 {
            notes.append(
                "Cash of \(FigureFormat.dollars(result.unassignedCash)) belongs to no account and is left out; \(remedy)"
            )
        }
        return notes
    }

    /// The report in words.
    func lines(_ terminal: Terminal, showsAll: Bool) -> [StyledText] {
        let width = terminal.width
        var lines = [StyledText(files.joined(separator: ", "), .heading, shape: .line)]
        lines.append(StyledText("\(result.matched) rows agree, \(result.findings.count) findings"))
        lines += findings(terminal, showsAll: showsAll)
        lines += positions(terminal)
        lines += cash(width)
        for note in notes {
            lines += StyledText("Note: \(note).", .muted, shape: .line).wrapped(to: width, hangingIndent: "  ")
        }
        if !unknownRows.isEmpty {
            lines.append(StyledText("Rows of the statement that are not understood (\(unknownRows.count)):", .warning))
            for row in showsAll ? unknownRows[...] : unknownRows.prefix(10) {
                lines += StyledText(row, .warning, shape: .line).wrapped(
                    to: width,
                    indent: "  - ",
                    hangingIndent: "    "
                )
            }
        }
        let isBalanced = result.isBalanced && unknownRows.isEmpty
        lines.append(
            isBalanced
                ? StyledText("Books and statement agree to the cent.", .strong)
                : StyledText("Books and statement do not agree.", .warning)
        )
        return lines
    }

    private static let titles: [Reconciliation.Kind: String] = [
        .missing: "missing in the books", .duplicate: "twice in the books", .unstated: "not in the statement",
        .split: "one row of the statement is several in the books",
        .joined: "several rows of the statement are one in the books", .differs: "stated differently",
        .otherDay: "on another day",
    ]

    private func findings(_ terminal: Terminal, showsAll: Bool) -> [StyledText] {
        guard !result.findings.isEmpty else { return [] }
        var table = Table(columns: [
            Table.Column("Finding", .wrapping(minimumWidth: 14), priority: .essential),
            Table.Column("Row", .wrapping(minimumWidth: 24), priority: .essential),
            Table.Column("Amount", .number, priority: .essential),
            Table.Column("Where", .wrapping(minimumWidth: 12), priority: .useful),
        ])
        let shown = showsAll ? result.findings[...] : result.findings.prefix(60)
        for finding in shown {
            var title = Self.titles[finding.kind] ?? finding.kind.rawValue
            for row in finding.stated + finding.booked {
                table.add(row: [
                    StyledText(title, .warning),
                    StyledText(Self.words(row), .plain, shape: .line),
                    StyledText(FigureFormat.dollars(row.amount)),
                    StyledText("\(row.origin.file):\(row.origin.line)", .muted, shape: .line),
                ])
                title = ""
            }
        }
        if shown.count < result.findings.count {
            table.notes.append(StyledText("and \(result.findings.count - shown.count) more; --all shows them"))
        }
        return table.lines(width: terminal.width, glyphs: terminal.glyphs)
    }

    private static func words(_ row: Transaction) -> String {
        var words = "\(row.date) \(row.kind.rawValue.replacing("_", with: " "))"
        if row.quantity != 0 { words += " \(FigureFormat.count(row.quantity))" }
        if let instrument = row.instrument { words += " \(instrument)" }
        if let price = row.price { words += " at \(FigureFormat.price(price))" }
        return words
    }

    private func positions(_ terminal: Terminal) -> [StyledText] {
        guard let compared = result.comparedPositions else { return [] }
        let day = result.asOf.map { " at the end of \($0)" } ?? ""
        var lines = [StyledText("\(compared) positions compared\(day), \(result.positions.count) differ")]
        guard !result.positions.isEmpty else { return lines }
        var table = Table(columns: [
            Table.Column("Position", .wrapping(minimumWidth: 16), priority: .essential),
            Table.Column("Statement", .number, priority: .essential),
            Table.Column("Books", .number, priority: .essential),
            Table.Column("Hint", .wrapping(minimumWidth: 16), priority: .useful),
        ])
        for difference in result.positions {
            table.add(row: [
                StyledText(difference.instrument.description),
                StyledText(FigureFormat.count(difference.stated)),
                StyledText(FigureFormat.count(difference.booked)),
                StyledText(difference.hint ?? "", .muted, shape: .line),
            ])
        }
        lines += table.lines(width: terminal.width, glyphs: terminal.glyphs)
        return lines
    }

    private func cash(_ width: Int) -> [StyledText] {
        guard let cash = result.cash else { return [] }
        var words =
            "Cash: \(FigureFormat.dollars(cash.stated)) in the statement, \(FigureFormat.dollars(cash.booked)) in the books"
        guard cash.difference != 0 else { return [StyledText(words)] }
        words += ", a difference of \(FigureFormat.dollars(cash.difference))"
        if cash.explained != 0 {
            words += "; the findings come to \(FigureFormat.dollars(cash.explained))"
            words +=
                cash.unexplained == 0
                ? ", which is all of it" : ", which leaves \(FigureFormat.dollars(cash.unexplained))"
        }
        return StyledText(words + ".", .warning).wrapped(to: width, hangingIndent: "  ")
    }
}
