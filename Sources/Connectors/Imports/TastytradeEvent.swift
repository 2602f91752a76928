import Foundation
import Markets

/// One row of a tastytrade history, in the terms both generations of its export share.
struct TastytradeEvent {
    /// Which way a row moves a position.
    enum Action: String {
        case buyToOpen = "BUY_TO_OPEN"
        case sellToOpen = "SELL_TO_OPEN"
        case buyToClose = "BUY_TO_CLOSE"
        case sellToClose = "SELL_TO_CLOSE"

        /// 1 where units come in, -1 where they go out.
        var sign: Decimal { self == .buyToOpen || self == .buyToClose ? 1 : -1 }
    }

    var type: String
    var subType: String
    var action: Action?
    var instrument: Instrument?
    /// Units moved, positive; 0 for cash.
    var quantity: Decimal
    /// The change of cash before commissions and fees.
    var value: Decimal
    /// Commissions and fees as a positive number.
    var fees: Decimal
    var details: String

    /// What the event means for the books, to be completed with date, id and origin; a text where it is of no kind
    /// that is known.
    func booked() -> Result<Booking, Unknown> {
        switch type {
        case "Trade":
            return action == nil || instrument == nil ? unknown("a trade without an action") : .success(trade())
        case "Receive Deliver":
            return delivery()
        case "Money Movement":
            return moneyMovement()
        default:
            return unknown("the type \(type) is not known")
        }
    }

    /// The parts of a transaction that follow from what happened.
    struct Booking {
        var kind: Transaction.Kind
        var instrument: Instrument?
        var quantity: Decimal = 0
        var price: Decimal?
        var amount: Decimal
        var fees: Decimal
    }

    /// Why an event cannot be booked.
    struct Unknown: Error {
        var reason: String
    }

    private func unknown(_ reason: String) -> Result<Booking, Unknown> { .failure(Unknown(reason: reason)) }

    private func trade() -> Booking {
        let isOption = instrument?.contract != nil
        let kind: Transaction.Kind
        switch action {
        case .buyToOpen: kind = isOption ? .buyToOpen : .buy
        case .sellToClose: kind = isOption ? .sellToClose : .sell
        case .buyToClose: kind = .buyToClose
        default: kind = .sellToOpen
        }
        return Booking(
            kind: kind,
            instrument: instrument,
            quantity: quantity,
            price: price,
            amount: value - fees,
            fees: fees
        )
    }

    private func delivery() -> Result<Booking, Unknown> {
        guard let instrument else { return unknown("a delivery without a symbol") }
        let isOption = instrument.contract != nil
        switch subType {
        case "Assignment" where isOption, "Cash Settled Assignment": return .success(end(.assignment))
        case "Exercise" where isOption, "Cash Settled Exercise": return .success(end(.exercise))
        case "Expiration" where isOption: return .success(end(.expiration))
        case "Buy to Open", "Sell to Open", "Buy to Close", "Sell to Close", "Assignment", "Exercise":
            return action == nil ? unknown("a delivery of shares without an action") : .success(trade())
        case "Forward Split", "Reverse Split", "Symbol Change", "Stock Merger", "ACAT", "Transfer":
            guard let action else { return unknown("\(subType) without an action") }
            // The value carries the position's cost from one row to the other; no cash moves but fees.
            let isSplit = !isOption && subType.hasSuffix("Split")
            return .success(
                Booking(
                    kind: isSplit ? .split : .securitiesTransfer,
                    instrument: instrument,
                    quantity: quantity * action.sign,
                    price: isSplit || value == 0 ? nil : price,
                    amount: -fees,
                    fees: fees
                )
            )
        default:
            return unknown("the delivery \(subType.isEmpty ? "without a sub type" : subType) is not known")
        }
    }

    private func end(_ kind: Transaction.Kind) -> Booking {
        Booking(kind: kind, instrument: instrument, quantity: quantity, amount: value - fees, fees: fees)
    }

    private func moneyMovement() -> Result<Booking, Unknown> {
        let kind: Transaction.Kind
        switch subType {
        case "Deposit", "Withdrawal", "Transfer", "ACAT": kind = .transfer
        case "Dividend":
            let words = details.lowercased()
            let isTax = value < 0 && (words.contains("withh") || words.contains("tax"))
            kind = isTax ? .tax : .dividend
        case "Credit Interest", "Debit Interest", "Fully Paid Stock Lending Income": kind = .interest
        case "Fee": kind = .fee
        case "Balance Adjustment": kind = .cashAdjustment
        default: return unknown("the movement of money \(subType) is not known")
        }
        return .success(
            Booking(kind: kind, instrument: instrument, amount: value - fees, fees: kind == .fee ? 0 : fees)
        )
    }

    private var price: Decimal? {
        let units = quantity * Decimal(instrument?.multiplier ?? 1)
        if units == 0 { return nil }
        var exact = abs(value) / units
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, 10, .plain)
        return rounded
    }
}
