public import Foundation
import Markets

/// Implied volatility with its rank and percentile, from the daily snapshots that are kept.
public struct KeptVolatility: VolatilitySource {
    /// Its name in settings.
    public let name = "volatility_snapshots"
    /// Its name as the owner reads it.
    public let title = "Kept volatility"
    /// Computed from chains that were seen.
    public let kind = ConnectorKind.derived
    /// Always.
    public let readiness = ConnectorReadiness.ready
    /// Snapshots are read anew each time, for a chain seen meanwhile adds one.
    public let timesToLive: [DataKind: Duration] = [.volatility: .zero]

    private let snapshots: VolatilitySnapshots
    private let clock: @Sendable () -> Date

    /// A source over `snapshots`.
    public init(_ snapshots: VolatilitySnapshots, clock: @escaping @Sendable () -> Date) {
        self.snapshots = snapshots
        self.clock = clock
    }

    /// The latest snapshot of each symbol, and where it stands in its year; a symbol without one is left out.
    ///
    /// - Throws: `ConnectorError` where the database cannot be read.
    public func volatility(of symbols: [String]) async throws -> Sourced<[VolatilityMeasures]> {
        let today = TradingDate(newYorkDateOf: clock())
        do {
            let measures = try symbols.compactMap { symbol -> VolatilityMeasures? in
                guard let standing = try snapshots.standing(of: symbol, through: today) else { return nil }
                return VolatilityMeasures(
                    symbol: symbol,
                    impliedVolatility: standing.latest.volatility,
                    rank: standing.rank.rank,
                    percentile: standing.rank.percentile,
                    asOf: standing.latest.asOf
                )
            }
            return Sourced(measures, source: "kept snapshots")
        } catch {
            throw ConnectorError(name, .unreadable, "\(error)")
        }
    }
}
