import Agents
import Evidence

/// Answers about what is computed from closed trades, chains and past prices.
extension Composer {
    func performance() -> [Answer.Block] {
        guard let trades = facts.decimal(FactLabel.closedTrades), trades > 0 else {
            return [.paragraph("\(portfolioName) has no closed trades\(scopeWords).")] + caveats()
        }
        let by = facts.text(FactLabel.groupedBy) ?? "strategy"
        let isByMonth = by == "month"
        let all = [FactLabel.totalGain, FactLabel.winRate, FactLabel.knownTrades, FactLabel.averageGain]
            .compactMap { label in facts.fact(label).map { "\(label) \(FigureFormat().text($0))" } }
        let lead =
            "In all\(scopeWords): closed trades \(FigureFormat.count(trades)), " + all.joined(separator: ", ") + "."
        var columns: [Listing.Column] = [
            .init("Closed trades", FactLabel.closedTrades, .count),
            .init("Total gain", FactLabel.totalGain, .dollars),
            .init("Win rate", FactLabel.winRate, .percent),
            .init("Trades of known gain", FactLabel.knownTrades, .count),
            .init("Average gain", FactLabel.averageGain, .dollars),
            .init("Average winner", FactLabel.averageWinner, .dollars, dispensability: 2),
            .init("Winners", FactLabel.winners, .count, dispensability: 2),
            .init("Average loser", FactLabel.averageLoser, .dollars, dispensability: 2),
            .init("Losers", FactLabel.losers, .count, dispensability: 2),
            .init("Profit factor", FactLabel.profitFactor, .number(decimals: 2), dispensability: 1),
            .init("Winners and losers", FactLabel.decidedTrades, .count, dispensability: 1),
            .init("Average days held", FactLabel.averageDaysHeld, .number(decimals: 1), dispensability: 3),
            .init("Trades of known opening", FactLabel.timedTrades, .count, dispensability: 3),
            .init("Fees", FactLabel.fees, .dollars, dispensability: 3),
        ]
        if isByMonth { columns.insert(.init("Month of", FactLabel.month, .date), at: 0) }
        let table = list(
            Listing(
                lead: "Closed trades by \(by)\(scopeWords); each rate stands beside the number of trades it rests on:",
                nothing: "",
                key: FactLabel.closedTrades,
                subjectTitle: isByMonth ? nil : by.capitalized,
                columns: columns
            )
        )
        return [.paragraph(lead)] + table
    }

    func unusual() -> [Answer.Block] {
        let isFound = (facts.decimal(FactLabel.unusualCount) ?? 0) > 0
        let least = facts.number(FactLabel.leastRatio).map { FigureFormat.number($0, decimals: 2) } ?? "—"
        let premium = facts.number(FactLabel.leastPremium).map(FigureFormat.dollars) ?? "—"
        let examined = facts.decimal(FactLabel.examinedCount).map(FigureFormat.count) ?? "no"
        let underlyings = facts.decimal(FactLabel.scannedCount).map(FigureFormat.count) ?? "no"
        let table = list(
            Listing(
                lead: isFound
                    ? "Unusual options\(scopeWords), by volume over open interest:"
                    : "No option\(scopeWords) is unusual by these rules. The highest volume over open interest:",
                nothing: "No option\(scopeWords) that traded is known.",
                key: FactLabel.volumeToInterest,
                subjectTitle: "Option",
                columns: [
                    .init("Volume", FactLabel.volume, .count),
                    .init("Open interest", FactLabel.openInterest, .count),
                    .init("Volume over open interest", FactLabel.volumeToInterest, .number(decimals: 2)),
                    .init("Volume over its median", FactLabel.volumeToMedian, .number(decimals: 2), dispensability: 1),
                    .init("Traded premium", FactLabel.tradedPremium, .dollars, dispensability: 1),
                    .init("Side of the last trade", FactLabel.pressedSide, .text, dispensability: 2),
                ]
            )
        )
        let rules = "Rules: least volume over open interest \(least), least traded premium \(premium)."
        let over = "\(examined) contracts examined, \(underlyings) underlyings scanned."
        let head = facts.subjects(with: FactLabel.volumeToInterest).isEmpty ? 1 : 2
        return Array(table.prefix(head)) + [.paragraph(rules), .paragraph(over)] + table.dropFirst(head)
    }

    func correlation() -> [Answer.Block] {
        let table = list(
            Listing(
                lead: "Correlation of daily returns\(scopeWords), the strongest first:",
                nothing: "No correlation\(scopeWords) is known.",
                key: FactLabel.correlation,
                subjectTitle: "Pair",
                columns: [
                    .init("Correlation", FactLabel.correlation, .number(decimals: 2)),
                    .init("Common returns", FactLabel.commonReturns, .count),
                ]
            )
        )
        var words: [Answer.Block] = []
        if let ratio = facts.number(FactLabel.diversificationRatio) {
            let covered = facts.number(FactLabel.coveredWeight).map {
                ", share of exposure covered \(FigureFormat.percent($0, decimals: 1))"
            }
            let text = "Diversification ratio \(FigureFormat.number(ratio, decimals: 2))\(covered ?? "")."
            words.append(.paragraph(text))
            words.append(.note("It would be one if all moved together, and is more where positions offset each other."))
        }
        if !facts.subjects(with: FactLabel.betaEstimate).isEmpty {
            words += list(
                Listing(
                    lead: "Beta\(scopeWords), the slope of daily returns on those of the broad market:",
                    nothing: "",
                    key: FactLabel.betaEstimate,
                    subjectTitle: "Beta of",
                    columns: Composer.betaColumns
                )
            ).prefix(2)
        }
        let head = facts.subjects(with: FactLabel.correlation).isEmpty ? 1 : 2
        return Array(table.prefix(head)) + words + table.dropFirst(head)
    }

    /// A beta with what it rests on.
    static let betaColumns: [Listing.Column] = [
        .init("Beta estimate", FactLabel.betaEstimate, .number(decimals: 2)),
        .init("R squared", FactLabel.rSquared, .number(decimals: 2), dispensability: 1),
        .init("Returns in beta", FactLabel.betaReturns, .count, dispensability: 2),
        .init("Beta basis", FactLabel.betaBasis, .text, dispensability: 2),
    ]

    func technicals() -> [Answer.Block] {
        let state = list(
            Listing(
                lead: "Technicals\(scopeWords), from daily prices:",
                nothing: "No daily prices\(scopeWords) are known.",
                key: FactLabel.latestClose,
                subjectTitle: "Ticker",
                columns: [
                    .init("Last day", FactLabel.latestDay, .date),
                    .init("Last close", FactLabel.latestClose, .price),
                    .init("Regime", FactLabel.regime, .text),
                    .init("Regime of the day", FactLabel.regimeOfDay, .text, dispensability: 2),
                    .init("Votes for an advance", FactLabel.advanceVotes, .count, dispensability: 1),
                    .init("Short average", FactLabel.shortAverage, .price, dispensability: 1),
                    .init("Long average", FactLabel.longAverage, .price, dispensability: 1),
                    .init("Quarter's return", FactLabel.quarterReturn, .percent, dispensability: 2),
                    .init("ATR", FactLabel.averageTrueRange, .price),
                    .init("ADX", FactLabel.directionalIndex, .number(decimals: 1), dispensability: 3),
                    .init("Historical volatility", FactLabel.historicalVolatility, .percent, dispensability: 3),
                ]
            )
        )
        guard !facts.subjects(with: FactLabel.latestClose).isEmpty else { return state }
        let zones = list(
            Listing(
                lead: "The nearest zones that no close has gone through:",
                nothing: "No zone that holds is known.",
                key: FactLabel.zone,
                columns: [
                    .init("Zone", FactLabel.zone, .text),
                    .init("Zone low", FactLabel.zoneLow, .price),
                    .init("Zone high", FactLabel.zoneHigh, .price),
                    .init("Distance", FactLabel.zoneDistance, .percent),
                    .init("Strength", FactLabel.zoneStrength, .number(decimals: 1)),
                    .init("State", FactLabel.zoneState, .text),
                    .init("Tests", FactLabel.zoneTests, .count, dispensability: 1),
                    .init("Confirmed on", FactLabel.zoneConfirmed, .date, dispensability: 2),
                    .init("Pattern", FactLabel.zonePattern, .text, dispensability: 3),
                ]
            )
        )
        return Array(state.prefix(2)) + zones
    }

    func probability() -> [Answer.Block] {
        let symbol = request.symbols.first ?? ""
        guard let above = facts.number(FactLabel.probabilityAbove, of: symbol),
            let level = facts.decimal(FactLabel.level, of: symbol),
            let day = facts.date(FactLabel.eventDay, of: symbol)
        else { return [.paragraph("No probability\(scopeWords) can be read from option prices.")] + caveats() }
        let below = facts.number(FactLabel.probabilityBelow, of: symbol) ?? 1 - above
        var words = "\(symbol) on \(FigureFormat.date(day)), level \(FigureFormat.price(level)): probability above "
        words +=
            "\(FigureFormat.percent(above, decimals: 1)), probability below \(FigureFormat.percent(below, decimals: 1))"
        if let forward = facts.number(FactLabel.forward, of: symbol) {
            words += ", forward price \(FigureFormat.dollars(forward))"
        }
        var blocks: [Answer.Block] = [
            .paragraph(words + "."),
            .note("Read from option prices: it holds the market's risk premium and is no forecast."),
        ]
        let fits = list(
            Listing(
                lead: "The smiles it was read from:",
                nothing: "",
                key: FactLabel.fitError,
                columns: [
                    .init("Expiration", FactLabel.expiration, .date),
                    .init("Options fitted", FactLabel.fittedOptions, .count),
                    .init("Fit error", FactLabel.fitError, .percent),
                    .init("Inside the quotes", FactLabel.insideQuotes, .percent),
                    .init("Lowest density", FactLabel.lowestDensity, .number(decimals: 2), dispensability: 1),
                ]
            )
        )
        blocks += fits.prefix(2)
        if !facts.subjects(with: FactLabel.verdict).isEmpty {
            blocks += list(
                Listing(
                    lead: "Against the prediction market, in dollars per contract that pays one dollar:",
                    nothing: "",
                    key: FactLabel.verdict,
                    columns: [
                        .init("Market", FactLabel.marketTitle, .text, dispensability: 2),
                        .init("Yes bid", FactLabel.yesBid, .price),
                        .init("Yes ask", FactLabel.yesAsk, .price),
                        .init("Market probability", FactLabel.marketProbability, .percent),
                        .init("Edge", FactLabel.edge, .percent),
                        .init("Fee of yes", FactLabel.feeOfYes, .price, dispensability: 3),
                        .init("Fee of no", FactLabel.feeOfNo, .price, dispensability: 3),
                        .init("Expected gain of yes", FactLabel.gainBuyingYes, .price, dispensability: 1),
                        .init("Expected gain of no", FactLabel.gainBuyingNo, .price, dispensability: 1),
                        .init("Locked in with yes", FactLabel.lockedBuyingYes, .price),
                        .init("Locked in with no", FactLabel.lockedBuyingNo, .price),
                        .init("Verdict", FactLabel.verdict, .text),
                    ]
                )
            ).prefix(2)
        }
        return blocks + caveats()
    }
}
