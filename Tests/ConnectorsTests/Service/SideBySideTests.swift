import Connectors
import Evidence
import Foundation
import Markets
import Testing

@Suite struct SideBySideTests {
    let time = ManualTime()

    private func service(_ connectors: any Connector...) -> DataService {
        DataService(connectors: connectors, clock: time.clock, sleep: time.sleeper)
    }

    @Test func everyBrokerIsAskedAndOneThatFailsLeavesTheOthers() async throws {
        let brokers = [
            FakeBroker("alpha"), FakeBroker("beta", Script(then: .fail(.unauthorised))), FakeBroker("gamma"),
        ]
        let service = service(brokers[0], FakeMarket("market"), brokers[1], brokers[2])
        let held = try await service.holdings()
        #expect(held.answers.map(\.connector) == ["alpha", "gamma"])
        #expect(held.values.flatMap { $0 }.map(\.account.broker) == ["alpha", "gamma"])
        #expect(held.failures == [ConnectorError("beta", .unauthorised, "scripted")])
        time.advance(29)
        let again = try await service.holdings()
        #expect(again.answers.map(\.freshness) == [.cached(ageSeconds: 29), .cached(ageSeconds: 29)])
        #expect(brokers.map(\.script.questions.count) == [1, 2, 1])
    }

    @Test func aBrokerThatHangsCostsTheDeadlineAndNothingElse() async throws {
        let (quick, stuck) = (FakeBroker("alpha"), FakeBroker("beta", Script(then: .hang)))
        let service = service(quick, stuck)
        let held = try await time.passing { try await service.holdings() }
        #expect(held.answers.map(\.connector) == ["alpha"])
        #expect(held.failures.map(\.code) == [.timedOut])
        #expect(held.failures[0].description == "beta: no answer within 8 s")
    }

    @Test func oneBrokersOldHoldingsAreMarkedAsSuch() async throws {
        let service = service(FakeBroker("alpha"), FakeBroker("beta", Script(.answer, then: .fail(.unreachable))))
        _ = try await service.holdings()
        time.advance(120)
        let held = try await service.holdings()
        #expect(held.answers.map(\.freshness) == [.live, .stale(reason: "fetched 2 min ago; beta: scripted")])
        #expect(held.failures.isEmpty)
    }

    @Test func withoutAnyBrokerItSaysWhatToSetUp() async throws {
        var broker = FakeBroker("alpha")
        broker.readiness = .notConfigured(reason: "no key", nextStep: "set ALPHA_KEY")
        let service = service(broker)
        let error = await #expect(throws: DataServiceError.self) { try await service.holdings() }
        #expect(error?.description.contains("alpha: no key; set ALPHA_KEY") == true)
        #expect(broker.script.questions.isEmpty)
    }

    @Test func noAccountNumberIsInAnErrorOrAStatus() async throws {
        let service = service(FakeBroker("alpha", Script(.answer, then: .fail(.unreachable))))
        let held = try await service.holdings()
        #expect(held.values[0][0].account.number == "48219034")
        time.advance(60)
        let old = try await service.holdings()
        #expect(!"\(old.answers[0].freshness) \(old.failures) \(service.status())".contains("48219034"))
    }

    @Test func activityIsAskedForWholeMonthsAndServedFromTheDay() async throws {
        let broker = FakeBroker("alpha")
        let service = service(broker)
        let day = try #require(TradingDate("2026-11-20"))
        let served = try await service.activity(since: day)
        #expect(served.values[0].map(\.date).min() == day)
        _ = try await service.activity(since: day.adding(days: 2))
        #expect(broker.script.questions == ["activity 2026-11-01"])
    }

    @Test func aKeptHistoryServesQuestionsAboutAPartOfIt() async throws {
        let broker = FakeBroker("alpha", Script(.answer, then: .fail(.unreachable)))
        let service = service(broker)
        let autumn = try #require(TradingDate("2026-09-10"))
        _ = try await service.activity(since: autumn.adding(days: -40))
        let part = try await service.activity(since: autumn.adding(days: -30))
        #expect(part.values[0].first?.date == autumn.adding(days: -30))
        let later = try await service.activity(since: autumn)
        #expect(later.values[0].isEmpty && later.answers[0].freshness == .cached(ageSeconds: 0))
        #expect(broker.script.questions == ["activity 2026-08-01"])
        // Old, it serves where the broker fails; what begins later never serves.
        time.advance(7_200)
        let old = try await service.activity(since: autumn)
        #expect(old.answers[0].freshness == .stale(reason: "fetched 2 h ago; alpha: scripted"))
        await #expect(throws: DataServiceError.self) { try await service.activity(since: autumn.adding(days: -50)) }
    }

    @Test func listsOfAllKeepersStandSideBySide() async throws {
        let lists = try await service(FakeBroker("alpha"), FakeBroker("beta")).watchlists()
        #expect(lists.values.flatMap { $0 }.map(\.name) == ["Alpha list", "Beta list"])
    }

    // MARK: - Research

    private func item(_ headline: String, _ hours: Double, url: String? = nil, by publisher: String) -> NewsItem {
        NewsItem(
            identifier: headline,
            headline: headline,
            publisher: publisher,
            published: time.now.addingTimeInterval(-hours * 3_600),
            url: url
        )
    }

    @Test func headlinesOfAllSourcesAreMergedAndEachIsShownOnce() async throws {
        let first = FakeResearch("alpha").with {
            $0.headlines = [
                item("Chips rally", 1, url: "https://a.example/1", by: "A"), item("NVIDIA beats!", 3, by: "A"),
            ]
        }
        let second = FakeResearch("beta").with {
            $0.headlines = [
                item("Other words", 2, url: "https://a.example/1", by: "B"), item("Nvidia beats", 3.5, by: "B"),
                item("Chips rally", 40, by: "B"), item("Fed holds", 0.5, by: "B"),
            ]
        }
        let broken = FakeResearch("gamma", Script(then: .fail(.unreachable)))
        let service = service(first, second, broken)
        let news = try await service.news(about: ["nvda"], since: time.now.addingTimeInterval(-48 * 3_600))
        #expect(news.value.map(\.headline) == ["Fed holds", "Chips rally", "NVIDIA beats!", "Chips rally"])
        #expect(news.source == "Alpha, Beta")
        #expect(news.failures.map(\.connector) == ["gamma"])
        #expect(news.freshness == .live)
        time.advance(60)
        let fewer = try await service.news(about: ["NVDA"], since: time.now.addingTimeInterval(-2 * 3_600), limit: 1)
        #expect(fewer.value.map(\.headline) == ["Fed holds"])
        #expect(first.script.questions.count == 2, "another day")
    }

    @Test func aQuestionForNewsAMinuteLaterIsTheSameQuestion() async throws {
        let source = FakeResearch("alpha")
        let service = service(source)
        for _ in 0..<4 {
            _ = try await service.news(about: ["NVDA", "AAPL"], since: time.now.addingTimeInterval(-7 * 86_400))
            _ = try await service.news(about: ["AAPL", "NVDA"], since: time.now.addingTimeInterval(-7 * 86_400))
            time.advance(60)
        }
        #expect(source.script.questions.count == 1)
    }

    @Test func earningsComeFromTheFirstSourceThatHasAReport() async throws {
        let day = try #require(TradingDate("2027-01-28"))
        let first = FakeResearch("alpha").with { $0.reports = ["AAPL": day] }
        let second = FakeResearch("beta").with { $0.reports = ["AAPL": day.adding(days: 1), "NVDA": day] }
        let service = service(first, second)
        let span = day.adding(days: -60)...day.adding(days: 30)
        for _ in 0..<2 {
            let batch = try await service.earnings(of: ["AAPL", "NVDA", "MSFT"], in: span)
            #expect(batch["AAPL"]?.value.map(\.date) == [day])
            #expect(batch["AAPL"]?.connector == "alpha")
            #expect(batch["NVDA"]?.connector == "beta")
            #expect(batch["MSFT"]?.value == [], "nobody has one, which is an answer")
        }
        #expect(first.script.questions == ["earnings AAPL,MSFT,NVDA"])
        #expect(second.script.questions == ["earnings MSFT,NVDA"])
        #expect(try await service.earnings(in: span).value.map(\.symbol) == ["AAPL"])
    }

    @Test func seriesAndFilingsAreKept() async throws {
        let source = FakeResearch("alpha")
        let service = service(source)
        let today = try #require(TradingDate("2026-11-25"))
        for _ in 0..<2 {
            #expect(try await service.series("DGS3MO", in: today.adding(days: -3)...today).value.count == 4)
            #expect(try await service.filings(of: "nvda").value.map(\.form) == ["10-K"])
            #expect(try await service.figures(of: "NVDA", concept: "Revenues").value.isEmpty)
        }
        #expect(
            source.script.questions == [
                "series DGS3MO 2026-01-01..2026-11-25", "filings NVDA", "figures NVDA Revenues",
            ]
        )
    }
}
