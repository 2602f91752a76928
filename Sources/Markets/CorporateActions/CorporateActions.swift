import Foundation

/// Brings what companies did into a history, so that books, wheels and performance read it like any other row.
///
/// Shares: a split row is added for every account that held some, where the broker's own file has none around the day.
/// Options: each contract open before the change is turned into the adjusted one by a row of its own, where the broker's file
/// has not moved it and does not go on with the old one. Later rows that call the adjusted contract by its symbol alone, or
/// round its strike by a cent, mean it. A change of ticker renames all rows before it.
public struct CorporateActions: Sendable {
    /// Days around a change in which a broker's own rows are taken for it.
    private static let brokerDays = -5...15
    /// Rows put in come before all others of their day.
    private static let sequence = -1_000_000

    private let actions: [CorporateAction]

    /// The actions known, in any order.
    public init(_ actions: [CorporateAction]) {
        self.actions = actions.sorted { ($0.effective, $0.symbol) < ($1.effective, $1.symbol) }
    }

    /// The history as it was known at the end of a day: without rows dated, and actions effective, after it.
    public func applied(to transactions: [Transaction], through day: TradingDate) -> [Transaction] {
        let rows = transactions.contains { $0.date > day } ? transactions.filter { $0.date <= day } : transactions
        return CorporateActions(actions.filter { $0.effective <= day }).applied(to: rows)
    }

    /// The history with them in it. Those that the split rows of the history itself show are found without being given.
    public func applied(to transactions: [Transaction]) -> [Transaction] {
        var rows = OpeningBalances.assigned(transactions)
        var pending = actions
        while let index = pending.indices.first {
            var action = pending.remove(at: index)
            if case .symbolChange(let name) = action.change {
                Self.rename(action.symbol, to: name, before: action.effective, &rows)
                continue
            }
            // Later renamings have not been made yet, earlier ones have.
            action.symbol = Self.name(of: action.symbol, on: action.effective, actions)
            Self.apply(action, changesShares: true, &rows)
        }
        for action in Self.shown(by: rows, besides: actions) {
            Self.apply(action, changesShares: false, &rows)
        }
        for action in Self.cashMergers(shownBy: rows, besides: actions) {
            Self.apply(action, changesShares: true, &rows)
        }
        return rows
    }

    /// What a ticker that was renamed earlier is called on a day.
    private static func name(of symbol: String, on day: TradingDate, _ actions: [CorporateAction]) -> String {
        actions.filter { $0.effective <= day }.reduce(symbol) { name, action in
            if case .symbolChange(let next) = action.change, action.symbol == name { return next }
            return name
        }
    }

    private static func rename(
        _ symbol: String,
        to name: String,
        before day: TradingDate,
        _ rows: inout [Transaction]
    ) {
        for index in rows.indices where rows[index].date < day {
            switch rows[index].instrument {
            case .shares(symbol): rows[index].instrument = .shares(name)
            case .option(let contract) where contract.underlying == symbol:
                rows[index].instrument = .option(contract.renamed(to: name))
            default: continue
            }
        }
    }

    // MARK: - One action

    private struct Holding: Hashable {
        var holder: Transaction.Holder
        var instrument: Instrument
    }

    private static func apply(_ action: CorporateAction, changesShares: Bool, _ rows: inout [Transaction]) {
        let held = holdings(of: action.symbol, before: action.effective, rows)
        var added: [Transaction] = []
        for (holding, quantity) in held where quantity != 0 {
            let around = rows.filter { row in
                row.holder == holding.holder && row.instrument == holding.instrument
                    && brokerDays.contains(action.effective.days(until: row.date))
            }
            var row = row(of: action, for: holding)
            if let contract = holding.instrument.contract {
                guard let adjustment = action.adjustment(of: contract),
                    !around.contains(where: { $0.kind == .securitiesTransfer }),
                    !goesOn(with: holding, after: action.effective, rows)
                else { continue }
                row.kind = .adjustment
                row.quantity = quantity
                row.successor = Transaction.Successor(
                    instrument: .option(adjustment.contract),
                    quantity: quantity * Decimal(adjustment.contracts)
                )
                meanAdjusted(adjustment.contract, holder: holding.holder, from: action.effective, &rows)
                added.append(row)
                continue
            }
            guard changesShares else { continue }
            switch action.change {
            case .split(let new, let old) where new > 0 && old > 0:
                guard !around.contains(where: { $0.kind == .split }) else { continue }
                row.quantity = (quantity * Decimal(new) / Decimal(old) - quantity).roundedToFeeScale
                added.append(row)
            case .merger(let merger):
                let parts = [merger.shares].compactMap { $0 }
                let broker = BrokerRows.taken(of: action, parts, holding.holder, brokerDays, from: &rows)
                guard !broker.hasSold else { continue }
                added += exchanged(row, quantity, for: merger, broker)
            case .spinOff(let spinOff):
                let broker = BrokerRows.taken(of: action, [spinOff.shares], holding.holder, brokerDays, from: &rows)
                let shares = (quantity * spinOff.shares.quantity).roundedToFeeScale
                row.kind = .adjustment
                row.quantity = quantity
                row.successor = Transaction.Successor(
                    instrument: .shares(spinOff.shares.symbol),
                    quantity: shares,
                    costFraction: spinOff.costFraction
                )
                added.append(row)
                added += fraction(of: shares, .shares(spinOff.shares.symbol), broker, paid: broker.cash, after: row)
            default: continue
            }
        }
        if case .split(let new, let old) = action.change, changesShares, new > 0, old > 0 {
            let holders = Set(held.filter { $0.key.instrument.contract == nil && $0.value != 0 }.keys)
            added += unheld(action, Decimal(new) / Decimal(old), holders, rows)
        }
        // Nothing is copied where nothing is added.
        guard !added.isEmpty else { return }
        rows += added.sorted { $0.id < $1.id }
    }

    /// For accounts that had sold all shares shortly before a split, rows that change nothing but tell of it: a later purchase
    /// may replace what was sold.
    private static func unheld(
        _ action: CorporateAction,
        _ ratio: Decimal,
        _ holders: Set<Holding>,
        _ rows: [Transaction]
    ) -> [Transaction] {
        let instrument = Instrument.shares(action.symbol)
        let sellers = Set(
            rows.lazy.filter { row in
                row.kind == .sell && row.instrument == instrument && row.date < action.effective
                    && row.date.days(until: action.effective) <= WashSales.windowDays
            }
            .map(\.holder)
        )
        return sellers.map { Holding(holder: $0, instrument: instrument) }.filter { !holders.contains($0) }.map {
            sold in
            var row = row(of: action, for: sold)
            row.successor = Transaction.Successor(instrument: instrument, quantity: ratio)
            return row
        }
    }

    /// A split row without a quantity, to be filled by what the action does.
    private static func row(of action: CorporateAction, for holding: Holding) -> Transaction {
        // An account may have no name; what belongs to none in particular must have rows of its own beside it.
        let owner = holding.holder == .anyAccount ? "any account" : holding.holder.name ?? ""
        var row = Transaction(
            id: "\(action) \(owner) \(holding.instrument.symbol)",
            date: action.effective,
            sequence: sequence,
            kind: .split,
            instrument: holding.instrument,
            amount: 0,
            account: holding.holder.name,
            details: action.description,
            origin: .init(file: action.source, line: 0)
        )
        row.isOfAnyAccount = holding.holder == .anyAccount
        return row
    }

    // MARK: - Mergers and spin-offs

    /// What the broker's own rows around a merger or spin-off say; they are taken out of the history, for the rows put in say it
    /// with what it cost.
    private struct BrokerRows {
        /// New shares that came in; nil where no row says it.
        var shares: Decimal?
        /// Cash paid; nil where no row says it.
        var cash: Decimal?
        /// Whether the broker books it as a sale, which then stands.
        var hasSold = false

        static func taken(
            of action: CorporateAction,
            _ parts: [Deliverable.Shares],
            _ holder: Transaction.Holder,
            _ days: ClosedRange<Int>,
            from rows: inout [Transaction]
        ) -> BrokerRows {
            var found = BrokerRows()
            var isMerger = false
            if case .merger = action.change { isMerger = true }
            let old = Instrument.shares(action.symbol)
            let new = Set(parts.map { Instrument.shares($0.symbol) })
            var taken: Set<Int> = []
            for (index, row) in rows.enumerated() where row.holder == holder {
                guard let instrument = row.instrument, days.contains(action.effective.days(until: row.date)) else {
                    continue
                }
                switch row.kind {
                case .securitiesTransfer where isMerger && instrument == old && row.date >= action.effective:
                    taken.insert(index)
                case .securitiesTransfer where new.contains(instrument):
                    taken.insert(index)
                    found.shares = (found.shares ?? 0) + row.quantity
                    if row.amount != 0 { found.cash = (found.cash ?? 0) + row.amount }
                case .cashAdjustment
                where row.date >= action.effective && (instrument == old || new.contains(instrument)):
                    taken.insert(index)
                    found.cash = (found.cash ?? 0) + row.amount
                case .sell where isMerger && instrument == old && row.date >= action.effective:
                    // With shares besides, a sale is the broker's word for the part in cash.
                    if parts.isEmpty {
                        found.hasSold = true
                    } else {
                        taken.insert(index)
                        found.cash = (found.cash ?? 0) + row.amount
                    }
                default: continue
                }
            }
            guard !found.hasSold else { return found }
            rows = rows.enumerated().filter { !taken.contains($0.offset) }.map(\.element)
            return found
        }
    }

    /// The rows of a merger in one account: a sale where all was paid in cash, else the new shares with what the old ones cost.
    private static func exchanged(
        _ row: Transaction,
        _ quantity: Decimal,
        for merger: CorporateAction.Merger,
        _ broker: BrokerRows
    ) -> [Transaction] {
        var row = row
        let stated = (quantity * merger.cash).roundedToCents
        guard let part = merger.shares else {
            row.kind = quantity > 0 ? .sell : .buy
            row.quantity = abs(quantity)
            row.amount = broker.cash ?? stated
            row.price = abs(row.amount) / row.quantity
            return [row]
        }
        let shares = (quantity * part.quantity).roundedToFeeScale
        row.kind = .adjustment
        row.quantity = quantity
        row.amount = stated
        row.successor = Transaction.Successor(
            instrument: .shares(part.symbol),
            quantity: shares,
            price: merger.price
        )
        let forFraction = broker.cash.map { $0 - stated }
        return [row] + fraction(of: shares, .shares(part.symbol), broker, paid: forFraction, after: row)
    }

    /// The sale of the fraction of a share that the broker paid in cash.
    private static func fraction(
        of shares: Decimal,
        _ instrument: Instrument,
        _ broker: BrokerRows,
        paid: Decimal?,
        after row: Transaction
    ) -> [Transaction] {
        guard let whole = broker.shares, case let rest = shares - whole, rest > 0, rest < 1 else {
            guard let paid, paid != 0 else { return [] }
            // Money that belongs to no fraction stays what it is.
            var money = row
            money.id += " cash"
            money.kind = .cashAdjustment
            (money.quantity, money.amount, money.successor) = (0, paid, nil)
            return [money]
        }
        var sale = row
        sale.id += " fraction"
        sale.sequence += 1
        sale.kind = .sell
        sale.instrument = instrument
        sale.quantity = rest
        sale.amount = paid ?? 0
        sale.price = (paid ?? 0) / rest
        sale.successor = nil
        return [sale]
    }

    /// Whether the broker's rows close the old contract after the change. A sale or purchase to open is of a new contract that
    /// has come to have the same symbol.
    private static func goesOn(with holding: Holding, after day: TradingDate, _ rows: [Transaction]) -> Bool {
        let first = rows.filter { row in
            row.holder == holding.holder && row.instrument == holding.instrument && row.date >= day
        }
        .min { ($0.date, $0.sequence) < ($1.date, $1.sequence) }
        switch first?.kind {
        case .buyToClose, .sellToClose, .assignment, .exercise, .expiration: return true
        default: return false
        }
    }

    /// Shares and options of a ticker by account, at the end of the day before.
    private static func holdings(
        of symbol: String,
        before day: TradingDate,
        _ rows: [Transaction]
    ) -> [Holding: Decimal] {
        var held: [Holding: Decimal] = [:]
        let ordered = rows.enumerated().filter { entry in
            entry.element.instrument?.underlying == symbol
                && (entry.element.date < day || entry.element.kind == .openingBalance)
        }
        .sorted { left, right in
            let (first, second) = (left.element, right.element)
            let ranks = (first.kind == .openingBalance ? 0 : 1, second.kind == .openingBalance ? 0 : 1)
            return (ranks.0, first.date.daysSinceEpoch, first.sequence, left.offset)
                < (ranks.1, second.date.daysSinceEpoch, second.sequence, right.offset)
        }
        for (_, row) in ordered {
            guard let instrument = row.instrument else { continue }
            let key = Holding(holder: row.holder, instrument: instrument)
            let spare = Holding(holder: .anyAccount, instrument: instrument)
            let before = held[key] ?? 0
            switch row.kind {
            case .buy, .buyToOpen: held[key] = before + row.quantity
            case .sellToOpen: held[key] = before - row.quantity
            case .sell, .sellToClose, .exercise: take(row.quantity, sign: 1, from: key, spare, &held)
            case .buyToClose, .assignment: take(row.quantity, sign: -1, from: key, spare, &held)
            case .expiration:
                let isShort = before < 0 || (before == 0 && held[spare] ?? 0 < 0)
                take(row.quantity, sign: isShort ? -1 : 1, from: key, spare, &held)
            case .securitiesTransfer where row.quantity * before <= 0:
                let sign: Decimal = row.quantity < 0 ? 1 : -1
                let left = take(abs(row.quantity), sign: sign, from: key, spare, &held)
                // What comes in is held; what went out of nothing is not.
                if row.quantity > 0 || row.price != nil { held[key, default: 0] -= left * sign }
            case .split, .securitiesTransfer, .openingBalance: held[key] = before + row.quantity
            case .adjustment:
                if row.successor?.isBesideTheOld != true { held[key] = before - row.quantity }
                if let successor = row.successor {
                    held[Holding(holder: row.holder, instrument: successor.instrument), default: 0] +=
                        successor.quantity
                }
            default: continue
            }
        }
        return held
    }

    /// Closes what is held on the side `sign`, in an account and then in none in particular, as the ledger does; returns what
    /// neither had.
    @discardableResult
    private static func take(
        _ wanted: Decimal,
        sign: Decimal,
        from own: Holding,
        _ spare: Holding,
        _ held: inout [Holding: Decimal]
    ) -> Decimal {
        var left = wanted
        for holding in own == spare ? [own] : [own, spare] {
            let part = min(left, max(0, (held[holding] ?? 0) * sign))
            if part > 0 { held[holding, default: 0] -= part * sign }
            left -= part
        }
        return left
    }

    /// Lets later rows that mean an adjusted contract name it in full.
    private static func meanAdjusted(
        _ contract: OptionContract,
        holder: Transaction.Holder,
        from day: TradingDate,
        _ rows: inout [Transaction]
    ) {
        let cent = Decimal(1) / 100
        for index in rows.indices where rows[index].date >= day && rows[index].holder == holder {
            guard let named = rows[index].instrument?.contract, named != contract,
                named.underlying == contract.underlying, named.expiration == contract.expiration,
                named.right == contract.right, named.root == contract.root, abs(named.strike - contract.strike) <= cent
            else { continue }
            rows[index].instrument = .option(contract)
        }
    }

    // MARK: - What the rows show

    /// The splits that the share rows of brokers tell of, of which no given action does.
    private static func shown(by rows: [Transaction], besides actions: [CorporateAction]) -> [CorporateAction] {
        struct Key: Hashable {
            var holding: Holding
            var date: TradingDate
        }
        var net: [Key: Decimal] = [:]
        for row in rows where row.kind == .split {
            guard let instrument = row.instrument, instrument.contract == nil else { continue }
            let key = Key(holding: Holding(holder: row.holder, instrument: instrument), date: row.date)
            net[key, default: 0] += row.quantity
        }
        var found: [CorporateAction] = []
        let ordered = net.sorted {
            ($0.key.date, $0.key.holding.instrument.symbol) < ($1.key.date, $1.key.holding.instrument.symbol)
        }
        for (key, change) in ordered {
            let symbol = key.holding.instrument.symbol
            func isKnown(_ action: CorporateAction) -> Bool {
                guard case .split = action.change else { return false }
                return action.symbol == symbol && brokerDays.contains(action.effective.days(until: key.date))
            }
            guard !(actions + found).contains(where: isKnown) else { continue }
            let before = holdings(of: symbol, before: key.date, rows)[key.holding] ?? 0
            guard before > 0, before + change > 0, let ratio = ratio(before + change, to: before) else { continue }
            found.append(
                CorporateAction(
                    symbol: symbol,
                    effective: key.date,
                    change: .split(new: ratio.new, old: ratio.old),
                    source: "split rows of the broker"
                )
            )
        }
        return found
    }

    /// Shares of which all left an account without a price while cash came in their name in a row that speaks of a merger.
    private static func cashMergers(
        shownBy rows: [Transaction],
        besides actions: [CorporateAction]
    ) -> [CorporateAction] {
        var found: [CorporateAction] = []
        let cash = rows.filter { row in
            row.kind == .cashAdjustment && row.amount > 0 && row.instrument?.contract == nil
                && row.details.lowercased().contains("merger")
        }
        guard !cash.isEmpty else { return [] }
        for row in rows where row.kind == .securitiesTransfer && row.quantity < 0 {
            guard let instrument = row.instrument, instrument.contract == nil,
                !(actions + found).contains(where: { $0.symbol == instrument.symbol })
            else { continue }
            let holding = Holding(holder: row.holder, instrument: instrument)
            let paid = cash.filter { other in
                other.holder == row.holder && other.instrument == instrument
                    && abs(row.date.days(until: other.date)) <= brokerDays.upperBound
            }
            guard let first = (paid.map(\.date) + [row.date]).min(), !paid.isEmpty,
                holdings(of: instrument.symbol, before: first, rows)[holding] == -row.quantity
            else { continue }
            let sum = paid.reduce(0) { $0 + $1.amount }
            found.append(
                CorporateAction(
                    symbol: instrument.symbol,
                    effective: first,
                    change: .merger(.init(shares: nil, cash: sum / -row.quantity)),
                    source: row.origin.file
                )
            )
        }
        return found
    }

    /// The smallest whole numbers that are in the ratio of two quantities, fractions paid in cash allowed for.
    private static func ratio(_ after: Decimal, to before: Decimal) -> (new: Int, old: Int)? {
        for old in 1...50 {
            let exact = after * Decimal(old) / before
            let new = Int((exact as NSDecimalNumber).doubleValue.rounded())
            guard new >= 1, new != old, new <= 200 else { continue }
            // What is paid in cash is less than a share.
            if abs(before * Decimal(new) / Decimal(old) - after) < 1 { return (new, old) }
        }
        return nil
    }
}
