import Agents
import Evidence

/// Answers about what the portfolio was worth on past days.
extension Composer {
    func equity() -> [Answer.Block] {
        let labels = [
            FactLabel.timeWeightedReturn, FactLabel.annualisedTimeWeighted, FactLabel.largestDrawdown,
            FactLabel.returnVolatility, FactLabel.equityGain, FactLabel.equitySessions,
        ]
        let parts = labels.compactMap { label in facts.fact(label).map { "\(label) \(FigureFormat().text($0))" } }
        var blocks: [Answer.Block] = []
        if !parts.isEmpty { blocks.append(.paragraph("In all\(periodWords): " + parts.joined(separator: ", ") + ".")) }
        blocks += list(
            Listing(
                lead: "\(portfolioName) at the end of past sessions, rebuilt from its history:",
                nothing: "\(portfolioName) has no history\(periodWords) to work values out from.",
                key: FactLabel.equityDate,
                columns: [
                    .init("Session", FactLabel.equityDate, .date),
                    .init("Net liquidation value", FactLabel.netLiquidation, .dollars),
                    .init("Cash", FactLabel.cash, .dollars, dispensability: 1),
                    .init("Value of shares", FactLabel.valueOfShares, .dollars, dispensability: 2),
                    .init("Value of options", FactLabel.valueOfOptions, .dollars, dispensability: 2),
                    .init("Daily return", FactLabel.dailyReturn, .percent),
                ]
            )
        )
        let note =
            "Shares count at their closes. Past prices of options are not kept, so a model values them at the volatility of their "
            + "own trades; brokers' figures of those days may differ."
        return blocks + [.note(note)]
    }
}
