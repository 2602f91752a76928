import Connectors
import Foundation
import Markets
import Storage
import Testing

/// A day of an owner with twelve holdings, a list of twenty, and one source of everything.
///
/// It is the rhythm that decides: questions come in conversations of six, half a minute apart, nine of them from nine to
/// half past four. A question about the portfolio runs four tools, each of which asks for what it needs by
/// itself: positions (holdings, quotes), Greeks (holdings, quotes, chains of six underlyings), risk (holdings, quotes,
/// a year of prices of each), income (holdings, quotes, earnings). A question about one ticker runs three: its quote,
/// volatility and chain; its news and earnings; its prices. Three times a day a script asks for the brief in a process of
/// its own: quotes of the list and of the holdings, earnings, and the rate.
///
/// A script that asks for quotes every quarter of an hour would find none of them fresh, and should not: they live for a
/// minute. Such a day has a lower rate.
@Suite struct DayOfUseTests {
    let time = ManualTime()
    let holdings = (1...12).map { "H\($0)" }
    let list = (1...20).map { "W\($0)" }
    let today = TradingDate(daysSinceEpoch: 20_782)

    /// Values asked for and values the sources were asked for.
    private struct Tally {
        var asked = 0
    }

    private func quotes(_ service: DataService, _ symbols: [String], _ tally: inout Tally) async throws {
        tally.asked += symbols.count
        #expect(try await service.quotes(of: symbols).answers.count == symbols.count)
    }

    private func portfolio(_ service: DataService, _ tally: inout Tally) async throws {
        for tool in ["positions", "greeks", "risk", "income"] {
            tally.asked += 1
            _ = try await service.holdings()
            try await quotes(service, holdings, &tally)
            switch tool {
            case "greeks":
                for symbol in holdings.prefix(6) {
                    tally.asked += 1
                    _ = try await service.chain(of: symbol)
                }
            case "risk":
                for symbol in holdings {
                    tally.asked += 1
                    _ = try await service.history(of: symbol, in: today.adding(days: -365)...today)
                }
            case "income":
                tally.asked += holdings.count
                _ = try await service.earnings(of: holdings, in: today...today.adding(days: 60))
            default: break
            }
        }
    }

    private func ticker(_ service: DataService, _ symbol: String, _ tally: inout Tally) async throws {
        try await quotes(service, [symbol], &tally)
        tally.asked += 5
        _ = try await service.volatility(of: [symbol])
        _ = try await service.chain(of: symbol)
        _ = try await service.news(about: [symbol], since: time.now.addingTimeInterval(-7 * 86_400))
        _ = try await service.earnings(of: [symbol], in: today...today.adding(days: 60))
        _ = try await service.history(of: symbol, in: today.adding(days: -90)...today)
    }

    private func brief(_ service: DataService, _ tally: inout Tally) async throws {
        try await quotes(service, holdings + list, &tally)
        tally.asked += holdings.count + 1
        _ = try await service.earnings(of: holdings, in: today...today.adding(days: 60))
        _ = try await service.series("DGS3MO", in: today.adding(days: -30)...today)
    }

    @Test(.timeLimit(.minutes(20))) func fourOfFiveValuesOfADayComeFromWhatIsKept() async throws {
        let market = FakeMarket("market").with {
            $0.prices = Dictionary(uniqueKeysWithValues: (holdings + list).map { ($0, 100) })
        }
        let sources: [any Connector] = [market, FakeBroker("broker"), FakeResearch("research")]
        let store = ConnectorStore(database: try Storage.Database())
        func process() -> DataService {
            DataService(connectors: sources, store: store, clock: time.clock, sleep: time.sleeper)
        }
        var tally = Tally()
        // One process for the conversations of the day, from nine to half past four.
        let conversation = process()
        for minute in 0..<450 {
            if [15, 200, 440].contains(minute) {
                let script = process()
                try await brief(script, &tally)
                try script.flush()
            }
            let isTalking = minute % 50 < 3
            for half in 0..<2 {
                if isTalking {
                    let isAboutOne = (minute + half) % 4 == 3
                    if isAboutOne {
                        try await ticker(conversation, holdings[minute / 50], &tally)
                    } else {
                        try await portfolio(conversation, &tally)
                    }
                    try conversation.flush()
                }
                time.advance(30)
            }
        }
        let status = process().status()
        let hits = status.map(\.hits).reduce(0, +)
        let misses = status.map(\.misses).reduce(0, +)
        let rate = Double(hits) / Double(hits + misses)
        let requests = status.map(\.requests).reduce(0, +)
        print(
            "a day of use: \(tally.asked) values, \(hits) kept, \(misses) fetched in \(requests) requests; rate \(rate)"
        )
        #expect(hits + misses == tally.asked)
        #expect(rate >= 0.8)
    }
}
