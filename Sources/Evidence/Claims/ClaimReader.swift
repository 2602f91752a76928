import Foundation
import Markets

/// Reads what a sentence claims in words of one or several that facts are about: who has a property, how many have it, and
/// whether all or none do.
///
/// A claim is read only where every word of it is understood; what is not read is left to the rules for single wordings.
/// All parts are of one kind: a range of words is a list of conditions, a condition is so of a row or not or unknown, and
/// a row is a group of subjects that facts are about: a position, a contract, a zone, a month.
struct ClaimReader {
    let index: EvidenceIndex
    let reading: SentenceReading
    /// What stands in brackets, and says nothing of how many are meant.
    let asides: Set<Int>
    /// What a month wins or loses by, where the sentence does not say it.
    private(set) var monthlyResult: [Int]

    /// The same, for each of what a month may win or lose by.
    var readings: [ClaimReader] {
        monthlyResult.map { label in
            var reader = self
            reader.monthlyResult = [label]
            return reader
        }
    }

    init(index: EvidenceIndex, reading: SentenceReading) {
        self.index = index
        self.reading = reading
        var asides: Set<Int> = []
        var isInside = false
        for (position, token) in reading.tokens.enumerated() {
            if token.parting == "(" { isInside = true } else if token.isParted { isInside = false }
            if isInside
                || token.parting == "," && asides.contains(position - 1)
                    && reading.tokens[position...].contains(where: {
                        $0.parting == ")"
                    })
            {
                asides.insert(position)
                isInside = true
            }
        }
        self.asides = asides
        monthlyResult = index.labels(named: "net premium") + index.labels(named: "realised gain")
    }

    var tokens: [Token] { reading.tokens }

    func word(_ position: Int) -> String {
        tokens.indices.contains(position) ? tokens[position].word : ""
    }

    // MARK: - Rows

    /// The contract a row is about, the last of several: what a roll opens.
    func contract(_ row: Int) -> SubjectTable.Contract? {
        index.subjects.groups[row].contracts.last.flatMap { index.subjects.contracts[$0] }
    }

    /// The tickers a row is about.
    func tickers(_ row: Int) -> [Int] {
        if let contract = contract(row) { return [contract.ticker] }
        return index.subjects.groups[row].tickers.map { index.subjects.owner(of: $0) ?? $0 }
    }

    /// The number of contracts or shares of a row, short ones below zero.
    func quantity(_ row: Int) -> Double? {
        value("quantity", row) ?? index.subjects.groups[row].contracts.last.flatMap(index.quantity)
    }

    /// The value that a row has under a label, or else that its ticker has.
    func value(_ label: String, _ row: Int) -> Double? {
        index.labels(named: label).lazy.compactMap { self.value($0, row) }.first
    }

    /// The value that a row has under a label, or else that its ticker has.
    func value(_ label: Int, _ row: Int) -> Double? {
        if index.labels[label].words == ["strike"], let contract = contract(row) {
            return contract.strike.approximation
        }
        let known = index.known(label)
        if let own = known.first(where: { $0.group == row }) { return own.value }
        guard contract(row) != nil else { return nil }
        let tickers = tickers(row)
        return known.first { other in
            let group = index.subjects.groups[other.group]
            return group.contracts.isEmpty && group.tickers == tickers
        }?.value
    }

    /// The days of a kind that a row has, or else its ticker.
    func days(_ kind: LabelClasses, _ row: Int) -> [TradingDate] {
        if kind == .expiration { return contract(row).map { [$0.expiration] } ?? [] }
        let own = index.days(of: [row]).filter { !$0.classes.isDisjoint(with: kind) }
        if !own.isEmpty { return own.map(\.date) }
        let target = Target(tickers: tickers(row))
        return index.days(of: index.subjects.groups(of: target)).filter { day in
            index.subjects.groups[day.group].contracts.isEmpty && !day.classes.isDisjoint(with: kind)
        }.map(\.date)
    }

    /// How far the price of the underlying lies beyond the strike, as part of the price; positive in the money.
    func depth(_ row: Int) -> Double? {
        guard let contract = contract(row), let price = value("underlying price", row), price > 0 else { return nil }
        let distance = (price - contract.strike.approximation) / price
        return contract.right == .call ? distance : -distance
    }

    // MARK: - Labels

    /// The labels that words may mean: the one they are, or all of their classes.
    func numbers(of mention: LabelMention) -> [Int] {
        if let label = mention.label, !index.known(label).isEmpty { return [label] }
        let alike = numbers(of: mention.classes)
        return mention.label.map { alike.contains($0) ? alike : [$0] + alike } ?? alike
    }

    /// The labels of some classes, those of limits aside.
    func numbers(of classes: LabelClasses) -> [Int] {
        index.labels.indices.filter { number in
            !index.labels[number].classes.isDisjoint(with: classes)
                && Set(index.labels[number].words).isDisjoint(with: ["limit", "target", "management", "points"])
        }
    }
}

/// Something that is so of a row, not so, or unknown.
struct Condition {
    var isSo: (Int) -> Bool?

    /// The opposite.
    var denied: Condition {
        Condition { row in isSo(row).map { !$0 } }
    }

    /// Whether all of several are so: no as soon as one is not.
    static func all(_ conditions: [Condition], _ row: Int) -> Bool? {
        var isKnown = true
        for condition in conditions {
            switch condition.isSo(row) {
            case false?: return false
            case nil: isKnown = false
            case true?: break
            }
        }
        return isKnown ? true : nil
    }
}

/// What a range of words says of rows.
struct Conditions {
    var all: [Condition] = []
    /// What the words call the rows.
    var nouns: Set<RowKind> = []
    /// Whether a word says more than what kind of thing is meant.
    var isTelling = false
    /// The tickers and contracts that are named.
    var targets: [Target] = []
    /// Tokens of numbers that are part of what is said: bounds.
    var numbers: [Int] = []
    /// The number of all that are meant: "AMD's four zones".
    var whole: Int?
    /// How many there would be if each of a period were known: its months.
    var span: Int?

    func isSo(_ row: Int) -> Bool? { Condition.all(all, row) }

    static func + (left: Conditions, right: Conditions) -> Conditions {
        Conditions(
            all: left.all + right.all,
            nouns: left.nouns.union(right.nouns),
            isTelling: left.isTelling || right.isTelling,
            targets: left.targets + right.targets,
            numbers: left.numbers + right.numbers,
            whole: left.whole ?? right.whole,
            span: left.span ?? right.span
        )
    }
}

/// What rows are called.
enum RowKind: Hashable {
    case position, option, shares, name, candidate, roll, zone, month, report

    static let words: [String: RowKind] = {
        var words: [String: RowKind] = [:]
        let nouns: [(RowKind, [String])] = [
            (.position, ["position", "holding", "line", "investment", "trade"]),
            (.option, ["option", "contract", "leg", "put", "call"]),
            (.shares, ["stock", "equity"]),
            (.name, ["name", "ticker", "symbol", "underlying", "company"]),
            (.candidate, ["candidate", "idea", "pick", "setup", "entry", "result"]),
            (.roll, ["roll", "choice", "alternative"]), (.zone, ["zone"]), (.month, ["month"]),
            (.report, ["report"]),
        ]
        for (kind, singulars) in nouns {
            for singular in singulars {
                words[singular] = kind
                words[singular + "s"] = kind
            }
        }
        words["equities"] = .shares
        words["shares"] = .shares
        words["companies"] = .name
        words["entries"] = .candidate
        return words
    }()
}
