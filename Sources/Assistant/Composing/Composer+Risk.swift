import Agents
import Evidence
import Foundation
import Markets

/// Answers about what could hurt.
extension Composer {
    func risk() -> [Answer.Block] {
        if let nothing = nothingHeld() { return nothing }
        var blocks: [Answer.Block] = [.paragraph(riskLead())]
        blocks += findings(limit: 8)
        blocks += concentration() + sectors() + buyingPower()
        if let dollarDelta = facts.number(FactLabel.dollarDelta), let theta = facts.number(FactLabel.thetaPerDay),
            let vega = facts.number(FactLabel.vegaPerPoint)
        {
            blocks.append(
                .paragraph(
                    "Sensitivities\(scopeWords): dollar delta \(FigureFormat.dollars(dollarDelta)), theta \(FigureFormat.dollars(theta)) "
                        + "per day, vega \(FigureFormat.dollars(vega)) per point."
                )
            )
        }
        blocks += caveats()
        blocks.append(disclaimer)
        return blocks
    }

    private func riskLead() -> String {
        let grave = reports.flatMap(\.findings).filter { $0.severity >= .warning }
        let shares = request.symbols.compactMap { symbol in
            facts.number(FactLabel.weight, of: symbol).map {
                "\(symbol) is \(FigureFormat.percent($0, decimals: 1)) of the exposure"
            }
        }
        if !shares.isEmpty { return shares.joined(separator: "; ") + "." }
        var lead: String
        if grave.isEmpty {
            lead = "No risk rule is broken"
        } else if grave.count == 1 {
            lead = "One thing stands out"
        } else {
            lead = "Several things stand out"
        }
        if let level = facts.text(FactLabel.concentrationLevel), let index = facts.number(FactLabel.concentrationIndex)
        {
            lead += grave.isEmpty ? ": concentration is " : "; concentration is "
            lead += "\(level) with an index (HHI) of \(FigureFormat.number(index, decimals: 3))"
        }
        return lead + "."
    }

    private func concentration() -> [Answer.Block] {
        let subjects = facts.subjects(with: FactLabel.weight).filter(isAsked)
        guard !subjects.isEmpty else { return [] }
        var table = AnswerTable(columns: [
            .init("Underlying", isNumeric: false), .init("Exposure"), .init("Weight"),
        ])
        table.rows = subjects.prefix(10).map { subject in
            AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject), dollars(FactLabel.exposure, subject), percent(FactLabel.weight, subject),
                ]
            )
        }
        return [.heading("Concentration"), .table(table)]
    }

    /// The exposures by sector, or why they are not known.
    private func sectors() -> [Answer.Block] {
        // A ticker's own risk says nothing of sectors.
        guard request.symbols.isEmpty else { return [] }
        let subjects = facts.subjects(with: FactLabel.sectorWeight)
        guard !subjects.isEmpty else {
            return facts.text(FactLabel.sectorsMissing).map { [.note("Exposure by sector: \($0).")] } ?? []
        }
        var table = AnswerTable(columns: [
            .init("Sector", isNumeric: false), .init("Sector exposure"), .init("Sector weight"),
            .init("Sector tickers", isNumeric: false, dispensability: 1),
        ])
        table.rows = subjects.map { subject in
            AnswerTable.Row(
                subject: subject,
                cells: [
                    .init(subject), dollars(FactLabel.sectorExposure, subject),
                    percent(FactLabel.sectorWeight, subject), text(FactLabel.sectorTickers, subject),
                ]
            )
        }
        return [.heading("Sectors"), .table(table)]
    }

    /// ` from 2026-11-01 through 2026-11-18`, or nothing where all of the history counts.
    var periodWords: String {
        guard let from = facts.date(FactLabel.from), let through = facts.date(FactLabel.through) else { return "" }
        return " from \(FigureFormat.date(from)) through \(FigureFormat.date(through))"
    }

    func income() -> [Answer.Block] {
        let by = facts.text(FactLabel.groupedBy) ?? "month"
        let groups = facts.subjects(with: FactLabel.realised).filter { !$0.isEmpty }
        guard !groups.isEmpty || facts.decimal(FactLabel.income) != nil else {
            return [.paragraph("The history holds no income\(scopeWords)\(periodWords).")] + caveats()
        }
        var blocks: [Answer.Block] = []
        if let premium = facts.decimal(FactLabel.netPremium) {
            var lead = "Net option premium\(periodWords) is \(FigureFormat.dollars(premium))"
            if let dividends = facts.decimal(FactLabel.dividendsReceived) {
                lead += ", dividends received \(FigureFormat.dollars(dividends))"
            }
            if let realised = facts.decimal(FactLabel.realised) {
                lead += ", and the realised gain of closed lots \(FigureFormat.dollars(realised))"
            }
            blocks.append(.paragraph(lead + "."))
        }
        if !request.symbols.isEmpty {
            blocks.append(.note("Only what belongs to \(Composer.list(request.symbols)) is counted."))
        }
        var columns: [(title: String, label: String, dispensability: Int)] = [
            ("Net premium", FactLabel.netPremium, 1), ("Premium kept", FactLabel.premiumKept, 0),
            ("Gain of shares", FactLabel.shareGain, 2), ("Dividends", FactLabel.dividendsReceived, 1),
            ("Interest", FactLabel.interest, 3), ("Realised", FactLabel.realised, 0), ("Fees", FactLabel.fees, 2),
            ("Tax withheld", FactLabel.taxesWithheld, 3), ("Income", FactLabel.income, 0),
        ]
        columns.removeAll { column in !groups.contains { facts.decimal(column.label, of: $0) != nil } }
        let title = by == "month" ? "Month to" : by.prefix(1).uppercased() + by.dropFirst()
        var table = AnswerTable(
            columns: [.init(title, isNumeric: false)]
                + columns.map { AnswerTable.Column($0.title, dispensability: $0.dispensability) }
        )
        func cells(_ subject: String) -> [AnswerTable.Cell] {
            columns.map { dollars($0.label, subject, toned: $0.label != FactLabel.fees) }
        }
        table.rows = groups.map { AnswerTable.Row(subject: $0, cells: [.init($0)] + cells($0)) }
        table.total = AnswerTable.Row(subject: "", cells: [.init("Total")] + cells(""))
        blocks.append(.table(table))
        blocks.append(
            .note(
                "Net premium is what option trades paid in less what they took out, open trades included; premium kept is the "
                    + "gain of options that ended. Income is realised gain, dividends and interest less the fees that belong to "
                    + "no trade and tax withheld."
            )
        )
        return blocks + caveats()
    }
}
