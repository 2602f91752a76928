import Foundation
import JSON
import Markets
import Transport

extension Tastytrade: HoldingsSource {
    /// Positions with marks, and balances, of the accounts in the settings, else of all open accounts.
    ///
    /// Futures, options on them and cryptocurrencies are left out, and the owner is told.
    public func holdings() async throws -> Sourced<[AccountHoldings]> {
        var reader = reader
        let accounts = try await accounts(&reader)
        var holdings: [AccountHoldings] = []
        for account in accounts {
            let path = "/accounts/\(FormEncoding.escape(account.number))"
            async let positionAnswer = data(path + "/positions", [("include-marks", "true")])
            async let balanceAnswer = Attempt.result { try await data(path + "/balances") }
            let records = try reader.member("items", of: try await positionAnswer).items
            let positions = try reader.records(known(records, "positions", &reader), "positions", Self.position)
            var balances: AccountBalances?
            switch try await balanceAnswer {
            case .success(let answer): balances = Self.balances(answer, &reader.drift)
            case .failure(let error): reader.remark("no balances of \(account.title): \(error.detail)")
            }
            let held = positions.filter { $0.quantity != 0 }
            holdings.append(AccountHoldings(account: account, positions: held, balances: balances))
        }
        return Sourced(holdings, source: source, notes: reader.notes)
    }

    /// The accounts in the settings, else all open accounts.
    func accounts(_ reader: inout RecordReader) async throws -> [Account] {
        let chosen = environment.settings.list(name, "accounts").filter { !$0.isEmpty }
        if !chosen.isEmpty { return chosen.map { Account(broker: name, number: $0) } }
        let records = try reader.member("items", of: try await data("/customers/me/accounts")).items
            .map { $0["account"] ?? $0 }.filter { $0["is-closed"]?.bool != true }
        return try reader.records(records, "accounts") { record, drift in
            guard let number = record.string("account-number", &drift) else { return nil }
            let nickname =
                record.optional("nickname", \.string, &drift) ?? record.optional("account-type-name", \.string, &drift)
            return Account(broker: "tastytrade", number: number, nickname: nickname)
        }
    }

    /// The records of shares and of options on them, and those of no instrument; the kinds of the others are remarked.
    func known(_ records: [WireValue], _ what: String, _ reader: inout RecordReader) -> [WireValue] {
        records.filter { record in
            guard let kind = record["instrument-type"]?.string, kind != "Equity", kind != "Equity Option" else {
                return true
            }
            reader.remark("\(what) of the kind \(DisplayText.line(kind, limit: 30)) at tastytrade are left out")
            return false
        }
    }

    /// Quantities carry no sign: `quantity-direction` is `Long`, `Short` or `Zero`.
    private static func position(_ record: WireValue, _ drift: inout SchemaDrift) -> HeldPosition? {
        guard let written = record.string("symbol", &drift),
            let quantity = record.decimal("quantity", &drift),
            let direction = record.string("quantity-direction", &drift)
        else { return nil }
        let sign: Decimal
        switch direction {
        case "Long": sign = 1
        case "Short": sign = -1
        case "Zero": sign = 0
        default:
            drift.note("quantity-direction")
            return nil
        }
        let multiplier = record.required("multiplier", \.integer, &drift)
        let option = OptionSymbol.unpadded(written)
        return HeldPosition(
            symbol: option ?? OptionSymbol.ticker(written, from: "/"),
            multiplier: multiplier ?? (option == nil ? 1 : 100),
            quantity: sign * abs(quantity),
            averagePrice: record.decimal("average-open-price", &drift).map { abs($0) },
            mark: record.sparse("mark-price", \.decimal, &drift),
            opened: record.instant("created-at", &drift).map { TradingDate(newYorkDateOf: $0) }
        )
    }

    private static func balances(_ record: WireValue, _ drift: inout SchemaDrift) -> AccountBalances {
        AccountBalances(
            cash: record.decimal("cash-balance", &drift),
            netLiquidation: record.decimal("net-liquidating-value", &drift),
            buyingPower: record.decimal("equity-buying-power", &drift),
            optionBuyingPower: record.decimal("derivative-buying-power", &drift),
            asOf: record.instant("updated-at", &drift)
        )
    }
}
