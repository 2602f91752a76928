import Foundation
import JSON
import Markets
import Transport

extension Tradier: HoldingsSource {
    /// Positions and balances of the accounts in the settings, else of all open accounts of the token's owner.
    ///
    /// A position has no price; its cost is that of the whole, and is given here per share.
    public func holdings() async throws -> Sourced<[AccountHoldings]> {
        let session = try session()
        var reader = reader
        let accounts = try await accounts(session, &reader)
        var holdings: [AccountHoldings] = []
        for account in accounts {
            let path = "/accounts/\(FormEncoding.escape(account.number))"
            async let positionAnswer = session.json(path + "/positions")
            async let balanceAnswer = Attempt.result { try await session.json(path + "/balances") }
            let records = try reader.elements("positions", "position", of: try await positionAnswer)
            let positions = try reader.records(records, "positions", Self.position)
            var balances: AccountBalances?
            switch try await balanceAnswer {
            case .success(let answer):
                balances = Self.balances(try reader.member("balances", of: answer), &reader.drift)
            case .failure(let error): reader.remark("no balances of \(account.title): \(error.detail)")
            }
            holdings.append(AccountHoldings(account: account, positions: positions, balances: balances))
        }
        return Sourced(holdings, source: source, notes: reader.notes)
    }

    /// The accounts in the settings, else all open accounts of the token's owner.
    func accounts(_ session: Session, _ reader: inout RecordReader) async throws -> [Account] {
        let chosen = environment.settings.list(name, "accounts").filter { !$0.isEmpty }
        if !chosen.isEmpty { return chosen.map { Account(broker: name, number: $0) } }
        let answer = try await session.json("/user/profile")
        let records = try reader.elements("profile", "account", of: answer).filter { $0["status"]?.string != "closed" }
        return try reader.records(records, "accounts") { record, drift in
            guard let number = record.string("account_number", &drift) else { return nil }
            return Account(broker: "tradier", number: number, nickname: record.optional("type", \.string, &drift))
        }
    }

    private static func position(_ record: WireValue, _ drift: inout SchemaDrift) -> HeldPosition? {
        guard let written = record.string("symbol", &drift), let quantity = record.decimal("quantity", &drift) else {
            return nil
        }
        let contract = OptionContract(symbol: written)
        let cost = record.decimal("cost_basis", &drift).map { abs($0) }
        // What an adjusted contract delivers is not said, so neither is its price per share known.
        let size: Decimal? = contract.map { $0.isAdjusted ? nil : 100 } ?? 1
        return HeldPosition(
            symbol: contract?.symbol ?? OptionSymbol.ticker(written, from: "/"),
            multiplier: contract == nil ? 1 : 100,
            quantity: quantity,
            averagePrice: quantity == 0 ? nil : cost.flatMap { cost in size.map { cost / (abs(quantity) * $0) } },
            opened: record.instant("date_acquired", &drift).map { TradingDate(newYorkDateOf: $0) }
        )
    }

    /// Buying power stands under the kind of account: `margin`, `pdt` (a day trader's) or `cash`.
    private static func balances(_ record: WireValue, _ drift: inout SchemaDrift) -> AccountBalances {
        let margin = record["margin"] ?? record["pdt"]
        let available = record["cash"]?.decimal("cash_available", &drift)
        if case .object(let members) = record, ["margin", "pdt", "cash"].allSatisfy({ members[$0] == nil }) {
            drift.note("margin")
        }
        return AccountBalances(
            cash: record.decimal("total_cash", &drift),
            netLiquidation: record.decimal("total_equity", &drift),
            buyingPower: margin?.decimal("stock_buying_power", &drift) ?? available,
            optionBuyingPower: margin?.decimal("option_buying_power", &drift) ?? available
        )
    }
}
