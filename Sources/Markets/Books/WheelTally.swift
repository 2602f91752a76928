import Foundation

/// Adds up the rows of one chain, oldest first.
struct WheelTally {
    private(set) var shares: Decimal = 0
    private(set) var paid: Decimal = 0
    private(set) var received: Decimal = 0
    private(set) var premium: Decimal = 0
    private(set) var fees: Decimal = 0
    private(set) var gap: String?
    private var contracts: [OptionContract: Decimal] = [:]

    /// Short options that are open, by expiration and strike.
    var open: [WheelChain.OpenOption] {
        contracts.filter { $0.value > 0 }.map { WheelChain.OpenOption(contract: $0.key, contracts: $0.value) }
            .sorted { ($0.contract.expiration, $0.contract.symbol) < ($1.contract.expiration, $1.contract.symbol) }
    }

    /// The price per share at which shares and puts, once all options have ended, neither gain nor lose.
    static func breakEven(_ shares: Decimal, _ open: [WheelChain.OpenOption], _ netCash: Decimal) -> Decimal? {
        if shares > 0 { return -netCash / shares }
        guard shares == 0 else { return nil }
        let puts = open.filter { $0.contract.right == .put }
        let units = puts.reduce(Decimal(0)) { $0 + $1.contracts * $1.contract.deliveredShares }
        guard units > 0 else { return nil }
        let price = puts.reduce(Decimal(0)) {
            let cash = $1.contract.deliverable?.cash ?? 0
            return $0 + $1.contracts * (Decimal($1.contract.multiplier) * $1.contract.strike - cash)
        }
        return (price - netCash) / units
    }

    /// Counts a row; the leg it is.
    mutating func add(_ entry: WheelLinker.Entry) -> WheelLeg {
        let row = entry.row
        let instrument = row.instrument ?? .shares("")
        var cash = row.amount
        fees += row.fees
        if let contract = instrument.contract {
            switch entry.action {
            case .sold, .rolledInto: contracts[contract, default: 0] += row.quantity
            case .heldBefore:
                contracts[contract, default: 0] += row.quantity.magnitude
                cash = worth(row, contract.multiplier, "what was held before the history begins has no price")
            case .adjusted:
                contracts[contract] = nil
                if let successor = row.successor, let next = successor.instrument.contract {
                    contracts[next, default: 0] += successor.quantity.magnitude
                }
            default: contracts[contract, default: 0] -= row.quantity
            }
            premium += cash + row.fees
        } else {
            switch entry.action {
            case .sharesBought, .sharesPut:
                shares += row.quantity
                paid -= row.amount + row.fees
            case .sharesSold, .sharesCalledAway:
                shares -= row.quantity
                received += row.amount + row.fees
            case .heldBefore:
                shares += row.quantity
                cash = -worth(row, 1, "what was held before the history begins has no price")
                paid -= cash + row.fees
            case .received:
                shares += row.quantity
                cash = -worth(row, 1, "what the shares of which these were spun off had cost is not known")
                paid -= cash + row.fees
            case .moved:
                shares += row.quantity
                gap =
                    gap
                    ?? (row.quantity > 0 ? "shares came in without a trade" : "shares were moved out without a trade")
            case .split: shares += entry.splitShares
            case .exchanged:
                shares += entry.splitShares
                received += cash
            case .spunOff:
                // What the new shares take along of what these cost.
                cash = (paid - received) * (row.successor?.costFraction ?? 0)
                received += cash
            default: break
            }
            if shares < 0 { gap = gap ?? "more shares were sold than the history shows" }
        }
        return WheelLeg(
            transactionID: row.id,
            date: row.date,
            action: entry.action,
            instrument: instrument,
            quantity: entry.action == .split || entry.action == .exchanged ? entry.splitShares : row.quantity,
            price: row.price,
            cash: cash,
            fees: row.fees,
            sharesAfter: shares,
            breakEvenAfter: gap == nil
                ? WheelTally.breakEven(shares, open, received - paid + premium - fees) : nil
        )
    }

    /// What a position without a trade was opened for, fees taken off; a price that is not given leaves a gap.
    private mutating func worth(_ row: Transaction, _ multiplier: Int, _ reason: String) -> Decimal {
        guard let price = row.price else {
            gap = gap ?? reason
            return 0
        }
        let worth = price * row.quantity.magnitude * Decimal(multiplier)
        return row.instrument?.contract == nil ? worth + row.fees : worth - row.fees
    }
}
