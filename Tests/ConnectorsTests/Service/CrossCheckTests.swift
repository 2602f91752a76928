import Connectors
import Foundation
import Markets
import Testing

@Suite struct CrossCheckTests {
    let time = ManualTime()

    private func service(_ first: FakeMarket, _ others: FakeMarket...) -> DataService {
        DataService(
            connectors: [first] + others,
            options: .init(crossChecked: [.quotes, .history, .volatility]),
            clock: time.clock,
            sleep: time.sleeper
        )
    }

    @Test func aDifferenceIsReportedWithBothValuesAndTimes() async throws {
        let first = FakeMarket("alpha")
        let second = FakeMarket("beta").with {
            $0.prices["NVDA"] = Decimal(string: "178.36") ?? 0
            $0.asOf -= 900
        }
        let served = try #require(try await service(first, second).quotes(of: ["NVDA"])["NVDA"])
        #expect(served.value.last == 182, "the first source is served")
        let found = try #require(served.disagreement)
        #expect(found.sources == ["Alpha", "Beta"])
        #expect(found.values == ["182", "178.36"])
        #expect(abs((found.difference ?? 0) + 0.02) < 1e-9)
        #expect(
            found.words
                == "last price of NVDA: Alpha says 182 (2026-11-25 09:29:50 New York), "
                + "Beta says 178.36 (2026-11-25 09:14:50 New York), 2.0 % apart"
        )
    }

    @Test(arguments: [("180.18", false), ("180.17", true), ("183.82", false), ("183.83", true)])
    func aDifferenceOfUpToOnePercentIsNone(price: String, isReported: Bool) async throws {
        let second = FakeMarket("beta").with { $0.prices["NVDA"] = Decimal(string: price) ?? 0 }
        let served = try await service(FakeMarket("alpha"), second).quotes(of: ["NVDA"])["NVDA"]
        #expect((served?.disagreement != nil) == isReported)
        #expect(served?.notes == [])
    }

    @Test func bothAreAskedOnceAndComparedAgainFromWhatIsKept() async throws {
        let first = FakeMarket("alpha")
        let second = FakeMarket("beta").with { $0.prices["NVDA"] = 200 }
        let service = service(first, second)
        for _ in 0..<3 {
            #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.disagreement?.values == ["182", "200"])
        }
        #expect(first.script.questions == ["NVDA"])
        #expect(second.script.questions == ["NVDA"])
    }

    @Test func theSecondSourceMayFailOrBeSlowWhichIsSaid() async throws {
        let broken = FakeMarket("beta", Script(then: .fail(.unreachable)))
        let served = try #require(try await service(FakeMarket("alpha"), broken).quotes(of: ["NVDA"])["NVDA"])
        #expect(served.value.last == 182)
        #expect(served.notes == ["not checked against a second source"])
        #expect(served.failures.map(\.connector) == ["beta"])

        let slow = FakeMarket("beta", Script(.hang))
        let third = FakeMarket("gamma")
        let service = service(FakeMarket("alpha"), slow, third)
        async let answer = service.quotes(of: ["NVDA"])
        await slow.script.asked(1)
        // The deadline, and the shares of the first two.
        await time.sleepers(3)
        time.advance(4)
        #expect(try await answer["NVDA"]?.value.last == 182)
        #expect(third.script.questions.isEmpty)
    }

    @Test func whereTheFirstSourceFailsTheSecondAnswers() async throws {
        let broken = FakeMarket("alpha", Script(then: .fail(.unreachable)))
        let served = try await service(broken, FakeMarket("beta")).quotes(of: ["NVDA"])["NVDA"]
        #expect(served?.connector == "beta")
    }

    @Test func historiesAreComparedByTheirLastCommonClose() async throws {
        let second = FakeMarket("beta").with { $0.prices["NVDA"] = 100 }
        let day = try #require(TradingDate("2026-11-24"))
        let served = try await service(FakeMarket("alpha"), second).history(of: "NVDA", in: day.adding(days: -7)...day)
        #expect(served.disagreement?.measure == "close of NVDA on 2026-11-24")
    }
}
