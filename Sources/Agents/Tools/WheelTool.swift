public import Evidence
import Foundation
public import JSON
import Markets

/// The wheel on each ticker: its chains leg by leg, their break-even, what is realised and what is not.
public struct WheelTool: Tool {
    /// `wheel`.
    public let name = "wheel"
    /// What it returns.
    public let summary =
        "Wheels by ticker and account: puts and calls sold, rolls, assignments and shares linked into chains, with break-even (premium-adjusted basis), realised and unrealised result"
    /// Which chains.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers to look at; all when absent or empty", .strings),
        .init(
            "legs",
            "Which chains are shown leg by leg where tickers are named; open when absent",
            .choice(["open", "all"])
        ),
        .init("limit", "At most so many chains; 20 when absent", .integer(1...500)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The chains: those with something open first, then those that ended, the latest first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (portfolio, valuation) = try context.requirePortfolio()
        let symbols = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        let limit = arguments["limit"]?.integer ?? 20
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        let chains = WheelChain.chains(in: context.transactions).filter {
            $0.isWheel && (symbols.isEmpty || symbols.contains($0.symbol))
        }
        let open = chains.filter { $0.status != .ended }
        let ended = chains.filter { $0.status == .ended }.sorted {
            ($1.ended ?? $1.began, $1.symbol) < ($0.ended ?? $0.began, $0.symbol)
        }
        sheet.addFixed(
            FactLabel.openChains,
            .decimal(Decimal(open.count)),
            .count,
            source: "computed",
            formula: "count of the chains with something open"
        )
        sheet.addFixed(
            FactLabel.endedChains,
            .decimal(Decimal(ended.count)),
            .count,
            source: "computed",
            formula: "count of the chains of which nothing is open"
        )
        let showsLegsOfEnded = arguments["legs"]?.string == "all"
        let marks = Marks(valuation)
        for (rank, chain) in (open + ended).prefix(limit).enumerated() {
            let subject = "chain \(rank + 1)"
            sheet.add(chain, subject, context.portfolioSource)
            addResult(of: chain, subject, portfolio.realised, marks, context.market, &sheet)
            if !symbols.isEmpty, chain.status != .ended || showsLegsOfEnded {
                for (number, leg) in chain.legs.enumerated() {
                    // A leg from before a merger is of the company that is gone.
                    let former = leg.instrument.underlying == chain.symbol ? [] : [leg.instrument.underlying]
                    sheet.add(leg, ["\(subject) leg \(number + 1)", chain.symbol] + former, context)
                }
            }
        }
        addTotals(open + ended, portfolio.realised, context.portfolioSource, &sheet)
        if chains.count > limit { sheet.addGap("only the first chains are shown; --number shows more") }
        return sheet.evidence(summary: "\(open.count) open and \(ended.count) ended chains")
    }

    /// What all chains together brought in.
    private func addTotals(
        _ chains: [WheelChain],
        _ realised: [RealisedGain],
        _ source: String,
        _ sheet: inout FactSheet
    ) {
        guard !chains.isEmpty else { return }
        func add(_ label: String, _ value: Decimal, _ formula: String) {
            sheet.addFixed(label, .decimal(value), .dollars, source: source, formula: formula)
        }
        add(FactLabel.netPremium, chains.reduce(0) { $0 + $1.netPremium }, "net premium of all chains")
        add(FactLabel.fees, chains.reduce(0) { $0 + $1.fees }, "fees of all chains")
        let gains = chains.map { $0.realised(in: realised) }
        if gains.contains(nil) {
            sheet.addGap("what some chains gained is not known: a part of them was opened before the history begins")
        } else {
            add(
                FactLabel.realised,
                gains.reduce(0) { $0 + ($1 ?? 0) },
                "closed lots of all chains, first in first out, after fees"
            )
        }
    }

    /// What is realised and what is not, the open parts at the market.
    private func addResult(
        of chain: WheelChain,
        _ subject: String,
        _ gains: [RealisedGain],
        _ marks: Marks,
        _ market: MarketSnapshot,
        _ sheet: inout FactSheet
    ) {
        let subjects = [subject, chain.symbol]
        let realised = chain.realised(in: gains)
        if let realised {
            sheet.addFixed(
                FactLabel.realised,
                .decimal(realised),
                .dollars,
                of: subjects,
                source: "computed",
                formula: "closed lots of the chain, first in first out, after fees"
            )
        }
        guard chain.status != .ended, chain.gap == nil else { return }
        do throws(DataGap) {
            let worth = try marks.value(of: chain)
            func add(_ label: String, _ value: Decimal, _ formula: String) {
                sheet.addPriced(
                    label,
                    .decimal(value),
                    .dollars,
                    of: subjects,
                    source: "computed",
                    asOf: worth.asOf,
                    staleness: worth.staleness,
                    formula: formula
                )
            }
            let result = chain.netCash + worth.value
            add(
                FactLabel.chainResult,
                result,
                "cash of all rows of the chain + value of what is open at its mark"
            )
            if let realised { add(FactLabel.unrealised, result - realised, "chain result - realised gain") }
            if chain.shares > 0, let lots = worth.averagePrice {
                sheet.addHeld(
                    FactLabel.averagePrice,
                    .decimal(lots),
                    .dollarsPerShare,
                    of: subjects,
                    source: "computed",
                    formula: "average price of the share lots, first in first out, premiums not counted"
                )
            }
            if let price = worth.sharePrice {
                sheet.addPriced(
                    FactLabel.underlyingPrice,
                    .decimal(price.price),
                    .dollarsPerShare,
                    of: subjects,
                    source: market.source(of: price, for: chain.symbol),
                    asOf: price.asOf,
                    staleness: price.staleness,
                    record: .key(chain.symbol)
                )
            }
        } catch {
            sheet.addGap("the unrealised result of the wheel on \(chain.symbol) is not known: \(error.reason)")
        }
    }
}

/// What the open parts of chains are worth.
private struct Marks {
    struct Value {
        var value: Decimal
        var asOf: Date?
        var staleness: String?
        var sharePrice: Mark?
        var averagePrice: Decimal?
    }

    private var byInstrument: [Instrument: PositionValuation] = [:]

    init(_ valuation: PortfolioValuation) {
        for position in valuation.positions { byInstrument[position.position.instrument] = position }
    }

    /// The value of shares less that of the options sold.
    func value(of chain: WheelChain) throws(DataGap) -> Value {
        var value: Decimal = 0
        var marks: [Mark] = []
        func add(_ instrument: Instrument, _ quantity: Decimal) throws(DataGap) {
            guard let held = byInstrument[instrument] else {
                throw DataGap("value", "\(instrument) is not among the positions")
            }
            guard let mark = held.mark else {
                throw DataGap("value", "\(instrument) is not priced")
            }
            value += quantity * Decimal(instrument.multiplier) * mark.price
            marks.append(mark)
        }
        let shares = Instrument.shares(chain.symbol)
        if chain.shares != 0 { try add(shares, chain.shares) }
        for option in chain.open { try add(.option(option.contract), -option.contracts) }
        let underlying =
            byInstrument[shares]?.mark
            ?? chain.open.lazy.compactMap { byInstrument[.option($0.contract)]?.underlyingMark }.first
        return Value(
            value: value,
            asOf: marks.map(\.asOf).min(),
            staleness: marks.contains { $0.staleness != nil } ? "some of the prices in it are stale" : nil,
            sharePrice: underlying,
            averagePrice: byInstrument[shares]?.position.averagePrice
        )
    }
}

extension FactSheet {
    /// What a chain has paid and received, and where it breaks even.
    fileprivate mutating func add(_ chain: WheelChain, _ subject: String, _ source: String) {
        let subjects = [subject, chain.symbol]
        func add(_ label: String, _ value: Fact.Value?, _ unit: Fact.Unit, _ formula: String? = nil) {
            guard let value else { return }
            addFixed(
                label,
                value,
                unit,
                of: subjects,
                source: source,
                formula: formula,
                record: .key(chain.symbol)
            )
        }
        add(FactLabel.chainSymbol, .text(chain.symbol), .text)
        add(FactLabel.account, chain.account.map(Fact.Value.text), .text)
        add(FactLabel.chainStatus, .text(chain.status.rawValue), .text, "by what of the chain is open")
        add(FactLabel.chainBegan, .date(chain.began), .date)
        add(FactLabel.chainEnded, chain.ended.map(Fact.Value.date), .date)
        if chain.shares != 0 {
            add(FactLabel.chainShares, .decimal(chain.shares), .shares, "shares bought less shares sold")
        }
        let contracts = chain.open.reduce(Decimal(0)) { $0 + $1.contracts }
        if contracts != 0 {
            add(FactLabel.openContracts, .decimal(contracts), .contracts, "contracts sold less contracts closed")
        }
        let formula =
            chain.shares != 0
            ? "(paid for shares - received for shares - net premium + fees) / shares"
            : "(strike x shares if assigned - net premium + fees) / shares if assigned"
        add(FactLabel.breakEven, chain.breakEven.map(Fact.Value.decimal), .dollarsPerShare, formula)
        if chain.shares > 0 {
            add(FactLabel.adjustedBasis, chain.breakEven.map(Fact.Value.decimal), .dollarsPerShare, formula)
        }
        add(
            FactLabel.netPremium,
            .decimal(chain.netPremium),
            .dollars,
            "premium received less premium paid, before fees"
        )
        add(FactLabel.fees, .decimal(chain.fees), .dollars, "fees of all rows of the chain")
        if chain.paid != 0 { add(FactLabel.paidForShares, .decimal(chain.paid), .dollars, "sum of what shares cost") }
        if chain.received != 0 {
            add(FactLabel.receivedForShares, .decimal(chain.received), .dollars, "sum of what shares were sold for")
        }
        if chain.dividends != 0 {
            add(FactLabel.dividendsReceived, .decimal(chain.dividends), .dollars, "sum of dividend rows")
        }
        if let gap = chain.gap { addGap("the break-even of the wheel on \(chain.symbol) is not known: \(gap)") }
    }

    /// One row of a chain.
    fileprivate mutating func add(_ leg: WheelLeg, _ subjects: [String], _ context: ToolContext) {
        func add(_ label: String, _ value: Fact.Value?, _ unit: Fact.Unit, _ formula: String? = nil) {
            guard let value else { return }
            addFixed(
                label,
                value,
                unit,
                of: subjects,
                source: context.portfolioSource,
                formula: formula,
                record: .key(leg.instrument.symbol)
            )
        }
        add(FactLabel.date, .date(leg.date), .date)
        add(FactLabel.action, .text(leg.action.rawValue), .text, "by the row and the rest of its chain")
        add(FactLabel.instrument, .text(leg.instrument.description), .text)
        add(FactLabel.quantity, .decimal(leg.quantity), leg.instrument.contract == nil ? .shares : .contracts)
        add(FactLabel.tradePrice, leg.price.map(Fact.Value.decimal), .dollarsPerShare)
        if leg.cash != 0 { add(FactLabel.amount, .decimal(leg.cash), .dollars) }
        if leg.fees != 0 {
            add(FactLabel.fees, .decimal(leg.fees), .dollars, "price of all units against the amount")
        }
        add(
            FactLabel.breakEvenAfter,
            leg.breakEvenAfter.map(Fact.Value.decimal),
            .dollarsPerShare,
            "break-even of the rows of the chain up to this one"
        )
    }
}

extension FactLabel {
    /// The ticker of a wheel.
    public static let chainSymbol = "ticker"
    /// Where a wheel stands.
    public static let chainStatus = "wheel status"
    /// The day a chain began.
    public static let chainBegan = "began"
    /// The day a chain ended.
    public static let chainEnded = "ended"
    /// Shares a chain holds.
    public static let chainShares = "shares held"
    /// Contracts of a chain that are open.
    public static let openContracts = "open contracts"
    /// The break-even of shares, under the name of a basis: what they cost with every premium counted.
    public static let adjustedBasis = "adjusted basis"
    /// The break-even after a row of a chain.
    public static let breakEvenAfter = "break-even after"
    /// What was paid for the shares of a chain.
    public static let paidForShares = "paid for shares"
    /// What was received for shares of a chain.
    public static let receivedForShares = "received for shares"
    /// What a chain has gained, its open parts at the market.
    public static let chainResult = "chain result"
    /// Chains with something open.
    public static let openChains = "open chains"
    /// Chains of which nothing is open.
    public static let endedChains = "ended chains"
}
