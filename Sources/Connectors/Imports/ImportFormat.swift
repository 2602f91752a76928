/// The kinds of file that can be imported. A file is recognised by its header, never by its name.
public enum ImportFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// Robinhood's account activity report.
    case robinhoodActivity = "robinhood_activity"
    /// tastytrade's transaction history with 20 or 21 columns.
    case tastytradeTransactions = "tastytrade_transactions"
    /// tastyworks' transaction history with 15 columns, before 2022.
    case tastytradeLegacy = "tastytrade_legacy"
    /// The options quoted on one underlying at the close of a day.
    case optionChain = "option_chain"
    /// Daily prices of one symbol, named by the file.
    case dailyBars = "daily_bars"
    /// Quotes of shares and options, entered by hand or written by a script.
    case quoteTable = "quote_table"
    /// Cash dividends by ex-date.
    case dividendTable = "dividend_table"
    /// Positions and cash held before the history begins.
    case openingBalances = "opening_balances"

    /// What a person calls it.
    public var name: String {
        switch self {
        case .robinhoodActivity: return "Robinhood activity"
        case .tastytradeTransactions: return "tastytrade transactions"
        case .tastytradeLegacy: return "tastyworks transactions (15 columns)"
        case .optionChain: return "option chain"
        case .dailyBars: return "daily bars"
        case .quoteTable: return "quotes"
        case .dividendTable: return "dividends"
        case .openingBalances: return "opening balances"
        }
    }

    /// Columns the header must have, as they are spelled in the format's own files.
    public var requiredColumns: [String] {
        switch self {
        case .robinhoodActivity:
            return ["Activity Date", "Instrument", "Description", "Trans Code", "Quantity", "Price", "Amount"]
        case .tastytradeTransactions:
            return [
                "Date", "Type", "Sub Type", "Action", "Symbol", "Instrument Type", "Description", "Value", "Quantity",
                "Average Price", "Commissions", "Fees", "Multiplier",
            ]
        case .tastytradeLegacy:
            return [
                "Date/Time", "Transaction Code", "Transaction Subcode", "Symbol", "Buy/Sell", "Open/Close", "Quantity",
                "Expiration Date", "Strike", "Call/Put", "Price", "Fees", "Amount", "Description",
            ]
        case .optionChain:
            return ["symbol", "quote_date", "expiration", "type", "strike", "bid", "ask"]
        case .dailyBars:
            return ["date", "open", "high", "low", "close"]
        case .quoteTable:
            return ["symbol", "as_of"]
        case .dividendTable:
            return ["symbol", "ex_date", "amount"]
        case .openingBalances:
            return ["symbol", "quantity"]
        }
    }

    /// Columns the header may have besides; nil where any other column is ignored.
    ///
    /// Our own tables and plain price files have names so common that anything more must be another kind of file.
    public var optionalColumns: [String]? {
        switch self {
        case .robinhoodActivity, .tastytradeTransactions, .tastytradeLegacy, .optionChain: return nil
        case .dailyBars: return ["adj_close", "volume"]
        case .quoteTable: return ["bid", "ask", "last", "previous_close", "open_interest", "volume"]
        case .dividendTable: return []
        case .openingBalances: return ["price", "opened"]
        }
    }

    /// Columns that together belong to no other format.
    private var signature: [String] {
        switch self {
        case .robinhoodActivity: return ["activity date", "trans code"]
        case .tastytradeTransactions: return ["date", "type", "action", "instrument type"]
        case .tastytradeLegacy: return ["transaction code", "transaction subcode"]
        case .optionChain: return ["quote_date", "strike"]
        case .dailyBars: return ["date", "close"]
        case .quoteTable: return ["symbol", "as_of"]
        case .dividendTable: return ["symbol", "ex_date"]
        case .openingBalances: return ["symbol", "quantity"]
        }
    }

    /// The format whose header has these names, in any order and case; nil for none.
    ///
    /// - Parameter header: Column names as they stand in the file.
    public static func detect(header: [String]) -> ImportFormat? {
        let names = Set(header.map(ColumnMap.normalised))
        return allCases.first { format in
            guard format.signature.allSatisfy(names.contains) else { return false }
            guard let optional = format.optionalColumns else { return true }
            let known = Set((format.requiredColumns + optional).map(ColumnMap.normalised))
            return names.isSubset(of: known)
        }
    }
}
