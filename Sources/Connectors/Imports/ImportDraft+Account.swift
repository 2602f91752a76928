import Markets

extension ImportDraft {
    /// Whether some rows are of an account that the file does not name.
    public var hasUnnamedAccount: Bool {
        transactions.contains { $0.account == format.broker }
    }

    /// The broker whose account the file is about; nil for files of no broker.
    public var broker: String? { format.broker }

    /// Calls the account that the file does not name `words`, behind the broker's name where that is known.
    ///
    /// Two accounts at one broker whose exports name neither are told apart by it: their lots, and their equal rows, which then
    /// have ids of their own. Rows whose account the file names keep it.
    /// - Parameter broker: Whose account is meant where the file is of no broker.
    public mutating func nameAccount(_ words: String, at broker: String? = nil) {
        let name = (format.broker ?? broker).map { AccountName.of(words, at: $0) } ?? words
        for index in transactions.indices where transactions[index].account == format.broker {
            transactions[index].account = name
            transactions[index].id += " " + name
        }
    }
}

extension ImportFormat {
    /// The broker whose account a file of this kind is about, and what that account is called where the file does not say; nil for
    /// files of no broker.
    var broker: String? {
        switch self {
        case .robinhoodActivity: return "Robinhood"
        case .tastytradeTransactions, .tastytradeLegacy: return TastytradeReader.account
        case .schwabTransactions, .schwabPositions: return "Schwab"
        case .fidelityHistory, .fidelityPositions: return "Fidelity"
        case .interactiveBrokersActivity, .interactiveBrokersHistory, .interactiveBrokersFlex,
            .interactiveBrokersFlexXML:
            return "Interactive Brokers"
        case .optionChain, .dailyBars, .quoteTable, .dividendTable, .openingBalances: return nil
        }
    }
}
