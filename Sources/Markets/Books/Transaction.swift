public import Foundation

/// One line of an account's history, as a broker reported it or as the owner entered it.
public struct Transaction: Hashable, Sendable, Identifiable {
    /// What happened. Quantities are positive; the kind says which way they went.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Shares bought, to open or to close a short.
        case buy
        /// Shares sold, to close or to open a short.
        case sell
        /// Options bought to open a long position.
        case buyToOpen = "buy_to_open"
        /// Options sold to open a short position.
        case sellToOpen = "sell_to_open"
        /// Options bought to close a short position.
        case buyToClose = "buy_to_close"
        /// Options sold to close a long position.
        case sellToClose = "sell_to_close"
        /// A short option removed because its holder exercised. The shares move in a row of their own.
        case assignment
        /// A long option removed because the owner exercised. The shares move in a row of their own.
        case exercise
        /// An option that ended worthless, long or short.
        case expiration
        /// A cash dividend.
        case dividend
        /// Interest paid or received.
        case interest
        /// Money put in or taken out.
        case transfer
        /// A fee that belongs to no trade.
        case fee
        /// Tax withheld.
        case tax
        /// Shares added (positive) or removed (negative) by a split, without cost.
        case split
        /// A position of which a corporate action made another, given by ``Transaction/successor``. Its quantity is what was
        /// held, negative when short; its amount the cash that came with it.
        case adjustment
        /// Shares or options moved in (positive) or out (negative) without a price.
        case securitiesTransfer = "securities_transfer"
        /// A position or cash held before the history begins.
        case openingBalance = "opening_balance"
        /// Any other movement of cash.
        case cashAdjustment = "cash_adjustment"
    }

    /// What an adjusted position became.
    public struct Successor: Hashable, Sendable {
        /// What is held from then on.
        public var instrument: Instrument
        /// How much of it, negative when short.
        public var quantity: Decimal
        /// The part of the cost that goes with it; below 1, the old position stays with the rest, as in a spin-off.
        public var costFraction: Decimal
        /// What one of it was worth then, in dollars; needed where cash came too, nil else.
        public var price: Decimal?

        /// `quantity` of `instrument`.
        public init(instrument: Instrument, quantity: Decimal, costFraction: Decimal = 1, price: Decimal? = nil) {
            self.instrument = instrument
            self.quantity = quantity
            self.costFraction = costFraction
            self.price = price
        }

        /// Whether the old position stays beside it.
        public var isBesideTheOld: Bool { costFraction < 1 }
    }

    /// Where a transaction was read: a file and the line its row begins on, counted from 1.
    public struct Origin: Hashable, Sendable, Codable {
        /// The file's name, without its folder.
        public var file: String
        /// Line number, from 1.
        public var line: Int

        /// The line `line` of `file`.
        public init(file: String, line: Int) {
            self.file = file
            self.line = line
        }
    }

    /// A digest of the row and of its rank among equal rows: the same row of the same history has the same id in
    /// every export, so that overlapping exports do not count twice.
    public var id: String
    /// The trade's date (the broker's activity date).
    public var date: TradingDate
    /// Rank within its date, oldest first.
    public var sequence: Int
    /// What happened.
    public var kind: Kind
    /// Whether it is of what was held before the history begins in an account that nobody named; set where the books are
    /// read and never stored.
    var isOfAnyAccount = false
    /// What was traded; nil for movements of cash alone.
    public var instrument: Instrument?
    /// Shares or contracts; positive but for `split` and `securitiesTransfer`, which carry their sign, and
    /// `openingBalance`, where short is negative. 0 for cash alone.
    public var quantity: Decimal
    /// Dollars per share, of an option too; nil where the row has none.
    public var price: Decimal?
    /// The change of cash in dollars, fees included; negative is money paid.
    public var amount: Decimal
    /// The part of `amount` that is commissions and fees, as a positive number.
    public var fees: Decimal
    /// What the position became, for an `adjustment`; for a `split` of shares of which none were held, what one became; nil for
    /// all others. It is worked out anew from the corporate actions
    /// each time and never stored.
    public var successor: Successor? {
        get { boxedSuccessor?.value }
        set { boxedSuccessor = newValue.map(Boxed.init) }
    }
    private var boxedSuccessor: Boxed<Successor>?
    /// The account's name as the file gives it; nil where it gives none.
    public var account: String?
    /// The row's own words.
    public var details: String
    /// Where the row was read.
    public var origin: Origin

    /// A transaction with all its values.
    public init(
        id: String,
        date: TradingDate,
        sequence: Int,
        kind: Kind,
        instrument: Instrument? = nil,
        quantity: Decimal = 0,
        price: Decimal? = nil,
        amount: Decimal,
        fees: Decimal = 0,
        account: String? = nil,
        details: String = "",
        origin: Origin
    ) {
        self.id = id
        self.date = date
        self.sequence = sequence
        self.kind = kind
        self.instrument = instrument
        self.quantity = quantity
        self.price = price
        self.amount = amount
        self.fees = fees
        self.account = account
        self.details = details
        self.origin = origin
    }
}
