import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// The regime of a ticker and the price zones nearest to it.
public struct TechnicalsTool: Tool {
    /// `technicals`.
    public let name = "technicals"
    /// What it returns.
    public let summary = "Market regime of a ticker, its average true range, and the nearest supply and demand zones"
    /// Which ticker, how many zones.
    public let parameters = ParameterSchema([
        .init("symbol", "The ticker", .string, isRequired: true),
        .init("limit", "At most so many zones of each kind; 3 when absent", .integer(1...20)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The latest regime, the range, and the zones that hold, the nearest first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let symbol = (arguments["symbol"]?.string ?? "").uppercased()
        let today = context.market.today
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let served = try await sheet.gather { try await data.history(of: symbol, in: today.adding(days: -750)...today) }
        guard let served else { return sheet.evidence(summary: "technicals of \(symbol)") }
        sheet.note(served)
        let bars = served.value.bars.sorted { $0.date < $1.date }.onLatestScale
        guard let latest = bars.last else {
            sheet.addGap("there are no daily prices of \(symbol)")
            return sheet.evidence(summary: "technicals of \(symbol)")
        }
        let origin = Origin(served, asOf: latest.date.newYorkInstant(hour: 16), isDemo: context.isDemo)
        sheet.add(FactLabel.latestDay, latest.date, of: [symbol], origin)
        sheet.add(FactLabel.latestClose, .decimal(latest.close), .dollarsPerShare, of: [symbol], origin)
        var row = ScanRow(symbol: symbol)
        row.add(bars: bars)
        if case .number(let range)? = row[.atr] {
            sheet.add(
                FactLabel.averageTrueRange,
                .number(range),
                .dollarsPerShare,
                of: [symbol],
                origin.computed,
                formula: ScanField.atr.meaning
            )
        }
        do {
            sheet.add(try MarketRegime.latest(of: bars), of: symbol, origin.computed)
        } catch {
            sheet.addGap("\(symbol): \(error)")
        }
        let close = NSDecimalNumber(decimal: latest.close).doubleValue
        let zones = SupplyDemandZones(bars).holding
        sheet.addFixed(
            FactLabel.zoneCount,
            .decimal(Decimal(zones.count)),
            .count,
            of: [symbol],
            source: "computed",
            formula: "count of the zones that no close has broken"
        )
        let limit = arguments["limit"]?.integer ?? 3
        for kind in SupplyDemandZones.Zone.Kind.allCases {
            let nearest = zones.filter { $0.kind == kind }.sorted { $0.distance(to: close) < $1.distance(to: close) }
            for (rank, zone) in nearest.prefix(limit).enumerated() {
                sheet.add(zone, of: "\(symbol) \(kind.rawValue) \(rank + 1)", close: close, origin.computed)
            }
        }
        return sheet.evidence(summary: "\(zones.count) zones of \(symbol)")
    }
}

extension SupplyDemandZones.Zone {
    /// How far a price is from it in dollars, 0 inside.
    fileprivate func distance(to price: Double) -> Double {
        max(low - price, price - high, 0)
    }
}

extension FactSheet {
    /// The state of a market and what it was judged by.
    fileprivate mutating func add(_ state: MarketRegime.State, of symbol: String, _ origin: Origin) {
        func number(_ label: String, _ value: Double?, _ unit: Fact.Unit, _ formula: String) {
            add(label, value.map(Fact.Value.number), unit, of: [symbol], origin, formula: formula)
        }
        let words = state.trend.rawValue + (state.isHighVolatility ? " HIGH_VOL" : "")
        add(
            FactLabel.regime,
            words,
            of: [symbol],
            origin,
            formula: "the trend of three equal days, by the votes and the ADX"
        )
        add(
            FactLabel.regimeOfDay,
            state.dailyTrend.rawValue,
            of: [symbol],
            origin,
            formula: "by the votes for an advance and the ADX"
        )
        add(
            FactLabel.advanceVotes,
            .decimal(Decimal(state.votes)),
            .count,
            of: [symbol],
            origin,
            formula: "close over sma200, sma50 over sma200, sma200 over itself 20 days before"
        )
        number(FactLabel.shortAverage, state.average50, .dollarsPerShare, "average of 50 closes")
        number(FactLabel.longAverage, state.average200, .dollarsPerShare, "average of 200 closes")
        number(FactLabel.quarterReturn, state.return63, .fraction, "close over the close 63 sessions before, less 1")
        number(FactLabel.historicalVolatility, state.volatility20, .fraction, "20 sessions, per year")
        number(FactLabel.directionalIndex, state.directionalIndex, .ratio, "Wilder's ADX over 14 days")
    }

    /// A zone.
    fileprivate mutating func add(
        _ zone: SupplyDemandZones.Zone,
        of subject: String,
        close: Double,
        _ origin: Origin
    ) {
        let subjects = [subject]
        add(FactLabel.zone, zone.kind.rawValue, of: subjects, origin, formula: "by which way the price left it")
        add(
            FactLabel.zoneLow,
            .number(zone.low),
            .dollarsPerShare,
            of: subjects,
            origin,
            formula: "lower edge of the days before the price left"
        )
        add(
            FactLabel.zoneHigh,
            .number(zone.high),
            .dollarsPerShare,
            of: subjects,
            origin,
            formula: "upper edge of the days before the price left"
        )
        add(
            FactLabel.zoneDistance,
            .number(zone.distance(to: close) / close),
            .fraction,
            of: subjects,
            origin,
            formula: "from the last close to the zone's nearer line, over the close; 0 inside"
        )
        add(
            FactLabel.zoneStrength,
            .number(zone.strength),
            .ratio,
            of: subjects,
            origin,
            formula: "40 for the way out, 30 halved by each test, 30 for its volume; 0 to 100"
        )
        add(
            FactLabel.zoneState,
            zone.isFresh ? "fresh" : "tested",
            of: subjects,
            origin,
            formula: "fresh until the price comes back"
        )
        add(
            FactLabel.zoneTests,
            .decimal(Decimal(zone.tests)),
            .count,
            of: subjects,
            origin,
            formula: "count of the returns of the price"
        )
        add(
            FactLabel.zoneConfirmed,
            zone.confirmed,
            of: subjects,
            origin,
            formula: "the day whose close confirmed it"
        )
        add(
            FactLabel.zonePattern,
            zone.pattern.rawValue,
            of: subjects,
            origin,
            formula: "which way the price came and left"
        )
    }
}

extension FactLabel {
    /// The last day that daily prices go to.
    public static let latestDay = "last day"
    /// The close of that day.
    public static let latestClose = "last close"
    /// Wilder's average true range in dollars per share.
    public static let averageTrueRange = "ATR"
    /// Whether a market advances, declines or does neither, after three equal days.
    public static let regime = "regime"
    /// The same of the latest day alone.
    public static let regimeOfDay = "regime of the day"
    /// Votes for an advance.
    public static let advanceVotes = "votes for an advance"
    /// The average of 50 closes.
    public static let shortAverage = "short average"
    /// The average of 200 closes.
    public static let longAverage = "long average"
    /// The return of 63 sessions.
    public static let quarterReturn = "quarter's return"
    /// Wilder's average directional index.
    public static let directionalIndex = "ADX"
    /// Zones that hold.
    public static let zoneCount = "zones that hold"
    /// Demand or supply.
    public static let zone = "zone"
    /// The lower line of a zone.
    public static let zoneLow = "zone low"
    /// The upper line of a zone.
    public static let zoneHigh = "zone high"
    /// How far the close is from it.
    public static let zoneDistance = "distance"
    /// How strong it is, 0 to 100.
    public static let zoneStrength = "strength"
    /// Fresh or tested.
    public static let zoneState = "state"
    /// How often the price came back.
    public static let zoneTests = "tests"
    /// The day that confirmed it.
    public static let zoneConfirmed = "confirmed on"
    /// How the market came and left.
    public static let zonePattern = "pattern"
}
