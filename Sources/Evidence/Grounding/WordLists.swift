/// Which way a word says a value goes.
enum Direction {
    /// A loss; the value must be below zero.
    case loss
    /// Short, paid, owed: the amount of a value below zero may be stated without its sign.
    case outward
    /// A gain; the value must not be below zero.
    case gain
}

/// Small sets of words that the rules of grounding look for. All in lower case.
enum WordLists {
    static let directions: [String: Direction] = {
        var directions: [String: Direction] = [:]
        for word in [
            "loss", "losses", "lose", "loses", "losing", "lost", "down", "drop", "drops", "dropped", "decline",
            "declines",
            "declined", "fell", "fall", "falls", "fallen", "negative", "minus", "underwater", "deficit", "decrease",
            "decreased", "decreases", "shrank", "red", "water", "worse", "hole", "off",
        ] { directions[word] = .loss }
        for word in [
            "short", "sold", "sell", "selling", "wrote", "written", "debit", "paid", "pay", "pays", "owe", "owes",
            "decay",
            "decays", "decaying", "costs", "costing", "bleeds", "erodes", "outflow", "exceeds", "shortfall", "lacks",
            "liability", "less", "against", "cost", "buy", "buying", "buyback", "close", "closing", "take", "takes",
            "taking", "drag", "drags", "remaining", "remains", "left", "yours", "gave",
        ] { directions[word] = .outward }
        for word in [
            "gain", "gains", "gained", "profit", "profits", "profitable", "up", "rose", "rise", "rises", "risen",
            "increase",
            "increased", "increases", "long", "bought", "own", "owns", "earn", "earns", "earned", "made", "makes",
            "positive",
            "plus", "ahead", "collect", "collects", "collected", "received", "receive", "credit", "brings", "winner",
        ] { directions[word] = .gain }
        return directions
    }()

    /// Words that say whether something was won or lost, and nothing else.
    static let outcomes: [String: Direction] = [
        "loss": .loss, "losses": .loss, "lost": .loss, "gain": .gain, "gains": .gain, "profit": .gain, "profits": .gain,
    ]

    /// Words between a label and its figure that do not part them.
    static let links: Set<String> = [
        "is", "are", "was", "were", "of", "at", "to", "the", "a", "an", "its", "their", "your", "now", "currently",
        "near",
        "about", "roughly", "around", "only", "just", "stands", "sits", "remains", "equals", "shows", "show", "reads",
        "with",
        "by", "has", "have", "from", "in", "on", "for", "today", "total", "net", "short", "long", "be", "being", "it",
        "has",
        "gives", "means", "reached", "approximately", "still", "rises", "falls", "down", "up", "which", "and", "or",
        "both",
        "respectively", "per", "day", "put", "puts", "call", "calls", "position", "option", "as", "this", "that", "all",
        "between", "will", "would", "could", "estimated", "comes", "works", "out", "low", "high", "mere", "modest",
        "full", "whole", "nearly", "almost", "some", "over", "under", "exactly", "another", "already", "also",
    ]

    /// Words after a figure that end the search for its label there.
    static let partings: Set<String> = [
        "and", "but", "with", "at", "on", "while", "versus", "vs", "than", "or", "for", "from", "to", "is", "are",
        "was",
        "by", "against", "because", "so", "when", "if", "until", "through", "before", "after", "which", "that", "a",
        "since",
    ]

    /// Words after a figure that make it a distance, not the value of the label before it.
    static let comparisons: Set<String> = [
        "below", "above", "under", "over", "away", "more", "less", "higher", "lower", "otm", "itm", "apart", "wide",
        "beyond",
        "short", "later", "earlier",
    ]

    /// Words that say a sentence speaks of a rule or of the whole portfolio, though it names someone.
    static let wholes: Set<String> = [
        "limit", "limits", "rule", "rules", "target", "targets", "threshold", "maximum", "max", "minimum", "min",
        "ceiling",
        "floor", "cap", "portfolio", "account", "book", "total", "overall", "altogether", "combined", "together", "all",
        "positions", "holdings", "options", "puts", "calls", "sum", "everything",
    ]

    /// Words that present a figure as the owner's own.
    static let asked: Set<String> = [
        "asked", "ask", "asking", "question", "requested", "mentioned", "specified", "assuming", "assume", "assumed",
        "if",
        "scenario", "hypothetical", "suppose", "wanted", "stated", "filter", "criteria", "within",
    ]

    /// Between things that are listed.
    static let conjunctions: Set<String> = [
        "and", "or", "to", "through", "then", "respectively", "versus", "vs", "against",
    ]

    /// Words before an amount that make it a change.
    static let changes: Set<String> = [
        "down", "up", "lost", "lose", "loses", "losing", "gained", "gains", "dropped", "fell", "rose", "declined",
        "off",
    ]

    /// Words that say a figure is a sum.
    static let sums: Set<String> = [
        "together", "combined", "total", "totals", "totaling", "totalling", "altogether", "sum", "sums", "net", "nets",
        "netting", "plus", "add", "adds", "added", "both", "overall", "all", "pair", "aggregate", "collectively",
        "across", "jointly", "them",
    ]

    /// Words that say a figure is a difference.
    static let differences: Set<String> = [
        "gap", "difference", "differ", "short", "shortfall", "above", "below", "over", "under", "more", "less", "away",
        "apart",
        "between", "exceeds", "exceed", "exceeding", "lacks", "net", "nets", "ahead", "behind", "left", "minus",
        "spread",
        "higher", "lower", "extra", "beyond", "surplus", "buffer", "cushion", "pair", "i", "credit", "debit", "leaves",
        "leaving", "fall", "falls", "drop", "drops", "reduce", "reduces", "remaining", "after", "exceeded", "passed",
        "past", "beats", "tops", "adds", "vs", "versus", "spare", "inside", "advantage", "give", "gives", "gain",
        "gains", "better", "good", "overhead", "beat", "beats", "topped", "trails", "trailed", "worst",
    ]

    /// Words that say a figure is a ratio.
    static let ratios: Set<String> = [
        "ratio", "versus", "vs", "relative", "compared", "covers", "cover", "coverage", "times", "share", "portion",
        "accounts",
    ]

    /// Between names that are listed.
    static let listing: Set<String> = ["and", "or", "the", "your", "a", "an", "both", "its"]

    /// Prepositions that tie a figure to the name after it.
    static let ties: Set<String> = ["for", "on", "in", "of", "from", "until"]

    /// Between a name's label and its figure: nothing else may stand there for a claim to be about the name's own value.
    static let copulas: Set<String> = [
        "is", "are", "was", "were", "of", "at", "stands", "equals", "now", "currently", "about",
    ]

    /// Titles of columns that name no measure.
    static let generic: Set<String> = [
        "value", "values", "amount", "figure", "now", "current", "today", "result", "number",
    ]

    /// Words in capitals that are not tickers.
    static let capitals: Set<String> = [
        "P&L", "P/L", "PNL", "DTE", "ITM", "OTM", "ATM", "CSP", "CC", "IV", "IVR", "HV", "USD", "US", "USA", "ET",
        "EST",
        "EDT", "UTC", "GMT", "ETF", "ETFS", "IRA", "FOMC", "CPI", "GDP", "SEC", "IRS", "OCC", "CBOE", "NYSE", "HHI",
        "BP",
        "EV", "POP", "ROC", "ROI", "RSI", "SMA", "EMA", "ATR", "ADX", "API", "CSV", "PDF", "JSON", "AI", "LLM", "OI",
        "GTC",
        "DAY", "PUT", "CALL", "BUY", "SELL", "LOW", "MEDIUM", "HIGH", "AM", "PM", "ID", "OK", "NO", "NOT", "AND", "OR",
        "ALL",
        "ANY", "THE", "IF", "IN", "IS", "IT", "OF", "ON", "TO", "AT", "BY", "FOR", "AS", "BE", "DO", "WE", "YOU", "MAX",
        "MIN",
        "AVG", "QTY", "NOTE", "BULL", "BEAR", "MTD", "YTD", "QTD", "EOD", "FIFO", "FIN", "LLC", "INC", "CEO", "CFO",
        "EPS",
        "PE", "NAV", "TOTAL", "STALE", "DEMO", "LIVE", "CLOSE", "OPEN", "ROLL", "HOLD", "RISK", "VEGA", "BETA", "CASH",
        "WITH",
        "OTC", "PCR", "SD", "VAR", "BSM", "NLV", "LEAPS", "LEAP", "VOL", "MOM", "YOY", "TBD", "NA", "EX", "DIV", "MTM",
        "RTH",
        "FAQ", "TLDR", "FYI", "ATH", "PT", "CST", "PST", "GAAP", "LTM", "TTM", "NLQ", "NAV", "AMC", "BMO", "IC",
        "BTC", "STO", "BTO", "STC", "BPR",
    ]

    /// Words a point after which does not end a sentence.
    static let abbreviations: Set<String> = [
        "vs", "approx", "e", "g", "i", "est", "inc", "corp", "co", "st", "u", "s", "mr", "ms", "dr", "fig", "cf", "avg",
        "max",
        "min", "exp", "prob", "qty", "incl", "excl", "ca", "int", "div", "divs", "prem", "asn", "ann", "coll", "chg",
        "mos", "prev", "assn", "conf", "cal", "mkt",
    ]
}
