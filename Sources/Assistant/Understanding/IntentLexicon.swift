/// The words by which intents are told apart. Longer phrases weigh more: each is worth its number of words.
enum IntentLexicon {
    /// Phrases of each intent that is about the portfolio, most telling first where two tie.
    static let phrases: [(intent: Intent, phrases: [String])] = [
        (.news, list("news, headlines, headline, in the news")),
        (
            .earnings,
            list(
                "earnings, earnings date, earnings dates, earnings report, earnings reports, report earnings, reports earnings"
            )
        ),
        (
            .performance,
            list(
                """
                performance by, by strategy, by symbol, per strategy, by strategy and symbol, performance by month, \
                win rate, win rates, profit factor, closed trades, track record, average winner, average loser
                """
            )
        ),
        (
            .unusual,
            list(
                """
                unusual, unusual activity, unusual options, unusual option activity, unusual volume, unusually, \
                option flow, options flow
                """
            )
        ),
        (
            .correlation,
            list(
                """
                correlation, correlations, correlated, correlate, diversification ratio, move together, moves together, \
                moving together, beta, betas
                """
            )
        ),
        (
            .technicals,
            list(
                """
                technicals, supply zone, supply zones, demand zone, demand zones, supply and demand zones, zones, \
                support and resistance, market regime, regime, average true range
                """
            )
        ),
        (
            .probability,
            list(
                """
                implied probability, probability above, probability below, probability that, chance that, odds that, \
                end above, ends above, end below, ends below, close above, closes above, stay above, stays above, \
                finish above, finishes above
                """
            )
        ),
        (
            .hedge,
            list(
                """
                hedge, hedges, hedging, hedged, beta-weighted delta, beta weighted delta, protect my portfolio, \
                lower my delta, reduce my delta
                """
            )
        ),
        (.watchlists, list("watchlist, watchlists, watch list, watch lists")),
        (
            .predictions,
            list("kalshi, prediction market, prediction markets, betting market, event market, event markets")
        ),
        (
            .filings,
            list(
                """
                sec filings, latest filings, recent filings, latest filing, recent filing, filings of, filings by, \
                last filed, latest 10-k, latest 10-q, latest 8-k
                """
            )
        ),
        (
            .series,
            list(
                """
                fred, treasury yield, treasury bill, t-bill, t-bills, fed funds rate, federal funds rate, \
                unemployment rate, inflation rate, cpi, macro
                """
            )
        ),
        (
            .volatility,
            list("iv rank, ivr, iv percentile, ivp, implied volatility rank, volatility rank, how high is iv, iv high")
        ),
        (
            .scan,
            list(
                """
                scan, scan for, opportunities, puts to sell, calls to sell, calls to write, puts could i sell, \
                calls could i sell, calls could i write, puts can i sell, calls can i sell, best puts, best calls, \
                premium to sell, candidates, sell puts on, sell calls on
                """
            )
        ),
        (
            .roll,
            list(
                "roll to, roll into, roll it to, rolled into, rolls of, how could i roll, what could i roll, roll candidates"
            )
        ),
        (.chain, list("option chain, options chain, chain, option chains")),
        (
            .assignment,
            list(
                """
                assigned, assignment, assign, early exercise, exercised, called away, put to me, \
                early assignment, get assigned, be assigned, lose my shares, assignment risk, imminent
                """
            )
        ),
        (
            .expiring,
            list(
                """
                expiring, expire, expires, expiration, expirations, expiry, running out, dte
                """
            )
        ),
        (
            .dashboard,
            list(
                """
                dashboard, overview, at a glance, how do things stand, where do i stand, whats stale, what is stale, \
                anything stale, data current
                """
            )
        ),
        (
            .equity,
            list(
                """
                equity curve, equity, equity history, account value over time, value over time, worth over time, \
                portfolio value history, value history, drawdown, maximum drawdown, time-weighted return, \
                time weighted return, how has my account grown, account grown, portfolio grown, growth of my account
                """
            )
        ),
        (
            .washSales,
            list(
                "wash sale, wash sales, my wash sales, wash rule, disallowed loss, disallowed losses, 30-day rule, losses disallowed"
            )
        ),
        (
            .wheel,
            list(
                """
                wheel, wheels, my wheel, the wheel, wheel on, adjusted basis, adjusted cost basis, adjusted cost, \
                premium-adjusted basis, premium adjusted basis, wheel basis, my break-even, my breakeven, my break even, \
                break-even on my, true break-even, cost basis after premium, basis after premium, basis after premiums
                """
            )
        ),
        (
            .activity,
            list(
                """
                activity, transactions, transaction history, trade history, trading history, account history, \
                balance history, past balances, recent trades, latest trades, last trades, my trades, trades did i, \
                trades have i, did i trade, have i traded, did i buy, did i sell, have i bought, have i sold, \
                account balances, balances by account
                """
            )
        ),
        (
            .decay,
            list(
                """
                decay projection, project decay, project the decay, theta projection, projected decay, decay over, \
                decay in the next, decay over the next, decay until, decay by, time do to my, passing time, as time passes
                """
            )
        ),
        (
            .dividends,
            list(
                """
                dividend, dividends, ex-dividend, ex dividend, ex-date, ex date, exdividend, ex-div
                """
            )
        ),
        (
            .income,
            list(
                """
                income, premium collected, premium did i collect, collected, premiums, premium, realised, \
                realized, earned, earn, by month, per month, this year so far, have i made, did i make, \
                monthly, interest received, fees, from dividends, in dividends, dividends received, \
                dividend income, dividends did i, dividends have i, did i earn, have i earned, did i receive, \
                income by month, income by symbol, income by ticker, income per symbol, income per ticker, \
                income by strategy, income per strategy, income by account, income per account, \
                premium by symbol, premium by ticker, premium by strategy, premium by account, premium kept
                """
            )
        ),
        (
            .management,
            list(
                """
                roll, rolled, rolling, manage, managed, take profit, take profits, close early, to close, \
                should i do, can i do, needs attention, need attention, look at first, worry about today, \
                to do, act on, adjust, 50 percent, profit target, 21 dte, tested, trouble, in trouble, \
                breached, attention, 50 profit, half the profit
                """
            )
        ),
        (
            .greeks,
            list(
                """
                greeks, delta, deltas, gamma, theta, vega, rho, time decay, directional exposure, \
                implied volatility, sensitivity, sensitivities, decay per day, a day in theta
                """
            )
        ),
        (
            .cash,
            list(
                """
                cash, buying power, collateral, free cash, margin, how much can i spend, net liq, \
                net liquidation, account value, worth, portfolio value, total value, balance, balances
                """
            )
        ),
        (
            .risk,
            list(
                """
                risk, risks, risky, riskiest, exposure, exposed, concentration, concentrated, diversified, \
                diversification, hhi, worst case, biggest danger, dangerous, safe, how bad, crash, drop 10%, \
                sector, sectors, sector exposure
                """
            )
        ),
        (
            .profitAndLoss,
            list(
                """
                p&l, p l, pnl, profit, profits, loss, losses, losing, loser, losers, winner, winners, winning, \
                gain, gains, up or down, am i up, am i down, how am i doing, performance, doing, performing, \
                unrealized, unrealised, made money, lost money, money losing, best position, worst position, \
                green, red, underwater, do today, day change, change today, todays change
                """
            )
        ),
        (
            .price,
            list(
                """
                price, trading at, quote, quotes, mark, what is it at, how much is, trade at
                """
            )
        ),
        (
            .positions,
            list(
                """
                positions, position, holdings, holding, hold, own, have, portfolio, book, shares of, stocks, \
                options, calls, puts, what do i have, do i hold, do i own, list, show me, spreads, \
                covered calls, open trades, trades, shares, legs, contracts
                """
            )
        ),
    ]

    /// Phrases that ask for an explanation of a thing rather than for a value of it.
    static let definitionOpenings = list(
        """
        what is, whats, what are, what does, what do, what happens, define, definition, explain, \
        how does, how do, how is, how are, why do, why does, why is, why are, when does, when do, \
        when is, tell me about, meaning of, describe, difference between, whats the difference, \
        what was, who, where, can i, can a, can you, is it, does a, does the, do options, \
        are there, should a
        """
    )

    /// Words that ask what the owner's documents say, whatever they are about.
    static let library = list(
        "my documents, my document, documents say, my notes, notes say, my docs, docs say, my files say, the documentation"
    )

    /// Phrases that tie a question to the owner's own portfolio.
    static let ownership = list(
        """
        my, mine, our, ours, i have, i hold, i own, do i, am i, have i, did i, we have, im, me, book, \
        portfolio, account, positions, holdings
        """
    )

    /// Phrases that tie a question to a moment, so that a definition cannot be meant.
    static let moments = list(
        """
        this week, next week, today, tomorrow, this month, next month, right now, this friday, \
        on friday, by friday, this year, last month, yesterday, currently, so far, now
        """
    )

    /// Greetings and questions about Magnus itself.
    static let help = list(
        """
        hi, hello, hey, good morning, good evening, thanks, thank you, help, what can you do, \
        who are you, what are you, how do you work, what can i ask
        """
    )

    /// Phrases with which the owner asks what the last answer rests on.
    static let explanation = list(
        """
        why, why is that, why so, how so, how come, explain that, explain, show your work, \
        how do you know
        """
    )

    /// Phrases with which the owner asks where the last answer comes from.
    static let sources = list(
        """
        sources, source, where does that come from, where is that from, citations, show sources
        """
    )

    /// Verbs that open an order, with what must follow.
    static let orderOpenings = list(
        """
        buy, sell, close, open, short, roll, place, submit, execute, cancel, purchase, liquidate, trade
        """
    )

    /// The phrases of a list separated by commas.
    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
}
