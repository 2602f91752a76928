import Evidence

/// Finds tickers in a question.
public struct SymbolResolver: Sendable {
    /// Tickers of which something is held or quoted.
    private let known: Set<String>
    /// Names by which the owner may call a ticker, lower case: `ford` for `F`.
    private let names: [String: String]

    /// A resolver over the tickers the portfolio knows and the companies' names.
    public init(known: Set<String>, names: [String: String] = [:]) {
        self.known = known
        self.names = names
    }

    /// The tickers a question names, in order and once each; `unknown` are those of which nothing is known.
    func symbols(in text: QuestionText) -> (all: [String], unknown: [String]) {
        var all: [String] = []
        var unknown: [String] = []
        // Capitals tell nothing in a question that is all capitals.
        let isShouted = text.words.count > 2 && text.words.allSatisfy { $0 == $0.uppercased() }
        for (index, word) in text.words.enumerated() {
            let rest = text.lowercased[(index + 1)...]
            guard let (symbol, isKnown) = symbol(word) ?? company(word, followedBy: rest) else { continue }
            guard !all.contains(symbol), isKnown || !isShouted || word.hasPrefix("$") else { continue }
            all.append(symbol)
            if !isKnown { unknown.append(symbol) }
        }
        return (all, unknown)
    }

    /// The ticker of a company by its name; in lower case only where the name is no word of the language or something of it is held.
    private func company(_ word: String, followedBy rest: ArraySlice<String>) -> (String, isKnown: Bool)? {
        // Of the banks of a country or a city one is a company that trades.
        let next = rest.starts(with: ["of"]) && !rest.starts(with: ["of", "america"]) ? "" : rest.first ?? ""
        let stem = SymbolResolver.stem(word)
        let parts = stem.lowercased().split(separator: "-", maxSplits: 1).map(String.init)
        guard let first = parts.first else { return nil }
        guard let ticker = CompanyNames.ticker(first, followedBy: parts.count > 1 ? parts[1] : next) else { return nil }
        let isKnown = known.contains(ticker)
        let isName = stem.first?.isUppercase == true || !CompanyNames.isWord(first)
        return isKnown || isName ? (ticker, isKnown) : nil
    }

    /// A word without the `'s` of possession.
    private static func stem(_ word: String) -> String {
        word.hasSuffix("'s") || word.hasSuffix("’s") ? String(word.dropLast(2)) : word
    }

    private func symbol(_ word: String) -> (String, isKnown: Bool)? {
        if word.hasPrefix("$") {
            let ticker = word.dropFirst().uppercased()
            guard SymbolResolver.looksLikeTicker(ticker) else { return nil }
            return (ticker, known.contains(ticker))
        }
        let stem = SymbolResolver.stem(word)
        if stem.allSatisfy({ $0.isUppercase || $0 == "." }), known.contains(stem),
            !SymbolResolver.pronouns.contains(stem)
        {
            return (stem, true)
        }
        let lower = stem.lowercased()
        if let named = names[lower] { return (named, true) }
        // In lower case only what is held counts, and only where it is no word of the language.
        if lower.count >= 2, known.contains(lower.uppercased()), !SymbolResolver.english.contains(lower) {
            return (lower.uppercased(), true)
        }
        guard stem.count >= 2, stem == stem.uppercased(), SymbolResolver.looksLikeTicker(stem),
            !SymbolResolver.acronyms.contains(stem)
        else { return nil }
        return (stem, false)
    }

    private static func looksLikeTicker(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let root = parts.first, parts.count <= 2, (1...5).contains(root.count) else { return false }
        return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLetter && $0.isUppercase } }
    }

    private static let pronouns: Set<String> = ["I", "A"]

    /// Words in capitals that are terms of the trade or of the language and not tickers.
    private static let acronyms: Set<String> = words(
        """
        AM AND API ARE ATM BP BSM BULL BEAR CALL CALLS CAN CC CCS CEO CFO CPI CSP CSPS CSV DIV DO DTE EPS \
        ET ETF ETFS EU EV FAQ FED FIFO FOMC FOR FTS GAAP GDP GTC HELP HHI HOW HV ID IF IN IPO IRA IRS IS IT \
        ITM IV IVP IVR JSON LEAP LEAPS LLC MCP ME MY NLV NO NOT NYSE OCC OI OK ON OPEX OR OTM PC PDF PE PL \
        PM POP PUT PUTS ROC ROI SEC SHOW SQL STO BTO STC BTC THE TO UK US USA USD VS VWAP WHAT WHEN WHICH \
        WHO WHY YES YTD
        """
    )

    /// Words of the language that are tickers too; in lower case the word is meant.
    private static let english: Set<String> = words(
        """
        a all am an and any are as at be big bit can car cash cat cost day de do dow ev fast for free fun \
        go gold good has he her how if in is it its key life live low main man me meta my net new next no \
        now of oil on one open or out pay play real run safe see she so spot sun tap tell the to too true \
        two up us was we well what when why you
        """
    )

    private static func words(_ list: String) -> Set<String> {
        Set(list.split(separator: " ").map(String.init))
    }
}
