/// All rows there are of a kind.
struct Population {
    var rows: [Int]
    /// Whether tickers are counted and not rows.
    var isOfNames = false
}

extension ClaimReader {
    /// All that words may choose from by what they call them: more than one where that leaves it open.
    func populations(_ kinds: Set<RowKind>) -> [Population] {
        var all: [Population] = []
        func add(_ label: String, isOfNames: Bool = false, where isMember: (Int) -> Bool = { _ in true }) {
            let rows = index.labels(named: label).flatMap(index.known).map(\.group).filter(isMember)
            if !rows.isEmpty { all.append(Population(rows: rows, isOfNames: isOfNames)) }
        }
        let held = heldRows
        if kinds.contains(.zone) { add("zone low") }
        if kinds.contains(.month) { add("net premium") }
        if kinds.contains(.roll) { add("net credit") }
        if kinds.contains(.candidate) { add("score") }
        if kinds.contains(.report) { add("days to earnings") }
        if !kinds.isDisjoint(with: [.zone, .month, .roll, .report]) { return all }
        if kinds.isSuperset(of: [.name, .option]) {
            return populations([.option]).map { Population(rows: $0.rows, isOfNames: true) }
        }
        if kinds.contains(.name) {
            if let held { return all + [Population(rows: held, isOfNames: true)] }
            for label in ["weight", "buying power requirement", "days to earnings", "score"] {
                add(label, isOfNames: true)
            }
            return all
        }
        if kinds.contains(.option) || kinds.contains(.candidate) {
            if let held {
                all.append(Population(rows: held.filter { contract($0) != nil }))
            } else if kinds.contains(.option) {
                all += (speaksOfShort ? leveled : nil).map { [Population(rows: $0)] } ?? []
            }
            add("score")
            if kinds.contains(.option) { add("net credit") }
            return all
        }
        guard let held, !kinds.isEmpty else { return all }
        all.append(Population(rows: kinds.contains(.shares) ? held.filter { contract($0) == nil } : held))
        return all
    }

    /// All that is held; nil where the facts do not name all of it.
    var heldRows: [Int]? {
        let held = index.labels(named: "quantity").flatMap(index.known).map(\.group)
        guard let count = index.positionCount, Double(held.count) == count else { return nil }
        return held
    }

    /// Whether a sentence speaks of options that are held short, or of the levels and odds that only these have.
    private var speaksOfShort: Bool {
        tokens.contains { token in
            ["short", "sold", "written", "assigned", "assignment", "assignable"].contains(token.word)
                || !token.capitals.isEmpty && index.groupsByText[token.capitals] != nil
        }
    }

    /// The short options, where the facts give the level of each.
    var leveled: [Int]? {
        guard let label = index.labels(named: "assignment level").first else { return nil }
        let rows = index.holders(of: label).sorted()
        return rows.count > 1 ? rows : nil
    }
}
