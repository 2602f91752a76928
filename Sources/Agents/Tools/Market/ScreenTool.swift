import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Underlyings for which a condition holds.
public struct ScreenTool: Tool {
    /// `screen`.
    public let name = "screen"
    /// What it returns.
    public let summary =
        "Underlyings for which a condition such as 'iv_rank > 50 and price < 100' holds, with the values it asks for"
    /// The condition, and where to look.
    public let parameters = ParameterSchema([
        .init("expression", "The condition", .string, isRequired: true),
        .init("symbols", "Tickers; what is held and on watchlists when absent or empty", .strings),
        .init("list", "Only tickers of watchlists whose name contains this", .string),
        .init("limit", "At most so many; 25 when absent", .integer(1...200)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The matches with every field the condition names; what cannot be decided is left out and counted.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let expression: ScanExpression
        do {
            expression = try ScanExpression(arguments["expression"]?.string ?? "")
        } catch {
            throw ToolError.invalidArguments(tool: name, reason: error.description)
        }
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let universe = ScanUniverse(data: try context.requireData(name), context: context)
        let symbols = try await universe.symbols(arguments, &sheet)
        var rows = try await ScreenRows(universe: universe, fields: expression.fields).gather(symbols, &sheet)
        rows.sort { $0.symbol < $1.symbol }
        let outcome = expression.filter(rows)
        sheet.addFixed(
            FactLabel.answered,
            .text(symbols.isEmpty ? "no" : "yes"),
            .text,
            source: "computed",
            formula: "whether a source answered"
        )
        if symbols.isEmpty {
            sheet.addGap("there is nothing to scan: name tickers, import a portfolio, or set up a watchlist")
        }
        sheet.addFixed(
            FactLabel.scannedCount,
            .decimal(Decimal(outcome.examined)),
            .count,
            source: "computed",
            formula: "count of the underlyings with data"
        )
        sheet.addFixed(
            FactLabel.undecidedCount,
            .decimal(Decimal(outcome.unknown)),
            .count,
            source: "computed",
            formula: "count of the underlyings that lack a field of the condition"
        )
        if outcome.unknown > 0 {
            let fields = outcome.missing.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                .map(\.key.rawValue).joined(separator: ", ")
            sheet.addGap("underlyings that could not be decided are left out; they lack \(fields)")
        }
        let fields = expression.fields.sorted { $0.rawValue < $1.rawValue }.filter { $0 != .symbol }
        for row in outcome.matches.prefix(arguments["limit"]?.integer ?? 25) {
            let held = universe.context.isDemo
            sheet.addScreened(
                FactLabel.ticker,
                .text(row.symbol),
                .text,
                of: row.symbol,
                isDemo: held,
                formula: "a ticker for which the condition holds"
            )
            for field in fields { add(field, of: row, isDemo: held, to: &sheet) }
        }
        if outcome.matches.count > arguments["limit"]?.integer ?? 25 {
            sheet.addGap("further underlyings match; --number shows more")
        }
        return sheet.evidence(summary: "\(outcome.matches.count) underlyings match")
    }

    private func add(_ field: ScanField, of row: ScanRow, isDemo: Bool, to sheet: inout FactSheet) {
        let label = field.rawValue.replacing("_", with: " ")
        switch row[field] {
        case .number(let number):
            let unit: Fact.Unit
            switch field.unit {
            case .fraction: unit = .fraction
            case .dollars: unit = .dollarsPerShare
            case .count: unit = .count
            case .points, .ratio, .text: unit = .ratio
            }
            let value: Fact.Value = unit == .count ? .decimal(Decimal(number.rounded())) : .number(number)
            sheet.addScreened(label, value, unit, of: row.symbol, isDemo: isDemo, formula: field.meaning)
        case .text(let text):
            sheet.addScreened(label, .text(text), .text, of: row.symbol, isDemo: isDemo, formula: field.meaning)
        case nil: break
        }
    }
}

extension FactSheet {
    /// A value that a screen computed from the sources' data.
    fileprivate mutating func addScreened(
        _ label: String,
        _ value: Fact.Value,
        _ unit: Fact.Unit,
        of symbol: String,
        isDemo: Bool,
        formula: String? = nil
    ) {
        add(
            Fact(
                label: label,
                subjects: [symbol],
                value: value,
                unit: unit,
                source: "computed",
                asOf: nil,
                freshness: isDemo ? .demo : .live,
                formula: formula
            )
        )
    }
}

/// The rows a condition is held against, with the fields it asks for and no others.
struct ScreenRows {
    /// Where data comes from.
    var universe: ScanUniverse
    /// The fields the condition names.
    var fields: Set<ScanField>

    private static let ofChains: Set<ScanField> = [.optionVolume, .optionInterest, .putCallRatio]
    private static let ofVolatility: Set<ScanField> = [.iv, .ivRank, .ivPercentile, .ivHV, .expectedMove]
    private static let elsewhere: Set<ScanField> = [
        .symbol, .sector, .earningsDays, .exDividendDays, .shares, .weight, .beta, .marketCap,
    ]

    /// A row for each symbol.
    ///
    /// - Throws: `CancellationError`.
    func gather(_ symbols: [String], _ sheet: inout FactSheet) async throws -> [ScanRow] {
        let context = universe.context
        let today = context.market.today
        let reports = fields.contains(.earningsDays) ? try await universe.earnings(of: symbols, &sheet) : nil
        let sectors = fields.contains(.sector) ? try await context.sectors() : nil
        if let reason = sectors?.reason { sheet.addGap(reason) }
        let asksVolatility = !fields.isDisjoint(with: Self.ofVolatility) || fields.contains(.beta)
        let measures = asksVolatility ? try await universe.volatility(of: symbols, &sheet) : nil
        let needsHistory = !fields.subtracting(Self.ofChains).subtracting(Self.elsewhere)
            .subtracting([.iv, .ivRank, .ivPercentile, .expectedMove]).isEmpty
        let weights = Dictionary(
            (context.valuation?.exposures ?? []).map { ($0.symbol, $0.weight) },
            uniquingKeysWith: { $1 }
        )
        var rows: [ScanRow] = []
        for symbol in symbols {
            try Task.checkCancellation()
            var row = ScanRow(symbol: symbol)
            if let sector = sectors?.sectors[symbol] { row[.sector] = .text(sector) }
            let price = context.market.quotes[symbol].flatMap { Mark($0, now: context.market.now)?.price }
            if needsHistory, let history = try await universe.history(of: symbol) {
                row.add(bars: history.bars, price: price)
            } else if let price {
                row[.price] = .number(NSDecimalNumber(decimal: price).doubleValue)
            }
            if let measure = measures?[symbol]?.value {
                row.add(impliedVolatility: measure.impliedVolatility, rank: VolatilityRank(measure))
                if let beta = measure.beta { row[.beta] = .number(beta) }
            }
            if !fields.isDisjoint(with: Self.ofChains) || (asksVolatility && row[.iv] == nil),
                let chain = try await universe.chain(of: symbol)
            {
                row.add(chain: chain.value)
                let now = chain.asOf ?? context.market.now
                if row[.iv] == nil,
                    let measure = try? ConstantMaturityVolatility(
                        chain.value,
                        now: now,
                        rate: context.market.riskFreeRate,
                        dividends: context.market.dividends[symbol] ?? []
                    )
                {
                    row.add(impliedVolatility: measure.volatility)
                }
            }
            row.add(
                today: today,
                earnings: reports?[symbol]?.value.map(\.date),
                dividends: context.market.dividends[symbol] ?? []
            )
            if context.valuation != nil {
                row[.weight] = .number(weights[symbol] ?? 0)
                let held =
                    context.valuation?.positions.map(\.position).filter { $0.instrument == .shares(symbol) } ?? []
                let shares = held.reduce(Decimal(0)) { $0 + $1.quantity }
                row[.shares] = .number(NSDecimalNumber(decimal: shares).doubleValue)
            }
            rows.append(row)
        }
        return rows
    }
}

extension FactLabel {
    /// A ticker.
    public static let ticker = "ticker"
    /// Underlyings for which a condition could not be decided.
    public static let undecidedCount = "underlyings undecided"
}
