import Foundation
import JSON
public import Markets

extension Robinhood: ActivitySource {
    /// Orders that were filled, by day of their last change; a leg of an options order is an entry of its own. Movements of
    /// cash, assignments and expirations are not among Robinhood's tools.
    public func activity(since start: TradingDate) async throws -> Sourced<[AccountActivity]> {
        var records = records
        var entries: [AccountActivity] = []
        for account in try await accounts(&records) {
            for (tool, kind) in [("get_equity_orders", "orders of shares"), ("get_option_orders", "orders of options")]
            {
                var arguments: [String: WireValue] = ["account_number": .text(account.number)]
                if let name = try await reader.parameter(of: tool, among: ["created_at_gte"]) {
                    // An order may be filled long after it was made.
                    arguments[name] = .text(start.adding(days: -90).description)
                }
                let orders = try await reader.records("orders", of: tool, arguments)
                entries += try records.records(orders, kind) { order, drift -> [AccountActivity]? in
                    guard let state = order.string("state", &drift) else { return nil }
                    if state != "filled" { return [] }
                    return tool == "get_equity_orders"
                        ? shareEntries(order, account, &drift) : optionEntries(order, account, &drift)
                }.joined()
            }
        }
        let recent = entries.filter { $0.date >= start }.sorted { ($0.date, $0.identifier) < ($1.date, $1.identifier) }
        return try await sourced(recent, records)
    }

    private func shareEntries(
        _ order: WireValue,
        _ account: Account,
        _ drift: inout SchemaDrift
    ) -> [AccountActivity]? {
        guard let identifier = order.string("id", &drift), let symbol = order.string("symbol", &drift),
            let isSale = Robinhood.isSale(order, &drift), let date = Robinhood.date(of: order, &drift),
            let quantity = order.first(of: ["cumulative_quantity", "filled_quantity", "quantity"], \.decimal, &drift)
        else { return nil }
        let price = order.decimal("average_price", &drift)
        return [
            AccountActivity(
                account: account,
                identifier: identifier,
                kind: isSale ? .sell : .buy,
                date: date,
                symbol: symbol,
                quantity: isSale ? -quantity : quantity,
                price: price,
                amount: price.map { isSale ? $0 * quantity : -$0 * quantity }
            )
        ]
    }

    private func optionEntries(
        _ order: WireValue,
        _ account: Account,
        _ drift: inout SchemaDrift
    ) -> [AccountActivity]? {
        guard let identifier = order.string("id", &drift), let chain = order.string("chain_symbol", &drift),
            let date = Robinhood.date(of: order, &drift),
            let legs = order.required("legs", \.elements, &drift), !legs.isEmpty,
            let quantity = order.first(of: ["processed_quantity", "quantity"], \.decimal, &drift), quantity > 0
        else { return nil }
        let multiplier = OptionReference.multiplier(order["trade_value_multiplier"]) ?? 100
        let premium = order.sparse("processed_premium", \.decimal, &drift).map { abs($0) }
        var entries: [AccountActivity] = []
        for (index, leg) in legs.enumerated() {
            guard let expiration = leg.required("expiration_date", \.date, &drift),
                let strike = leg.decimal("strike_price", &drift), strike > 0,
                let right = leg.required(
                    "option_type",
                    { $0.string.flatMap(OptionContract.Right.init(rawValue:)) },
                    &drift
                ),
                let isSale = Robinhood.isSale(leg, &drift)
            else { return nil }
            let contract = OptionContract(
                root: chain.filter { $0 != "." },
                expiration: expiration,
                right: right,
                strike: strike,
                multiplier: multiplier
            )
            let contracts = quantity * (leg["ratio_quantity"]?.decimal ?? 1)
            // The premium is that of the whole order: it says what a leg cost only where there is one.
            let whole = legs.count == 1 ? premium : nil
            let effect = leg.sparse("position_effect", \.string, &drift) ?? ""
            entries.append(
                AccountActivity(
                    account: account,
                    identifier: "\(identifier)/\(leg["id"]?.string ?? String(index))",
                    kind: isSale ? .sell : .buy,
                    date: date,
                    symbol: contract.symbol,
                    quantity: isSale ? -contracts : contracts,
                    price: whole.map { $0 / (contracts * Decimal(multiplier)) },
                    amount: whole.map { isSale ? $0 : -$0 },
                    details: DisplayText.line("\(isSale ? "sell" : "buy") to \(effect)", limit: 40)
                )
            )
        }
        return entries
    }

    private static func isSale(_ value: WireValue, _ drift: inout SchemaDrift) -> Bool? {
        value.required("side", { ["sell": true, "buy": false, "sell_short": true][$0.string ?? ""] }, &drift)
    }

    private static func date(of order: WireValue, _ drift: inout SchemaDrift) -> TradingDate? {
        order.first(of: ["last_transaction_at", "updated_at", "created_at"], \.instant, &drift)
            .map { TradingDate(newYorkDateOf: $0) }
    }
}
