public import Evidence
import Foundation
public import JSON
import Markets

/// Losses that may not count for taxes now, because the same was bought within 30 days.
public struct WashSalesTool: Tool {
    /// `wash_sales`.
    public let name = "wash_sales"
    /// What it returns.
    public let summary =
        "Possible wash sales: losses with a replacement bought within 30 days before or after, the disallowed amount and the lot it moves to, and doubtful cases"
    /// Which losses.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers of the underlyings to look at; all when absent or empty", .strings),
        .init("from", "First day of the sale, YYYY-MM-DD; all of the history when absent", .string),
        .init("through", "Last day of the sale, YYYY-MM-DD; to the end when absent", .string),
        .init("limit", "At most so many of each kind; 30 when absent", .integer(1...500)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The wash sales of the books, and the losses beside which there is a doubt.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        _ = try context.requirePortfolio()
        let symbols = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        let (from, through) = (try arguments.day("from", of: name), try arguments.day("through", of: name))
        let limit = arguments["limit"]?.integer ?? 30
        func counts(_ loss: RealisedGain) -> Bool {
            (symbols.isEmpty || symbols.contains(loss.instrument.underlying))
                && (from.map { loss.closeDate >= $0 } ?? true) && (through.map { loss.closeDate <= $0 } ?? true)
        }
        // Of what brokers hold now, lots come from the imported history alone.
        let ledger = Ledger(transactions: context.transactions)
        let found = WashSales(
            realised: ledger.realised,
            positions: ledger.positions,
            conversions: ledger.conversions
        )
        let sales = found.sales.filter { counts($0.loss) }
        let cautions = found.cautions.filter { counts($0.loss) }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        if let from { sheet.addFixed(FactLabel.from, .date(from), .date, source: "question") }
        if let through { sheet.addFixed(FactLabel.through, .date(through), .date, source: "question") }
        sheet.addFixed(
            FactLabel.washSaleCount,
            .decimal(Decimal(sales.count)),
            .count,
            source: "computed",
            formula: "count of the losses with a replacement within 30 days"
        )
        sheet.addFixed(
            FactLabel.washCautionCount,
            .decimal(Decimal(cautions.count)),
            .count,
            source: "computed",
            formula: "count of the losses beside which something alike was opened"
        )
        sheet.addFixed(
            FactLabel.disallowedLoss,
            .decimal(sales.reduce(0) { $0 + $1.disallowed }),
            .dollars,
            source: "computed",
            formula: "sum of the disallowed losses"
        )
        for (rank, sale) in sales.suffix(limit).reversed().enumerated() {
            sheet.add(sale, "wash sale \(rank + 1)", context.portfolioSource)
        }
        for (rank, caution) in cautions.suffix(limit).reversed().enumerated() {
            sheet.add(caution, "doubt \(rank + 1)", context.portfolioSource)
        }
        if max(sales.count, cautions.count) > limit { sheet.addGap("only the latest are shown; --number shows more") }
        if !ledger.realised.allSatisfy({ $0.gain != nil }) {
            sheet.addGap("gains of lots opened before the history begins are not known, so no loss is seen in them")
        }
        return sheet.evidence(summary: "\(sales.count) possible wash sales")
    }
}

extension FactSheet {
    fileprivate mutating func add(_ sale: WashSales.Sale, _ subject: String, _ source: String) {
        let loss = sale.loss
        // Sold and bought are rows of what they are of, not of a wash sale.
        var record = RecordKey.key(loss.instrument.symbol)
        func add(_ label: String, _ value: Fact.Value?, _ unit: Fact.Unit, _ formula: String? = nil) {
            guard let value else { return }
            addFixed(
                label,
                value,
                unit,
                of: [subject] + loss.instrument.factSubjects,
                source: source,
                formula: formula,
                record: record
            )
        }
        add(FactLabel.washSold, .date(loss.closeDate), .date)
        add(FactLabel.instrument, .text(loss.instrument.description), .text)
        add(
            FactLabel.replacedQuantity,
            .decimal(sale.quantity),
            loss.instrument.contract == nil ? .shares : .contracts,
            "of what was sold, the units bought again"
        )
        add(FactLabel.disallowedLoss, .decimal(sale.disallowed), .dollars, "loss of what was replaced")
        record = .key(sale.replacement.symbol)
        if sale.replacement != loss.instrument {
            add(FactLabel.replacement, .text(sale.replacement.description), .text)
        }
        add(FactLabel.replacementDate, sale.replacementDate.map(Fact.Value.date), .date)
        add(FactLabel.account, sale.replacementAccount.map(Fact.Value.text), .text)
        add(
            FactLabel.replacementBasis,
            sale.replacementBasis.map(Fact.Value.decimal),
            .dollarsPerShare,
            "price of the replacement + disallowed loss / units"
        )
    }

    fileprivate mutating func add(_ caution: WashSales.Caution, _ subject: String, _ source: String) {
        let loss = caution.loss
        var record = RecordKey.key(loss.instrument.symbol)
        func add(_ label: String, _ value: Fact.Value, _ unit: Fact.Unit, _ formula: String? = nil) {
            addFixed(
                label,
                value,
                unit,
                of: [subject] + loss.instrument.factSubjects,
                source: source,
                formula: formula,
                record: record
            )
        }
        add(FactLabel.doubtfulSold, .date(loss.closeDate), .date)
        add(FactLabel.instrument, .text(loss.instrument.description), .text)
        add(FactLabel.doubtfulLoss, .decimal(caution.open), .dollars, "loss of what was not replaced")
        record = .key(caution.instrument.symbol)
        add(FactLabel.nearestOpening, .text(caution.instrument.description), .text)
        add(FactLabel.openingDate, .date(caution.opened), .date)
        add(FactLabel.openingCount, .decimal(Decimal(caution.count)), .count, "count of the openings within 30 days")
    }
}

extension FactLabel {
    /// Losses that are possible wash sales.
    public static let washSaleCount = "possible wash sales"
    /// Losses beside which there is a doubt.
    public static let washCautionCount = "doubtful cases"
    /// The day of a sale at a loss.
    public static let washSold = "sold on"
    /// Units that were replaced.
    public static let replacedQuantity = "replaced"
    /// The part of a loss that may not count for now.
    public static let disallowedLoss = "disallowed amount"
    /// What the replacement is today, where a merger made it another security than what was sold.
    public static let replacement = "replacement is now"
    /// The day the replacement was bought.
    public static let replacementDate = "replacement bought"
    /// What the replacement costs with the loss added.
    public static let replacementBasis = "basis of the replacement"
    /// The day of a loss beside which there is a doubt.
    public static let doubtfulSold = "closed on"
    /// That loss.
    public static let doubtfulLoss = "loss in doubt"
    /// What was opened nearest to it.
    public static let nearestOpening = "opened nearby"
    /// The day that was opened.
    public static let openingDate = "opened on"
    /// How many things of that kind were opened in the window.
    public static let openingCount = "openings in the window"
}
