import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Options that trade far more than is outstanding.
public struct UnusualTool: Tool {
    /// `unusual_activity`.
    public let name = "unusual_activity"
    /// What it returns.
    public let summary =
        "Options whose volume is far above their open interest: volume, open interest, traded premium, side of the last trade"
    /// Where it looks, and what counts.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers; what is held and on watchlists when absent or empty", .strings),
        .init("list", "Only tickers of watchlists whose name contains this", .string),
        .init("ratio", "Least volume over open interest, in hundredths; 200 when absent", .integer(0...100_000)),
        .init("premium", "Least traded premium in dollars; 50000 when absent", .integer(0...1_000_000_000)),
        .init("limit", "At most so many; 10 when absent", .integer(1...50)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The unusual options, or, where none is, those that come nearest, which the evidence then says.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let universe = ScanUniverse(data: try context.requireData(name), context: context)
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let symbols = try await universe.symbols(arguments, &sheet)
        var rules = UnusualActivity.Rules()
        if let ratio = arguments["ratio"]?.integer { rules.minimumVolumeToInterest = Double(ratio) / 100 }
        if let premium = arguments["premium"]?.integer { rules.minimumPremium = Double(premium) }
        var chains: [Served<OptionChain>] = []
        var without: [String] = []
        for symbol in symbols {
            if let chain = try await universe.chain(of: symbol) {
                sheet.note(chain)
                chains.append(chain)
            } else {
                without.append(symbol)
            }
        }
        sheet.addFixed(
            FactLabel.answered,
            .text(chains.isEmpty ? "no" : "yes"),
            .text,
            source: "computed",
            formula: "whether a source answered"
        )
        if symbols.isEmpty {
            sheet.addGap("there is nothing to scan: name tickers, import a portfolio, or set up a watchlist")
        } else if !without.isEmpty {
            sheet.addGap("no option chain of \(without.joined(separator: ", "))")
        }
        sheet.addFixed(FactLabel.leastRatio, .number(rules.minimumVolumeToInterest), .ratio, source: "rule")
        sheet.addFixed(FactLabel.leastPremium, .number(rules.minimumPremium), .dollars, source: "rule")
        sheet.addFixed(
            FactLabel.scannedCount,
            .decimal(Decimal(chains.count)),
            .count,
            source: "computed",
            formula: "count of the underlyings with data"
        )
        let history = try await history(of: chains, context, &sheet)
        add(chains, history, rules: rules, limit: arguments["limit"]?.integer ?? 10, context, to: &sheet)
        return sheet.evidence(summary: "unusual options of \(chains.count) underlyings")
    }

    /// What is kept of earlier days; empty where there is none.
    private func history(
        of chains: [Served<OptionChain>],
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) async throws -> OptionVolumeHistory {
        guard let data = context.data, !chains.isEmpty else { return OptionVolumeHistory() }
        do {
            return try await data.volumes(of: chains.map(\.value.underlying), before: context.market.today).value
        } catch let error as DataServiceError {
            if !error.failures.isEmpty { sheet.addGap("volumes of earlier days are missing: \(error.ofThoseAsked)") }
            return OptionVolumeHistory()
        }
    }

    private func add(
        _ chains: [Served<OptionChain>],
        _ history: OptionVolumeHistory,
        rules: UnusualActivity.Rules,
        limit: Int,
        _ context: ToolContext,
        to sheet: inout FactSheet
    ) {
        var found = findings(chains, history, rules)
        sheet.addFixed(
            FactLabel.examinedCount,
            .decimal(Decimal(found.examined)),
            .count,
            source: "computed",
            formula: "count of the contracts with volume and open interest"
        )
        sheet.addFixed(
            FactLabel.unusualCount,
            .decimal(Decimal(found.options.count)),
            .count,
            source: "computed",
            formula: "count of the contracts that meet the thresholds"
        )
        for (reason, _) in found.unknown.sorted(by: { $0.key < $1.key }) {
            sheet.addGap("some options cannot be judged: \(reason)")
        }
        sheet.addFixed(
            FactLabel.volumeDays,
            .decimal(Decimal(history.days)),
            .count,
            source: "computed",
            formula: "count of the earlier days that are kept"
        )
        if found.examined > 0, history.days < UnusualActivity.medianDays {
            sheet.addGap(
                "the volumes of too few days are kept to hold an option against its own median, so none is: options are "
                    + "ranked by volume over open interest"
            )
        } else if found.examined > 0 {
            sheet.addFixed(
                FactLabel.leastMedianRatio,
                .number(rules.minimumVolumeToMedian),
                .ratio,
                source: "rule"
            )
        }
        if found.options.isEmpty {
            let none = UnusualActivity.Rules(
                minimumVolumeToInterest: 0,
                minimumVolumeToMedian: 0,
                minimumPremium: 0
            )
            found = findings(chains, history, none)
        }
        for (option, chain) in found.options.prefix(limit) {
            let subjects = Instrument.option(option.contract).factSubjects
            let origin = Origin(chain, isDemo: context.isDemo)
            let volume = sheet.add(
                FactLabel.volume,
                .decimal(Decimal(option.volume)),
                .contracts,
                of: subjects,
                origin
            )
            let interest = sheet.add(
                FactLabel.openInterest,
                .decimal(Decimal(option.openInterest)),
                .contracts,
                of: subjects,
                origin
            )
            sheet.add(
                FactLabel.volumeToInterest,
                .number(option.volumeToInterest),
                .ratio,
                of: subjects,
                origin.computed,
                formula: "volume / open interest",
                inputs: [volume, interest].compactMap(\.self)
            )
            if let usual = option.volumeToMedian.value {
                sheet.add(
                    FactLabel.volumeToMedian,
                    .number(usual),
                    .ratio,
                    of: subjects,
                    origin.computed,
                    formula: "volume / median volume of its last 20 days that were seen",
                    inputs: [volume].compactMap(\.self)
                )
            }
            sheet.add(
                FactLabel.tradedPremium,
                .number(option.premium),
                .dollars,
                of: subjects,
                origin.computed,
                formula: "volume x mid x multiplier",
                inputs: [volume].compactMap(\.self)
            )
            sheet.add(
                FactLabel.pressedSide,
                option.side.rawValue,
                of: subjects,
                origin.computed,
                formula: "last price against bid and ask"
            )
        }
    }

    /// What was found in all chains, by volume over open interest.
    private struct Findings {
        var options: [(option: UnusualActivity, chain: Served<OptionChain>)] = []
        var examined = 0
        var unknown: [String: Int] = [:]
    }

    private func findings(
        _ chains: [Served<OptionChain>],
        _ history: OptionVolumeHistory,
        _ rules: UnusualActivity.Rules
    ) -> Findings {
        var all = Findings()
        for chain in chains {
            let outcome = UnusualActivity.find(in: chain.value, history: history.volumes, rules: rules)
            all.examined += outcome.examined
            all.unknown.merge(outcome.unknown, uniquingKeysWith: +)
            all.options += outcome.options.map { ($0, chain) }
        }
        all.options.sort { left, right in
            (left.option.volumeToInterest, left.option.premium, right.option.contract.symbol)
                > (right.option.volumeToInterest, right.option.premium, left.option.contract.symbol)
        }
        return all
    }
}

extension FactLabel {
    /// Least volume over open interest that counts as unusual.
    public static let leastRatio = "least volume over open interest"
    /// Least dollars traded that count as unusual.
    public static let leastPremium = "least traded premium"
    /// Least volume over its own median that counts as unusual.
    public static let leastMedianRatio = "least volume over its median"
    /// Volume over the median of the option's own earlier days.
    public static let volumeToMedian = "volume over its median"
    /// Days whose volumes are kept.
    public static let volumeDays = "days of volumes kept"
    /// Options that are unusual by the rules.
    public static let unusualCount = "unusual options"
    /// Volume over open interest.
    public static let volumeToInterest = "volume over open interest"
    /// Volume times mid times multiplier, in dollars.
    public static let tradedPremium = "traded premium"
    /// Where the last trade was between bid and ask.
    public static let pressedSide = "side of the last trade"
}
