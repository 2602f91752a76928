import Foundation
import Markets
import Testing

@Suite("Buying power")
struct BuyingPowerTests {
    struct File: Decodable {
        struct Leg: Decodable {
            let K: Double
            let premium: Double
            let quantity: Int
            let type: OptionContract.Right
        }
        struct Case: Decodable {
            let kind: String
            let S: Double?
            let K: Double?
            let premium: Double?
            let contracts: Int?
            let legs: [Leg]?
            let shares: Double?
            let margin_requirement: Double?
            let bp_effect_margin: Double?
            let cash_secured: Double?
            let bp_effect_cash_secured: Double?
            let bp_effect: Double?
            let bp_effect_option: Double?
            let max_loss: Double?
            let net_credit: Double?
        }
        let margin: [Case]
    }

    private func leg(
        _ right: OptionContract.Right,
        _ strike: Double,
        _ contracts: Int,
        _ price: Double,
        day: Int = 30
    ) -> MarginLeg {
        MarginLeg(right: right, strike: strike, expirationDay: day, contracts: contracts, price: price)
    }

    @Test("the gain of a group is on its net premium, and unknown without an opening price")
    func premium() throws {
        func opened(_ right: OptionContract.Right, _ strike: Double, _ contracts: Int, _ price: Double, _ open: Double?)
            -> MarginLeg
        {
            MarginLeg(
                right: right,
                strike: strike,
                expirationDay: 30,
                contracts: contracts,
                price: price,
                openPrice: open
            )
        }
        // Sold for 3.00 - 1.00, closing costs 1.20 - 0.70: three quarters of the credit.
        let credit = BuyingPower([opened(.put, 95, -2, 1.2, 3), opened(.put, 90, 2, 0.7, 1)], spot: 100)
        let sold = try #require(credit.lines.first)
        #expect(sold.strategy == .vertical)
        #expect(agree(try #require(sold.openCredit), 400, relative: 1e-12))
        #expect(agree(try #require(sold.returnOnPremium), 0.75, relative: 1e-12))
        // Bought for 2.00, worth 3.00.
        let debit = BuyingPower([opened(.call, 100, 1, 5, 4), opened(.call, 105, -1, 2, 2)], spot: 100)
        let bought = try #require(debit.lines.first)
        #expect(agree(try #require(bought.openCredit), -200, relative: 1e-12))
        #expect(agree(try #require(bought.returnOnPremium), 0.5, relative: 1e-12))
        let unknown = BuyingPower([opened(.put, 95, -1, 1.2, nil), opened(.put, 90, 1, 0.7, 1)], spot: 100)
        #expect(unknown.lines.first?.openCredit == nil && unknown.lines.first?.returnOnPremium == nil)
        let free = BuyingPower([opened(.put, 95, -1, 1.2, 1), opened(.put, 90, 1, 0.7, 1)], spot: 100)
        #expect(free.lines.first?.returnOnPremium == nil)
    }

    @Test("14 reference cases")
    func golden() throws {
        let file: File = try GoldenFile.load("product_definitions")
        #expect(file.margin.count == 14)
        for example in file.margin {
            if let legs = example.legs {
                let sides = legs.map { leg($0.type, $0.K, $0.quantity, $0.premium) }
                let power = BuyingPower(sides, spot: try #require(example.S))
                #expect(power.lines.count == 1, "\(example.kind)")
                #expect(agree(power.effect, try #require(example.bp_effect), relative: 1e-12), "\(example.kind)")
                #expect(agree(power.lines[0].netCredit, try #require(example.net_credit), relative: 1e-12))
                continue
            }
            let strike = try #require(example.K)
            let premium = try #require(example.premium)
            let right: OptionContract.Right = example.kind == "naked put" ? .put : .call
            let short = leg(right, strike, example.contracts ?? -1, premium)
            if let shares = example.shares {
                let power = BuyingPower([short], shares: shares, spot: example.S ?? strike)
                #expect(power.lines.map(\.strategy) == [.coveredCall])
                #expect(power.effect == example.bp_effect_option)
                #expect(power.lockedShares == 100)
                continue
            }
            let spot = try #require(example.S)
            let power = BuyingPower([short], spot: spot)
            #expect(agree(power.requirement, try #require(example.margin_requirement), relative: 1e-12))
            #expect(agree(power.effect, try #require(example.bp_effect_margin), relative: 1e-12))
            if let secured = example.cash_secured, let effect = example.bp_effect_cash_secured {
                let cash = BuyingPower([short], spot: spot, account: .cash(isStrict: false))
                #expect(agree(cash.requirement, secured, relative: 1e-12))
                #expect(agree(cash.effect, effect, relative: 1e-12))
                let strict = BuyingPower([short], spot: spot, account: .cash(isStrict: true))
                #expect(agree(strict.effect, secured, relative: 1e-12))
            }
        }
    }

    @Test("a short strangle needs the larger side and the other side's premium")
    func strangle() {
        let legs = [leg(.put, 90, -1, 1), leg(.call, 110, -1, 1.5)]
        let power = BuyingPower(legs, spot: 100)
        // Put: max(1 + 20 - 10, 1 + 9) = 11; call: max(1.5 + 20 - 10, 1.5 + 10) = 11.5. 1150 + 100 - 250.
        #expect(power.lines.map(\.strategy) == [.strangle])
        #expect(agree(power.requirement, 1250, relative: 1e-12))
        #expect(agree(power.effect, 1000, relative: 1e-12))
        let cash = BuyingPower(legs, spot: 100, account: .cash(isStrict: false))
        #expect(Set(cash.lines.map(\.strategy)) == [.cashSecuredPut, .nakedCall])
    }

    @Test("shares cover calls first, then longs, then puts and calls pair, and the rest stands alone")
    func order() {
        let legs = [
            leg(.call, 110, -4, 1.5), leg(.call, 115, 1, 0.8), leg(.put, 90, -2, 1), leg(.put, 60, 1, 0.05, day: 20),
        ]
        let power = BuyingPower(legs, shares: 250, spot: 100)
        #expect(power.lockedShares == 200)
        #expect(
            power.lines.map { "\($0.strategy.rawValue) \($0.legs.map(\.contracts))" } == [
                "covered call [-2]", "vertical [-1, 1]", "strangle [-1, -1]", "naked put [-1]", "long [1]",
            ]
        )
        // 0 + (500 - 70) + 1000 + (1000 + 100 - 100 + 0) + 5: see the strangle; naked put max(11, 10) × 100 - 100.
        #expect(agree(power.effect, 430 + 1000 + 1000 + 5, relative: 1e-12))
    }

    @Test("calendars and diagonals cost their debit and the gap between the strikes")
    func calendar() {
        let calendar = BuyingPower([leg(.call, 100, -1, 2), leg(.call, 100, 1, 3, day: 60)], spot: 100)
        #expect(calendar.lines.map(\.strategy) == [.calendar])
        #expect(agree(calendar.effect, 100, relative: 1e-12))
        let diagonal = BuyingPower([leg(.call, 100, -1, 2), leg(.call, 105, 1, 1.5, day: 60)], spot: 100)
        #expect(diagonal.lines.map(\.strategy) == [.diagonal])
        #expect(agree(diagonal.effect, 450, relative: 1e-12))
        // The long leg expires first: it protects nothing.
        let short = BuyingPower([leg(.call, 100, -1, 3, day: 60), leg(.call, 100, 1, 2)], spot: 100)
        #expect(Set(short.lines.map(\.strategy)) == [.nakedCall, .long])
        #expect(agree(short.effect, 2300 - 300 + 200, relative: 1e-12))
    }

    @Test("a far long does not make a spread dearer than the naked option")
    func farLong() {
        let power = BuyingPower([leg(.put, 95, -1, 1.5), leg(.put, 50, 1, 0.05)], spot: 100)
        #expect(Set(power.lines.map(\.strategy)) == [.nakedPut, .long])
        #expect(agree(power.effect, 1500 + 5, relative: 1e-12))
    }

    @Test("uneven condors keep the spreads left over")
    func unevenCondor() {
        let legs = [
            leg(.put, 90, 3, 0.7), leg(.put, 95, -3, 1.5), leg(.call, 105, -1, 1.4), leg(.call, 110, 1, 0.5),
        ]
        let power = BuyingPower(legs, spot: 100)
        #expect(power.lines.map(\.strategy) == [.vertical, .ironCondor])
        // Two put spreads of 420 and one condor of 330.
        #expect(agree(power.effect, 840 + 330, relative: 1e-12))
    }

    @Test("broad indices need less, leveraged funds more")
    func rules() {
        let short = [leg(.put, 95, -1, 1.5)]
        #expect(agree(BuyingPower(short, spot: 100, rules: .broadIndex).requirement, 1150, relative: 1e-12))
        #expect(agree(BuyingPower(short, spot: 100, rules: .leveraged(3)).requirement, 5650, relative: 1e-12))
    }
}
