import Agents
import Evidence

/// How records of a source are laid out: one row for each subject that has the leading label.
struct Listing {
    /// How a value is written.
    enum Form {
        case price, dollars, percent, count, date, text
        case number(decimals: Int)
    }

    /// A column.
    struct Column {
        var title: String
        var label: String
        var form: Form
        var dispensability: Int

        init(_ title: String, _ label: String, _ form: Form, dispensability: Int = 0) {
            self.title = title
            self.label = label
            self.form = form
            self.dispensability = dispensability
        }
    }

    /// What stands above the rows.
    var lead: String
    /// What is said where there are no rows.
    var nothing: String
    /// The label a subject must have to be a row.
    var key: String
    /// The title of a first column that names the subject; nil for none.
    var subjectTitle: String?
    /// The columns.
    var columns: [Column]
}

extension Composer {
    /// Records as a table, or the words that say there are none.
    func list(_ listing: Listing) -> [Answer.Block] {
        let subjects = facts.subjects(with: listing.key)
        guard !subjects.isEmpty else { return [.paragraph(listing.nothing)] + caveats() }
        // A column that no row has anything for says nothing.
        let columns = listing.columns.filter { column in
            subjects.contains { facts.fact(column.label, of: $0) != nil }
        }
        var table = AnswerTable(
            columns: columns.map { column in
                var isNumeric = true
                if case .text = column.form { isNumeric = false }
                return AnswerTable.Column(column.title, isNumeric: isNumeric, dispensability: column.dispensability)
            }
        )
        if let title = listing.subjectTitle { table.columns.insert(.init(title, isNumeric: false), at: 0) }
        table.rows = subjects.map { subject in
            var cells = columns.map { cell($0, subject) }
            if listing.subjectTitle != nil { cells.insert(.init(subject), at: 0) }
            return AnswerTable.Row(subject: subject, cells: cells)
        }
        return [.paragraph(listing.lead), .table(table)] + caveats()
    }

    private func cell(_ column: Listing.Column, _ subject: String) -> AnswerTable.Cell {
        switch column.form {
        case .price: price(column.label, subject)
        case .dollars: dollars(column.label, subject)
        case .percent: percent(column.label, subject)
        case .count: count(column.label, subject)
        case .date: date(column.label, subject)
        case .text: text(column.label, subject)
        case .number(let decimals): figure(column.label, subject, decimals: decimals)
        }
    }

    /// A cell with a pure number, computed or exact.
    private func figure(_ label: String, _ subject: String, decimals: Int) -> AnswerTable.Cell {
        if let exact = facts.decimal(label, of: subject) {
            return .init(FigureFormat(ratioPlaces: decimals).text(exact, unit: .ratio))
        }
        return number(label, subject, decimals: decimals)
    }
}
