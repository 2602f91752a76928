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
            if let contract = contracts[number] {
                if !group.contracts.contains(number) { group.contracts.append(number) }
                if !group.tickers.contains(contract.ticker) { group.tickers.append(contract.ticker) }
            } else if !group.tickers.contains(number) {
                group.tickers.append(number)
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
        guard !phrases.isEmpty, let candidates = phrases[sentence[position].word] else { return nil }
        for (words, name) in candidates where position + words.count <= sentence.count {
            if words.indices.allSatisfy({ sentence[position + $0].word == words[$0] }) { return (name, words.count) }
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
        if let contract = Self.contract(subject) {
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
        } else if !Self.isTicker(subject) {
            let words = TokenizedText.words(subject)
            if let first = words.first {
                phrases[first, default: []].append((words, number))
                phrases[first]?.sort { $0.words.count > $1.words.count }
            }
        }
        return number
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

    /// A contract from its description, `NVDA 2026-11-20 170 put`, or its OCC symbol.
    private static func contract(_ subject: String) -> OptionContract? {
        // Split by bytes: names are many, and splitting by characters is slow.
        let parts = subject.utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) }
        if parts.count == 4, let expiration = TradingDate(parts[1]),
            let right = OptionContract.Right(rawValue: String(parts[3])),
            let strike = Decimal(string: String(parts[2]), locale: nil)
        {
            return OptionContract(root: String(parts[0]), expiration: expiration, right: right, strike: strike)
        }
        return subject.utf8.count >= 16 && subject.utf8.count <= 21 ? OptionContract(symbol: subject) : nil
    }
}
