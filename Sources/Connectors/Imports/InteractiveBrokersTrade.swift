import Foundation
import Markets

/// A trade as Interactive Brokers reports it, in the terms that its statements, histories and Flex queries share.
struct InteractiveBrokersTrade {
    var instrument: Instrument
    /// Shares or contracts; negative for what was sold.
    var quantity: Decimal
    /// Dollars per share; nil where the report has none.
    var price: ExactNumber?
    /// The change of cash before commissions.
    var proceeds: Decimal
    /// Commissions, fees and taxes; positive is paid, negative a rebate.
    var costs: Decimal
    /// The report's codes: `O` opens, `C` closes, `A` assigned, `Ex` exercised, `Ep` expired.
    var codes: Set<String>

    /// Why a trade cannot be booked.
    struct Unbookable: Error {
        var reason: String
    }

    /// The codes of `O;P` or `A;C`.
    static func codes(_ text: String) -> Set<String> {
        Set(text.split { $0 == ";" || $0 == "," || $0 == " " }.map(String.init))
    }

    /// What the trade means for the books.
    func kind() -> Result<Transaction.Kind, Unbookable> {
        let isBuy = quantity > 0
        guard instrument.contract != nil else { return .success(isBuy ? .buy : .sell) }
        if codes.contains("A") { return .success(.assignment) }
        if codes.contains("Ex") { return .success(.exercise) }
        if codes.contains("Ep") { return .success(.expiration) }
        switch (codes.contains("O"), codes.contains("C")) {
        case (true, false): return .success(isBuy ? .buyToOpen : .sellToOpen)
        case (false, true): return .success(isBuy ? .buyToClose : .sellToClose)
        case (true, true):
            return .failure(Unbookable(reason: "an option trade that closes one side and opens the other"))
        case (false, false):
            return .failure(Unbookable(reason: "it does not say whether the option trade opens or closes"))
        }
    }

    /// Puts the trade's quantity, price, amount and fees in `transaction`, whose kind is known.
    ///
    /// - Returns: That the amount lies farther from quantity times price than rounding explains; nil normally.
    func fill(_ transaction: inout Transaction) -> String? {
        transaction.instrument = instrument
        transaction.quantity = abs(quantity)
        transaction.amount = proceeds - costs
        transaction.fees = max(0, costs)
        switch transaction.kind {
        case .assignment, .exercise, .expiration: return nil
        default: break
        }
        let trade = StatedTrade(
            isBuy: quantity > 0,
            units: abs(quantity) * Decimal(instrument.multiplier),
            stated: price,
            fees: transaction.fees,
            amount: transaction.amount
        )
        transaction.price = trade.price
        return trade.discrepancy
    }

    /// A share or an option by what the reports call it: `AAPL`, `BRK B`, `NVDA 15JAN27 170 P`, `NVDA  270115P00170000`.
    static func instrument(_ symbol: ArraySlice<UInt8>, multiplier: Int = 100) -> Instrument? {
        let text = String(decoding: symbol, as: UTF8.self)
        if let contract = OptionContract(symbol: text, multiplier: multiplier) { return .option(contract) }
        if let contract = BrokerOptionText.interactiveBrokers(symbol) { return .option(contract) }
        // A class of shares stands behind a space.
        let ticker = symbol.map { $0 == 0x20 ? UInt8(ascii: ".") : $0 }
        return Ticker.normalised(ticker[...]).map(Instrument.shares)
    }
}
