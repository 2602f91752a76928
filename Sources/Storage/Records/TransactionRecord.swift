public import Foundation

/// One row of the ledger.
public struct TransactionRecord: Hashable, Sendable, Identifiable {
    /// The row's digest: the same row of the same history has the same id in every export.
    public var id: String
    /// The import it came with; given by the store, 0 until then.
    public var importID: Int64
    /// `YYYY-MM-DD`.
    public var date: String
    /// Rank within its date, oldest first.
    public var sequence: Int
    /// What happened: `sell_to_open`, `dividend`.
    public var kind: String
    /// Ticker or OCC symbol; nil for movements of cash alone.
    public var symbol: String?
    /// Ticker of the underlying; nil for movements of cash alone.
    public var underlying: String?
    /// Shares per contract; nil for movements of cash alone.
    public var multiplier: Int?
    /// Shares or contracts.
    public var quantity: Decimal
    /// Dollars per share; nil where the row has none.
    public var price: Decimal?
    /// The change of cash in dollars.
    public var amount: Decimal
    /// Commissions and fees in dollars, part of `amount`.
    public var fees: Decimal
    /// The account's name; nil where the file gives none.
    public var account: String?
    /// The row's own words.
    public var details: String
    /// The file it was read from, without its folder.
    public var sourceFile: String
    /// The line it begins on, from 1.
    public var sourceLine: Int

    /// A row with all its values.
    public init(
        id: String,
        importID: Int64 = 0,
        date: String,
        sequence: Int,
        kind: String,
        symbol: String? = nil,
        underlying: String? = nil,
        multiplier: Int? = nil,
        quantity: Decimal,
        price: Decimal? = nil,
        amount: Decimal,
        fees: Decimal = 0,
        account: String? = nil,
        details: String = "",
        sourceFile: String,
        sourceLine: Int
    ) {
        self.id = id
        self.importID = importID
        self.date = date
        self.sequence = sequence
        self.kind = kind
        self.symbol = symbol
        self.underlying = underlying
        self.multiplier = multiplier
        self.quantity = quantity
        self.price = price
        self.amount = amount
        self.fees = fees
        self.account = account
        self.details = details
        self.sourceFile = sourceFile
        self.sourceLine = sourceLine
    }
}
