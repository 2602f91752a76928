/// Finds the tickers that a text mentions.
///
/// A ticker counts where it is written as one: `$NVDA`, `(NASDAQ: NVDA)`; and where it is one of the owner's, as a whole
/// word in capitals. A word that is also English (`ALL`, `ON`) or a single letter needs the dollar sign or the exchange.
struct SymbolMentions: Sendable {
    private let known: Set<String>

    /// Finds mentions; `known` are the owner's tickers.
    init(known: some Sequence<String>) {
        self.known = Set(known.map { $0.uppercased() })
    }

    /// The tickers in `text`, each once, in order.
    func symbols(in text: String) -> [String] {
        let words = Self.words(of: text)
        let shouts = Self.shouts(words)
        var found: [String] = []
        var listing = false
        for (index, word) in words.enumerated() {
            // `NASDAQ: NVDA, AMD` names tickers until something else comes.
            if listing, Self.isTicker(word.text), index > 0, [":", ","].contains(words[index - 1].follower) {
                if !Self.exchanges.contains(word.text) { add(word.text, to: &found) }
            } else {
                listing = false
                let isTagged = word.leader == "$" && Self.isTicker(word.text)
                if isTagged, word.text.utf8.count > 1 || known.contains(word.text) {
                    add(word.text, to: &found)
                } else if !shouts, known.contains(word.text), word.text.utf8.count > 1,
                    !Self.english.contains(word.text)
                {
                    add(word.text, to: &found)
                }
            }
            if word.follower == ":", Self.isExchange(words, at: index) { listing = true }
        }
        return found
    }

    private func add(_ symbol: String, to found: inout [String]) {
        if !found.contains(symbol) { found.append(symbol) }
    }

    /// A word, the character before it and the first one behind it that is no space.
    private struct Word {
        var text: String
        var leader: Character?
        var follower: Character?
    }

    private static func words(of text: String) -> [Word] {
        let characters = Array(text)
        var words: [Word] = []
        var index = 0
        while index < characters.count {
            guard characters[index].isLetter || characters[index].isNumber else {
                index += 1
                continue
            }
            let start = index
            while index < characters.count, isInner(characters, index) { index += 1 }
            let behind = characters[index...].first { $0 != " " }
            words.append(
                Word(
                    text: String(characters[start..<index]),
                    leader: start > 0 ? characters[start - 1] : nil,
                    follower: behind
                )
            )
        }
        return words
    }

    /// Letters and digits, and a point or hyphen between two of them: `BRK.B`.
    private static func isInner(_ characters: [Character], _ index: Int) -> Bool {
        let character = characters[index]
        if character.isLetter || character.isNumber { return true }
        guard character == "." || character == "-", index + 1 < characters.count else { return false }
        return characters[index + 1].isLetter || characters[index + 1].isNumber
    }

    /// One to five capitals, perhaps with a class behind a point or hyphen.
    private static func isTicker(_ word: String) -> Bool {
        let parts = word.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let root = parts.first, (1...5).contains(root.count), parts.count <= 2, parts.last?.count ?? 0 <= 5 else {
            return false
        }
        return parts.allSatisfy { $0.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } }
            && parts.dropFirst().allSatisfy { $0.count == 1 }
    }

    /// Whether the word, alone or behind `NYSE`, names an exchange of the United States.
    private static func isExchange(_ words: [Word], at index: Int) -> Bool {
        let word = words[index].text.uppercased()
        if exchanges.contains(word) { return true }
        return index > 0 && ["AMERICAN", "ARCA", "MARKET", "GS", "GM", "CM"].contains(word)
            && (max(0, index - 4)..<index).contains { exchanges.contains(words[$0].text.uppercased()) }
    }

    /// Whether a headline is all in capitals, so that capitals mean nothing.
    private static func shouts(_ words: [Word]) -> Bool {
        let long = words.filter { $0.text.count > 3 && $0.text.contains(where: \.isLetter) }
        return long.count >= 3 && long.count { $0.text == $0.text.uppercased() } * 3 > long.count * 2
    }

    private static let exchanges: Set<String> = [
        "NASDAQ", "NASDAQGS", "NASDAQGM", "NASDAQCM", "NYSE", "NYSEAMERICAN", "NYSEARCA", "NYSEMKT", "AMEX", "OTC",
        "OTCQX", "OTCQB", "CBOE", "BATS",
    ]

    /// Tickers that are also words of headlines.
    private static let english: Set<String> = [
        "AI", "ALL", "AN", "ARE", "AT", "BE", "BIG", "BY", "CAN", "CAR", "CEO", "CFO", "CPI", "DAY", "EPS", "ET", "ETF",
        "EU", "EV", "FAST", "FDA", "FED", "FOR", "FUN", "GDP", "GO", "GOOD", "HAS", "HE", "IPO", "IT", "KEY", "LIFE",
        "LOVE", "LOW", "MAIN", "MAN", "NEW", "NEXT", "NICE", "NOW", "OF", "ON", "ONE", "OPEN", "OR", "OUT", "PLAY",
        "PM", "REAL", "RUN", "SEC", "SEE", "SO", "TECH", "TELL", "TRUE", "TV", "TWO", "UK", "UP", "US", "USA", "VERY",
        "WELL", "YOU",
    ]
}
