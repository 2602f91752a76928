/// What the best-known companies and funds are called, for questions and answers that name them so.
public enum CompanyNames {
    /// The ticker of a name in lower case, of which `next` may be the second word; nil where it is none.
    public static func ticker(_ word: String, followedBy next: String) -> String? {
        names[word] ?? pairs[word + " " + next]
    }

    /// Whether a word in lower case is the name of one company.
    static func isName(_ word: String) -> Bool {
        names[word] != nil
    }

    /// Whether two words in lower case are the name of one company.
    static func isName(_ word: String, followedBy next: String) -> Bool {
        pairs[word + " " + next] != nil
    }

    /// Whether a name in lower case is a word of any text too: `apple`, `target`.
    public static func isWord(_ name: String) -> Bool {
        words.contains(name)
    }

    private static let words: Set<String> = [
        "apple", "alphabet", "meta", "oracle", "caterpillar", "snowflake", "visa", "coke", "ford", "amazon", "uber",
        "micron", "adobe", "intel", "bank",
    ]

    private static let names: [String: String] = [
        "nvidia": "NVDA", "apple": "AAPL", "microsoft": "MSFT", "amazon": "AMZN", "alphabet": "GOOGL",
        "google": "GOOGL",
        "meta": "META", "facebook": "META", "tesla": "TSLA", "broadcom": "AVGO", "netflix": "NFLX", "costco": "COST",
        "walmart": "WMT", "disney": "DIS", "intel": "INTC", "qualcomm": "QCOM", "micron": "MU", "oracle": "ORCL",
        "salesforce": "CRM", "adobe": "ADBE", "cisco": "CSCO", "pepsico": "PEP", "pepsi": "PEP", "mcdonald": "MCD",
        "mcdonalds": "MCD", "starbucks": "SBUX", "nike": "NKE", "boeing": "BA", "caterpillar": "CAT", "chevron": "CVX",
        "exxon": "XOM", "exxonmobil": "XOM", "pfizer": "PFE", "merck": "MRK", "abbvie": "ABBV", "amgen": "AMGN",
        "unitedhealth": "UNH", "jpmorgan": "JPM", "citigroup": "C", "verizon": "VZ", "comcast": "CMCSA", "ford": "F",
        "paypal": "PYPL", "palantir": "PLTR", "uber": "UBER", "airbnb": "ABNB", "coinbase": "COIN", "shopify": "SHOP",
        "snowflake": "SNOW", "gamestop": "GME", "tsmc": "TSM", "asml": "ASML", "alibaba": "BABA", "berkshire": "BRK.B",
        "coke": "KO", "ibm": "IBM", "amd": "AMD", "honeywell": "HON", "lockheed": "LMT", "visa": "V",
        "mastercard": "MA",
    ]

    private static let pairs: [String: String] = [
        "coca cola": "KO", "jp morgan": "JPM", "home depot": "HD", "bank of": "BAC", "wells fargo": "WFC",
        "goldman sachs": "GS", "morgan stanley": "MS", "eli lilly": "LLY", "general motors": "GM",
        "general electric": "GE", "advanced micro": "AMD", "procter gamble": "PG", "russell fund": "IWM",
    ]
}
