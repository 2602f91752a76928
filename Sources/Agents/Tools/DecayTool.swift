public import Evidence
import Foundation
public import JSON
import Markets

/// What passing time does to the options held.
public struct DecayTool: Tool {
    /// `decay`.
    public let name = "decay"
    /// What it returns.
    public let summary =
        "Value of the options held on each day to a horizon, price and volatility as now, beside the straight line of theta"
    /// Which options, and how far.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers of the underlyings to look at; all when absent or empty", .strings),
        .init("right", "Calls or puts alone", .choice(["call", "put"])),
        .init("days", "How many days ahead; 30 when absent", .integer(1...365)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// More options than this are not revalued day by day.
    static let mostLegs = 400

    /// The tool.
    public init() {}

    /// The days: each of the first two weeks' horizon, else every seventh, those on which an option ends, and the last.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (_, valuation) = try context.requirePortfolio()
        let selection = try PositionSelection(arguments, tool: name)
        let options = valuation.positions.filter {
            $0.position.instrument.contract != nil && !$0.isExpired && selection.contains($0)
        }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addMatches(options.count)
        guard options.count <= Self.mostLegs else {
            sheet.addGap("these are too many options to revalue day by day; name a ticker")
            return sheet.evidence(summary: "decay")
        }
        guard !options.isEmpty else { return sheet.evidence(summary: "decay") }
        let horizon = arguments["days"]?.integer ?? 30
        do {
            let projection = try DecayProjection(
                options.compactMap(Self.leg),
                market: ScanMarket(now: context.market.now, rate: context.market.riskFreeRate),
                dividends: context.market.dividends.values.flatMap(\.self),
                horizon: horizon
            )
            for option in options {
                sheet.addQuantity(option.position, source: context.portfolioSource)
                sheet.addContract(option, source: context.portfolioSource)
            }
            add(projection, options, to: &sheet)
        } catch {
            sheet.addGap("\(error)")
        }
        return sheet.evidence(summary: "decay of \(options.count) options")
    }

    private static func leg(_ valuation: PositionValuation) -> DecayProjection.Leg? {
        valuation.position.instrument.contract.map { contract in
            DecayProjection.Leg(
                contract: contract,
                contracts: NSDecimalNumber(decimal: valuation.position.quantity).doubleValue,
                spot: valuation.underlyingMark.map { NSDecimalNumber(decimal: $0.price).doubleValue },
                volatility: valuation.impliedVolatility
            )
        }
    }

    private func add(_ projection: DecayProjection, _ options: [PositionValuation], to sheet: inout FactSheet) {
        let marks = options.flatMap { [$0.mark, $0.underlyingMark] }.compactMap(\.self)
        let asOf = marks.map(\.asOf).min()
        let staleness = marks.contains { $0.staleness != nil } ? "some of the prices in it are stale" : nil
        func add(_ label: String, _ value: Double, _ subjects: [String], _ formula: String) {
            sheet.addPriced(
                label,
                .number(value),
                .dollars,
                of: subjects,
                source: "computed",
                asOf: asOf,
                staleness: staleness,
                formula: formula
            )
        }
        add(
            FactLabel.thetaPerDay,
            projection.thetaPerDay,
            [],
            "sum over the options of quantity x multiplier x theta / 365"
        )
        sheet.addFixed(
            FactLabel.projectedCount,
            .decimal(Decimal(projection.covered)),
            .count,
            source: "computed",
            formula: "count of the options with a price and an implied volatility"
        )
        let last = projection.days.last?.days ?? 0
        for day in projection.days.dropFirst() {
            let isShown = last <= 14 || day.days % 7 == 0 || day.days == last || !day.settled.isEmpty
            guard isShown else { continue }
            let subjects = [day.date.description]
            sheet.addFixed(
                FactLabel.date,
                .date(day.date),
                .date,
                of: subjects,
                source: "computed",
                formula: "New York's date and the days ahead"
            )
            sheet.addFixed(
                FactLabel.daysAhead,
                .decimal(Decimal(day.days)),
                .days,
                of: subjects,
                source: "computed",
                formula: "calendar days from New York's date"
            )
            add(
                FactLabel.modelValue,
                day.value,
                subjects,
                "sum of the options' model values on that day, ended ones at intrinsic value"
            )
            add(FactLabel.valueChange, day.change, subjects, "model value on that day less model value now")
            add(FactLabel.straightLine, day.straightLine, subjects, "theta per day now x days ahead")
            if !day.settled.isEmpty {
                for contract in day.settled {
                    let names = Instrument.option(contract).factSubjects
                    sheet.addFixed(
                        FactLabel.settled,
                        .date(day.date),
                        .date,
                        of: names,
                        source: "computed",
                        formula: "the first day shown on or after the expiration"
                    )
                }
            }
        }
        for contract in projection.uncovered {
            let reason = contract.isAdjusted ? "it is an adjusted contract" : "no price or no implied volatility"
            sheet.addGap("\(contract) is not projected: \(reason)")
        }
    }
}

extension FactLabel {
    /// Options whose value was projected.
    public static let projectedCount = "options projected"
    /// The value of options by the model, in dollars.
    public static let modelValue = "model value"
    /// By how much it differs from now, in dollars.
    public static let valueChange = "change of value"
    /// Theta times days, in dollars.
    public static let straightLine = "straight line of theta"
    /// The day by which an option has ended.
    public static let settled = "ended by"
}
