import Foundation
public import Markets
public import Storage

/// How often each option was traded on the last days its chain was seen, kept because chains tell of today alone.
///
/// A day counts once it was seen in the last half hour of its session or later: before that its volume is a part of the
/// day's. Of each day the options that were traded are kept, and which expirations were looked at.
public struct OptionVolumes: OptionVolumeSource {
    /// Its name in settings.
    public let name = "option_volumes"
    /// Its name as the owner reads it.
    public let title = "Kept option volumes"
    /// Computed from chains that were seen.
    public let kind = ConnectorKind.derived
    /// Always.
    public let readiness = ConnectorReadiness.ready
    /// Volumes are read anew each time, for chains seen meanwhile add some.
    public let timesToLive: [DataKind: Duration] = [.volumes: .zero]

    private let store: OptionVolumeStore

    /// Volumes kept in `store`.
    public init(store: OptionVolumeStore) {
        self.store = store
    }

    /// What is kept of one day.
    private struct Day: Codable {
        /// The expirations that were looked at.
        var expirations: Set<String> = []
        /// Contracts traded by OCC symbol.
        var volumes: [String: Int] = [:]
    }

    /// Keeps the volumes of a chain as a source answered it. Of an expiration that is kept already, the later volumes stay.
    ///
    /// The day is New York's at the latest quote of the chain.
    /// - Returns: Whether the day counts, and was kept.
    /// - Throws: `StorageError`.
    @discardableResult
    public func keep(_ chain: Sourced<OptionChain>) throws -> Bool {
        let options = chain.value.options.filter { $0.quote.volume != nil }
        guard let asOf = options.map(\.quote.asOf).max() else { return false }
        let date = TradingDate(newYorkDateOf: asOf)
        let close = date.newYorkInstant(hour: MarketCalendar.closesEarly(date) ? 13 : 16)
        guard MarketCalendar.isSession(date), asOf >= close.addingTimeInterval(-1_800) else { return false }
        let seen = Set(options.map { $0.contract.expiration.description })
        try store.update(of: chain.value.underlying, on: date.description) { kept in
            var day = try kept.map { try JSONDecoder().decode(Day.self, from: $0.volumes) } ?? Day()
            if let kept, kept.asOf > asOf { return nil }
            day.volumes = day.volumes.filter { symbol, _ in
                OptionContract(symbol: symbol).map { !seen.contains($0.expiration.description) } ?? false
            }
            day.expirations.formUnion(seen)
            for option in options {
                // A quote of an earlier day tells that day's volume.
                let isToday = TradingDate(newYorkDateOf: option.quote.asOf) == date
                guard isToday, let volume = option.quote.volume, volume > 0 else { continue }
                day.volumes[option.contract.symbol] = volume
            }
            return OptionVolumeRecord(
                underlying: chain.value.underlying,
                date: date.description,
                volumes: try JSONEncoder().encode(day),
                asOf: asOf
            )
        }
        return true
    }

    /// The volumes of the days before `date`; empty where none was kept.
    ///
    /// - Throws: `ConnectorError` where the database cannot be read.
    public func volumes(
        of underlyings: [String],
        before date: TradingDate
    ) async throws -> Sourced<OptionVolumeHistory> {
        var history = OptionVolumeHistory()
        do {
            for underlying in underlyings {
                let days = try store.days(of: underlying, before: date.description).map { record in
                    try JSONDecoder().decode(Day.self, from: record.volumes)
                }
                history.days = max(history.days, days.count)
                for symbol in Set(days.flatMap(\.volumes.keys)) {
                    guard let expiration = OptionContract(symbol: symbol)?.expiration.description else { continue }
                    history.volumes[symbol] = days.filter { $0.expirations.contains(expiration) }.map {
                        $0.volumes[symbol] ?? 0
                    }
                }
            }
        } catch {
            throw ConnectorError(name, .unreadable, "\(error)")
        }
        return Sourced(history, source: "kept option volumes")
    }
}
