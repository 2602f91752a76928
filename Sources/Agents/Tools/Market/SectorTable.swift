import Connectors
import Evidence
import Markets

/// The sectors of tickers, as a table of the owner's says them.
struct SectorTable {
    /// The collection of records that says them: tickers and their sectors.
    static let collection = "sectors"

    /// Sectors by ticker.
    var sectors: [String: String] = [:]
    /// Why none is known; nil where some are.
    var reason: String?
    /// What the owner should know of the table.
    var notes: [String] = []
}

extension ToolContext {
    /// The sectors of tickers; none, and why, where nothing says them.
    ///
    /// - Throws: `CancellationError`.
    func sectors() async throws -> SectorTable {
        guard let data else { return SectorTable(reason: "no sources of data are connected here") }
        let isSetUp = data.connectors.contains { connector in
            connector.readiness.isReady
                && (connector as? any RecordSource)?.collections.contains { $0.name == SectorTable.collection } == true
        }
        guard isSetUp else {
            return SectorTable(
                reason: "no sectors are known; a file with the columns symbol and sector, set as "
                    + "connectors.sectors.path in config.yaml, says them"
            )
        }
        do {
            let served = try await data.records(RecordQuery(SectorTable.collection))
            var table = SectorTable(notes: served.notes)
            for record in served.value {
                guard let symbol = record.string("symbol"), let sector = record.string("sector") else { continue }
                table.sectors[symbol.uppercased()] = sector
            }
            if table.sectors.isEmpty { table.reason = "the table of sectors is empty" }
            return table
        } catch let error as DataServiceError {
            return SectorTable(reason: "\(error)")
        }
    }
}

extension FactSheet {
    /// The exposures by sector, or why they are not known.
    mutating func addSectors(_ table: SectorTable, of valuation: PortfolioValuation, _ pricing: RiskTool.Pricing) {
        guard table.reason == nil else {
            addFixed(
                FactLabel.sectorsMissing,
                .text(table.reason ?? ""),
                .text,
                source: "computed",
                formula: "the reason why none is known"
            )
            return
        }
        for note in table.notes { addGap(note) }
        let exposure = SectorExposure(
            Dictionary(valuation.exposures.map { ($0.symbol, $0.dollars) }, uniquingKeysWith: { $1 }),
            sectors: table.sectors
        )
        func add(_ label: String, _ value: Fact.Value, _ unit: Fact.Unit, _ subjects: [String], _ formula: String) {
            addPriced(
                label,
                value,
                unit,
                of: subjects,
                source: "computed",
                asOf: pricing.asOf,
                staleness: pricing.staleness,
                formula: formula
            )
        }
        for line in exposure.lines {
            let subjects = [line.sector]
            add(
                FactLabel.sectorExposure,
                .number(line.dollars),
                .dollars,
                subjects,
                "sum of the exposures of its tickers"
            )
            add(FactLabel.sectorWeight, .number(line.weight), .fraction, subjects, "sector exposure / all exposures")
            addFixed(
                FactLabel.sectorTickers,
                .text(line.symbols.prefix(12).joined(separator: " ")),
                .text,
                of: subjects,
                source: "computed",
                formula: "tickers held that the table gives this name"
            )
        }
        if let concentration = exposure.concentration {
            add(
                FactLabel.sectorConcentration,
                .number(concentration.index),
                .ratio,
                [],
                "sum of the squared sector weights (HHI)"
            )
        }
    }
}

extension FactLabel {
    /// Dollars of exposure of a sector.
    public static let sectorExposure = "sector exposure"
    /// The part of all exposures that is one sector.
    public static let sectorWeight = "sector weight"
    /// The tickers of a sector.
    public static let sectorTickers = "sector tickers"
    /// Herfindahl-Hirschman index of the sector weights.
    public static let sectorConcentration = "sector concentration index"
    /// Why no sectors are known.
    public static let sectorsMissing = "sectors missing"
}
