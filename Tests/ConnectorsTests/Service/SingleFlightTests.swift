import Connectors
import Foundation
import Markets
import Testing

@Suite struct SingleFlightTests {
    let time = ManualTime()

    private func service(_ market: FakeMarket) -> DataService {
        DataService(connectors: [market], clock: time.clock, sleep: time.sleeper)
    }

    @Test func aHundredCallersShareOneRequest() async throws {
        let market = FakeMarket("alpha", Script(.hang))
        let service = service(market)
        let prices = try await withThrowingTaskGroup(of: Decimal?.self) { group in
            for _ in 0..<100 {
                group.addTask { try await service.quotes(of: ["NVDA"])["NVDA"]?.value.last }
            }
            await market.script.asked(1)
            market.script.release()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(prices == Array(repeating: 182, count: 100))
        #expect(market.script.questions == ["NVDA"])
    }

    @Test func callersOfOverlappingSymbolsAskForWhatIsNotUnderWay() async throws {
        let market = FakeMarket("alpha", Script(.hang))
        let service = service(market)
        async let first = service.quotes(of: ["NVDA", "AAPL"])
        await market.script.asked(1)
        async let second = service.quotes(of: ["AAPL", "MSFT"])
        await market.script.asked(2)
        market.script.release()
        #expect(try await first.answers.keys.sorted() == ["AAPL", "NVDA"])
        #expect(try await second.answers.keys.sorted() == ["AAPL", "MSFT"])
        #expect(market.script.questions == ["AAPL,NVDA", "MSFT"])
    }

    @Test func aCallerThatGoesDoesNotDisturbTheOthers() async throws {
        let market = FakeMarket("alpha", Script(.hang))
        let service = service(market)
        let first = Task { try await service.quotes(of: ["NVDA"]) }
        await market.script.asked(1)
        // The second asks for more, so that its own request shows that it has joined the first.
        let second = Task { try await service.quotes(of: ["NVDA", "AAPL"]) }
        await market.script.asked(2)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        market.script.release()
        #expect(try await second.value["NVDA"]?.value.last == 182)
        #expect(market.script.questions == ["NVDA", "AAPL"])
    }

    @Test func whenTheLastCallerGoesTheRequestIsCancelled() async throws {
        let market = FakeMarket("alpha", Script(.hang))
        let service = service(market)
        let only = Task { try await service.quotes(of: ["NVDA"]) }
        await market.script.asked(1)
        only.cancel()
        await #expect(throws: CancellationError.self) { try await only.value }
        await market.script.cancelled(1)
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.value.last == 182, "the next one asks anew")
        #expect(service.status()[0].errors.isEmpty, "giving up is no failure of the source")
    }

    @Test func aCallerThatWasCancelledBeforeItBeganAsksNothing() async throws {
        let market = FakeMarket()
        let service = service(market)
        let gone = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await service.quotes(of: ["NVDA"])
        }
        await #expect(throws: CancellationError.self) { try await gone.value }
        #expect(market.script.questions.isEmpty)
    }

    @Test func aThousandCallersWhoComeAndGoLeaveNothingHanging() async throws {
        let market = FakeMarket()
        let service = service(market)
        let symbols = ["NVDA", "AAPL", "MSFT"]
        var answered = 0
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1_000 {
                group.addTask {
                    let task = Task { try await service.quotes(of: [symbols[index % 3]], policy: .refresh) }
                    if index % 4 == 0 { task.cancel() }
                    return (try? await task.value) != nil
                }
            }
            for await isAnswered in group where isAnswered { answered += 1 }
        }
        #expect(answered >= 750)
    }
}
