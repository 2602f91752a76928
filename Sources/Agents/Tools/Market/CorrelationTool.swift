import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// How tickers move together, and how far that spreads the portfolio's risk.
public struct CorrelationTool: Tool {
    /// `correlation`.
    public let name = "correlation"
    /// What it returns.
    public let summary =
        "Correlation of daily returns of tickers with the number of returns, beta against SPY, the diversification ratio"
    /// Which tickers.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers; all that are held when absent or empty", .strings),
        .init("limit", "At most so many pairs; 15 when absent", .integer(1...300)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The pairs, the strongest first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let universe = ScanUniverse(data: try context.requireData(name), context: context)
        let isWhole = arguments["symbols"]?.array?.isEmpty ?? true
        let symbols = Array(Set(context.symbols(arguments))).sorted()
        let index = Self.index
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        var bars: [String: [DailyBar]] = [:]
        var without: [String] = []
        for symbol in symbols {
            try Task.checkCancellation()
            if let history = try await universe.history(of: symbol) {
                bars[symbol] = history.bars
            } else {
                without.append(symbol)
            }
        }
        sheet.addFixed(
            FactLabel.answered,
            .text(bars.count < 2 ? "no" : "yes"),
            .text,
            source: "computed",
            formula: "whether a source answered"
        )
        if symbols.count < 2 {
            sheet.addGap("a correlation is of two tickers at least: name them, or import a portfolio")
        }
        if !without.isEmpty { sheet.addGap("no price history of \(without.joined(separator: ", "))") }
        let matrix = CorrelationMatrix(bars)
        let asOf = bars.values.compactMap(\.last?.date).max()
        let moment = asOf?.newYorkInstant(hour: 16)
        add(matrix, limit: arguments["limit"]?.integer ?? 15, moment, to: &sheet)
        if isWhole, let valuation = context.valuation {
            add(valuation, matrix, moment, to: &sheet)
        }
        let indexBars: [DailyBar]
        if let known = bars[index] {
            indexBars = known
        } else {
            indexBars = try await universe.history(of: index)?.bars ?? []
        }
        if indexBars.isEmpty {
            sheet.addGap("no price history of \(index), so no beta is known")
        } else {
            for (symbol, bars) in bars.sorted(by: { $0.key < $1.key }) where symbol != index {
                sheet.add(
                    BetaEstimate(bars, index: indexBars),
                    // Not the ticker's own, which pairs of tickers name too.
                    of: ["\(symbol) against \(index)"],
                    against: index,
                    bars.last?.date.newYorkInstant(hour: 16)
                )
            }
        }
        return sheet.evidence(summary: "correlation of \(bars.count) tickers")
    }

    /// What beta is measured against.
    static let index = "SPY"

    private func add(_ matrix: CorrelationMatrix, limit: Int, _ moment: Date?, to sheet: inout FactSheet) {
        var pairs: [(names: [String], value: Double, observations: Int)] = []
        var unknown: [String] = []
        for column in matrix.symbols.indices {
            for row in matrix.symbols.indices where row > column {
                let pair = matrix[row, column]
                let names = [matrix.symbols[column], matrix.symbols[row]]
                if let value = pair.correlation {
                    pairs.append((names, value, pair.observations))
                } else {
                    unknown.append(names.joined(separator: " and "))
                }
            }
        }
        pairs.sort { (abs($0.value), $1.names.joined()) > (abs($1.value), $0.names.joined()) }
        sheet.addFixed(
            FactLabel.pairCount,
            .decimal(Decimal(pairs.count)),
            .count,
            source: "computed",
            formula: "count of the tickers taken two by two that have enough common returns"
        )
        for pair in pairs.prefix(limit) {
            let subjects = [pair.names.joined(separator: " and ")]
            let count = sheet.addPriced(
                FactLabel.commonReturns,
                .decimal(Decimal(pair.observations)),
                .count,
                of: subjects,
                source: "computed",
                asOf: moment,
                formula: "days of the last 252 sessions on which both have a return"
            )
            sheet.addPriced(
                FactLabel.correlation,
                .number(pair.value),
                .ratio,
                of: subjects,
                source: "computed",
                asOf: moment,
                formula: "Pearson's correlation of daily log returns of adjusted closes",
                inputs: [count]
            )
        }
        if pairs.count > limit { sheet.addGap("only the strongest correlations are shown; --number shows more") }
        if !unknown.isEmpty {
            sheet.addGap("too few common returns for \(unknown.prefix(6).joined(separator: "; "))")
        }
    }

    /// The diversification ratio over the exposures whose volatility is known.
    private func add(
        _ valuation: PortfolioValuation,
        _ matrix: CorrelationMatrix,
        _ moment: Date?,
        to sheet: inout FactSheet
    ) {
        let measured = Set(zip(matrix.symbols, matrix.volatilities).filter { $0.1 != nil }.map(\.0))
        let exposures = valuation.exposures.filter { $0.dollars > 0 }
        let known = exposures.filter { measured.contains($0.symbol) }
        do {
            let ratio = try matrix.diversificationRatio(
                Dictionary(known.map { ($0.symbol, $0.dollars) }, uniquingKeysWith: { $1 })
            )
            let covered = sheet.addPriced(
                FactLabel.coveredWeight,
                .number(known.reduce(0) { $0 + $1.weight }),
                .fraction,
                source: "computed",
                asOf: moment,
                formula: "exposures with a volatility / all exposures"
            )
            sheet.addPriced(
                FactLabel.diversificationRatio,
                .number(ratio),
                .ratio,
                source: "computed",
                asOf: moment,
                formula: "sum of exposure x volatility / volatility of the whole, every exposure taken as long",
                inputs: [covered]
            )
        } catch {
            sheet.addGap("\(error)")
        }
        let left = exposures.filter { !measured.contains($0.symbol) }.map(\.symbol)
        if !left.isEmpty, !known.isEmpty {
            sheet.addGap("the diversification ratio leaves out \(left.joined(separator: ", ")): too little history")
        }
    }
}

extension FactLabel {
    /// Pairs of tickers with a correlation.
    public static let pairCount = "pairs"
    /// Correlation of daily returns, -1 to 1.
    public static let correlation = "correlation"
    /// Days on which both have a return.
    public static let commonReturns = "common returns"
    /// How far positions offset each other.
    public static let diversificationRatio = "diversification ratio"
    /// The part of all exposures a figure covers.
    public static let coveredWeight = "share of exposure covered"
}
