import Foundation

/// Links the rows of one ticker in one account into chains.
struct WheelLinker {
    /// A row as a part of a chain.
    struct Entry {
        var row: Transaction
        var action: WheelLeg.Action
        /// Shares a split adds or removes, all its rows of the day together.
        var splitShares: Decimal = 0
    }

    /// The rows of one chain, oldest first.
    struct Group {
        var entries: [Entry] = []
        var dividends: Decimal = 0
        var gap: String?
        /// Whether all its sales are legs of spreads.
        var isSpread = true
    }

    /// Days between an assignment and the row of its shares.
    private static let assignmentLag = -1...5
    /// Days after the last share was gone on which a dividend still belongs to it.
    private static let dividendLag = 60

    private let rows: [Transaction]
    /// For every row the node it belongs to; nil for rows of no chain.
    private var nodes: [Int?]
    private var actions: [WheelLeg.Action?]
    private var splitShares: [Decimal]
    /// Parents of a forest whose trees are the chains.
    private var parents: [Int] = []
    private var gaps: [Int: String] = [:]
    private var dividends: [Int: Decimal] = [:]

    /// Links `rows`, which are in the order in which they were booked.
    init(rows: [Transaction]) {
        self.rows = rows
        nodes = Array(repeating: nil, count: rows.count)
        actions = Array(repeating: nil, count: rows.count)
        splitShares = Array(repeating: 0, count: rows.count)
        walk()
        linkRolls()
        linkAssignments()
    }

    /// The chains, in the order in which they began.
    var groups: [Group] {
        let spreads = spreadLegs
        var groups: [Int: Group] = [:]
        var order: [Int] = []
        for (index, row) in rows.enumerated() {
            guard let node = nodes[index], let action = actions[index] else { continue }
            let root = root(of: node)
            if groups[root] == nil { order.append(root) }
            groups[root, default: Group()].entries.append(
                Entry(row: row, action: action, splitShares: splitShares[index])
            )
            if row.kind == .sellToOpen, row.instrument?.contract != nil, !spreads.contains(index) {
                groups[root]?.isSpread = false
            }
        }
        for (node, gap) in gaps.sorted(by: { $0.key < $1.key }) {
            let root = root(of: node)
            let known = groups[root]?.gap
            groups[root]?.gap = known ?? gap
        }
        for (node, amount) in dividends { groups[root(of: node)]?.dividends += amount }
        return order.compactMap { groups[$0] }
    }

    /// Sales on a day on which as many options of their right were bought to open.
    private var spreadLegs: Set<Int> {
        struct Key: Hashable {
            var date: TradingDate
            var right: OptionContract.Right
        }
        var bought: [Key: Decimal] = [:]
        for row in rows where row.kind == .buyToOpen {
            guard let contract = row.instrument?.contract else { continue }
            bought[Key(date: row.date, right: contract.right), default: 0] += row.quantity
        }
        var legs: Set<Int> = []
        for (index, row) in rows.enumerated() where row.kind == .sellToOpen {
            guard let contract = row.instrument?.contract else { continue }
            let key = Key(date: row.date, right: contract.right)
            guard let left = bought[key], left >= row.quantity else { continue }
            bought[key] = left - row.quantity
            legs.insert(index)
        }
        return legs
    }

    // MARK: - Nodes

    private mutating func node() -> Int {
        parents.append(parents.count)
        return parents.count - 1
    }

    private func root(of node: Int) -> Int {
        var node = node
        while parents[node] != node { node = parents[node] }
        return node
    }

    private mutating func join(_ first: Int, _ second: Int) {
        let (first, second) = (root(of: first), root(of: second))
        guard first != second else { return }
        // Nodes of calls without shares and of bare shares never join by themselves, so this is all there is to it.
        parents[max(first, second)] = min(first, second)
    }

    // MARK: - Rows

    /// Shares held, and the node of the time since there were none.
    private struct Holding {
        var shares: Decimal = 0
        var node: Int?
        var lastNode: Int?
        var lastDay: TradingDate?
    }

    /// Gives every row its node.
    private mutating func walk() {
        struct Short {
            var node: Int
            var contracts: Decimal
        }
        var short: [OptionContract: Short] = [:]
        var long: [OptionContract: Decimal] = [:]
        var holding = Holding()
        var netSplits = splitsByDay()
        /// Calls sold on a day before the row that brings the shares.
        var waitingCalls: [(date: TradingDate, node: Int)] = []
        for (index, row) in rows.enumerated() {
            guard let contract = row.instrument?.contract else {
                walkShares(index, row, &holding, &netSplits)
                if let node = holding.node {
                    for call in waitingCalls where call.date == row.date { join(call.node, node) }
                    waitingCalls.removeAll { $0.date == row.date }
                }
                continue
            }
            switch row.kind {
            case .sellToOpen,
                .openingBalance where row.kind == .sellToOpen || row.quantity < 0:
                // A sale while the same contract is held long closes that first, as in the ledger.
                if row.kind == .sellToOpen, let held = long[contract], held > 0 {
                    long[contract] = max(0, held - row.quantity)
                    continue
                }
                let entry = short[contract] ?? Short(node: node(), contracts: 0)
                short[contract] = Short(node: entry.node, contracts: entry.contracts + row.quantity.magnitude)
                nodes[index] = entry.node
                actions[index] = row.kind == .sellToOpen ? .sold : .heldBefore
                if contract.right == .call {
                    if let owner = holding.node, holding.shares > 0 {
                        join(entry.node, owner)
                    } else {
                        waitingCalls.append((row.date, entry.node))
                    }
                }
            case .buyToClose, .assignment, .expiration, .securitiesTransfer, .buyToOpen:
                let closes = row.kind == .securitiesTransfer ? row.quantity > 0 : true
                guard closes, let entry = short[contract] else {
                    if row.kind == .buyToOpen { long[contract, default: 0] += row.quantity }
                    if row.kind == .buyToClose || row.kind == .assignment {
                        let lost = node()
                        gaps[lost] = "an option of its chain was sold before the history begins"
                        nodes[index] = lost
                        actions[index] = row.kind == .assignment ? .assigned : .boughtBack
                    }
                    continue
                }
                nodes[index] = entry.node
                switch row.kind {
                case .assignment: actions[index] = .assigned
                case .expiration: actions[index] = .expired
                case .securitiesTransfer: actions[index] = .moved
                default: actions[index] = .boughtBack
                }
                let left = entry.contracts - row.quantity
                if left < 0 { gaps[entry.node] = "an option of its chain was sold before the history begins" }
                short[contract] = left > 0 ? Short(node: entry.node, contracts: left) : nil
            case .adjustment:
                guard let entry = short[contract], let successor = row.successor,
                    let next = successor.instrument.contract, row.quantity < 0
                else {
                    // A long position stays out of the wheel, under its new name.
                    if let held = long.removeValue(forKey: contract), let successor = row.successor,
                        let next = successor.instrument.contract
                    {
                        long[next, default: 0] += row.quantity == 0 ? held : held * successor.quantity / row.quantity
                    }
                    continue
                }
                nodes[index] = entry.node
                actions[index] = .adjusted
                short[contract] = nil
                if let other = short[next] { join(other.node, entry.node) }
                short[next] = Short(
                    node: entry.node,
                    contracts: (short[next]?.contracts ?? 0) + successor.quantity.magnitude
                )
            case .sellToClose, .exercise:
                long[contract] = max(0, (long[contract] ?? 0) - row.quantity)
            case .openingBalance:
                long[contract, default: 0] += row.quantity
            default: break
            }
        }
    }

    /// The split rows of each day put together: some brokers take all old shares out and put all new ones in.
    private func splitsByDay() -> [TradingDate: Decimal] {
        var splits: [TradingDate: Decimal] = [:]
        for row in rows where row.kind == .split && row.instrument?.contract == nil {
            splits[row.date, default: 0] += row.quantity
        }
        return splits
    }

    private mutating func walkShares(
        _ index: Int,
        _ row: Transaction,
        _ holding: inout Holding,
        _ netSplits: inout [TradingDate: Decimal]
    ) {
        let change: Decimal
        switch row.kind {
        case .buy, .buyToOpen, .buyToClose:
            change = row.quantity
            actions[index] = .sharesBought
        case .sell, .sellToOpen, .sellToClose:
            change = -row.quantity
            actions[index] = .sharesSold
        case .split:
            guard let net = netSplits.removeValue(forKey: row.date), net != 0 else { return }
            change = net
            splitShares[index] = net
            actions[index] = .split
        case .adjustment:
            guard let successor = row.successor else {
                change = row.quantity
                actions[index] = .received
                break
            }
            guard successor.instrument.contract == nil else { return }
            change = successor.isBesideTheOld ? 0 : successor.quantity - row.quantity
            splitShares[index] = change
            actions[index] = successor.isBesideTheOld ? .spunOff : .exchanged
        case .securitiesTransfer:
            change = row.quantity
            actions[index] = .moved
        case .openingBalance:
            change = row.quantity
            actions[index] = .heldBefore
        case .dividend, .tax:
            let recent = holding.lastDay.map { $0.days(until: row.date) <= Self.dividendLag } ?? false
            if let owner = holding.node ?? (recent ? holding.lastNode : nil) {
                dividends[owner, default: 0] += row.amount
            }
            return
        default: return
        }
        let owner = holding.node ?? node()
        nodes[index] = owner
        holding.node = owner
        holding.shares += change
        if holding.shares == 0 {
            (holding.node, holding.lastNode, holding.lastDay) = (nil, owner, row.date)
        }
    }

    // MARK: - Links

    /// Joins what was bought back on a day with what was sold on it, of one right and of another contract: equal numbers
    /// first, then in the order of the rows.
    private mutating func linkRolls() {
        struct Key: Hashable {
            var date: TradingDate
            var right: OptionContract.Right
        }
        var closes: [Key: [Int]] = [:]
        var opens: [Key: [Int]] = [:]
        for (index, row) in rows.enumerated() where nodes[index] != nil {
            guard let contract = row.instrument?.contract else { continue }
            let key = Key(date: row.date, right: contract.right)
            if row.kind == .buyToClose { closes[key, default: []].append(index) }
            if row.kind == .sellToOpen { opens[key, default: []].append(index) }
        }
        for (key, sold) in opens.sorted(by: { $0.key.date < $1.key.date }) {
            guard let bought = closes[key] else { continue }
            var left = bought.map { (index: $0, contracts: rows[$0].quantity) }
            for open in sold.sorted(by: { hasEqual($0, bought) && !hasEqual($1, bought) }) {
                var wanted = rows[open].quantity
                let candidates = left.indices.filter {
                    left[$0].contracts > 0 && rows[left[$0].index].instrument != rows[open].instrument
                }
                let equalFirst = candidates.sorted {
                    left[$0].contracts == wanted && left[$1].contracts != wanted
                }
                for candidate in equalFirst where wanted > 0 {
                    guard let first = nodes[left[candidate].index], let second = nodes[open] else { continue }
                    join(first, second)
                    actions[left[candidate].index] = .rolledOutOf
                    actions[open] = .rolledInto
                    let taken = min(wanted, left[candidate].contracts)
                    wanted -= taken
                    left[candidate].contracts -= taken
                }
            }
        }
    }

    private func hasEqual(_ open: Int, _ closes: [Int]) -> Bool {
        closes.contains { rows[$0].quantity == rows[open].quantity }
    }

    /// Joins each assignment with the rows of the shares it brought or took.
    private mutating func linkAssignments() {
        var waiting: [(index: Int, contract: OptionContract, shares: Decimal)] = []
        for (index, row) in rows.enumerated() where row.kind == .assignment && nodes[index] != nil {
            guard let contract = row.instrument?.contract else { continue }
            waiting.append((index, contract, row.quantity * contract.deliveredShares))
        }
        guard !waiting.isEmpty else { return }
        for (index, row) in rows.enumerated() {
            guard let owner = nodes[index], let action = actions[index],
                action == .sharesBought || action == .sharesSold
            else { continue }
            var rest = row.quantity
            for slot in waiting.indices where rest > 0 {
                let assignment = waiting[slot]
                guard assignment.shares > 0, (assignment.contract.right == .put) == (action == .sharesBought),
                    row.price == nil || row.price == assignment.contract.strike || assignment.contract.isAdjusted,
                    Self.assignmentLag.contains(rows[assignment.index].date.days(until: row.date))
                else { continue }
                let taken = min(rest, assignment.shares)
                rest -= taken
                waiting[slot].shares -= taken
                if let other = nodes[assignment.index] { join(owner, other) }
            }
            if rest < row.quantity { actions[index] = action == .sharesBought ? .sharesPut : .sharesCalledAway }
        }
    }
}
