public import Foundation

/// What the shares of a ticker cost once every premium of their chains is counted: (paid for shares - received for shares -
/// net premium of the chain + fees) / shares. Where all came by assignment and none was sold since, that is (assigned
/// strike x multiplier x contracts - net premium + fees) / shares.
///
/// It is the break-even of the chains that hold the shares now (``WheelChain``), of all accounts together.
public struct WheelBasis: Sendable, Hashable {
    /// The ticker.
    public let symbol: String
    /// Shares held.
    public let shares: Decimal
    /// What was paid for shares of the chains, in dollars before fees.
    public let paid: Decimal
    /// What was received for shares of the chains sold since, in dollars before fees.
    public let received: Decimal
    /// Premiums of the chains received less those paid, before fees, in dollars.
    public let netPremium: Decimal
    /// Fees of the chains in dollars.
    public let fees: Decimal
    /// The day the first of the chains began.
    public let began: TradingDate

    /// The basis in dollars per share.
    public var perShare: Decimal { (paid - received - netPremium + fees) / shares }

    /// The basis of the shares held now, worked out from the history.
    ///
    /// - Parameters:
    ///   - symbol: The ticker.
    ///   - transactions: The history, in any order; rows of other tickers are passed over.
    ///   - held: Shares held now.
    /// - Throws: ``DataGap`` where the shares come from no wheel, or the history does not tell all of it.
    public init(of symbol: String, in transactions: [Transaction], held: Decimal) throws(DataGap) {
        let chains = WheelChain.chains(in: transactions, of: symbol).filter { $0.shares != 0 }
        func gap(_ reason: String) -> DataGap { DataGap("wheel basis of \(symbol)", reason) }
        guard held > 0, let first = chains.first, chains.reduce(0, { $0 + $1.shares }) == held else {
            throw gap("the history does not lead to the shares that are held")
        }
        guard chains.contains(where: \.isWheel) else { throw gap("the shares come from no wheel") }
        if let reason = chains.lazy.compactMap(\.gap).first { throw gap(reason) }
        self.symbol = symbol
        shares = held
        began = first.began
        paid = chains.reduce(0) { $0 + $1.paid }
        received = chains.reduce(0) { $0 + $1.received }
        netPremium = chains.reduce(0) { $0 + $1.netPremium }
        fees = chains.reduce(0) { $0 + $1.fees }
    }
}
