import Foundation

/// What a prediction market says about an event against what the options say, after fees and both spreads.
public struct PredictionEdge: Sendable, Hashable {
    /// The exchange's fee: ceil(rate × contracts × p × (1 - p) × 100) / 100 dollars for a trade. Check it against the
    /// exchange's current schedule.
    public struct Fees: Sendable, Hashable, Codable {
        /// The factor, 0.07 in the general schedule.
        public var rate: Double

        /// A schedule.
        public init(rate: Double = 0.07) {
            self.rate = rate
        }

        /// Dollars for a trade of `contracts` at `price` (0 to 1), rounded up to the cent.
        public func fee(contracts: Int, price: Double) -> Double {
            let cents = rate * Double(max(contracts, 0)) * price * (1 - price) * 100
            // A product that is a whole cent but for rounding must not cost another one.
            return (cents - 1e-9).rounded(.up) / 100
        }
    }

    /// What the difference is.
    public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
        /// Buying yes and selling the claim in options gains after all spreads and fees.
        case arbitrageBuyingYes = "arbitrage: buy yes"
        /// Buying no and buying the claim in options gains after all spreads and fees.
        case arbitrageBuyingNo = "arbitrage: buy no"
        /// The two markets differ, but not by more than trading both costs, or cannot both be traded.
        case differenceOfOpinion = "difference of opinion"
        /// The options' probability lies between the market's bid and offer.
        case insideTheSpread = "inside the spread"
    }

    /// The middle of the yes bid and of one dollar less the no bid.
    public let marketProbability: Double
    /// The risk-neutral probability by the options.
    public let optionProbability: Double
    /// ``marketProbability`` less ``optionProbability``.
    public let edge: Double
    /// What yes can be sold and bought for: the yes bid, and one dollar less the no bid.
    public let yesBid, yesAsk: Double
    /// Fee per contract of buying yes and of buying no, for the size given.
    public let feeOfYes, feeOfNo: Double
    /// The options' value less what yes costs with its fee, dollars per contract.
    public let gainBuyingYes: Double
    /// What no pays by the options less what it costs with its fee, dollars per contract.
    public let gainBuyingNo: Double
    /// Locked in per contract by trading both markets at their bids and offers; nil where the claim cannot be
    /// replicated.
    public let arbitrageBuyingYes, arbitrageBuyingNo: Double?
    /// What the difference is.
    public let verdict: Verdict

    /// - Parameters:
    ///   - yesBid: the best bid for yes, dollars, 0 to 1.
    ///   - noBid: the best bid for no.
    ///   - optionProbability: by ``ImpliedDistribution``, at the time of the event.
    ///   - discount: what a dollar at that time is worth today.
    ///   - contracts: the size the fee is worked out for.
    ///   - fees: the exchange's schedule.
    ///   - bounds: the claim's price in options that end when the event is decided; nil when there are none, and then
    ///     nothing is called arbitrage.
    /// - Throws: ``DataGap`` when a price is missing or out of range, or the bids add up to more than a dollar.
    public init(
        yesBid: Double?,
        noBid: Double?,
        optionProbability: Double,
        discount: Double = 1,
        contracts: Int = 100,
        fees: Fees = Fees(),
        bounds: DigitalBounds? = nil
    ) throws(DataGap) {
        let figure = "edge against the options"
        guard let yesBid, let noBid else { throw DataGap(figure, "one side of the market has no bid") }
        guard (0...1).contains(yesBid), (0...1).contains(noBid), yesBid + noBid <= 1 + 1e-9 else {
            throw DataGap(figure, "the bids \(yesBid) for yes and \(noBid) for no do not fit together")
        }
        guard (0...1).contains(optionProbability), discount > 0, discount.isFinite, contracts > 0 else {
            throw DataGap(figure, "the options' probability is not usable")
        }
        let (yesAsk, noAsk) = (1 - noBid, 1 - yesBid)
        self.yesBid = yesBid
        self.yesAsk = yesAsk
        self.optionProbability = optionProbability
        marketProbability = 0.5 * (yesBid + yesAsk)
        edge = marketProbability - optionProbability
        feeOfYes = fees.fee(contracts: contracts, price: yesAsk) / Double(contracts)
        feeOfNo = fees.fee(contracts: contracts, price: noAsk) / Double(contracts)
        gainBuyingYes = discount * optionProbability - yesAsk - feeOfYes
        gainBuyingNo = discount * (1 - optionProbability) - noAsk - feeOfNo
        let (costOfYes, costOfNo) = (yesAsk + feeOfYes, noAsk + feeOfNo)
        arbitrageBuyingYes = bounds?.bid.map { $0 - costOfYes }
        // No and the claim together pay one dollar at least.
        arbitrageBuyingNo = bounds?.ask.map { discount - $0 - costOfNo }
        if let gain = arbitrageBuyingYes, gain > 0 {
            verdict = .arbitrageBuyingYes
        } else if let gain = arbitrageBuyingNo, gain > 0 {
            verdict = .arbitrageBuyingNo
        } else if discount * optionProbability >= yesBid, discount * optionProbability <= yesAsk {
            verdict = .insideTheSpread
        } else {
            verdict = .differenceOfOpinion
        }
    }
}
