import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// What option prices say of a level, alone and against a prediction market.
public struct ProbabilityTool: Tool {
    /// `implied_probability`.
    public let name = "implied_probability"
    /// What it returns.
    public let summary =
        "Risk-neutral probability, from option prices, that a ticker ends above a level; also against a prediction market"
    /// Which level, when, and which market.
    public let parameters = ParameterSchema([
        .init("symbol", "The underlying's ticker", .string, isRequired: true),
        .init("above", "The level in dollars per share", .string, isRequired: true),
        .init("on", "The day, YYYY-MM-DD; the listed expiration nearest to 30 days when absent", .string),
        .init("market", "The ticker of a prediction market whose yes is that the price ends above the level", .string),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The probability with the quality of its fit, and the market's beside it.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let symbol = (arguments["symbol"]?.string ?? "").uppercased()
        let level = try level(arguments)
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let served = try await sheet.gather { try await data.chain(of: symbol) }
        guard let served else { return sheet.evidence(summary: "probability of \(symbol)") }
        sheet.note(served)
        let now = served.asOf ?? context.market.now
        guard let day = try day(arguments) ?? nearest(served.value, to: context.market.today.adding(days: 30)) else {
            sheet.addGap("no option of \(symbol) is listed")
            return sheet.evidence(summary: "probability of \(symbol)")
        }
        let origin = Origin(served, asOf: now, isDemo: context.isDemo)
        let rate = context.market.riskFreeRate
        sheet.addFixed(FactLabel.level, .decimal(level), .dollarsPerShare, of: [symbol], source: "question")
        sheet.addFixed(FactLabel.eventDay, .date(day), .date, of: [symbol], source: "question")
        let distribution: ImpliedDistribution
        do {
            distribution = try ImpliedDistribution(
                served.value,
                now: now,
                at: day.newYorkInstant(hour: 16),
                rate: rate
            )
        } catch {
            sheet.addGap("\(error)")
            return sheet.evidence(summary: "probability of \(symbol)")
        }
        let number = NSDecimalNumber(decimal: level).doubleValue
        let above = distribution.probability(above: number)
        let identity = sheet.add(distribution, above: above, of: symbol, origin)
        if let ticker = arguments["market"]?.string, !ticker.isEmpty {
            try await hold(
                Claim(symbol: symbol, level: level, day: day, probability: above, fact: identity),
                against: ticker.uppercased(),
                chain: served.value,
                discount: exp(-rate * distribution.years),
                context,
                &sheet
            )
        }
        return sheet.evidence(summary: "probability of \(symbol) above \(level)")
    }

    /// That a price ends above a level on a day.
    private struct Claim {
        var symbol: String
        var level: Decimal
        var day: TradingDate
        var probability: Double
        var fact: String
    }

    private func hold(
        _ claim: Claim,
        against ticker: String,
        chain: OptionChain,
        discount: Double,
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) async throws {
        let answer: ServedBySource<[PredictionMarket]>
        do {
            answer = try await context.requireData(name).markets(PredictionFilter(tickers: [ticker], isOpenOnly: false))
        } catch let error as DataServiceError {
            return sheet.addGap("\(ticker): \(error)")
        }
        sheet.note(answer.failures)
        let found = answer.answers.lazy.compactMap { served in
            served.value.first { $0.ticker == ticker }.map { (market: $0, served: served) }
        }.first
        guard let (market, served) = found else { return sheet.addGap("there is no prediction market \(ticker)") }
        sheet.note(served)
        let bounds = bounds(claim, market, chain, discount, context, &sheet)
        do {
            let edge = try PredictionEdge(
                yesBid: market.yesBid.map { NSDecimalNumber(decimal: $0).doubleValue },
                noBid: (market.noBid ?? market.yesAsk.map { 1 - $0 }).map { NSDecimalNumber(decimal: $0).doubleValue },
                optionProbability: claim.probability,
                discount: discount,
                bounds: bounds
            )
            let title = market.outcome.isEmpty ? market.title : "\(market.title): \(market.outcome)"
            let origin = Origin(served, asOf: market.asOf, isDemo: context.isDemo)
            sheet.add(FactLabel.marketTitle, title, of: [ticker], origin)
            sheet.add(FactLabel.closes, market.closes.map(TradingDate.init(newYorkDateOf:)), of: [ticker], origin)
            sheet.add(edge, of: ticker, optionFact: claim.fact, origin)
            sheet.addGap(
                "whether \(ticker) asks for \(claim.symbol) above that level on that day, and by which price it is decided, "
                    + "stands in the market's rules, which Magnus does not read"
            )
        } catch {
            sheet.addGap("\(ticker): \(error)")
        }
    }

    /// The claim's price in options, where they end on the day the market closes and the levels are the same; else nil,
    /// and nothing is called arbitrage.
    private func bounds(
        _ claim: Claim,
        _ market: PredictionMarket,
        _ chain: OptionChain,
        _ discount: Double,
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) -> DigitalBounds? {
        guard market.floorStrike == claim.level, market.capStrike == nil,
            market.closes.map(TradingDate.init(newYorkDateOf:)) == claim.day
        else {
            sheet.addGap(
                "\(market.ticker) is not known to be decided on that day by that level, so no difference is called arbitrage"
            )
            return nil
        }
        let today = context.market.today
        let dividends = context.market.dividends[claim.symbol] ?? []
        do {
            return try DigitalBounds(
                chain,
                level: NSDecimalNumber(decimal: claim.level).doubleValue,
                expiration: claim.day,
                discount: discount,
                hasDividend: dividends.contains { $0.exDate > today && $0.exDate <= claim.day }
            )
        } catch {
            sheet.addGap("no difference is called arbitrage: \(error)")
            return nil
        }
    }

    private func level(_ arguments: JSONValue) throws -> Decimal {
        let text = (arguments["above"]?.string ?? "").filter { $0 != "$" && $0 != "," }
        guard let level = Decimal(string: text, locale: nil), level > 0, level < 10_000_000,
            text.allSatisfy({ $0.isNumber || $0 == "." })
        else { throw ToolError.invalidArguments(tool: name, reason: "'\(text)' is no level in dollars such as 200") }
        return level
    }

    private func day(_ arguments: JSONValue) throws -> TradingDate? {
        guard let text = arguments["on"]?.string, !text.isEmpty else { return nil }
        guard let date = TradingDate(text) else {
            throw ToolError.invalidArguments(tool: name, reason: "'\(text)' is not a date (YYYY-MM-DD)")
        }
        return date
    }

    private func nearest(_ chain: OptionChain, to day: TradingDate) -> TradingDate? {
        Set(chain.options.map(\.contract.expiration)).min {
            (abs(day.days(until: $0)), $0) < (abs(day.days(until: $1)), $1)
        }
    }
}

extension FactSheet {
    /// The probability and what it rests on; the id of the probability.
    fileprivate mutating func add(
        _ distribution: ImpliedDistribution,
        above: Double,
        of symbol: String,
        _ origin: Origin
    ) -> String {
        let computed = origin.computed
        let identity = add(
            FactLabel.probabilityAbove,
            .number(above),
            .fraction,
            of: [symbol],
            computed,
            formula: "slope of the call price in the strike, from a smile fitted to the option prices"
        )
        add(
            FactLabel.probabilityBelow,
            .number(1 - above),
            .fraction,
            of: [symbol],
            computed,
            formula: "1 - probability above"
        )
        add(
            FactLabel.forward,
            .number(distribution.forward),
            .dollarsPerShare,
            of: [symbol],
            computed,
            formula: "from calls less puts of one strike"
        )
        for fit in distribution.fits {
            let subjects = ["\(symbol) \(fit.expiration)"]
            add(FactLabel.expiration, fit.expiration, of: subjects, origin, record: .key(symbol))
            add(
                FactLabel.fittedOptions,
                .decimal(Decimal(fit.options)),
                .count,
                of: subjects,
                computed,
                formula: "count of the options that the smile was fitted to"
            )
            add(
                FactLabel.fitError,
                .number(fit.rootMeanSquareError),
                .fraction,
                of: subjects,
                computed,
                formula: "root mean square of the misses in volatility"
            )
            add(
                FactLabel.insideQuotes,
                .number(fit.insideQuotes),
                .fraction,
                of: subjects,
                computed,
                formula: "options whose fitted volatility lies between those of bid and ask / all fitted"
            )
            add(
                FactLabel.lowestDensity,
                .number(fit.lowestDensity),
                .ratio,
                of: subjects,
                computed,
                formula: "lowest value of Durrleman's function; 0 or more means no butterfly arbitrage"
            )
        }
        return identity ?? ""
    }

    /// What a prediction market says against the options.
    fileprivate mutating func add(
        _ edge: PredictionEdge,
        of ticker: String,
        optionFact: String,
        _ origin: Origin
    ) {
        func dollars(_ label: String, _ value: Double?, _ formula: String) {
            let fact = value.map(Fact.Value.number)
            add(label, fact, .dollarsPerShare, of: [ticker], origin.computed, formula: formula)
        }
        add(FactLabel.yesBid, .number(edge.yesBid), .dollarsPerShare, of: [ticker], origin)
        add(FactLabel.yesAsk, .number(edge.yesAsk), .dollarsPerShare, of: [ticker], origin)
        let middle = add(
            FactLabel.marketProbability,
            .number(edge.marketProbability),
            .fraction,
            of: [ticker],
            origin.computed,
            formula: "middle of yes bid and yes ask, fees not counted"
        )
        add(
            FactLabel.edge,
            .number(edge.edge),
            .fraction,
            of: [ticker],
            origin.computed,
            formula: "market probability - probability above",
            inputs: [middle, optionFact].compactMap(\.self)
        )
        let fees = "0.07 x p x (1 - p) per contract in a trade of 100, rounded up to the cent"
        dollars(FactLabel.feeOfYes, edge.feeOfYes, fees)
        dollars(FactLabel.feeOfNo, edge.feeOfNo, fees)
        dollars(FactLabel.gainBuyingYes, edge.gainBuyingYes, "discounted probability above - yes ask - fee of yes")
        dollars(FactLabel.gainBuyingNo, edge.gainBuyingNo, "discounted probability below - (1 - yes bid) - fee of no")
        dollars(FactLabel.lockedBuyingYes, edge.arbitrageBuyingYes, "claim sold in options - yes ask - fee of yes")
        dollars(FactLabel.lockedBuyingNo, edge.arbitrageBuyingNo, "1 discounted - claim bought in options - cost of no")
        add(
            FactLabel.verdict,
            edge.verdict.rawValue,
            of: [ticker],
            origin.computed,
            formula: "by the gains and what is locked in, after fees"
        )
    }
}

extension FactLabel {
    /// A level a price is held against.
    public static let level = "level"
    /// The day it is held against it.
    public static let eventDay = "on"
    /// Risk-neutral probability of ending above the level.
    public static let probabilityAbove = "probability above"
    /// Risk-neutral probability of ending below it.
    public static let probabilityBelow = "probability below"
    /// The forward price.
    public static let forward = "forward price"
    /// Options that a smile was fitted to.
    public static let fittedOptions = "options fitted"
    /// The fit's misses in volatility.
    public static let fitError = "fit error"
    /// The part of them whose fitted volatility lies inside the quotes.
    public static let insideQuotes = "inside the quotes"
    /// The lowest value of Durrleman's function.
    public static let lowestDensity = "lowest density"
    /// A market's probability less the options'.
    public static let edge = "edge"
    /// Fee per contract of buying yes.
    public static let feeOfYes = "fee of yes"
    /// Fee per contract of buying no.
    public static let feeOfNo = "fee of no"
    /// The options' value less what yes costs.
    public static let gainBuyingYes = "expected gain of yes"
    /// The options' value less what no costs.
    public static let gainBuyingNo = "expected gain of no"
    /// What trading both markets locks in.
    public static let lockedBuyingYes = "locked in with yes"
    /// What trading both markets locks in.
    public static let lockedBuyingNo = "locked in with no"
    /// What the difference is.
    public static let verdict = "verdict"
}
