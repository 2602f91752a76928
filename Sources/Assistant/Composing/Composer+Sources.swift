import Agents
import Evidence

/// Answers that list what sources of data say.
extension Composer {
    func news() -> [Answer.Block] {
        list(
            Listing(
                lead: "Headlines\(scopeWords), the latest first. They are others' words, not checked by Magnus:",
                nothing: "No headline\(scopeWords) is known.",
                key: FactLabel.headline,
                columns: [
                    .init("Published", FactLabel.published, .date),
                    .init("Publisher", FactLabel.publisher, .text, dispensability: 2),
                    .init("Tickers", FactLabel.symbols, .text, dispensability: 1),
                    .init("Headline", FactLabel.headline, .text),
                    .init("Tone", FactLabel.tone, .text, dispensability: 3),
                ]
            )
        )
    }

    func earnings() -> [Answer.Block] {
        list(
            Listing(
                lead: "Next earnings reports\(scopeWords), the soonest first:",
                nothing: "No earnings date\(scopeWords) is known.",
                key: FactLabel.earningsDate,
                subjectTitle: "Ticker",
                columns: [
                    .init("Earnings date", FactLabel.earningsDate, .date),
                    .init("Days to earnings", FactLabel.daysToEarnings, .count, dispensability: 1),
                    .init("Session", FactLabel.session, .text),
                    .init("Expected earnings", FactLabel.estimate, .price, dispensability: 2),
                    .init("Status", FactLabel.confirmed, .text, dispensability: 3),
                ]
            )
        )
    }

    func watchlists() -> [Answer.Block] {
        list(
            Listing(
                lead: "Your watchlists:",
                nothing: "No watchlist is known.",
                key: FactLabel.symbols,
                columns: [
                    .init("List", FactLabel.list, .text),
                    .init("Number of tickers", FactLabel.tickerCount, .count, dispensability: 1),
                    .init("Tickers", FactLabel.symbols, .text),
                    .init("Last sync", FactLabel.synced, .date, dispensability: 2),
                ]
            )
        )
    }

    func predictions() -> [Answer.Block] {
        list(
            Listing(
                lead:
                    "Prediction markets, the most traded first. Prices are dollars per contract that pays one dollar:",
                nothing: "No prediction market that matches is known.",
                key: FactLabel.marketTitle,
                columns: [
                    .init("Market", FactLabel.marketTitle, .text),
                    .init("Yes bid", FactLabel.yesBid, .price),
                    .init("Yes ask", FactLabel.yesAsk, .price),
                    .init("Market probability", FactLabel.marketProbability, .percent),
                    .init("Last trade", FactLabel.lastTrade, .price, dispensability: 2),
                    .init("Volume", FactLabel.volume, .count, dispensability: 3),
                    .init("Closes", FactLabel.closes, .date, dispensability: 1),
                ]
            )
        )
    }

    func filings() -> [Answer.Block] {
        if !facts.subjects(with: FactLabel.concept).isEmpty {
            return list(
                Listing(
                    lead: "As reported\(scopeWords), the latest first:",
                    nothing: "",
                    key: FactLabel.concept,
                    columns: [
                        .init("Concept", FactLabel.concept, .text, dispensability: 3),
                        .init("Period start", FactLabel.periodStart, .date, dispensability: 1),
                        .init("Period end", FactLabel.period, .date),
                        .init("Reported", FactLabel.reported, reportedForm),
                        .init("Unit", FactLabel.unit, .text, dispensability: 2),
                        .init("Form", FactLabel.form, .text),
                        .init("Filed", FactLabel.filed, .date),
                    ]
                )
            )
        }
        return list(
            Listing(
                lead: "Filings\(scopeWords), the latest first:",
                nothing: "No filing\(scopeWords) is known.",
                key: FactLabel.filed,
                columns: [
                    .init("Filed", FactLabel.filed, .date),
                    .init("Form", FactLabel.form, .text),
                    .init("Period end", FactLabel.period, .date, dispensability: 1),
                    .init("Title", FactLabel.filingTitle, .text, dispensability: 3),
                    .init("Address", FactLabel.address, .text, dispensability: 2),
                ]
            )
        )
    }

    /// A reported figure is money, money per share, or a number.
    private var reportedForm: Listing.Form {
        switch facts.facts.first(where: { $0.label == FactLabel.reported })?.unit {
        case .dollars: .dollars
        case .dollarsPerShare: .price
        default: .number(decimals: 2)
        }
    }

    func series() -> [Answer.Block] {
        list(
            Listing(
                lead: "The latest observations, in the series' own unit:",
                nothing: "No observation of that series is known.",
                key: FactLabel.observation,
                columns: [
                    .init("Series", FactLabel.series, .text),
                    .init("Date", FactLabel.observed, .date),
                    .init("Observation", FactLabel.observation, .number(decimals: 3)),
                ]
            )
        )
    }

    func volatility() -> [Answer.Block] {
        list(
            Listing(
                lead: "Implied volatility\(scopeWords):",
                nothing: "No implied volatility\(scopeWords) is known.",
                key: FactLabel.measuredBy,
                subjectTitle: "Ticker",
                columns: [
                    .init("Implied volatility", FactLabel.impliedVolatility, .percent),
                    .init("IV rank", FactLabel.rank, .number(decimals: 1)),
                    .init("IV percentile", FactLabel.percentile, .number(decimals: 1)),
                    .init("Historical volatility", FactLabel.historicalVolatility, .percent, dispensability: 1),
                    .init("Beta", FactLabel.beta, .number(decimals: 2), dispensability: 2),
                    .init("Measured by", FactLabel.measuredBy, .text, dispensability: 3),
                ]
            )
        )
    }

    func chain() -> [Answer.Block] {
        let symbol = request.symbols.first ?? ""
        let price = facts.decimal(FactLabel.underlyingPrice, of: symbol)
        let at = price.map { ", with the underlying price at \(FigureFormat.price($0))" } ?? ""
        return list(
            Listing(
                lead: "Options of \(symbol) nearest the money\(at):",
                nothing: "No option of \(symbol) that matches is known.",
                key: FactLabel.strike,
                subjectTitle: "Option",
                columns: [
                    .init("Bid", FactLabel.bid, .price),
                    .init("Ask", FactLabel.ask, .price),
                    .init("Implied volatility", FactLabel.impliedVolatility, .percent, dispensability: 1),
                    .init("Delta", FactLabel.delta, .number(decimals: 2), dispensability: 1),
                    .init("Open interest", FactLabel.openInterest, .count, dispensability: 2),
                    .init("Volume", FactLabel.volume, .count, dispensability: 3),
                ]
            )
        )
    }
}

/// Answers that list records whose fields only their source knows.
extension Composer {
    func records() -> [Answer.Block] {
        if !facts.subjects(with: FactLabel.collection).isEmpty {
            return list(
                Listing(
                    lead: "Collections of records that can be asked for:",
                    nothing: "",
                    key: FactLabel.collection,
                    subjectTitle: "Name",
                    columns: [
                        .init("Collection", FactLabel.collection, .text), .init("Fields", FactLabel.fields, .text),
                    ]
                )
            )
        }
        if !facts.subjects(with: FactLabel.trader).isEmpty {
            return list(
                Listing(
                    lead: "What the alerts of each trader came to, the most closed alerts first:",
                    nothing: "",
                    key: FactLabel.trader,
                    columns: [
                        .init("Trader", FactLabel.trader, .text),
                        .init("Closed alerts", FactLabel.closedAlerts, .count),
                        .init("Open alerts", FactLabel.openAlerts, .count, dispensability: 2),
                        .init("Hit rate", FactLabel.hitRate, .percent),
                        .init("Average return", FactLabel.averageReturn, .percent),
                        .init("Alerts of known result", FactLabel.knownAlerts, .count),
                    ]
                )
            )
        }
        // Fields differ from record to record; their first use sets the order.
        var columns: [Listing.Column] = []
        var seen: Set<String> = []
        for fact in facts.facts where !fact.subjects.isEmpty && seen.insert(fact.label).inserted {
            columns.append(
                .init(fact.label, fact.label, Composer.form(of: fact), dispensability: min(columns.count / 4, 3))
            )
        }
        guard let key = columns.first?.label else {
            return [.paragraph("No record that matches is known.")] + caveats()
        }
        let name =
            facts.subjects(with: key).first.map { $0.split(separator: " ").dropLast().joined(separator: " ") } ?? ""
        return list(Listing(lead: "Records of \(name):", nothing: "", key: key, columns: columns))
    }

    /// How a value of a fact is written.
    static func form(of fact: Fact) -> Listing.Form {
        switch fact.unit {
        case .dollars: .dollars
        case .dollarsPerShare: .price
        case .fraction: .percent
        case .ratio: .number(decimals: 2)
        case .shares, .contracts, .days, .count: .count
        case .date: .date
        case .text: .text
        }
    }
}
