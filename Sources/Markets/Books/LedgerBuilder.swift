import Foundation

/// Books transactions one after the other.
struct LedgerBuilder {
    private struct Key: Hashable {
        var holder: Transaction.Holder
        var instrument: Instrument
    }

    private struct SplitKey: Hashable {
        var key: Key
        var date: TradingDate
    }

    /// The price per share and fees of a row, for as much of it as is still to be booked.
    private struct Terms {
        var price: Decimal?
        var fees: Decimal
        var quantity: Decimal

        /// The fees that belong to `part` of the quantity; what rounding leaves over goes to the last part.
        mutating func takeFees(for part: Decimal) -> Decimal {
            guard fees != 0 else { return 0 }
            let share = part >= quantity ? fees : (fees * part / quantity).roundedToFeeScale
            fees -= share
            quantity -= part
            return share
        }
    }

    private var queues: [Key: LotQueue] = [:]
    private var cashBook = CashBook()
    private var netSplits: [SplitKey: Decimal] = [:]
    private let accounts: [Transaction.Holder]
    private(set) var realised: [RealisedGain] = []
    private(set) var issues: [LedgerIssue] = []
    private(set) var conversions: [Ledger.Conversion] = []

    /// A builder for a history whose opening balances are in their accounts, and of which it must know the splits beforehand:
    /// some brokers report a split as the removal of all old shares and the addition of all new ones, in either order.
    init(history: [Transaction]) {
        var holders: Set<Transaction.Holder> = []
        for transaction in history {
            holders.insert(transaction.holder)
            guard transaction.kind == .split, let instrument = transaction.instrument else { continue }
            let key = Key(holder: transaction.holder, instrument: instrument)
            netSplits[SplitKey(key: key, date: transaction.date), default: 0] += transaction.quantity
        }
        accounts = holders.filter { $0 != .anyAccount }.sorted { ($0.name ?? "") < ($1.name ?? "") }
    }

    /// Cash of all accounts.
    var cash: Portfolio.Cash { cashBook.total }
    /// Whether the cash that every account began with was given.
    var hasAllOpeningCash: Bool { cashBook.hasAllOpeningCash }

    /// Shares or contracts that were held before the history begins, of no account that could be told, and are still open.
    var unassigned: [Instrument: Decimal] {
        queues.filter { $0.key.holder == .anyAccount && !$0.value.lots.isEmpty }.reduce(into: [:]) { held, entry in
            held[entry.key.instrument] = entry.value.lots.reduce(0) { $0 + $1.quantity }
        }
    }

    /// Open positions, by underlying, shares first, then by expiration, strike and right.
    var positions: [Position] {
        struct Side: Hashable {
            var instrument: Instrument
            var isShort: Bool
        }
        var lots: [Side: [Lot]] = [:]
        // In order of account, so that equal histories give equal lots.
        for (key, queue) in queues.sorted(by: { ($0.key.holder.name ?? "") < ($1.key.holder.name ?? "") })
        where !queue.lots.isEmpty {
            lots[Side(instrument: key.instrument, isShort: queue.sign < 0), default: []] += queue.lots
        }
        return lots.map { side, lots in
            let ordered = lots.enumerated().sorted { left, right in
                let (first, second) = (left.element.opened, right.element.opened)
                if first == second { return left.offset < right.offset }
                guard let first else { return true }
                guard let second else { return false }
                return first < second
            }
            return Position(instrument: side.instrument, lots: ordered.map(\.element))
        }
        .sorted { $0.precedes($1) }
    }

    /// Books one row; rows come in order.
    mutating func add(_ transaction: Transaction) {
        cashBook.add(transaction)
        guard let instrument = transaction.instrument else {
            if LedgerBuilder.needsInstrument(transaction.kind) { reportUnusable(transaction, "names no instrument") }
            return
        }
        let key = Key(holder: transaction.holder, instrument: instrument)
        switch transaction.kind {
        case .buy, .buyToOpen, .sellToOpen:
            guard isTrade(transaction) else { return }
            bookOpening(transaction, key, sign: transaction.kind == .sellToOpen ? -1 : 1)
        case .sell, .sellToClose, .exercise:
            guard isTrade(transaction) else { return }
            bookClosing(transaction, key, sign: 1)
        case .buyToClose, .assignment:
            guard isTrade(transaction) else { return }
            bookClosing(transaction, key, sign: -1)
        case .expiration:
            guard isTrade(transaction) else { return }
            let held = sign(of: key)
            bookClosing(transaction, key, sign: held == 0 ? -1 : held)
        case .split:
            bookSplit(transaction, key)
        case .adjustment:
            bookAdjustment(transaction, key)
        case .securitiesTransfer:
            bookTransfer(transaction, key)
        case .openingBalance:
            bookOpeningBalance(transaction, key)
        case .dividend, .interest, .transfer, .fee, .tax, .cashAdjustment:
            break
        }
    }

    private mutating func bookOpening(_ transaction: Transaction, _ key: Key, sign: Int) {
        var terms = terms(of: transaction, key.instrument)
        var left = transaction.quantity
        if (queues[key]?.sign ?? 0) == -sign {
            if transaction.kind != .buy {
                report(
                    .openedAgainstPosition,
                    transaction,
                    "the row opens \(key.instrument), but the other side was held: it was taken to close that first; "
                        + "check the history around this day for a missing row"
                )
            }
            left -= close(transaction, key, left, heldSign: -sign, &terms)
        }
        guard left > 0 else { return }
        let lot = Lot(
            instrument: key.instrument,
            quantity: sign < 0 ? -left : left,
            price: terms.price,
            fees: terms.takeFees(for: left),
            opened: transaction.date,
            transactionID: transaction.id,
            account: transaction.account
        )
        queues[key, default: LotQueue()].append(lot)
    }

    /// Closes what is held on the side `sign`; what is missing is reported as opened before the history.
    private mutating func bookClosing(_ transaction: Transaction, _ key: Key, sign: Int) {
        var terms = terms(of: transaction, key.instrument)
        if terms.price == nil { reportUnusable(transaction, "has neither a price nor an amount") }
        var left = transaction.quantity
        left -= close(transaction, key, left, heldSign: sign, &terms)
        if left > 0, let spare = spare(key) { left -= close(transaction, spare, left, heldSign: sign, &terms) }
        guard left > 0 else { return }
        let unknown = LotQueue.Part(quantity: left, price: nil, fees: 0, opened: nil)
        realise(transaction, key.instrument, unknown, heldSign: sign, &terms)
        report(
            .missingOpen,
            transaction,
            "\(left) \(key.instrument) closed on \(transaction.date) (\(transaction.kind.rawValue))\(place(key)) was opened "
                + "before the history begins, so its gain is not known\(elsewhere(key, sign)): import the older history, or give the opening "
                + "position with magnus import --opening FILE"
        )
    }

    /// Closes up to `wanted` of the lots under `key` if they are on the side `heldSign`; returns how much it closed.
    private mutating func close(
        _ transaction: Transaction,
        _ key: Key,
        _ wanted: Decimal,
        heldSign: Int,
        _ terms: inout Terms
    ) -> Decimal {
        guard let parts = takeParts(key, wanted, heldSign: heldSign) else { return 0 }
        var closed: Decimal = 0
        for part in parts {
            closed += part.quantity
            realise(transaction, key.instrument, part, heldSign: heldSign, &terms)
        }
        return closed
    }

    private mutating func realise(
        _ transaction: Transaction,
        _ instrument: Instrument,
        _ part: LotQueue.Part,
        heldSign: Int,
        _ terms: inout Terms
    ) {
        realised.append(
            RealisedGain(
                instrument: instrument,
                quantity: part.quantity,
                side: heldSign < 0 ? .short : .long,
                openDate: part.opened,
                closeDate: transaction.date,
                // A close without any price has no gain, whatever the opening cost.
                openPrice: terms.price == nil ? nil : part.price,
                closePrice: terms.price ?? 0,
                openFees: part.fees,
                closeFees: terms.takeFees(for: part.quantity),
                closedBy: transaction.kind,
                transactionID: transaction.id,
                openTransactionID: part.transactionID,
                account: transaction.account
            )
        )
    }

    private mutating func bookSplit(_ transaction: Transaction, _ key: Key) {
        if transaction.quantity == 0, let ratio = transaction.successor?.quantity {
            // Nothing was held; the ratio alone is told.
            conversions.append(
                Ledger.Conversion(
                    account: key.holder.name,
                    date: transaction.date,
                    old: key.instrument,
                    new: key.instrument,
                    factor: ratio
                )
            )
            return
        }
        guard let net = netSplits.removeValue(forKey: SplitKey(key: key, date: transaction.date)), net != 0 else {
            return
        }
        var queue = queues[key] ?? LotQueue()
        let before = queue.quantity
        let after = before + net
        if before != 0, after != 0, (before < 0) == (after < 0) {
            queue.spread(net)
            conversions.append(
                Ledger.Conversion(
                    account: key.holder.name,
                    date: transaction.date,
                    old: key.instrument,
                    new: key.instrument,
                    factor: after / before
                )
            )
        } else {
            queue.removeAll()
            if after > 0 {
                queue.append(
                    Lot(
                        instrument: key.instrument,
                        quantity: after,
                        price: nil,
                        opened: nil,
                        account: key.holder.name
                    )
                )
            }
            report(
                .mismatchedSplit,
                transaction,
                "the split of \(key.instrument) on \(transaction.date) changes the quantity by \(net), but \(before) "
                    + "was held: import the older history, or give the opening position with magnus import --opening FILE"
            )
        }
        queues[key] = queue
    }

    /// Turns all lots of a position into lots of another, each with what it had cost and the day it was opened.
    ///
    /// Cash that came with shares is a gain as far as all that was received is worth more than the lot had cost, but never more
    /// than the cash; a loss is not realised. The rest of the cash lowers the cost (US tax code, section 356 and 358).
    private mutating func bookAdjustment(_ transaction: Transaction, _ key: Key) {
        guard let successor = transaction.successor, transaction.quantity != 0, successor.quantity != 0 else {
            return reportUnusable(transaction, "does not say what the position became")
        }
        let target = Key(holder: key.holder, instrument: successor.instrument)
        var queue = queues[target] ?? LotQueue()
        guard queue.sign == 0 || (queue.sign < 0) == (successor.quantity < 0) else {
            return reportUnusable(transaction, "makes a position of the side other than the one that is held")
        }
        let heldSign = transaction.quantity < 0 ? -1 : 1
        guard let parts = takeParts(key, abs(transaction.quantity), heldSign: heldSign) else { return }
        let factor = successor.quantity / transaction.quantity
        let units = factor * Decimal(successor.instrument.multiplier) / Decimal(key.instrument.multiplier)
        let cash = transaction.amount / transaction.quantity
        var kept: [Lot] = []
        for part in parts {
            let quantity = part.quantity * factor
            var cost = part.price
            if cash != 0, let price = part.price {
                let whole = cash + factor * (successor.price ?? 0)
                let gain = heldSign > 0 ? max(0, min(cash, whole - price)) : 0
                cost = price + gain - cash
                realised.append(exchange(transaction, key.instrument, part, heldSign, cash: cash, gain: gain))
            }
            let fees = (part.fees * successor.costFraction).roundedToFeeScale
            queue.append(
                Lot(
                    instrument: successor.instrument,
                    quantity: successor.quantity < 0 ? -quantity : quantity,
                    price: cost.map { $0 * successor.costFraction / units },
                    fees: fees,
                    opened: part.opened,
                    transactionID: part.transactionID,
                    account: key.holder.name
                )
            )
            guard successor.isBesideTheOld else { continue }
            kept.append(
                Lot(
                    instrument: key.instrument,
                    quantity: heldSign < 0 ? -part.quantity : part.quantity,
                    price: cost.map { $0 * (1 - successor.costFraction) },
                    fees: part.fees - fees,
                    opened: part.opened,
                    transactionID: part.transactionID,
                    account: key.holder.name
                )
            )
        }
        queue.sortByOpening()
        queues[target] = queue
        guard !kept.isEmpty else {
            let isMerger = key.instrument.underlying != successor.instrument.underlying
            conversions.append(
                Ledger.Conversion(
                    account: key.holder.name,
                    date: transaction.date,
                    old: key.instrument,
                    new: successor.instrument,
                    factor: factor,
                    exchanged: isMerger ? parts.compactMap(\.transactionID) : []
                )
            )
            return
        }
        var old = queues[key] ?? LotQueue()
        for lot in kept { old.append(lot) }
        old.sortByOpening()
        queues[key] = old
    }

    /// The part of an exchange that was paid in cash.
    private func exchange(
        _ transaction: Transaction,
        _ instrument: Instrument,
        _ part: LotQueue.Part,
        _ heldSign: Int,
        cash: Decimal,
        gain: Decimal
    ) -> RealisedGain {
        RealisedGain(
            instrument: instrument,
            quantity: part.quantity,
            side: heldSign < 0 ? .short : .long,
            openDate: part.opened,
            closeDate: transaction.date,
            openPrice: cash - gain,
            closePrice: cash,
            closedBy: transaction.kind,
            transactionID: transaction.id,
            openTransactionID: part.transactionID,
            account: transaction.account
        )
    }

    private mutating func bookTransfer(_ transaction: Transaction, _ key: Key) {
        let sign = transaction.quantity < 0 ? -1 : 1
        var left = abs(transaction.quantity)
        guard left > 0 else { return reportUnusable(transaction, "has no quantity") }
        for source in [key, spare(key)].compactMap(\.self) where left > 0 {
            for part in takeParts(source, left, heldSign: -sign) ?? [] { left -= part.quantity }
        }
        guard left > 0 else { return }
        // Out of nothing there is nothing to take, unless the row brings a short option along with its price.
        guard sign > 0 || (transaction.price != nil && key.instrument.contract != nil) else {
            return report(
                .missingOpen,
                transaction,
                "\(left) \(key.instrument) was moved out\(place(key)) on \(transaction.date) but not held: import the older history, "
                    + "or give the opening position with magnus import --opening FILE"
            )
        }
        let quantity = sign < 0 ? -left : left
        let lot = Lot(
            instrument: key.instrument,
            quantity: quantity,
            price: transaction.price,
            opened: nil,
            account: key.holder.name
        )
        queues[key, default: LotQueue()].append(lot)
    }

    private mutating func bookOpeningBalance(_ transaction: Transaction, _ key: Key) {
        let quantity = transaction.quantity
        guard quantity != 0 else { return reportUnusable(transaction, "has no quantity") }
        let held = sign(of: key)
        guard held == 0 || (held < 0) == (quantity < 0) else {
            return reportUnusable(transaction, "gives both a long and a short opening balance of \(key.instrument)")
        }
        let lot = Lot(
            instrument: key.instrument,
            quantity: quantity,
            price: transaction.price,
            fees: transaction.fees,
            opened: transaction.date == .beforeHistory ? nil : transaction.date,
            transactionID: transaction.id,
            account: key.holder.name
        )
        queues[key, default: LotQueue()].append(lot)
    }

    private mutating func takeParts(_ key: Key, _ wanted: Decimal, heldSign: Int) -> [LotQueue.Part]? {
        guard let slot = queues.index(forKey: key), queues.values[slot].sign == heldSign else { return nil }
        return queues.values[slot].take(wanted)
    }

    private func sign(of key: Key) -> Int {
        if let own = queues[key]?.sign, own != 0 { return own }
        return spare(key).flatMap { queues[$0]?.sign } ?? 0
    }

    /// What an account may take from besides its own lots: what was held before the history begins in no account in particular,
    /// and never the lots of another account.
    private func spare(_ key: Key) -> Key? {
        key.holder == .anyAccount ? nil : Key(holder: .anyAccount, instrument: key.instrument)
    }

    /// ` in Schwab`, where there are several accounts to tell apart.
    private func place(_ key: Key) -> String {
        accounts.count > 1 ? key.holder.name.map { " in \($0)" } ?? "" : ""
    }

    /// ` (what Robinhood holds of it is left alone)`, where other accounts hold what this one lacks.
    private func elsewhere(_ key: Key, _ sign: Int) -> String {
        let others = accounts.filter { holder in
            holder != key.holder && queues[Key(holder: holder, instrument: key.instrument)]?.sign == sign
        }
        guard !others.isEmpty else { return "" }
        let names = others.map { $0.name ?? "the account without a name" }.joined(separator: ", ")
        return " (what \(names) holds of it is left alone)"
    }

    /// The price of a trade: the row's own, or what its amount comes to per share. Options that end have none of
    /// their own and end at 0, except where the row settles them in cash.
    private func terms(of transaction: Transaction, _ instrument: Instrument) -> Terms {
        let price: Decimal?
        switch transaction.kind {
        case .assignment, .exercise, .expiration:
            // An amount that is nothing but the fee of the assignment leaves nothing per share.
            price = transaction.amount == 0 ? 0 : perShare(transaction, instrument, pays: transaction.amount < 0)
        default:
            let pays = transaction.kind == .buy || transaction.kind == .buyToOpen || transaction.kind == .buyToClose
            let isUnknown = transaction.price == nil && transaction.amount == 0
            price = isUnknown ? nil : transaction.price ?? perShare(transaction, instrument, pays: pays)
        }
        return Terms(price: price, fees: transaction.fees, quantity: transaction.quantity)
    }

    /// What the amount without fees comes to per share.
    private func perShare(_ transaction: Transaction, _ instrument: Instrument, pays: Bool) -> Decimal {
        let net = pays ? -transaction.amount : transaction.amount
        let gross = pays ? net - transaction.fees : net + transaction.fees
        return gross / (transaction.quantity * Decimal(instrument.multiplier))
    }

    private mutating func isTrade(_ transaction: Transaction) -> Bool {
        if transaction.quantity > 0 { return true }
        reportUnusable(transaction, "has no positive quantity")
        return false
    }

    private mutating func report(_ kind: LedgerIssue.Kind, _ transaction: Transaction, _ message: String) {
        issues.append(
            LedgerIssue(kind: kind, instrument: transaction.instrument, date: transaction.date, message: message)
        )
    }

    private mutating func reportUnusable(_ transaction: Transaction, _ reason: String) {
        report(
            .unusableRow,
            transaction,
            "\(transaction.origin.file) line \(transaction.origin.line): the \(transaction.kind.rawValue) row \(reason), "
                + "so it is not fully counted: correct the row and import the file again"
        )
    }

    private static func needsInstrument(_ kind: Transaction.Kind) -> Bool {
        switch kind {
        case .dividend, .interest, .transfer, .fee, .tax, .cashAdjustment, .openingBalance: return false
        default: return true
        }
    }
}
