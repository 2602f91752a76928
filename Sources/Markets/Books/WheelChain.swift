public import Foundation

/// One turn of the wheel in one account: options sold on a ticker, the shares that came and went, and what they brought.
///
/// A chain holds
/// - puts of one contract sold until none of it is open, with those they were rolled from or into on one day;
/// - the shares that came because a put was assigned, and all others held with them until none is left;
/// - every call sold while there were shares.
///
/// Puts that ended by themselves are chains of their own, and so are puts sold beside the shares until they are assigned.
/// Options bought to open belong to no chain. The figures are for managing a position, not for taxes: the books stay first
/// in, first out.
public struct WheelChain: Hashable, Sendable {
    /// Where a chain stands.
    public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
        /// Puts are open, no shares are held.
        case putSold = "put sold"
        /// Shares are held, no call on them is open.
        case sharesHeld = "shares held"
        /// Shares are held and a call on them is open.
        case callSold = "shares held, call sold"
        /// Nothing is open.
        case ended
    }

    /// Options of one contract that are open.
    public struct OpenOption: Hashable, Sendable {
        /// The contract.
        public var contract: OptionContract
        /// How many are short, positive.
        public var contracts: Decimal
    }

    /// The ticker.
    public let symbol: String
    /// The account's name as the file gives it; nil where it gives none.
    public let account: String?
    /// The rows, oldest first. Never empty.
    public let legs: [WheelLeg]
    /// Shares held now.
    public let shares: Decimal
    /// Short options that are open, by expiration and strike.
    public let open: [OpenOption]
    /// Dollars paid for shares, before fees.
    public let paid: Decimal
    /// Dollars received for shares, before fees.
    public let received: Decimal
    /// Premiums received less those paid, before fees, in dollars.
    public let netPremium: Decimal
    /// Fees of all rows, in dollars.
    public let fees: Decimal
    /// Dividends, less tax withheld, while its shares were held, in dollars. No part of the break-even.
    public let dividends: Decimal
    /// Why the figures do not tell all of it; nil where they do.
    public let gap: String?

    /// The day of its first row.
    public var began: TradingDate { legs[0].date }
    /// The day of its last row, where nothing is open; nil else.
    public var ended: TradingDate? { status == .ended ? legs[legs.count - 1].date : nil }
    /// Where it stands.
    public var status: Status {
        if shares != 0 { return open.contains { $0.contract.right == .call } ? .callSold : .sharesHeld }
        return open.isEmpty ? .ended : .putSold
    }
    /// Whether it is a wheel: a put sold, or options sold on shares. Shares alone, calls without shares, and options sold on
    /// the day on which others of their kind were bought, which are legs of a spread, are none until shares come of them.
    public let isWheel: Bool
    /// Dollars into the account of all rows together, fees taken off. Of a chain that ended, what it gained or lost.
    public var netCash: Decimal { received - paid + netPremium - fees }
    /// The price per share at which the whole chain neither gains nor loses, all premiums and fees counted; nil where
    /// nothing is open or ``gap`` says why.
    ///
    /// With shares it is their basis: (paid - received - net premium + fees) / shares. With puts alone it is the same as if
    /// they were assigned. Options that are open are taken to end worthless otherwise.
    public var breakEven: Decimal? { gap == nil ? WheelTally.breakEven(shares, open, netCash) : nil }

    /// What its closed parts gained or lost, first in, first out, in dollars; nil where a part's gain is not known.
    ///
    /// - Parameter gains: Realised gains of the ledger; those that no row of the chain closed are passed over.
    public func realised(in gains: [RealisedGain]) -> Decimal? {
        let rows = Set(legs.map(\.transactionID))
        var sum: Decimal = 0
        for gain in gains where rows.contains(gain.transactionID) {
            guard let amount = gain.gain else { return nil }
            sum += amount
        }
        return sum
    }

    /// All chains of a history, the oldest first.
    ///
    /// - Parameters:
    ///   - transactions: The history, in any order.
    ///   - symbol: Only chains of this ticker; of all if nil.
    public static func chains(in transactions: [Transaction], of symbol: String? = nil) -> [WheelChain] {
        struct Key: Hashable {
            var symbol: String
            var holder: Transaction.Holder
            var account: String { holder.name ?? "" }
        }
        var groups: [Key: [(offset: Int, row: Transaction)]] = [:]
        for (offset, row) in OpeningBalances.assigned(transactions).enumerated() {
            guard let ticker = row.instrument?.underlying else { continue }
            groups[Key(symbol: ticker, holder: row.holder), default: []].append((offset, row))
        }
        // A chain goes on under the ticker that its shares or options got in a merger, unless that had a history of its own.
        let mergers = groups.flatMap { key, rows in
            rows.compactMap { entry -> (key: Key, name: String, date: TradingDate)? in
                guard let successor = entry.row.successor, !successor.isBesideTheOld,
                    successor.instrument.underlying != key.symbol
                else { return nil }
                return (key, successor.instrument.underlying, entry.row.date)
            }
        }
        for merger in mergers.sorted(by: { ($0.date, $0.key.symbol, $0.name) < ($1.date, $1.key.symbol, $1.name) }) {
            let target = Key(symbol: merger.name, holder: merger.key.holder)
            let isFree = groups[target, default: []].allSatisfy { $0.row.date >= merger.date }
            guard isFree, let rows = groups[merger.key] else { continue }
            groups[target, default: []] += rows.filter { $0.row.date <= merger.date }
            groups[merger.key] = rows.filter { $0.row.date > merger.date }
        }
        groups = groups.filter { !$0.value.isEmpty }
        if let symbol {
            // Others matter only where shares of this ticker were spun off from them.
            let parents = groups.filter { spunOff(from: $0.value.map(\.row)).contains(symbol) }.map(\.key.symbol)
            let needed = Set(parents + [symbol])
            groups = groups.filter { needed.contains($0.key.symbol) }
        }
        func rank(_ entry: (offset: Int, row: Transaction)) -> (Int, Int, Int, Int) {
            let opening = entry.row.kind == .openingBalance ? 0 : 1
            return (opening, entry.row.date.daysSinceEpoch, entry.row.sequence, entry.offset)
        }
        var chains: [WheelChain] = []
        /// Rows that brought shares out of a wheel.
        var inherited: Set<String> = []
        // What was spun off begins with what the chain it came from gave it, so that comes first.
        var pending = groups.map { (key: $0.key, spunOff: spunOff(from: $0.value.map(\.row))) }
            .sorted { ($0.key.symbol, $0.key.account) < ($1.key.symbol, $1.key.account) }
        while !pending.isEmpty {
            let awaited = Set(pending.flatMap { entry in entry.spunOff.subtracting([entry.key.symbol]) })
            let next = pending.firstIndex { !awaited.contains($0.key.symbol) } ?? 0
            let key = pending.remove(at: next).key
            let ordered = (groups[key] ?? []).sorted { rank($0) < rank($1) }.map(\.row)
            let found = WheelLinker(rows: ordered).groups.map {
                WheelChain(symbol: key.symbol, account: key.holder.name, $0, inherited: inherited)
            }
            chains += found
            for chain in found {
                for leg in chain.legs where leg.action == .spunOff {
                    guard let row = ordered.first(where: { $0.id == leg.transactionID }),
                        let share = received(row, for: leg, gap: chain.gap)
                    else { continue }
                    if chain.isWheel { inherited.insert(share.id) }
                    let child = Key(symbol: share.instrument?.underlying ?? "", holder: key.holder)
                    groups[child, default: []].append((offset: -1, row: share))
                    if !pending.contains(where: { $0.key == child }) { pending.append((child, [])) }
                }
            }
        }
        return chains.filter { symbol == nil || $0.symbol == symbol }.sorted {
            ($0.began.daysSinceEpoch, $0.symbol, $0.account ?? "", $0.legs[0].transactionID)
                < ($1.began.daysSinceEpoch, $1.symbol, $1.account ?? "", $1.legs[0].transactionID)
        }
    }

    /// Tickers of the companies that were spun off in the rows.
    private static func spunOff(from rows: [Transaction]) -> Set<String> {
        Set(rows.compactMap { $0.successor.flatMap { $0.isBesideTheOld ? $0.instrument.underlying : nil } })
    }

    /// The row that begins the chain of what was spun off: its shares, at what the chain it came from gave up for them.
    private static func received(_ row: Transaction, for leg: WheelLeg, gap: String?) -> Transaction? {
        guard let successor = row.successor, successor.quantity > 0 else { return nil }
        var share = row
        share.instrument = successor.instrument
        share.quantity = successor.quantity
        share.price = gap == nil ? leg.cash / successor.quantity : nil
        (share.amount, share.fees, share.successor) = (0, 0, nil)
        return share
    }

    private init(symbol: String, account: String?, _ group: WheelLinker.Group, inherited: Set<String>) {
        var tally = WheelTally()
        self.symbol = symbol
        self.account = account
        legs = group.entries.map { tally.add($0) }
        shares = tally.shares
        open = tally.open
        paid = tally.paid
        received = tally.received
        netPremium = tally.premium
        fees = tally.fees
        dividends = group.dividends
        let hasShares = legs.contains { $0.instrument.contract == nil }
        let sold = legs.filter { $0.instrument.contract != nil }
        isWheel =
            !inherited.isDisjoint(with: legs.map(\.transactionID))
            || !sold.isEmpty
                && (hasShares || (!group.isSpread && sold.contains { $0.instrument.contract?.right == .put }))
        gap = group.gap ?? tally.gap
    }
}
