/// What a trade does to the account's concentration, and the gates that follow.
struct AccountGates {
    let account: ScanAccount
    private let freeCash: Double?
    private let netLiquidation: Double?
    private let sectorExposures: [String: Double]

    init(_ account: ScanAccount) {
        self.account = account
        freeCash = account.freeCash?.double
        netLiquidation = account.netLiquidation.map(\.double).flatMap { $0 > 0 ? $0 : nil }
        var sectors: [String: Double] = [:]
        for (symbol, dollars) in account.exposures {
            if let sector = account.sectors[symbol] { sectors[sector, default: 0] += abs(dollars) }
        }
        sectorExposures = sectors
    }

    /// The first gate that a trade tying up `dollars` fails; cheap, for screening.
    func failure(_ symbol: String, dollars: Double) -> ScanGate.Kind? {
        if let freeCash, dollars > freeCash { return .cash }
        if let limit = account.maximumNameWeight, let netLiquidation,
            abs(account.exposures[symbol] ?? 0) + dollars > limit * netLiquidation
        {
            return .nameWeight
        }
        return nil
    }

    /// All gates of a trade that ties up `dollars`; 0 for one that adds no exposure.
    func gates(_ symbol: String, dollars: Double) -> [ScanGate] {
        var gates = [
            ScanGate(.cash, Reading(dollars, orMissing: ""), maximum: freeCash).unknown(
                unless: freeCash,
                "free cash is not known"
            )
        ]
        if let limit = account.maximumNameWeight {
            let size = abs(account.exposures[symbol] ?? 0) + dollars
            gates.append(
                ScanGate(
                    .nameWeight,
                    Reading(netLiquidation.map { size / $0 }, orMissing: "the account's value is not known"),
                    maximum: limit
                )
            )
        }
        if let limit = account.maximumSectorWeight {
            let sector = account.sectors[symbol]
            let reading: Reading
            if let sector {
                let size = (sectorExposures[sector] ?? 0) + dollars
                reading = Reading(netLiquidation.map { size / $0 }, orMissing: "the account's value is not known")
            } else {
                reading = .missing("unknown sector")
            }
            gates.append(ScanGate(.sectorWeight, reading, maximum: limit))
        }
        if let limit = account.maximumConcentrationIndex {
            let after = concentration(after: symbol, dollars: dollars)
            gates.append(
                ScanGate(
                    .concentrationIndex,
                    Reading(after?.index, orMissing: "no exposures are known"),
                    maximum: limit
                )
            )
        }
        return gates
    }

    /// The concentration of the exposures with the trade added.
    func concentration(after symbol: String, dollars: Double) -> Concentration? {
        var exposures = account.exposures
        exposures[symbol] = abs(exposures[symbol] ?? 0) + dollars
        return Concentration(exposures: exposures.sorted { $0.key < $1.key }.map(\.value))
    }
}

extension ScanGate {
    /// The same gate, or one that is unknown because its limit is not known.
    fileprivate func unknown(unless limit: Double?, _ reason: String) -> ScanGate {
        limit == nil ? ScanGate(kind, .missing(reason), minimum: minimum, maximum: maximum) : self
    }
}
