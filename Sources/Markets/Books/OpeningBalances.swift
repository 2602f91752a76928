/// Finds the accounts that opening balances belong to.
///
/// One that names its account belongs to that alone, in whatever case it is written. One that names none belongs to the only
/// account of the books; of several, to the only one whose rows name the instrument; where several do, or none, it is held
/// for any account: what closes more than its account had takes it from there, and from nowhere else.
public enum OpeningBalances {
    /// The history with every opening balance in its account; the same history where it has none.
    public static func assigned(_ transactions: [Transaction]) -> [Transaction] {
        guard transactions.contains(where: { $0.kind == .openingBalance }) else { return transactions }
        var accounts = Set(transactions.lazy.filter { $0.kind != .openingBalance && !$0.isOfAnyAccount }.map(\.account))
        var spellings = Dictionary(
            accounts.compactMap(\.self).map { ($0.lowercased(), $0) },
            uniquingKeysWith: { min($0, $1) }
        )
        var rows = transactions
        for index in rows.indices where rows[index].kind == .openingBalance {
            guard let name = rows[index].account, !accounts.contains(name) else { continue }
            if let known = spellings[name.lowercased()] {
                rows[index].account = known
            } else {
                accounts.insert(name)
                spellings[name.lowercased()] = name
            }
        }
        var traders: [Instrument: Set<String?>] = [:]
        if accounts.count > 1 {
            let wanted = Set(rows.lazy.filter { $0.kind == .openingBalance }.compactMap(\.instrument))
            for row in rows where !row.isOfAnyAccount && (row.kind != .openingBalance || row.account != nil) {
                guard let instrument = row.instrument, wanted.contains(instrument) else { continue }
                traders[instrument, default: []].insert(row.account)
            }
        }
        for index in rows.indices where rows[index].kind == .openingBalance && rows[index].account == nil {
            let candidates = accounts.count > 1 ? rows[index].instrument.flatMap { traders[$0] } ?? [] : accounts
            let isOfAny = candidates.count != 1
            // Rows that are assigned already stay as they are, so that a large history is not copied once more.
            if rows[index].isOfAnyAccount != isOfAny { rows[index].isOfAnyAccount = isOfAny }
            if let only = candidates.first, let name = only, !isOfAny { rows[index].account = name }
        }
        return rows
    }
}
