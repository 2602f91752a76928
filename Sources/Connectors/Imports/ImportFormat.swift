/// The kinds of file that can be imported. A file is recognised by its header, never by its name.
public enum ImportFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// Robinhood's account activity report.
    case robinhoodActivity = "robinhood_activity"
    /// tastytrade's transaction history with 20 or 21 columns.
    case tastytradeTransactions = "tastytrade_transactions"
    /// tastyworks' transaction history with 15 columns, before 2022.
    case tastytradeLegacy = "tastytrade_legacy"
    /// Charles Schwab's transaction history.
    case schwabTransactions = "schwab_transactions"
    /// Fidelity's account history, of one account or of several.
    case fidelityHistory = "fidelity_history"
    /// Interactive Brokers' activity statement, in sections.
    case interactiveBrokersActivity = "interactive_brokers_activity"
    /// Interactive Brokers' transaction history, in sections.
    case interactiveBrokersHistory = "interactive_brokers_history"
    /// The trades of an Interactive Brokers Flex query as a table.
    case interactiveBrokersFlex = "interactive_brokers_flex"
    /// An Interactive Brokers Flex query in XML.
    case interactiveBrokersFlexXML = "interactive_brokers_flex_xml"
    /// Charles Schwab's export of positions.
    case schwabPositions = "schwab_positions"
    /// Fidelity's export of positions.
    case fidelityPositions = "fidelity_positions"
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
        case .schwabTransactions: return "Schwab transactions"
        case .fidelityHistory: return "Fidelity history"
        case .interactiveBrokersActivity: return "Interactive Brokers activity statement"
        case .interactiveBrokersHistory: return "Interactive Brokers transaction history"
        case .interactiveBrokersFlex: return "Interactive Brokers Flex trades"
        case .interactiveBrokersFlexXML: return "Interactive Brokers Flex query (XML)"
        case .schwabPositions: return "Schwab positions"
        case .fidelityPositions: return "Fidelity positions"
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
        case .schwabTransactions:
            return ["Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount"]
        case .fidelityHistory:
            return ["Run Date", "Action", "Symbol", "Quantity"]
        case .interactiveBrokersActivity, .interactiveBrokersHistory, .interactiveBrokersFlexXML:
            return []
        case .interactiveBrokersFlex:
            return ["Buy/Sell", "TradeDate", "Quantity", "TradePrice", "CurrencyPrimary"]
        case .schwabPositions:
            return ["Symbol", "Description", "Cost Basis"]
        case .fidelityPositions:
            return ["Symbol", "Quantity", "Current Value", "Cost Basis Total"]
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
        case .robinhoodActivity, .tastytradeTransactions, .tastytradeLegacy, .optionChain, .schwabTransactions,
            .fidelityHistory, .interactiveBrokersActivity, .interactiveBrokersHistory, .interactiveBrokersFlex,
            .interactiveBrokersFlexXML, .schwabPositions, .fidelityPositions:
            return nil
        case .dailyBars: return ["adj_close", "volume"]
        case .quoteTable: return ["bid", "ask", "last", "previous_close", "open_interest", "volume"]
        case .dividendTable: return []
        case .openingBalances: return ["price", "opened", "account"]
        }
    }

    /// Columns that together belong to no other format; nil for formats that are not recognised by a header.
    private var signature: [String]? {
        switch self {
        case .robinhoodActivity: return ["activity date", "trans code"]
        case .tastytradeTransactions: return ["date", "type", "action", "instrument type"]
        case .tastytradeLegacy: return ["transaction code", "transaction subcode"]
        case .schwabTransactions: return ["action", "fees & comm"]
        case .fidelityHistory: return ["run date", "action"]
        case .interactiveBrokersActivity, .interactiveBrokersHistory, .interactiveBrokersFlexXML: return nil
        case .interactiveBrokersFlex: return ["tradedate", "tradeprice"]
        case .schwabPositions: return ["symbol", "description", "cost basis"]
        case .fidelityPositions: return ["symbol", "current value", "cost basis total"]
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
            guard let signature = format.signature, signature.allSatisfy(names.contains) else { return false }
            guard let optional = format.optionalColumns else { return true }
            let known = Set((format.requiredColumns + optional).map(ColumnMap.normalised))
            return names.isSubset(of: known)
        }
    }

    /// The format of a statement in sections, which begins with `Statement,Header,Field Name,Field Value`; nil for any
    /// other file.
    ///
    /// - Throws: `ImportError` where the first rows are no well-formed table.
    static func detect(sections bytes: [UInt8], file: String) throws -> ImportFormat? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard start.starts(with: "Statement,Header,".utf8) else { return nil }
        var reader = try CSVReader(bytes, file: file)
        while let row = try reader.next() {
            if row.text(0) == "Transaction History" { return .interactiveBrokersHistory }
            if row.text(0) == "Statement", row.text(2) == "Title", row.text(3) == "Transaction History" {
                return .interactiveBrokersHistory
            }
            if row.text(0) == "Trades" || row.text(0) == "Account Information" { return .interactiveBrokersActivity }
        }
        return .interactiveBrokersActivity
    }
}
