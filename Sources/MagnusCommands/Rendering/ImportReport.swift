import Connectors
import Evidence
import Foundation
import Markets

extension ImportCommand {
    /// What an import changes, or would change.
    struct Report {
        /// The form of `--json`.
        struct Document: Encodable {
            struct Change: Encodable {
                var instrument: String
                var before: String
                var after: String
            }
            struct Row: Encodable {
                var line: Int
                var reason: String
                var excerpt: String
            }
            var file: String
            var format: String
            var written: Bool
            var newTransactions: Int
            var alreadyKnown: Int
            var possibleDuplicates: Int
            var kinds: [String: Int]
            var from: String?
            var to: String?
            var quotes: Int
            var bars: Int
            var dividends: Int
            var changes: [Change]
            var cashBefore: String?
            var cashAfter: String?
            var skipped: [Row]
            var unknown: [Row]
            var issues: [String]
            var warnings: [String]
        }

        private let draft: ImportDraft
        private let diff: ImportDiff
        private let isWritten: Bool

        init(_ draft: ImportDraft, _ diff: ImportDiff, isWritten: Bool) {
            self.draft = draft
            self.diff = diff
            self.isWritten = isWritten
        }

        var document: Document {
            func row(_ issue: ImportDraft.RowIssue) -> Document.Row {
                Document.Row(line: issue.line, reason: issue.reason, excerpt: issue.excerpt)
            }
            return Document(
                file: draft.fileName,
                format: draft.format.rawValue,
                written: isWritten,
                newTransactions: diff.new.count,
                alreadyKnown: diff.alreadyKnown,
                possibleDuplicates: diff.possibleDuplicates.count,
                kinds: Dictionary(uniqueKeysWithValues: diff.countsByKind.map { ($0.key.rawValue, $0.value) }),
                from: diff.dates?.lowerBound.description,
                to: diff.dates?.upperBound.description,
                quotes: draft.quotes.count,
                bars: draft.bars.count,
                dividends: draft.dividends.count,
                changes: diff.changes.map { change in
                    Document.Change(
                        instrument: change.instrument.description,
                        before: change.before.description,
                        after: change.after.description
                    )
                },
                cashBefore: diff.cash.before.amount?.description,
                cashAfter: diff.cash.after.amount?.description,
                skipped: draft.skipped.map(row),
                unknown: draft.unknown.map(row),
                issues: diff.newIssues.map(\.message),
                warnings: warnings
            )
        }

        /// What the file warns of, and rows dated after today.
        private var warnings: [String] {
            draft.warnings
                + diff.datedLater.map { row in
                    "\(row.origin.file) line \(row.origin.line) is dated \(row.date), which is after today: it does not count "
                        + "before that day; if the date is wrong, take the import back (magnus import --undo) and correct it"
                }
        }

        /// The report in words, with a table of the positions that change.
        func lines(_ terminal: Terminal) -> [StyledText] {
            let width = terminal.width
            var lines = [StyledText("\(draft.fileName): \(draft.format.name)", .heading, shape: .line)]
            if !draft.transactions.isEmpty {
                var words = "\(diff.new.count) new transactions"
                if let dates = diff.dates { words += " from \(dates.lowerBound) to \(dates.upperBound)" }
                words += ", \(diff.alreadyKnown) already known"
                lines.append(StyledText(words))
                let kinds = diff.countsByKind.sorted { $0.key.rawValue < $1.key.rawValue }
                if !kinds.isEmpty {
                    let list = kinds.map { "\($0.value) \($0.key.rawValue.replacing("_", with: " "))" }
                    lines += StyledText("  " + list.joined(separator: ", "), .muted).wrapped(
                        to: width,
                        hangingIndent: "  "
                    )
                }
            }
            let others = [
                (draft.quotes.count, "quotes"), (draft.bars.count, "daily bars"), (draft.dividends.count, "dividends"),
            ]
            for (count, name) in others where count > 0 { lines.append(StyledText("\(count) \(name)")) }
            lines += changes(terminal)
            if !draft.transactions.isEmpty {
                lines.append(StyledText("Cash: \(cash(diff.cash.before)) -> \(cash(diff.cash.after))"))
            }
            lines += list("Rows of an unknown kind", draft.unknown.map(\.description), .warning, width)
            lines += list("Rows left out, they say nothing", draft.skipped.map(\.description), .muted, width)
            lines += list(
                "Already in the history from another export?",
                diff.possibleDuplicates.map { transaction in
                    "\(transaction.origin.file) line \(transaction.origin.line): \(transaction.details)"
                },
                .warning,
                width
            )
            lines += list("Warnings", warnings, .warning, width)
            lines += list("Left open by the history", diff.newIssues.map(\.message), .warning, width)
            lines.append("")
            return lines
        }

        private func changes(_ terminal: Terminal) -> [StyledText] {
            guard !diff.changes.isEmpty else { return [] }
            var table = Table(columns: [
                Table.Column("Position", .wrapping(minimumWidth: 16), priority: .essential),
                Table.Column("Before", priority: .essential),
                Table.Column("After", priority: .essential),
            ])
            for change in diff.changes.prefix(60) {
                table.add(row: [
                    StyledText(change.instrument.description),
                    StyledText(FigureFormat.count(change.before)),
                    StyledText(FigureFormat.count(change.after), .strong),
                ])
            }
            if diff.changes.count > 60 {
                table.notes.append(StyledText("and \(diff.changes.count - 60) more; --json lists all"))
            }
            return table.lines(width: terminal.width, glyphs: terminal.glyphs)
        }

        private func cash(_ cash: Portfolio.Cash) -> String {
            cash.amount.map(FigureFormat.dollars) ?? "not known"
        }

        private func list(_ title: String, _ items: [String], _ style: Style, _ width: Int) -> [StyledText] {
            guard !items.isEmpty else { return [] }
            var lines = [StyledText("\(title) (\(items.count)):", style)]
            for item in items.prefix(10) {
                lines += StyledText(item, style, shape: .line).wrapped(to: width, indent: "  - ", hangingIndent: "    ")
            }
            if items.count > 10 {
                lines.append(StyledText("    and \(items.count - 10) more; --json lists all", style))
            }
            return lines
        }
    }
}
