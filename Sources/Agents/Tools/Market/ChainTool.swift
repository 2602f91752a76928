import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// The option chain of a ticker.
public struct ChainTool: Tool {
    /// `option_chain`.
    public let name = "option_chain"
    /// What it returns.
    public let summary =
        "Listed options of a ticker near the money: bid, ask, implied volatility, delta, open interest, volume"
    /// Which options.
    public let parameters = ParameterSchema([
        .init("symbol", "The underlying's ticker", .string, isRequired: true),
        .init("from", "Days to expiration, at least; 7 when absent", .integer(0...1_500)),
        .init("through", "Days to expiration, at most; 60 when absent", .integer(0...1_500)),
        .init("right", "Calls or puts alone", .choice(["call", "put"])),
        .init("strikes", "How many strikes around the price for each expiration; 6 when absent", .integer(1...60)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The options nearest the money, by expiration, strike and right.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let symbol = (arguments["symbol"]?.string ?? "").uppercased()
        let today = context.market.today
        let first = today.adding(days: arguments["from"]?.integer ?? 7)
        let last = max(first, today.adding(days: arguments["through"]?.integer ?? 60))
        let right = arguments["right"]?.string.flatMap(OptionContract.Right.init(rawValue:))
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let served = try await sheet.gather { try await data.chain(of: symbol, expirations: first...last) }
        guard let served else { return sheet.evidence(summary: "option chain") }
        sheet.note(served)
        let chain = served.value
        let mark = context.market.quotes[symbol].flatMap { Mark($0, now: context.market.now) }
        let price = chain.underlyingPrice ?? mark?.price
        let origin = Origin(served, isDemo: context.isDemo)
        if let price = chain.underlyingPrice {
            sheet.add(FactLabel.underlyingPrice, .decimal(price), .dollarsPerShare, of: [symbol], origin)
        } else if let mark {
            sheet.addPriced(
                FactLabel.underlyingPrice,
                .decimal(mark.price),
                .dollarsPerShare,
                of: [symbol],
                source: context.market.source(of: mark, for: symbol),
                asOf: mark.asOf,
                staleness: mark.staleness
            )
        } else {
            sheet.addGap("the price of \(symbol) is not known, so the lowest strikes are shown")
        }
        let options = chain.options.filter {
            (first...last).contains($0.contract.expiration) && (right == nil || $0.contract.right == right)
        }
        let shown = nearest(options, to: price ?? 0, strikes: arguments["strikes"]?.integer ?? 6)
        sheet.addFixed(
            FactLabel.matchCount,
            .decimal(Decimal(options.count)),
            .count,
            source: "computed",
            formula: "count of the listed options that the question asks about"
        )
        for option in shown {
            sheet.add(option, Origin(served, asOf: option.quote.asOf, isDemo: context.isDemo))
        }
        if shown.count < options.count {
            sheet.addGap("only the options nearest the money are shown; --strikes and --dte show others")
        }
        return sheet.evidence(summary: "\(shown.count) options of \(symbol)")
    }

    /// Of each expiration the options of the strikes nearest to `price`.
    private func nearest(_ options: [ListedOption], to price: Decimal, strikes: Int) -> [ListedOption] {
        var shown: [ListedOption] = []
        for (_, group) in Dictionary(grouping: options, by: \.contract.expiration).sorted(by: { $0.key < $1.key }) {
            let all = Set(group.map(\.contract.strike)).sorted { abs($0 - price) < abs($1 - price) }
            let kept = Set(all.prefix(strikes))
            shown += group.filter { kept.contains($0.contract.strike) }.sorted {
                ($0.contract.strike, $0.contract.right.rawValue) < ($1.contract.strike, $1.contract.right.rawValue)
            }
        }
        return shown
    }
}

extension FactSheet {
    /// Adds a listed option's terms, quote and its source's measures.
    mutating func add(_ option: ListedOption, _ origin: Origin) {
        let contract = option.contract
        let subjects = Instrument.option(contract).factSubjects
        func price(_ label: String, _ value: Decimal?) {
            add(label, value.map(Fact.Value.decimal), .dollarsPerShare, of: subjects, origin)
        }
        func number(_ label: String, _ value: Double?, _ unit: Fact.Unit) {
            add(label, value.map(Fact.Value.number), unit, of: subjects, origin)
        }
        addFixed(FactLabel.strike, .decimal(contract.strike), .dollarsPerShare, of: subjects, source: origin.source)
        addFixed(FactLabel.expiration, .date(contract.expiration), .date, of: subjects, source: origin.source)
        addFixed(FactLabel.right, .text(contract.right.rawValue), .text, of: subjects, source: origin.source)
        price(FactLabel.bid, option.quote.bid)
        price(FactLabel.ask, option.quote.ask)
        number(FactLabel.impliedVolatility, option.impliedVolatility, .fraction)
        number(FactLabel.delta, option.greeks?.delta, .ratio)
        add(
            FactLabel.openInterest,
            option.quote.openInterest.map { .decimal(Decimal($0)) },
            .contracts,
            of: subjects,
            origin
        )
        add(FactLabel.volume, option.quote.volume.map { .decimal(Decimal($0)) }, .contracts, of: subjects, origin)
    }
}

extension FactLabel {
    /// Contracts outstanding.
    public static let openInterest = "open interest"
}
