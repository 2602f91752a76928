import Foundation
import Markets

extension Robinhood: HoldingsSource {
    /// The positions and balances of all open accounts, with Robinhood's quotes as marks.
    ///
    /// Robinhood gives no time for balances and positions; the marks carry their own.
    public func holdings() async throws -> Sourced<[AccountHoldings]> {
        var records = records
        let accounts = try await accounts(&records)
        var shares: [[HeldPosition]] = []
        var options: [[OptionHolding]] = []
        var balances: [AccountBalances] = []
        for account in accounts {
            balances.append(try await self.balances(of: account, &records))
            shares.append(try await sharePositions(of: account, &records))
            options.append(try await optionHoldings(of: account, &records))
        }
        let contracts = try await contracts(of: options.joined().map(\.reference), &records)
        let quotes = try await optionQuotes(of: Array(contracts.keys), &records)
        let shareQuotes = try await shareQuotes(of: shares.joined().map(\.symbol), &records)
        let known = options.joined().filter { contracts[$0.reference.identifier] != nil }
        let unit = averageUnit(of: known, quotes, &records)
        var holdings: [AccountHoldings] = []
        for (index, account) in accounts.enumerated() {
            let held = options[index].compactMap { holding -> HeldPosition? in
                guard let contract = contracts[holding.reference.identifier] else {
                    records.remark("an option of Robinhood whose contract it does not describe is left out")
                    return nil
                }
                return holding.position(contract, quotes[holding.reference.identifier], unit)
            }
            let priced = shares[index].map { $0.marked(by: shareQuotes[$0.symbol]) }
            holdings.append(AccountHoldings(account: account, positions: priced + held, balances: balances[index]))
        }
        return try await sourced(holdings, records)
    }

    private func sharePositions(of account: Account, _ records: inout RecordReader) async throws -> [HeldPosition] {
        let found = try await reader.records(
            "positions",
            of: "get_equity_positions",
            ["account_number": .text(account.number)]
        )
        let positions = try records.records(found, "positions in shares") { record, drift -> HeldPosition? in
            guard let symbol = record.string("symbol", &drift), var quantity = record.decimal("quantity", &drift) else {
                return nil
            }
            if record["type"]?.string == "short", quantity > 0 { quantity.negate() }
            let average = record.decimal("average_buy_price", &drift).map { abs($0) }
            return HeldPosition(symbol: symbol, quantity: quantity, averagePrice: average == 0 ? nil : average)
        }
        return positions.filter { $0.quantity != 0 }
    }

    private func optionHoldings(of account: Account, _ records: inout RecordReader) async throws -> [OptionHolding] {
        let found = try await reader.records(
            "positions",
            of: "get_option_positions",
            ["account_number": .text(account.number), "nonzero": .bool(true)]
        )
        return try records.records(found, "positions in options", OptionHolding.init(_:_:)).filter { $0.quantity != 0 }
    }

    /// Whether average prices are per share or per contract, which no document says and public clients disagree on.
    ///
    /// All positions are in the same unit. One whose mark is within a factor of three of one reading settles it; where
    /// none does, or they disagree, it is per contract, as in Robinhood's older interface, and the owner is told.
    private func averageUnit(
        of holdings: [OptionHolding],
        _ quotes: [String: ListedQuote],
        _ records: inout RecordReader
    ) -> OptionHolding.AverageUnit {
        var votes: Set<OptionHolding.AverageUnit> = []
        var isNeeded = false
        for holding in holdings {
            guard let average = holding.average, average > 0 else { continue }
            isNeeded = true
            guard let mark = quotes[holding.reference.identifier]?.mark, mark > 0 else { continue }
            let perShare = average / mark
            let perContract = perShare / Decimal(holding.multiplier)
            if perShare >= Decimal(1) / 3, perShare <= 3 { votes.insert(.share) }
            if perContract >= Decimal(1) / 3, perContract <= 3 { votes.insert(.contract) }
        }
        if votes.count == 1, let unit = votes.first { return unit }
        if isNeeded {
            records.remark(
                "Robinhood does not say whether average prices of options are per share or per contract, and their"
                    + " quotes do not settle it: taken per contract, so check the cost of your options"
            )
        }
        return .contract
    }
}

extension HeldPosition {
    /// The position with the last trade of `quote` as its mark.
    func marked(by quote: Quote?) -> HeldPosition {
        guard let quote, let last = quote.last else { return self }
        var position = self
        position.mark = last
        position.markAsOf = quote.asOf
        return position
    }
}
