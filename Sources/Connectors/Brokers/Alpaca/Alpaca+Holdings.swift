import Foundation
import JSON

extension Alpaca: HoldingsSource {
    /// The account's balances and its positions in shares and options.
    ///
    /// Alpaca gives no time for either.
    public func holdings() async throws -> Sourced<[AccountHoldings]> {
        let session = try session()
        async let accountAnswer = session.client.json(session.trading.url("/v2/account"))
        async let positionAnswer = session.client.json(session.trading.url("/v2/positions"))
        var reader = reader
        let answer = try await accountAnswer
        let account = try account(answer, &reader.drift)
        guard case .list(let records) = try await positionAnswer else {
            throw ConnectorError(name, .unexpectedAnswer, "the positions are no list")
        }
        let known = records.filter { record in
            guard let kind = record["asset_class"]?.string, kind != "us_equity", kind != "us_option" else {
                return true
            }
            reader.remark("positions of the class \(DisplayText.line(kind, limit: 20)) at Alpaca are left out")
            return false
        }
        let positions = try reader.records(known, "positions", Self.position)
        let balances = AccountBalances(
            cash: answer.decimal("cash", &reader.drift),
            netLiquidation: answer.decimal("equity", &reader.drift),
            buyingPower: answer.decimal("buying_power", &reader.drift),
            optionBuyingPower: answer.decimal("options_buying_power", &reader.drift)
        )
        let holdings = AccountHoldings(account: account, positions: positions, balances: balances)
        return Sourced([holdings], source: source, notes: reader.notes)
    }

    /// Whose account an answer describes.
    func account(_ answer: WireValue, _ drift: inout SchemaDrift) throws -> Account {
        guard let number = answer.string("account_number", &drift) ?? answer["id"]?.string else {
            throw ConnectorError(name, .unexpectedAnswer, "the account has no 'account_number'")
        }
        return Account(broker: name, number: number, nickname: isLive ? nil : "paper")
    }

    private static func position(_ record: WireValue, _ drift: inout SchemaDrift) -> HeldPosition? {
        guard let symbol = record.string("symbol", &drift), var quantity = record.decimal("qty", &drift) else {
            return nil
        }
        if record["side"]?.string == "short", quantity > 0 { quantity.negate() }
        let average = record.decimal("avg_entry_price", &drift).map { abs($0) }
        return HeldPosition(
            symbol: symbol,
            multiplier: multiplier(symbol, quantity, average, record["cost_basis"]?.decimal),
            quantity: quantity,
            averagePrice: average,
            mark: record.decimal("current_price", &drift)
        )
    }

    /// Shares per contract, which a position does not say: the cost in dollars over contracts times price, where that is a
    /// whole number, else 100.
    private static func multiplier(_ symbol: String, _ quantity: Decimal, _ average: Decimal?, _ cost: Decimal?) -> Int
    {
        guard OptionSymbol.isOne(symbol) else { return 1 }
        guard let average, let cost, average > 0, quantity != 0 else { return 100 }
        let ratio = (abs(cost) / (abs(quantity) * average)).wholeNumber ?? 0
        return ratio > 0 ? ratio : 100
    }
}
