import Retrieval
import Testing

@Suite struct QueryTermsTests {
    @Test(arguments: [
        ("What is the early assignment risk?", ["early", "assignment", "risk"]),
        ("How do I roll my NVDA puts, please?", ["roll", "nvda", "puts"]),
        ("10-K of AT&T", ["10-k", "at&t"]), ("$NVDA vs. SPY!", ["nvda", "vs", "spy"]), ("c++", ["c"]),
        ("what's theta's decay", ["theta", "decay"]), ("bid/ask spread", ["bid", "ask", "spread"]),
        ("who are you", ["who", "are", "you"]), ("risk risk RISK", ["risk"]), ("日本 株", ["日本", "株"]), ("", []),
        ("?!… --", []), ("\" OR 1=1; --", ["1=1"]),
    ])
    func aQuestionIsSearchedForWhatItSays(question: String, phrases: [String]) {
        #expect(QueryTerms(question).phrases == phrases)
    }

    /// Where words end in such scripts only a dictionary tells.
    @Test(arguments: [
        ("备兑看涨期权？", ["备兑", "兑看", "看涨", "涨期", "期权"]), ("NVDA的期权", ["nvda", "期权"]),
        ("「現金担保」、プット", ["現金", "金担", "担保", "プッ", "ット"]), ("시간가치는", ["시간", "간가", "가치", "치는"]),
        ("พุต", ["พุ", "ุต"]), ("股。票", ["股", "票"]),
    ])
    func scriptsWithoutSpacesAreSearchedByPairs(question: String, phrases: [String]) {
        #expect(QueryTerms(question).phrases == phrases)
    }

    /// Particles and words that ask are searched for nowhere, and no pair reaches over them.
    @Test(arguments: [
        ("股票的价格是什么", ["股票", "价格"]), ("标的是什么？", ["标的"]), ("如何计算时间价值", ["计算", "算时", "时间", "间价", "价值"]),
        ("配当とは何ですか", ["配当"]), ("配当の利回りについて", ["配当", "利回", "回り"]), ("みずほの株価", ["みず", "ずほ", "株価"]),
        ("買い付けますか", ["買い", "い付", "付け"]), ("什么是吗", ["什么", "么是", "是吗"]), ("目的", ["目的"]),
        ("プットとコール", ["プッ", "ット", "コー", "ール"]),
    ])
    func wordsThatSayNothingAreLeftOutOfRunsWithoutSpaces(question: String, phrases: [String]) {
        #expect(QueryTerms(question).phrases == phrases)
    }

    @Test func aHugeQuestionWithoutSpacesIsCutShort() {
        let characters = (0..<4_000).map { String(UnicodeScalar(0x4E00 + $0).map(Character.init) ?? "x") }
        #expect(QueryTerms(characters.joined()).phrases.count == 48)
    }

    @Test func abbreviationsAreSpelledOut() {
        let short = QueryTerms("best DTE for CSPs")
        #expect(short.phrases == ["best", "dte", "csps"])
        #expect(short.synonyms == ["cash secured put", "days to expiration", "days to expiry"])
        #expect(short.meaning == "best DTE for CSPs (cash secured put, days to expiration)")
    }

    @Test func longFormsBringTheShortOnes() {
        let long = QueryTerms("is implied volatility high for cash-secured puts?")
        #expect(long.synonyms.contains("iv"))
        #expect(long.synonyms.contains("csp"))
        #expect(long.meaning == "is implied volatility high for cash-secured puts?")
    }

    @Test(arguments: ["margin in FY2022", "margin in FY22?", "margin in FY'22", "margin in 2022"])
    func fiscalYearsAreYears(question: String) {
        #expect(QueryTerms(question).phrases == ["margin", "2022"])
        let isFiscal = question.contains("FY")
        #expect(QueryTerms(question).synonyms == (isFiscal ? ["fy2022", "fy22"] : []))
    }

    @Test(arguments: ["sales in Q22023", "sales in 2Q23?", "sales in Q2'2023"])
    func quartersBringTheirYear(question: String) {
        #expect(QueryTerms(question).phrases == ["sales", "2023"])
        #expect(QueryTerms(question).synonyms == ["fy2023", "fy23", "2023q2", "q22023", "2q23"])
    }

    @Test func aHugeQuestionIsCutShort() {
        let words = (0..<200_000).map { "word\($0)" }.joined(separator: " ")
        let terms = QueryTerms(words)
        #expect(terms.phrases.count == 48)
        #expect(terms.meaning.unicodeScalars.count == 4_000)
    }
}
