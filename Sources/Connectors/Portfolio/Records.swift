import Foundation
public import Markets
public import Storage

/// Conversions between the domain's values and the rows they are kept as.
extension Transaction {
    /// A transaction from its row.
    ///
    /// - Throws: `StorageError` of code `corrupt` for a row that holds no transaction.
    public init(record: TransactionRecord) throws {
        guard let date = TradingDate(record.date), let kind = Kind(rawValue: record.kind) else {
            throw StorageError(
                code: .corrupt,
                path: "",
                message: "transaction \(record.id) has an unreadable date or kind",
                nextStep: "run `magnus doctor`, then import the file \(record.sourceFile) again"
            )
        }
        var instrument: Instrument?
        if let symbol = record.symbol {
            if let multiplier = record.multiplier, let contract = OptionContract(symbol: symbol, multiplier: multiplier)
            {
                instrument = .option(
                    OptionContract(
                        root: contract.root,
                        underlying: record.underlying,
                        expiration: contract.expiration,
                        right: contract.right,
                        strike: contract.strike,
                        multiplier: multiplier
                    )
                )
            } else {
                instrument = .shares(symbol)
            }
        }
        self.init(
            id: record.id,
            date: date,
            sequence: record.sequence,
            kind: kind,
            instrument: instrument,
            quantity: record.quantity,
            price: record.price,
            amount: record.amount,
            fees: record.fees,
            account: record.account,
            details: record.details,
            origin: Origin(file: record.sourceFile, line: record.sourceLine)
        )
    }

    /// The row this transaction is kept as. Only options have a multiplier.
    public var record: TransactionRecord {
        TransactionRecord(
            id: id,
            date: date.description,
            sequence: sequence,
            kind: kind.rawValue,
            symbol: instrument?.symbol,
            underlying: instrument?.underlying,
            multiplier: instrument?.contract?.multiplier,
            quantity: quantity,
            price: price,
            amount: amount,
            fees: fees,
            account: account,
            details: details,
            sourceFile: origin.file,
            sourceLine: origin.line
        )
    }
}

extension Quote {
    /// A quote from its row.
    public init(record: QuoteRecord) {
        self.init(
            symbol: record.symbol,
            asOf: record.asOf,
            bid: record.bid,
            ask: record.ask,
            last: record.last,
            previousClose: record.previousClose,
            openInterest: record.openInterest,
            volume: record.volume,
            source: record.source
        )
    }

    /// The row this quote is kept as.
    public var record: QuoteRecord {
        QuoteRecord(
            symbol: symbol,
            asOf: asOf,
            bid: bid,
            ask: ask,
            last: last,
            previousClose: previousClose,
            openInterest: openInterest,
            volume: volume,
            source: source
        )
    }
}

extension Dividend {
    /// A dividend from its row; nil for a row whose date is unreadable.
    init?(record: DividendRecord) {
        guard let exDate = TradingDate(record.exDate) else { return nil }
        self.init(symbol: record.symbol, exDate: exDate, amount: record.amount, source: record.source)
    }

    /// The row this dividend is kept as.
    public var record: DividendRecord {
        DividendRecord(symbol: symbol, exDate: exDate.description, amount: amount, source: source)
    }
}

extension DailyBar {
    /// The row this bar is kept as.
    public var record: BarRecord {
        BarRecord(
            symbol: symbol,
            date: date.description,
            open: open,
            high: high,
            low: low,
            close: close,
            adjustedClose: adjustedClose,
            volume: volume
        )
    }
}
