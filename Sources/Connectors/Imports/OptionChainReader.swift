import Foundation
import JSON
import Markets

/// Reads the options quoted on one or more underlyings at the close of a day.
///
/// Each row gives an option's quote at 16:00 in New York; a blank bid or ask means that none was quoted. The close of
/// the underlying, where the file has it, becomes a quote of the underlying.
struct OptionChainReader {
    private let symbol, quoteDate, close, expiration, type, strike, bid, ask, openInterest, volume,
        last: ColumnMap.Column

    init(_ columns: ColumnMap) {
        symbol = columns.column("symbol")
        quoteDate = columns.column("quote_date")
        close = columns.column("underlying_close")
        expiration = columns.column("expiration")
        type = columns.column("type")
        strike = columns.column("strike")
        bid = columns.column("bid")
        ask = columns.column("ask")
        openInterest = columns.column("open_interest")
        volume = columns.column("volume")
        last = columns.column("last")
    }

    /// Reads every row into the draft's quotes.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        struct Day: Hashable {
            var symbol: String
            var date: TradingDate
        }
        var closes: [Day: Decimal] = [:]
        var seen: Set<String> = []
        var crossed = 0
        while let row = try rows.next() {
            try row.checkWidth()
            let ticker = try row.ticker(symbol)
            let day = try row.date(quoteDate)
            let asOf = day.newYorkInstant(hour: 16)
            if let price = try row.price(close) {
                let known = closes.updateValue(price, forKey: Day(symbol: ticker, date: day))
                if known == nil {
                    draft.quotes.append(Quote(symbol: ticker, asOf: asOf, last: price, source: draft.fileName))
                } else if known != price {
                    throw row.bad(close, expected: "the same close as in the rows before")
                }
            }
            let contract = try contract(row, ticker)
            guard contract.expiration >= day else { throw row.bad(expiration, expected: "a day not before \(day)") }
            let quote = Quote(
                symbol: contract.symbol,
                asOf: asOf,
                bid: try row.price(bid),
                ask: try row.price(ask),
                last: try row.price(last),
                openInterest: try row.wholeNumber(openInterest),
                volume: try row.wholeNumber(volume),
                source: draft.fileName
            )
            guard seen.insert("\(quote.symbol) \(day)").inserted else {
                throw row.bad(strike, expected: "a contract that no row before has")
            }
            if let bid = quote.bid, let ask = quote.ask, bid > ask { crossed += 1 }
            draft.quotes.append(quote)
        }
        if crossed > 0 { draft.warnings.append("\(crossed) options have a bid above their ask") }
    }

    private func contract(_ row: ImportRow, _ ticker: String) throws -> OptionContract {
        let right: OptionContract.Right
        switch row.text(type).lowercased() {
        case "call", "c": right = .call
        case "put", "p": right = .put
        default: throw row.bad(type, expected: "call or put")
        }
        let expected = "a strike such as 172.5"
        let price = try row.required(row.exactNumber(strike, expected: expected), strike, expected: expected)
        guard !price.isNegative, price.significand > 0, price.fractionDigits <= 3,
            price.decimal <= OptionContract.highestStrike
        else { throw row.bad(strike, expected: expected) }
        let root = ticker.filter { $0 != "." }
        guard root.utf8.count <= 6, !root.utf8.contains(UInt8(ascii: "-")) else {
            throw row.bad(symbol, expected: "an option root of at most 6 letters")
        }
        return OptionContract(root: root, expiration: try row.date(expiration), right: right, strike: price.decimal)
    }
}
