/// What a label or a word beside a figure is about, as far as the words make it plain.
struct LabelClasses: OptionSet, Hashable {
    let rawValue: UInt64

    private init(bit: UInt64) { rawValue = 1 << bit }
    init(rawValue: UInt64) { self.rawValue = rawValue }

    static let delta = Self(bit: 0)
    static let gamma = Self(bit: 1)
    static let theta = Self(bit: 2)
    static let vega = Self(bit: 3)
    static let rho = Self(bit: 4)
    static let impliedVolatility = Self(bit: 5)
    static let impliedVolatilityRank = Self(bit: 6)
    static let historicalVolatility = Self(bit: 7)
    static let strike = Self(bit: 8)
    static let expiration = Self(bit: 9)
    static let daysToExpiration = Self(bit: 10)
    static let assignment = Self(bit: 11)
    static let earlyAssignment = Self(bit: 12)
    static let probabilityOfProfit = Self(bit: 13)
    static let profitAndLoss = Self(bit: 14)
    static let unrealised = Self(bit: 15)
    static let realised = Self(bit: 16)
    static let dayChange = Self(bit: 17)
    static let maximumLoss = Self(bit: 18)
    static let maximumProfit = Self(bit: 19)
    static let price = Self(bit: 20)
    static let bid = Self(bit: 21)
    static let ask = Self(bit: 22)
    static let mark = Self(bit: 23)
    static let underlyingPrice = Self(bit: 24)
    static let cost = Self(bit: 25)
    static let breakEven = Self(bit: 26)
    static let premium = Self(bit: 27)
    static let cash = Self(bit: 28)
    static let buyingPower = Self(bit: 29)
    static let requirement = Self(bit: 30)
    static let netLiquidation = Self(bit: 31)
    static let value = Self(bit: 32)
    static let weight = Self(bit: 33)
    static let concentration = Self(bit: 34)
    static let beta = Self(bit: 35)
    static let weightedDelta = Self(bit: 36)
    static let dollarDelta = Self(bit: 37)
    static let dividend = Self(bit: 38)
    static let exDate = Self(bit: 39)
    static let earnings = Self(bit: 40)
    static let rateOfReturn = Self(bit: 41)
    static let volume = Self(bit: 42)
    static let openInterest = Self(bit: 43)
    static let quantity = Self(bit: 44)
    static let extrinsic = Self(bit: 45)
    static let intrinsic = Self(bit: 46)
    static let expectedMove = Self(bit: 47)
    static let drawdown = Self(bit: 48)
    static let expectedValue = Self(bit: 49)
    static let score = Self(bit: 50)
    static let asOf = Self(bit: 51)
    static let opened = Self(bit: 52)
    static let fees = Self(bit: 53)
    static let interestRate = Self(bit: 54)
    static let cashIfAssigned = Self(bit: 55)
    static let partOfMaximum = Self(bit: 56)
    static let exposure = Self(bit: 57)
    static let interest = Self(bit: 58)
    static let positionDelta = Self(bit: 59)
    /// The prices a roll is closed and opened at.
    static let closing = Self(bit: 60)
    static let opening = Self(bit: 61)

    /// The highest and lowest price of a day or longer.
    static let extreme = Self(bit: 62)

    /// Measures whose names are never used for one another.
    static let distinct: Self = [
        .probabilityOfProfit, .assignment, .earlyAssignment, .delta, .gamma, .theta, .vega, .rho, .impliedVolatility,
        .impliedVolatilityRank, .historicalVolatility, .beta, .openInterest, .volume, .expectedMove, .drawdown,
        .maximumLoss, .maximumProfit, .dividend, .earnings, .breakEven, .intrinsic, .extrinsic,
    ]

    /// Gains and losses: where the word for it must agree with the sign.
    static let signed: Self = [.profitAndLoss, .unrealised, .realised, .dayChange, .rateOfReturn]
    /// Prices of a contract or share at the market.
    static let market: Self = [.mark, .bid, .ask]
    /// Measures in percent that are also written as plain numbers of 0 to 100.
    static let ranks: Self = [.impliedVolatilityRank, .score]
}

/// The words that name a label, longest first. Words of one class may stand for one another.
enum LabelLexicon {
    struct Phrase {
        let words: [String]
        /// The classes a fact whose label has the phrase belongs to.
        let gives: LabelClasses
        /// The classes of which a figure beside the phrase must be one. Empty for phrases that hide a word in them.
        let binds: LabelClasses
    }

    /// Phrases by their first word, the longest first.
    static let phrases: [String: [Phrase]] = {
        var all: [Phrase] = []
        for (text, gives, binds) in entries {
            for name in text.split(separator: ",") {
                let words = name.split(separator: " ").map(String.init)
                all.append(Phrase(words: words, gives: gives, binds: binds))
            }
        }
        return Dictionary(grouping: all) { $0.words.first ?? "" }
            .mapValues { $0.sorted { $0.words.count > $1.words.count } }
    }()

    /// The classes of a fact's label.
    static func classes(of words: [String]) -> LabelClasses {
        var classes: LabelClasses = []
        var position = 0
        while position < words.count {
            if let phrase = phrase(in: words, at: position) {
                classes.formUnion(phrase.gives)
                position += phrase.words.count
            } else {
                position += 1
            }
        }
        return classes
    }

    static func phrase(in words: [String], at position: Int) -> Phrase? {
        phrases[words[position]]?.first { phrase in
            position + phrase.words.count <= words.count
                && phrase.words.indices.allSatisfy { words[position + $0] == phrase.words[$0] }
        }
    }

    private static func same(_ text: String, _ classes: LabelClasses) -> (String, LabelClasses, LabelClasses) {
        (text, classes, classes)
    }

    private static let entries: [(String, LabelClasses, LabelClasses)] = [
        same("delta,deltas", .delta),
        ("position delta,position deltas,delta shares", [.delta, .positionDelta], .positionDelta),
        ("dollar delta,delta dollars,dollar deltas", .dollarDelta, .dollarDelta),
        ("beta weighted delta,beta weighted deltas", [.weightedDelta], .weightedDelta),
        ("\u{3B4},\u{394}", [], [.delta, .dollarDelta, .positionDelta]),
        same("gamma,gamma dollars,\u{3B3},\u{393}", .gamma),
        same("theta,thetas,time decay,\u{3B8},\u{398}", .theta),
        same("vega,\u{3BD}", .vega),
        same("rho,\u{3C1}", .rho),
        same("iv,implied volatility,implied volatilities,implied vol,ivs,vol", .impliedVolatility),
        same("iv rank,ivr,iv percentile,implied volatility rank,implied volatility percentile", .impliedVolatilityRank),
        same("hv,historical volatility,realised volatility,realised vol", .historicalVolatility),
        same("strike,strikes,strike price", .strike),
        same("expires,expire,expiring,expiration,expiry,expirations,expired,expiration date,exp", .expiration),
        same(
            "days to go,days until it expires,dte,days to expiration,days to expiry,days until expiration,days until expiry,days left,days remaining,"
                + "days before expiration",
            .daysToExpiration
        ),
        same(
            "asn,asgn,assn,asn risk,asn prob,asn odds,assignment prob,assignment odds,prob of assignment,prob assigned,assignment likelihood,odds of being assigned,likelihood of assignment,chances of assignment,"
                + "assignment probability,assignment probabilities,probability of assignment,chance of assignment,assignment chance,odds of assignment,"
                + "assignment risk,p assign,risk of assignment,probability of being assigned,chance of being assigned",
            .assignment
        ),
        same(
            "chance of being exercised early,chance of being assigned early,early assignment probability,probability of early assignment,early assignment,early exercise,assigned early,"
                + "exercised early",
            .earlyAssignment
        ),
        same(
            "probability of profit,prob of profit,chance of profit,pop,odds of profit,win probability,chance of making money",
            .probabilityOfProfit
        ),
        same("p&l,p/l,pnl,profit and loss", .profitAndLoss),
        same("profit,profits,loss,losses,gain,gains", .profitAndLoss),
        (
            "paper loss,paper losses,paper gain,paper profit,unrealised p&l,unrealised loss,unrealised gain,unrealised profit,unrealised,open p&l,open loss,open profit,upl,u p&l,unreal,unrealised pnl",
            [.profitAndLoss, .unrealised], .unrealised
        ),
        (
            "realised p&l,realised loss,realised gain,realised gains,realised losses,realised profit,realised",
            [.profitAndLoss, .realised], .realised
        ),
        (
            "day changes,day change,day p&l,daily p&l,today p&l,p&l today,day pnl,day chg,chg,day's change,change on the day,p&l on the day",
            [.dayChange], .dayChange
        ),
        same("max loss,maximum loss,worst case loss", .maximumLoss),
        same("max profit,maximum profit,max gain,maximum gain", .maximumProfit),
        same(
            "profit vs maximum,profit vs max,of its max,of its max profit,of the max profit,of the maximum profit,of the maximum,of max,of maximum profit,of its maximum profit,of max profit,percent of maximum profit",
            .partOfMaximum
        ),
        same("price,prices,quote", .price),
        (
            "underlying price,stock price,spot,spot price,share price,underlying", [.price, .underlyingPrice],
            .underlyingPrice
        ),
        (
            "changing hands,changing hands at,changing hands for,priced at,going for,goes for,print,prints,printed", [],
            [.price, .mark, .underlyingPrice]
        ),
        ("last traded,last traded at,last trade,last print,last price", [], [.mark, .underlyingPrice]),
        ("mid,midpoint,mid price", [], .mark),
        ("bid,bid price", [.price, .bid], .bid),
        ("ask price,offer,offered", [.price, .ask], .ask),
        ("mark,marks,marked,mark price,marked at", [.price, .mark], .mark),
        same(
            "cost basis,basis,average cost,cost,average price,avg price,entry price,entry,sold for,sold at,bought at,bought for,purchased at,entered at,sale price",
            .cost
        ),
        same(
            "b/e,bes,break even,breakeven,break evens,breakevens,break even price,breaks even,breaks even at,break even at",
            .breakEven
        ),
        same("premium,premiums,credit,credits,net premium,net credit,prem,cr,net cr", .premium),
        same("cash,cash balance,free cash", .cash),
        ("in value", [], []),
        ("odds", [], [.assignment, .probabilityOfProfit, .earlyAssignment]),
        ("cash secured,by underlying,per underlying", [], []),
        ("management days to expiration", [], []),
        (
            "put obligation,assignment obligation,requirement for all puts,assignment cost,assignment costs,cost of assignment,assignment exposure,assignment cash,cash need",
            [],
            .cashIfAssigned
        ),
        (
            "assignment on every short put,assignment on every put,assignment of every put,assignment on all puts,assignment on all short puts,full put assignment,full assignment,every put were assigned,all puts were assigned,put assignment would",
            [], .cashIfAssigned
        ),
        ("cash if assigned", [.cash, .cashIfAssigned], .cashIfAssigned),
        ("cash if all puts are assigned", [.cash, .cashIfAssigned], .cashIfAssigned),
        same("free buying power,buying power", .buyingPower),
        ("of buying power,in buying power", [], [.requirement, .buyingPower]),
        ("bp used,bp", [], [.requirement, .buyingPower]),
        same("buying power requirement,requirement,collateral,margin requirement,margin,bpr", .requirement),
        same("nlv,net liquidation value,net liquidation,net liq,account value,portfolio value", .netLiquidation),
        same("market value,value,values,positions value", .value),
        ("worth", .value, [.value, .mark, .price, .underlyingPrice, .dollarDelta, .netLiquidation]),
        same("weight,weights,allocation,weighs", .weight),
        same("concentration index,hhi,herfindahl,index", .concentration),
        ("concentration", .concentration, []),
        same("beta,betas", .beta),
        same("dividend,dividends,dividends received,div,divs", .dividend),
        same("ex dividend date,ex date,ex dividend,goes ex,goes ex dividend,go ex,ex div", .exDate),
        same("earnings,earnings date,reports,reporting,reports earnings,expects", .earnings),
        ("eps,expected eps,eps expected,eps est,eps estimate,est eps", [], .earnings),
        same(
            "return,returns,return on collateral,yield,annualised return,annualised yield,roc,annualised",
            .rateOfReturn
        ),
        same("volume", .volume),
        same("open interest,oi", .openInterest),
        ("contracts,shares", .quantity, []),
        same("qty,quantity", .quantity),
        same("extrinsic value,extrinsic,time value", .extrinsic),
        same("intrinsic value,intrinsic", .intrinsic),
        same("expected move", .expectedMove),
        same("drawdown,max drawdown,maximum drawdown", .drawdown),
        same("expected value,ev", .expectedValue),
        same("score,scores,scored", .score),
        same("as of,as at,quoted,updated", .asOf),
        same("opened,entered,opening date", .opened),
        ("sold on,bought on,written on,purchased on,opened on", [], .opened),
        same("fee,fees,commission,commissions", .fees),
        same("risk free rate,interest rate", .interestRate),
        ("p early", [], .earlyAssignment),
        ("p expiry,p exp", [], .assignment),
        same("interest", .interest),
        ("int", [], .interest),
        same("exposure", .exposure),
        ("close at,closes at,closing at", .closing, .closing),
        (
            "buy back,buying back,to buy back,bought back,back at,buyback,buyback at", [],
            [.closing, .mark, .ask, .value]
        ),
        ("sell at,sells at,selling at", [], [.opening, .bid, .mark, .cost]),
        same("open at,reopen at,opens at,opening at,reopens at", .opening),
        same(
            "rsi,macd,vwap,day high,day low,high of the day,low of the day,high of the session,low of the session,day's high,day's low,session high,session low,week high,week low,year high,year low,intraday high,intraday low",
            .extreme
        ),
    ]
}
