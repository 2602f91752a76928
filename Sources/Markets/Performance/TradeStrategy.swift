/// What kind of trade a group of legs is.
public enum TradeStrategy: String, Sendable, Hashable, Codable, CaseIterable {
    /// Shares bought and sold.
    case stock
    /// Puts sold and nothing else: the wheel's first half.
    case shortPut = "wheel put"
    /// Calls sold on shares held.
    case coveredCall = "covered call"
    /// Calls sold without shares.
    case nakedCall = "naked call"
    /// Calls bought.
    case longCall = "long call"
    /// Puts bought.
    case longPut = "long put"
    /// One sold, one bought, one expiration, for a credit.
    case creditVertical = "credit vertical"
    /// One sold, one bought, one expiration, for a debit.
    case debitVertical = "debit vertical"
    /// One strike, two expirations.
    case calendar
    /// Two strikes, two expirations.
    case diagonal
    /// A put and a call sold.
    case strangle
    /// A put and a call bought.
    case longStrangle = "long strangle"
    /// A put and a call vertical of one expiration.
    case ironCondor = "iron condor"
    /// Anything else.
    case combination = "other combination"

    /// A leg of a trade.
    struct Leg: Hashable {
        var right: OptionContract.Right
        var strike: Double
        var expirationDay: Int
        /// Contracts, negative when sold.
        var contracts: Double
        /// Dollars per share at which it was opened, if known.
        var price: Double?
    }

    /// The strategy of option legs opened together, covered calls taken out before.
    init(_ legs: [Leg]) {
        let sold = legs.filter { $0.contracts < 0 }
        let bought = legs.filter { $0.contracts > 0 }
        let rights = Set(legs.map(\.right))
        let days = Set(legs.map(\.expirationDay))
        switch (sold.count, bought.count) {
        case (1..., 0) where rights == [.put]: self = .shortPut
        case (1..., 0) where rights == [.call]: self = .nakedCall
        case (0, 1...) where rights == [.put]: self = .longPut
        case (0, 1...) where rights == [.call]: self = .longCall
        case (2, 0) where days.count == 1 && sold[0].contracts == sold[1].contracts: self = .strangle
        case (0, 2) where days.count == 1 && bought[0].contracts == bought[1].contracts: self = .longStrangle
        case (1, 1) where rights.count == 1 && sold[0].contracts == -bought[0].contracts:
            self = Self.pair(sold[0], bought[0])
        case (2, 2) where days.count == 1 && rights.count == 2 && Self.isCondor(legs): self = .ironCondor
        default: self = .combination
        }
    }

    /// Whether its legs are all of one right and side, so that each contract is a trade by itself.
    var isOneSided: Bool {
        switch self {
        case .shortPut, .nakedCall, .longCall, .longPut, .coveredCall: true
        default: false
        }
    }

    private static func pair(_ sold: Leg, _ bought: Leg) -> TradeStrategy {
        guard sold.expirationDay == bought.expirationDay else {
            return sold.strike == bought.strike ? .calendar : .diagonal
        }
        guard sold.strike != bought.strike else { return .combination }
        // The dearer leg is the put of the higher strike or the call of the lower one.
        let isCredit = sold.right == .put ? sold.strike > bought.strike : sold.strike < bought.strike
        return isCredit ? .creditVertical : .debitVertical
    }

    /// One put and one call sold, one of each bought farther out, all in equal numbers.
    private static func isCondor(_ legs: [Leg]) -> Bool {
        func leg(_ right: OptionContract.Right, isSold: Bool) -> Leg? {
            legs.first { $0.right == right && ($0.contracts < 0) == isSold }
        }
        guard let soldPut = leg(.put, isSold: true), let soldCall = leg(.call, isSold: true),
            let boughtPut = leg(.put, isSold: false), let boughtCall = leg(.call, isSold: false)
        else { return false }
        return Set(legs.map { abs($0.contracts) }).count == 1 && boughtPut.strike < soldPut.strike
            && soldPut.strike <= soldCall.strike && soldCall.strike < boughtCall.strike
    }
}
