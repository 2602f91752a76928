/// How exposures are spread over sectors.
public struct SectorExposure: Sendable, Hashable {
    /// What the sector of a ticker without one is called.
    public static let unknown = "unknown sector"

    /// One sector.
    public struct Line: Sendable, Hashable {
        /// Its name, ``SectorExposure/unknown`` for tickers without one.
        public let sector: String
        /// The sum of the absolute exposures in dollars.
        public let dollars: Double
        /// The share of all exposures.
        public let weight: Double
        /// Its tickers, in order.
        public let symbols: [String]
    }

    /// The sectors, largest first.
    public let lines: [Line]
    /// The concentration over sectors, the unknown one counted as one of them; nil without exposure.
    public let concentration: Concentration?
    /// The share of exposures whose sector is not known.
    public let unknownWeight: Double

    /// - Parameters:
    ///   - exposures: dollars by ticker; values that are not finite are left out.
    ///   - sectors: the sector of each ticker, as far as known.
    public init(_ exposures: [String: Double], sectors: [String: String]) {
        var groups: [String: (dollars: Double, symbols: [String])] = [:]
        for (symbol, dollars) in exposures.sorted(by: { $0.key < $1.key }) where dollars.isFinite && dollars != 0 {
            let name = sectors[symbol].flatMap { $0.isEmpty ? nil : $0 } ?? Self.unknown
            groups[name, default: (0, [])].dollars += abs(dollars)
            groups[name]?.symbols.append(symbol)
        }
        let total = groups.values.reduce(0) { $0 + $1.dollars }
        lines = groups.map { name, group in
            Line(sector: name, dollars: group.dollars, weight: group.dollars / total, symbols: group.symbols)
        }
        .sorted { ($1.dollars, $0.sector) < ($0.dollars, $1.sector) }
        concentration = Concentration(exposures: lines.map(\.dollars))
        unknownWeight = lines.first { $0.sector == Self.unknown }?.weight ?? 0
    }
}
