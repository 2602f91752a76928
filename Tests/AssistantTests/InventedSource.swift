import Connectors
import Foundation
import Markets

/// Invented answers of every kind that no demonstration file gives.
struct InventedSource: NewsSource, PredictionSource, FilingSource, SeriesSource, VolatilitySource, RecordSource {
    let name = "invented"
    let title = "Invented"
    let kind = ConnectorKind.api
    let readiness = ConnectorReadiness.ready
    /// The moment everything is dated by.
    let moment: Date

    private var today: TradingDate { TradingDate(newYorkDateOf: moment) }

    private func sourced<Value>(_ value: Value) -> Sourced<Value> {
        Sourced(value, source: title, asOf: moment.addingTimeInterval(-90))
    }

    func news(about symbols: [String], since start: Date, limit: Int) async throws -> Sourced<[NewsItem]> {
        sourced([
            NewsItem(
                identifier: "1",
                headline: "AMD climbs 4.2% to $171.30 after raising its outlook for 2027",
                publisher: "Wire 24",
                published: moment.addingTimeInterval(-8_000),
                symbols: ["AMD"]
            ),
            NewsItem(
                identifier: "2",
                headline: "Intel misses estimates, shares fall 12%",
                publisher: "Desk",
                published: moment.addingTimeInterval(-90_000),
                symbols: ["INTC", "AMD"]
            ),
        ])
    }

    func markets(_ filter: PredictionFilter) async throws -> Sourced<[PredictionMarket]> {
        sourced([
            PredictionMarket(
                ticker: "KXFED-26DEC-T3.75",
                event: "KXFED-26DEC",
                title: "Will the upper bound be above 3.75% after the December 2026 meeting?",
                status: "active",
                yesBid: Decimal(string: "0.41"),
                yesAsk: Decimal(string: "0.44"),
                last: Decimal(string: "0.42"),
                volume: 10_250,
                closes: moment.addingTimeInterval(20 * 86_400)
            )
        ])
    }

    func book(of ticker: String) async throws -> Sourced<PredictionBook> {
        sourced(PredictionBook(ticker: ticker, yesBids: [], noBids: []))
    }

    func predictionPositions() async throws -> Sourced<[PredictionPosition]> { sourced([]) }

    func filings(of symbol: String, forms: [String], limit: Int) async throws -> Sourced<[Filing]> {
        sourced([
            Filing(
                symbol: symbol,
                form: "10-Q",
                accession: "0000002488-26-000123",
                filed: today.adding(days: -15),
                period: today.adding(days: -50),
                title: "Quarterly report",
                url: "https://www.sec.gov/Archives/edgar/data/2488/000000248826000123/q3.htm"
            )
        ])
    }

    func figures(of symbol: String, concept: String) async throws -> Sourced<[ReportedFigure]> { sourced([]) }

    func series(_ identifier: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<[SeriesObservation]> {
        sourced([
            SeriesObservation(series: identifier, date: today.adding(days: -2), value: Decimal(string: "3.91")),
            SeriesObservation(series: identifier, date: today.adding(days: -1), value: Decimal(string: "3.88")),
        ])
    }

    func volatility(of symbols: [String]) async throws -> Sourced<[VolatilityMeasures]> {
        sourced(
            symbols.enumerated().map { rank, symbol in
                VolatilityMeasures(
                    symbol: symbol,
                    impliedVolatility: 0.21 + 0.013 * Double(rank),
                    rank: 37.5 + Double(rank),
                    percentile: 62.1 - Double(rank),
                    historicalVolatility: 0.19,
                    beta: 1.08
                )
            }
        )
    }

    let collections = [
        RecordCollection(
            name: "tasks",
            title: "Tasks",
            fields: [
                RecordField(name: "title", kind: .text), RecordField(name: "due", kind: .date),
                RecordField(name: "budget", kind: .decimal, unit: "USD"),
            ]
        ),
        RecordCollection(
            name: "alerts",
            title: "Alerts",
            fields: [
                RecordField(name: "profile", kind: .text), RecordField(name: "status", kind: .text),
                RecordField(name: "pnl_percent", kind: .decimal),
            ]
        ),
        RecordCollection(
            name: "holdings",
            title: "Holdings elsewhere",
            fields: [
                RecordField(name: "symbol", kind: .symbol), RecordField(name: "quantity", kind: .decimal),
                RecordField(name: "average_price", kind: .decimal, unit: "USD per share"),
            ]
        ),
    ]

    private func alert(_ trader: String, _ status: String, _ percent: Decimal?) -> DataRecord {
        var fields: [DataRecord.Field] = [.init("profile", .text(trader)), .init("status", .text(status))]
        if let percent { fields.append(.init("pnl_percent", .decimal(percent))) }
        return DataRecord(collection: "alerts", fields: fields)
    }

    func records(_ query: RecordQuery) async throws -> Sourced<[DataRecord]> {
        if query.collection == "holdings" {
            return sourced([
                DataRecord(
                    collection: "holdings",
                    fields: [
                        .init("symbol", .symbol("XYZ261218P00150000")), .init("quantity", .decimal(-2)),
                        .init("average_price", .decimal(Decimal(310) / 100), unit: "USD per share"),
                    ]
                )
            ])
        }
        if query.collection == "alerts" {
            return sourced([
                alert("ann", "closed", 50), alert("ann", "closed", -20), alert("ann", "open", nil),
                alert("bob", "expired", nil),
            ])
        }
        return sourced([
            DataRecord(
                collection: "tasks",
                fields: [
                    .init("title", .text("Roll 2 puts")), .init("due", .date(today.adding(days: 3))),
                    .init("budget", .decimal(250), unit: "USD"),
                ]
            )
        ])
    }
}
