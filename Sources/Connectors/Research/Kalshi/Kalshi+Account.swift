public import Foundation
import JSON

/// What the owner has at Kalshi besides positions.
public struct KalshiBalance: Sendable, Hashable, Codable {
    /// Cash that can be traded with, in dollars.
    public var cash: Decimal
    /// What the positions are worth, in dollars; nil where Kalshi does not say.
    public var positions: Decimal?

    /// A balance.
    public init(cash: Decimal, positions: Decimal?) {
        self.cash = cash
        self.positions = positions
    }
}

extension Kalshi {
    /// Markets in which the owner holds contracts; a negative quantity is held for no.
    ///
    /// Needs the owner's key.
    public func predictionPositions() async throws -> Sourced<[PredictionPosition]> {
        let records = try await list(
            "market_positions",
            at: "/portfolio/positions",
            query: [],
            pageSize: 1_000,
            limit: 10_000,
            signer: try requiredSigner()
        ).records
        var reader = reader
        let positions = try reader.records(records, "positions", Self.position)
        return Sourced(positions.filter { $0.quantity != 0 }, source: title, notes: reader.notes)
    }

    /// Cash and the value of positions, which Kalshi states in cents. Needs the owner's key.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    public func balance() async throws -> Sourced<KalshiBalance> {
        let answer = try await json("/portfolio/balance", signer: try requiredSigner())
        var reader = reader
        guard let cents = answer.decimal("balance", &reader.drift) else {
            throw ConnectorError(name, .unexpectedAnswer, "the answer has no 'balance'")
        }
        let positions = answer.decimal("portfolio_value", &reader.drift)
        return Sourced(
            KalshiBalance(cash: cents / 100, positions: positions.map { $0 / 100 }),
            source: title,
            asOf: answer["updated_ts"]?.instant,
            notes: reader.notes
        )
    }

    private func requiredSigner() throws -> KalshiSigner {
        if let signer = try signer() { return signer }
        throw ConnectorError(
            name,
            .notConfigured,
            "positions and balance need a key",
            nextStep: "set KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH"
        )
    }

    private static func position(_ record: WireValue, _ drift: inout SchemaDrift) -> PredictionPosition? {
        guard let ticker = record.string("ticker", &drift),
            let quantity = KalshiFields.count("position", in: record, &drift)
        else { return nil }
        return PredictionPosition(
            ticker: ticker,
            quantity: quantity,
            exposure: KalshiFields.dollars("market_exposure", in: record, &drift),
            realised: KalshiFields.dollars("realized_pnl", in: record, &drift),
            fees: KalshiFields.dollars("fees_paid", in: record, &drift),
            asOf: record.instant("last_updated_ts", &drift)
        )
    }
}
