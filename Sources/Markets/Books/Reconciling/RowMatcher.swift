import Foundation

/// Pairs the rows of a statement with those of the books, and says what is wrong with the rest.
struct RowMatcher {
    /// Days by which two files may date one event differently.
    private static let dayTolerance = 5
    /// More rows of one kind and day than these are not tried in every combination.
    private static let mostParts = 14

    private(set) var matched = 0
    private(set) var findings: [Reconciliation.Finding] = []

    init() {}

    /// Pairs `stated` with `booked`, both without opening balances.
    init(stated: [Transaction], booked: [Transaction]) {
        var stated = stated.sorted(by: Self.precedes)
        var booked = booked.sorted(by: Self.precedes)
        let agreed = takeEqual(&stated, &booked)
        takeParts(&stated, &booked)
        takeDuplicates(agreed, &booked)
        takePairs(&stated, &booked, as: .otherDay) {
            $0.kind == $1.kind && $0.instrument == $1.instrument && $0.quantity == $1.quantity && $0.amount == $1.amount
                && abs($0.date.days(until: $1.date)) <= Self.dayTolerance
        }
        takePairs(&stated, &booked, as: .differs) {
            $0.date == $1.date && $0.instrument == $1.instrument && $0.quantity == $1.quantity && $0.amount == $1.amount
        }
        takePairs(&stated, &booked, as: .differs) {
            $0.date == $1.date && $0.instrument == $1.instrument && $0.kind == $1.kind
                && ($0.quantity == $1.quantity || $0.amount == $1.amount || $0.price == $1.price)
        }
        findings += stated.map { Reconciliation.Finding(kind: .missing, stated: [$0], booked: []) }
        findings += booked.map { Reconciliation.Finding(kind: .unstated, stated: [], booked: [$0]) }
        findings.sort { left, right in
            guard let first = left.row, let second = right.row else { return false }
            return Self.precedes(first, second)
        }
    }

    /// Rows that say the same as an earlier one, under another id.
    static func repeated(in rows: [Transaction]) -> [Transaction] {
        var seen: Set<Transaction.Event> = []
        return rows.sorted(by: precedes).filter { row in
            row.kind != .openingBalance && !seen.insert(row.event).inserted
        }
    }

    private static func precedes(_ left: Transaction, _ right: Transaction) -> Bool {
        (left.date.daysSinceEpoch, left.sequence, left.origin.file, left.origin.line, left.id)
            < (right.date.daysSinceEpoch, right.sequence, right.origin.file, right.origin.line, right.id)
    }

    /// Takes out rows of one id, then rows of one event; returns how often each event was agreed on.
    private mutating func takeEqual(_ stated: inout [Transaction], _ booked: inout [Transaction]) -> [Transaction.Event:
        Int]
    {
        var agreed: [Transaction.Event: Int] = [:]
        let ids = Set(stated.map(\.id)).intersection(booked.map(\.id))
        for row in stated where ids.contains(row.id) { agreed[row.event, default: 0] += 1 }
        stated.removeAll { ids.contains($0.id) }
        booked.removeAll { ids.contains($0.id) }
        matched += ids.count
        var waiting = Dictionary(grouping: booked.indices) { booked[$0].event }.mapValues { $0[...] }
        var taken: Set<Int> = []
        var left: [Transaction] = []
        for row in stated {
            let event = row.event
            if let index = waiting[event]?.popFirst() {
                taken.insert(index)
                agreed[event, default: 0] += 1
                matched += 1
            } else {
                left.append(row)
            }
        }
        stated = left
        booked = booked.indices.filter { !taken.contains($0) }.map { booked[$0] }
        return agreed
    }

    /// Takes out rows of which one side has several that come to the same.
    private mutating func takeParts(_ stated: inout [Transaction], _ booked: inout [Transaction]) {
        for kind in [Reconciliation.Kind.split, .joined] {
            var (wholes, parts) = kind == .split ? (stated, booked) : (booked, stated)
            struct Key: Hashable {
                var date: TradingDate
                var kind: Transaction.Kind
                var instrument: Instrument?
            }
            func key(_ row: Transaction) -> Key { Key(date: row.date, kind: row.kind, instrument: row.instrument) }
            var waiting = Dictionary(grouping: parts.indices) { key(parts[$0]) }
            var taken: Set<Int> = []
            wholes.removeAll { whole in
                let candidates = waiting[key(whole)] ?? []
                guard candidates.count >= 2,
                    let chosen = Self.combination(of: candidates, in: parts, comingTo: whole)
                else { return false }
                waiting[key(whole)] = candidates.filter { !chosen.contains($0) }
                taken.formUnion(chosen)
                let rows = chosen.map { parts[$0] }
                findings.append(
                    Reconciliation.Finding(
                        kind: kind,
                        stated: kind == .split ? [whole] : rows,
                        booked: kind == .split ? rows : [whole]
                    )
                )
                return true
            }
            parts = parts.indices.filter { !taken.contains($0) }.map { parts[$0] }
            (stated, booked) = kind == .split ? (wholes, parts) : (parts, wholes)
        }
    }

    /// The fewest rows, two at least, whose quantities and amounts come to those of `whole`.
    private static func combination(
        of candidates: [Int],
        in rows: [Transaction],
        comingTo whole: Transaction
    ) -> [Int]? {
        guard candidates.count <= mostParts else {
            let sums = candidates.reduce((Decimal(0), Decimal(0))) {
                ($0.0 + rows[$1].quantity, $0.1 + rows[$1].amount)
            }
            return sums == (whole.quantity, whole.amount) ? candidates : nil
        }
        var best: [Int]?
        for mask in 1..<(1 << candidates.count) where mask.nonzeroBitCount >= 2 {
            guard mask.nonzeroBitCount < best?.count ?? .max else { continue }
            let chosen = candidates.indices.filter { mask & (1 << $0) != 0 }.map { candidates[$0] }
            let quantity = chosen.reduce(Decimal(0)) { $0 + rows[$1].quantity }
            let amount = chosen.reduce(Decimal(0)) { $0 + rows[$1].amount }
            if quantity == whole.quantity, amount == whole.amount { best = chosen }
        }
        return best
    }

    /// Takes out rows of the books that repeat one both have.
    private mutating func takeDuplicates(_ agreed: [Transaction.Event: Int], _ booked: inout [Transaction]) {
        var seen: Set<Transaction.Event> = []
        booked.removeAll { row in
            let event = row.event
            guard agreed[event] != nil || !seen.insert(event).inserted else { return false }
            findings.append(Reconciliation.Finding(kind: .duplicate, stated: [], booked: [row]))
            return true
        }
    }

    private mutating func takePairs(
        _ stated: inout [Transaction],
        _ booked: inout [Transaction],
        as kind: Reconciliation.Kind,
        where belong: (Transaction, Transaction) -> Bool
    ) {
        var byInstrument = Dictionary(grouping: booked.indices) { booked[$0].instrument }
        var taken: Set<Int> = []
        stated.removeAll { row in
            let candidates = (byInstrument[row.instrument] ?? []).filter { belong(row, booked[$0]) }
            let nearest = candidates.min { left, right in
                let (first, second) = (booked[left], booked[right])
                return (abs(first.date.days(until: row.date)), abs(first.amount - row.amount), left)
                    < (abs(second.date.days(until: row.date)), abs(second.amount - row.amount), right)
            }
            guard let nearest else { return false }
            byInstrument[row.instrument]?.removeAll { $0 == nearest }
            taken.insert(nearest)
            findings.append(Reconciliation.Finding(kind: kind, stated: [row], booked: [booked[nearest]]))
            return true
        }
        booked = booked.indices.filter { !taken.contains($0) }.map { booked[$0] }
    }
}
