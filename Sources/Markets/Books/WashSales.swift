public import Foundation

/// Sales at a loss with a replacement within 30 days before or after: what a tax authority may not let count for now.
///
/// By section 1091 of the US tax code in outline, over all accounts of the owner: each unit sold at a loss is matched with a
/// unit of the same security bought in the window and not sold with or before it, the earliest first, each used once. The
/// loss is added to the cost of the replacement, so that a later sale of that can be a wash sale of the whole. Where a split or
/// an adjustment of the contract lies between sale and purchase, units are counted as they stand after it. What was bought as
/// the same security and became another in a merger since still replaces it; shares of the acquirer bought as such are a
/// ``Caution``. Index options, which are taxed by another rule, are left out. Whether other options on the same underlying are substantially identical
/// is not settled: those are ``Caution``s. It is a flag, not tax advice.
public struct WashSales: Sendable {
    /// A part of a loss that has a replacement.
    public struct Sale: Hashable, Sendable {
        /// The closed quantity, with its loss.
        public let loss: RealisedGain
        /// Units that were replaced, positive, counted as on the day of the sale; at most those that were sold.
        public let quantity: Decimal
        /// The part of the loss that does not count for now, in dollars, positive. It includes what earlier wash sales had
        /// moved to what was sold.
        public let disallowed: Decimal
        /// The transaction that bought the replacement, to whose cost the loss is added.
        public let replacementID: String
        /// What that purchase is today: another security than what was sold where a merger made it so.
        public let replacement: Instrument
        /// The day of that purchase; nil where it is not known.
        public let replacementDate: TradingDate?
        /// Its account's name as the file gives it; nil where it gives none.
        public let replacementAccount: String?
        /// Its price per share with the loss added, splits and mergers since then counted; nil where its price is not known.
        public let replacementBasis: Decimal?
    }

    /// A loss beside which something was opened that may be substantially identical.
    public struct Caution: Hashable, Sendable {
        /// The closed quantity, with its loss.
        public let loss: RealisedGain
        /// What is not replaced by the same security, in dollars, positive.
        public let open: Decimal
        /// What was opened in the window: shares, or another contract on the same underlying; the nearest in time.
        public let instrument: Instrument
        /// The day it was opened.
        public let opened: TradingDate
        /// How many things of that kind were opened in the window.
        public let count: Int
    }

    /// Days before and after a sale in which a purchase replaces it.
    public static let windowDays = 30

    /// The wash sales, by the day of the sale.
    public let sales: [Sale]
    /// Losses beside which there is a doubt, by the day of the sale.
    public let cautions: [Caution]

    /// The wash sales of the books.
    ///
    /// - Parameters:
    ///   - realised: The ledger's realised gains, in its order.
    ///   - positions: What is still held.
    ///   - conversions: What splits and adjustments made of it (``Ledger/conversions``).
    public init(realised: [RealisedGain], positions: [Position], conversions: [Ledger.Conversion] = []) {
        let units = PresentUnits(conversions)
        var book = WashBook(realised: realised, positions: positions, units: units)
        var sales: [Sale] = []
        var cautions: [Caution] = []
        for (index, gain) in realised.enumerated() {
            guard !(gain.instrument.contract?.isOnIndex ?? false), let raw = gain.gain else { continue }
            let moved = book.takeAdjustment(of: gain)
            let result = raw - moved
            guard result < 0 else {
                book.pass(index)
                continue
            }
            let present = units.present(gain.instrument, on: gain.closeDate)
            var rest = gain.quantity * present.factor
            var left = -result
            if gain.side == .long {
                for match in book.replacements(of: gain, at: index) where rest > 0 {
                    let quantity = min(rest, match.available)
                    let part = quantity == rest ? left : (left * quantity / rest).roundedToFeeScale
                    book.use(match.lot, quantity * match.factor, adding: part)
                    let shares = quantity * match.factor * Decimal(match.lot.instrument.multiplier)
                    sales.append(
                        Sale(
                            loss: gain,
                            quantity: (quantity / present.factor).roundedToFeeScale,
                            disallowed: part,
                            replacementID: match.lot.id,
                            replacement: match.lot.instrument,
                            replacementDate: match.opened,
                            replacementAccount: match.account,
                            replacementBasis: match.price.map { $0 + part / shares }
                        )
                    )
                    rest -= quantity
                    left -= part
                }
            }
            if rest > 0, let doubt = book.doubt(beside: gain) {
                cautions.append(
                    Caution(
                        loss: gain,
                        open: left,
                        instrument: doubt.instrument,
                        opened: doubt.opened,
                        count: doubt.count
                    )
                )
            }
            book.pass(index)
        }
        self.sales = sales
        self.cautions = cautions
    }

    /// Losses that do not count for now, in dollars, positive.
    public var disallowed: Decimal { sales.reduce(0) { $0 + $1.disallowed } }
}

/// Carries instruments and quantities over splits and adjustments to the units of today, in which those of different days can
/// be compared.
private struct PresentUnits {
    /// What a merger made of purchases of one instrument.
    struct Exchange {
        var date: TradingDate
        var new: Instrument
        var factor: Decimal
        var purchases: Set<String>
    }

    private var steps: [Instrument: [(date: TradingDate, instrument: Instrument, factor: Decimal)]] = [:]
    private var exchanges: [Instrument: [Exchange]] = [:]

    init(_ conversions: [Ledger.Conversion]) {
        for step in conversions where step.old.underlying != step.new.underlying {
            exchanges[step.old, default: []].append(
                Exchange(
                    date: step.date,
                    new: step.new,
                    factor: step.factor,
                    purchases: Set(step.exchanged)
                )
            )
        }
        for step in conversions where step.old.underlying == step.new.underlying {
            // Every account has its own row of the same split.
            guard steps[step.old]?.contains(where: { $0.date == step.date }) != true else { continue }
            steps[step.old, default: []].append((step.date, step.new, step.factor))
        }
        for key in steps.keys { steps[key]?.sort { $0.date < $1.date } }
    }

    /// What one unit of `instrument` on a day is today.
    func present(_ instrument: Instrument, on day: TradingDate) -> (instrument: Instrument, factor: Decimal) {
        var (instrument, day, factor) = (instrument, day, Decimal(1))
        while let step = steps[instrument]?.first(where: { $0.date > day }) {
            (instrument, day, factor) = (step.instrument, step.date, factor * step.factor)
        }
        return (instrument, factor)
    }

    /// What `instrument`, in the units of today, became where companies merged after a day: the security of today, its units for
    /// each one, and the purchases that went over.
    func successors(of instrument: Instrument, after day: TradingDate) -> [Exchange] {
        (exchanges[instrument] ?? []).filter { $0.date > day }.flatMap { exchange in
            let now = present(exchange.new, on: exchange.date)
            var first = exchange
            (first.new, first.factor) = (now.instrument, exchange.factor * now.factor)
            // The acquirer may have been taken over too.
            return [first]
                + successors(of: now.instrument, after: exchange.date).map { later in
                    Exchange(
                        date: later.date,
                        new: later.new,
                        factor: first.factor * later.factor,
                        purchases: first.purchases.intersection(later.purchases)
                    )
                }
        }
    }

    /// Securities that are doubtful beside `instrument`: what it became in a merger, and of what it came; with the purchases
    /// that went over, which are no others.
    func related(to instrument: Instrument) -> [(instrument: Instrument, purchases: Set<String>)] {
        exchanges.flatMap { old, list in
            list.compactMap { exchange in
                let now = present(exchange.new, on: exchange.date).instrument
                if old == instrument { return (now, exchange.purchases) }
                return now == instrument ? (old, exchange.purchases) : nil
            }
        }
    }
}

/// What was opened when, and how much of it can still replace something, in the units of today.
private struct WashBook {
    /// A purchase; after a spin-off, what one bought stands in two instruments.
    struct LotKey: Hashable {
        var id: String
        var instrument: Instrument
    }

    struct Match {
        var lot: LotKey
        /// Counted in units of what was sold.
        var available: Decimal
        /// Units of the lot for each of them.
        var factor: Decimal
        var opened: TradingDate?
        var account: String?
        var price: Decimal?
    }

    struct Doubt {
        var instrument: Instrument
        var opened: TradingDate
        var count: Int
    }

    private struct Bought {
        var key: LotKey
        var opened: TradingDate
        var account: String?
        var price: Decimal?
        /// Not yet sold, at the row that is looked at.
        var held: Decimal
        var used: Decimal = 0
    }

    private struct Adjustment {
        var quantity: Decimal = 0
        var amount: Decimal = 0
    }

    private let realised: [RealisedGain]
    private let units: PresentUnits
    private var bought: [Bought] = []
    private var byKey: [LotKey: Int] = [:]
    private var byInstrument: [Instrument: [Int]] = [:]
    private var adjustments: [LotKey: Adjustment] = [:]
    /// Everything opened, by underlying, with the day.
    private var openings: [String: [(instrument: Instrument, day: TradingDate, isLong: Bool)]] = [:]

    init(realised: [RealisedGain], positions: [Position], units: PresentUnits) {
        self.realised = realised
        self.units = units
        var seen: Set<String> = []
        func note(_ id: String?, _ instrument: Instrument, _ day: TradingDate?, isLong: Bool) {
            guard let day else { return }
            let key = (id ?? "") + instrument.symbol + day.description
            guard seen.insert(key).inserted else { return }
            openings[instrument.underlying, default: []].append((instrument, day, isLong))
        }
        for gain in realised {
            note(gain.openTransactionID, gain.instrument, gain.openDate, isLong: gain.side == .long)
            // What an exchange with cash closed goes on as what it became, which is counted there.
            guard gain.side == .long, gain.closedBy != .adjustment else { continue }
            let (instrument, factor) = units.present(gain.instrument, on: gain.closeDate)
            let price = gain.openPrice.map { $0 / factor }
            add(gain.openTransactionID, instrument, gain.openDate, gain.account, price, gain.quantity * factor)
        }
        for position in positions {
            for lot in position.lots {
                note(lot.transactionID, lot.instrument, lot.opened, isLong: lot.quantity > 0)
                guard lot.quantity > 0 else { continue }
                add(lot.transactionID, lot.instrument, lot.opened, lot.account, lot.price, lot.quantity)
            }
        }
        for instrument in byInstrument.keys {
            byInstrument[instrument]?.sort { (bought[$0].opened, $0) < (bought[$1].opened, $1) }
        }
    }

    private mutating func add(
        _ id: String?,
        _ instrument: Instrument,
        _ day: TradingDate?,
        _ account: String?,
        _ price: Decimal?,
        _ quantity: Decimal
    ) {
        guard let id, let day else { return }
        let key = LotKey(id: id, instrument: instrument)
        if let index = byKey[key] {
            bought[index].held += quantity
            return
        }
        byKey[key] = bought.count
        byInstrument[instrument, default: []].append(bought.count)
        bought.append(
            Bought(key: key, opened: day, account: account, price: price, held: quantity)
        )
    }

    /// What earlier wash sales added to the cost of what is sold here.
    mutating func takeAdjustment(of gain: RealisedGain) -> Decimal {
        guard gain.side == .long, let key = key(of: gain), var adjustment = adjustments[key],
            adjustment.quantity > 0
        else { return 0 }
        let quantity = min(presentQuantity(gain), adjustment.quantity)
        let amount =
            quantity == adjustment.quantity
            ? adjustment.amount : (adjustment.amount * quantity / adjustment.quantity).roundedToFeeScale
        adjustment.quantity -= quantity
        adjustment.amount -= amount
        adjustments[key] = adjustment
        return amount
    }

    /// Says that a closed quantity was looked at: it is held no more.
    mutating func pass(_ index: Int) {
        let gain = realised[index]
        guard gain.side == .long, gain.closedBy != .adjustment, let key = key(of: gain), let slot = byKey[key] else {
            return
        }
        bought[slot].held -= presentQuantity(gain)
    }

    private func key(of gain: RealisedGain) -> LotKey? {
        gain.openTransactionID.map {
            LotKey(id: $0, instrument: units.present(gain.instrument, on: gain.closeDate).instrument)
        }
    }

    private func presentQuantity(_ gain: RealisedGain) -> Decimal {
        gain.quantity * units.present(gain.instrument, on: gain.closeDate).factor
    }

    /// Purchases of the same security in the window that are still held after the sale, the earliest first.
    func replacements(of gain: RealisedGain, at index: Int) -> [Match] {
        // All parts that one sale closes are gone together.
        var gone: [LotKey: Decimal] = [:]
        for later in realised[index...].prefix(while: { $0.transactionID == gain.transactionID }) {
            if let key = key(of: later) { gone[key, default: 0] += presentQuantity(later) }
        }
        let instrument = units.present(gain.instrument, on: gain.closeDate).instrument
        func match(_ slot: Int, factor: Decimal) -> Match? {
            let lot = bought[slot]
            guard abs(lot.opened.days(until: gain.closeDate)) <= WashSales.windowDays else { return nil }
            let available = lot.held - (gone[lot.key] ?? 0) - lot.used
            guard available > 0 else { return nil }
            return Match(
                lot: lot.key,
                available: available / factor,
                factor: factor,
                opened: lot.opened,
                account: lot.account,
                price: lot.price
            )
        }
        var matches = (byInstrument[instrument] ?? []).compactMap { match($0, factor: 1) }
        for exchange in units.successors(of: instrument, after: gain.closeDate) where exchange.factor > 0 {
            matches += (byInstrument[exchange.new] ?? []).compactMap { slot in
                exchange.purchases.contains(bought[slot].key.id) ? match(slot, factor: exchange.factor) : nil
            }
        }
        return matches.enumerated().sorted {
            ($0.element.opened ?? .beforeHistory, $0.offset) < ($1.element.opened ?? .beforeHistory, $1.offset)
        }
        .map(\.element)
    }

    mutating func use(_ key: LotKey, _ quantity: Decimal, adding amount: Decimal) {
        if let slot = byKey[key] { bought[slot].used += quantity }
        adjustments[key, default: Adjustment()].quantity += quantity
        adjustments[key, default: Adjustment()].amount += amount
    }

    /// What else was opened on the underlying in the window: calls and shares bought, puts and calls sold; and shares of the
    /// company that took it over.
    func doubt(beside gain: RealisedGain) -> Doubt? {
        var near = (openings[gain.instrument.underlying] ?? []).filter { opening in
            guard abs(opening.day.days(until: gain.closeDate)) <= WashSales.windowDays else { return false }
            if opening.instrument == gain.instrument {
                // A short of the same contract sold again; the same security bought again is matched above.
                return gain.side == .short && !opening.isLong && opening.day != gain.openDate
            }
            switch (gain.instrument.contract, opening.instrument.contract) {
            case (nil, let contract?): return contract.right == .call ? opening.isLong : !opening.isLong
            case (.some, nil): return opening.isLong && gain.instrument.contract?.right == .call && gain.side == .long
            case (let lost?, let contract?):
                return lost.right == contract.right && opening.isLong == (gain.side == .long)
            case (nil, nil): return false
            }
        }
        let present = units.present(gain.instrument, on: gain.closeDate).instrument
        for exchange in units.related(to: present) where gain.side == .long {
            near += (byInstrument[exchange.instrument] ?? []).map { bought[$0] }
                .filter { lot in
                    abs(lot.opened.days(until: gain.closeDate)) <= WashSales.windowDays
                        && !exchange.purchases.contains(lot.key.id)
                }
                .map { ($0.key.instrument, $0.opened, true) }
        }
        let nearest = near.enumerated().min {
            (abs($0.element.day.days(until: gain.closeDate)), $0.offset)
                < (abs($1.element.day.days(until: gain.closeDate)), $1.offset)
        }
        return nearest.map { Doubt(instrument: $0.element.instrument, opened: $0.element.day, count: near.count) }
    }
}
