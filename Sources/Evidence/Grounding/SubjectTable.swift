import Foundation
import Markets

/// Whom facts are about: every name once, contracts with their terms.
struct SubjectTable {
    /// An option contract named by a fact.
    struct Contract {
        /// The name's number.
        let name: Int
        /// The number of the underlying's ticker.
        let ticker: Int
        let root: String
        let expiration: TradingDate
        let strike: Decimal
        let right: OptionContract.Right
    }

    /// Those one or more facts are about.
    struct Group {
        /// Numbers of tickers and other names, the underlyings of contracts included.
        var tickers: [Int]
        /// Numbers of contracts, as names.
        var contracts: [Int]

        var isEmpty: Bool { tickers.isEmpty && contracts.isEmpty }
    }

    /// What a text says of a contract, its expiration aside.
    private struct Terms: Hashable {
        let ticker: Int?
        let strike: Decimal
        let right: OptionContract.Right
    }

    private var numbers: [String: Int] = [:]
    private(set) var contracts: [Int: Contract] = [:]
    private(set) var contractsByTicker: [Int: [Int]] = [:]
    private(set) var groups: [Group] = [Group(tickers: [], contracts: [])]
    /// The groups a name is in.
    private(set) var groupsByName: [Int: [Int]] = [:]
    /// The groups a ticker is in that name no contract: an account holds few of these and many contracts.
    private var groupsWithoutContracts: [Int: [Int]] = [:]
    /// Contracts by what a text says of them, with their ticker and, for texts that name none, without.
    private var contractsByTerms: [Terms: [Int]] = [:]
    private var groupNumbers: [[String]: Int] = [[]: 0]
    /// Facts about the same subjects mostly follow each other.
    private var lastGroup: (subjects: [String], number: Int) = ([], 0)
    /// Names of more or other than one word in capitals, by their first word, the longest first.
    private var phrases: [String: [(words: [String], name: Int)]] = [:]

    /// Names that are days, ends of months: by month of the year, and with the date.
    private var days: [(date: TradingDate, name: Int)] = []
    /// Names such as `NVDA supply 1`, by the words between the ticker and the number.
    private var parts: [String: [Int]] = [:]
    /// The ticker of names such as `NVDA supply 1`.
    private var owners: [Int: Int] = [:]

    /// The names that are days which agree with what is written of a date.
    func days(_ claim: Figure.DateClaim) -> [Int] {
        days.filter { claim.agrees(with: $0.date) }.map(\.name)
    }

    /// The day that a name is, the end of a month.
    func day(of name: Int) -> TradingDate? { days.first { $0.name == name }?.date }

    /// The ticker of a name such as `NVDA supply 1`.
    func owner(of name: Int) -> Int? { owners[name] }

    /// The names of which a word is part: `supply` for `NVDA supply 1` and `NVDA supply 2`.
    func parts(_ word: String) -> [Int]? {
        parts[word]
    }

    /// The one ticker that facts are about, if it is one.
    var soleTicker: Int? {
        var tickers: Set<Int> = []
        for group in groups { tickers.formUnion(group.tickers) }
        tickers.subtract(parts.values.joined())
        tickers.subtract(days.map(\.name))
        tickers.subtract(phrases.values.joined().map(\.name))
        return tickers.count == 1 ? tickers.first : nil
    }

    /// Those a sentence that names nobody may be about, contracts before tickers; none where they are many.
    var singleTargets: [Target] {
        guard contracts.count <= 48, groups.count <= 256 else { return [] }
        let options = contracts.values.sorted { $0.name < $1.name }.map {
            Target(tickers: [$0.ticker], contracts: [$0.name])
        }
        let others = groups.flatMap(\.tickers).reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
        guard options.count + others.count <= 48 else { return [] }
        return options + others.map { Target(tickers: [$0], owner: owners[$0]) }
    }

    /// The number of the group of a fact's subjects.
    mutating func group(_ subjects: [String]) -> Int {
        if subjects == lastGroup.subjects { return lastGroup.number }
        if let known = groupNumbers[subjects] {
            lastGroup = (subjects, known)
            return known
        }
        var group = Group(tickers: [], contracts: [])
        for subject in subjects {
            let number = self.number(subject)
            // "AMD 2026-11-20 160 put to AMD 2026-12-18 150 put" is about both.
            if let middle = subject.range(of: " to "),
                let from = OptionContract(subject: String(subject[..<middle.lowerBound]))
            {
                let first = self.number(from.description)
                if contracts[first] != nil, !group.contracts.contains(first) { group.contracts.append(first) }
            }
            if let contract = contracts[number] {
                if !group.contracts.contains(number) { group.contracts.append(number) }
                if !group.tickers.contains(contract.ticker) { group.tickers.append(contract.ticker) }
            } else if !group.tickers.contains(number) {
                group.tickers.append(number)
                if let owner = owners[number], !group.tickers.contains(owner) { group.tickers.append(owner) }
            }
        }
        let index = groups.count
        groups.append(group)
        groupNumbers[subjects] = index
        lastGroup = (subjects, index)
        for name in group.tickers + group.contracts { groupsByName[name, default: []].append(index) }
        if group.contracts.isEmpty {
            for ticker in group.tickers { groupsWithoutContracts[ticker, default: []].append(index) }
        }
        return index
    }

    /// The groups that a target admits, each once.
    func groups(of target: Target) -> [Int] {
        if target.isUnknown { return [] }
        var found: [Int] = []
        if target.contracts.isEmpty {
            for ticker in target.tickers { found += groupsByName[ticker] ?? [] }
            if let owner = target.owner {
                found += (groupsByName[owner] ?? []).filter { groups[$0].tickers == [owner] }
            }
        } else {
            for contract in target.contracts { found += groupsByName[contract] ?? [] }
            for ticker in target.tickers { found += groupsWithoutContracts[ticker] ?? [] }
        }
        guard found.count > 1 else { return found }
        var seen: Set<Int> = []
        return found.filter { seen.insert($0).inserted }
    }

    /// Every name short enough for a ticker.
    var tickers: [String] { numbers.keys.filter { $0.utf8.count <= 6 } }

    /// The number of a ticker written in capitals, if any fact is about it.
    func ticker(_ capitals: String) -> Int? {
        guard let number = numbers[capitals], contracts[number] == nil else { return nil }
        return number
    }

    /// The number of a subject as facts name it.
    func name(_ subject: String) -> Int? {
        numbers[subject]
    }

    /// The longest name of several or small words that stands at a position of a sentence.
    func phrase(in sentence: [Token], at position: Int) -> (name: Int, length: Int)? {
        guard !phrases.isEmpty, let candidates = phrases[sentence[position].name] else { return nil }
        for (words, name) in candidates where position + words.count <= sentence.count {
            if words.indices.allSatisfy({ sentence[position + $0].name == words[$0] }) { return (name, words.count) }
        }
        return nil
    }

    /// The contracts that agree with what is written, of the tickers given or, where none is, of all.
    func contracts(matching claim: Figure.ContractClaim, of tickers: [Int]?) -> [Int] {
        let candidates = (tickers.map { $0.map(Optional.some) } ?? [nil]).flatMap { ticker in
            contractsByTerms[Terms(ticker: ticker, strike: claim.strike, right: claim.right)] ?? []
        }
        return candidates.filter { number in
            guard let contract = contracts[number] else { return false }
            return claim.expiration?.agrees(with: contract.expiration) ?? true
        }.sorted()
    }

    private mutating func number(_ subject: String) -> Int {
        if let known = numbers[subject] { return known }
        let number = numbers.count
        numbers[subject] = number
        if let contract = OptionContract(subject: subject) {
            let ticker = self.number(contract.underlying)
            contracts[number] = Contract(
                name: number,
                ticker: ticker,
                root: contract.root,
                expiration: contract.expiration,
                strike: contract.strike,
                right: contract.right
            )
            add(contract, number, ticker)
            if contract.root != contract.underlying { add(contract, number, self.number(contract.root)) }
            let terms = Terms(ticker: nil, strike: contract.strike, right: contract.right)
            contractsByTerms[terms, default: []].append(number)
        } else if let date = TradingDate(subject) {
            days.append((date, number))
        } else if !Self.isTicker(subject) {
            let pieces = subject.split(separator: " ")
            if pieces.count > 2, Self.isTicker(String(pieces[0])), pieces.last.flatMap({ Int($0) }) != nil {
                for piece in pieces.dropFirst().dropLast() where piece.allSatisfy(\.isLetter) {
                    parts[piece.lowercased(), default: []].append(number)
                    if let other = Self.synonyms[piece.lowercased()] {
                        parts[other, default: []].append(number)
                    }
                }
            }
            let words = TokenizedText.words(subject)
            note(words, number)
            if pieces.count > 2, Self.isTicker(String(pieces[0])) {
                note(Array(words.dropFirst()), number)
                let others = words.map { Self.synonyms[$0] ?? $0 }
                if others != words { note(Array(others.dropFirst()), number) }
                owners[number] = self.number(String(pieces[0]))
            }
        }
        return number
    }

    /// What traders call zones of demand and supply.
    private static let synonyms = ["demand": "support", "supply": "resistance"]

    private mutating func note(_ words: [String], _ number: Int) {
        guard let first = words.first else { return }
        phrases[first, default: []].append((words, number))
        phrases[first]?.sort { $0.words.count > $1.words.count }
    }

    private mutating func add(_ contract: OptionContract, _ number: Int, _ ticker: Int) {
        contractsByTicker[ticker, default: []].append(number)
        let terms = Terms(ticker: ticker, strike: contract.strike, right: contract.right)
        contractsByTerms[terms, default: []].append(number)
    }

    private static func isTicker(_ subject: String) -> Bool {
        subject.utf8.count <= 6
            && subject.utf8.allSatisfy { ($0 >= 65 && $0 <= 90) || ($0 >= 48 && $0 <= 57) || $0 == 46 }
    }
}
