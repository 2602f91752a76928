import Agents
import Evidence
import Foundation
import Markets

/// Answers about quotes and dividends.
extension Composer {
    func prices() -> [Answer.Block] {
        let quoted = facts.subjects(with: FactLabel.mark)
        var blocks: [Answer.Block] = []
        for subject in quoted {
            guard let fact = facts.fact(FactLabel.mark, of: subject), case .decimal(let mark) = fact.value else {
                continue
            }
            var words = "\(subject): mark \(FigureFormat.price(mark))"
            if let bid = facts.decimal(FactLabel.bid, of: subject), let ask = facts.decimal(FactLabel.ask, of: subject)
            {
                words += ", bid \(FigureFormat.price(bid)), ask \(FigureFormat.price(ask))"
            }
            if let close = facts.decimal(FactLabel.previousClose, of: subject) {
                words += ", previous close \(FigureFormat.price(close))"
            }
            if let asOf = fact.asOf { words += ", as of \(FigureFormat.time(asOf))" }
            blocks.append(.paragraph(words + "."))
        }
        if quoted.isEmpty {
            let what = request.symbols.isEmpty ? "that" : Composer.list(request.symbols)
            blocks.append(
                .paragraph(
                    "No quote of \(what) is known, so no price is given. `magnus quote set` or a quotes file adds one."
                )
            )
        }
        return blocks + caveats()
    }

    func dividends() -> [Answer.Block] {
        let subjects = facts.subjects(with: FactLabel.exDividendDate)
        guard !subjects.isEmpty else {
            let lead =
                "No upcoming ex-dividend date\(scopeWords) is known. A dividends file adds them: `magnus import dividends.csv`."
            return [.paragraph(lead)] + caveats()
        }
        var table = AnswerTable(columns: [
            .init("Underlying", isNumeric: false), .init("Ex-date"), .init("Dividend"),
            .init("Shares", dispensability: 1),
        ])
        table.rows = subjects.map { subject in
            AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject), date(FactLabel.exDividendDate, subject), price(FactLabel.dividend, subject),
                    count(FactLabel.quantity, subject),
                ]
            )
        }
        return [.paragraph("Upcoming ex-dividend dates\(scopeWords) of what is held:"), .table(table)] + caveats()
    }
}
