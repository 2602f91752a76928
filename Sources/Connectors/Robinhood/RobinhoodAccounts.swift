import Foundation

extension Robinhood {
    /// The accounts that are open, all of those the sign-in gives access to.
    func accounts(_ records: inout RecordReader) async throws -> [Account] {
        let found = try await reader.records("accounts", of: "get_accounts")
        let open = found.filter { $0["deactivated"]?.bool != true && $0["permanently_deactivated"]?.bool != true }
        return try records.records(open, "accounts") { record, drift in
            guard let number = record.string("account_number", &drift) else { return nil }
            let nickname =
                record.optional("nickname", \.string, &drift)
                ?? record.optional("brokerage_account_type", \.string, &drift)
            return Account(broker: name, number: number, nickname: nickname.map { DisplayText.line($0, limit: 40) })
        }
    }

    func balances(of account: Account, _ records: inout RecordReader) async throws -> AccountBalances {
        let answer = try await reader.value("get_portfolio", ["account_number": .text(account.number)])
        let value = answer["portfolio"] ?? answer
        return AccountBalances(
            cash: value.decimal("cash", &records.drift),
            netLiquidation: value.decimal("total_value", &records.drift),
            buyingPower: value.required(
                "buying_power",
                { ($0["buying_power"] ?? $0).decimal },
                &records.drift
            )
        )
    }
}
