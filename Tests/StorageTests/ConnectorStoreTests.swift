import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct ConnectorStoreTests {
    let store: ConnectorStore

    init() throws {
        store = ConnectorStore(database: try Storage.Database())
    }

    private func value(
        _ subject: String,
        kind: String = "quotes",
        connector: String = "alpaca",
        dependencies: [String] = [],
        at seconds: Double = 100,
        bytes: Int = 4
    ) -> CachedValueRecord {
        CachedValueRecord(
            kind: kind,
            subject: subject,
            connector: connector,
            symbols: [subject],
            dependencies: dependencies,
            source: "Alpaca",
            asOf: Date(timeIntervalSince1970: seconds - 3),
            notes: ["one", "two words"],
            fetchedAt: Date(timeIntervalSince1970: seconds),
            expiresAt: Date(timeIntervalSince1970: seconds + 60),
            payload: Data(repeating: 7, count: bytes)
        )
    }

    private func subjects(kind: String = "quotes", _ subjects: String...) throws -> [String] {
        try store.values(kind: kind, subjects: subjects).map(\.subject)
    }

    @Test func aValueComesBackAsItWas() throws {
        var unknown = value("ZZZZ", dependencies: ["ledger", "quotes"])
        unknown.payload = nil
        unknown.asOf = nil
        unknown.notes = []
        let empty = value("AAPL", bytes: 0)
        try store.save([unknown, empty, value("AAPL", connector: "tradier")])
        #expect(try store.values(kind: "quotes", subjects: ["ZZZZ"]) == [unknown])
        #expect(
            try Set(store.values(kind: "quotes", subjects: ["AAPL"])) == [empty, value("AAPL", connector: "tradier")]
        )
        #expect(try store.values(kind: "chains", subjects: ["AAPL"]).isEmpty)
        #expect(try store.values(kind: "quotes", subjects: []).isEmpty)
    }

    @Test func aLaterAnswerReplacesAnEarlierOneAndNeverTheOtherWayRound() throws {
        try store.save([value("AAPL", at: 200)])
        try store.save([value("AAPL", at: 100, bytes: 9)])
        #expect(try store.values(kind: "quotes", subjects: ["AAPL"]) == [value("AAPL", at: 200)])
        try store.save([value("AAPL", at: 300, bytes: 9)])
        #expect(try store.values(kind: "quotes", subjects: ["AAPL"]) == [value("AAPL", at: 300, bytes: 9)])
    }

    @Test(arguments: [
        (CachedValueFilter(), ["A", "AA", "B"]), (CachedValueFilter(kind: "quotes"), ["A", "AA"]),
        (CachedValueFilter(connector: "tradier"), ["AA"]), (CachedValueFilter(symbol: "A"), ["A"]),
        (CachedValueFilter(dependency: "ledger"), ["B"]), (CachedValueFilter(dependency: "led"), []),
        (CachedValueFilter(kind: "quotes", symbol: "B"), []),
    ])
    func valuesAreRemovedOrExpiredByWhatIsGiven(filter: CachedValueFilter, expected: [String]) throws {
        let all = [
            value("A"), value("AA", connector: "tradier"),
            value("B", kind: "scans", dependencies: ["ledger", "quotes"]),
        ]
        try store.save(all)
        #expect(try store.expire(filter) == expected.count)
        for one in all {
            let kept = try #require(try store.values(kind: one.kind, subjects: [one.subject]).first)
            #expect((kept.expiresAt == Date(timeIntervalSince1970: 0)) == expected.contains(one.subject))
        }
        #expect(try store.remove(filter) == expected.count)
        for one in all {
            #expect(try store.values(kind: one.kind, subjects: [one.subject]).isEmpty == expected.contains(one.subject))
        }
    }

    @Test func oldValuesAreRemovedAndThenTheOldestUntilTheRestFits() throws {
        try store.save((1...6).map { value("S\($0)", at: Double($0) * 100, bytes: 10) })
        #expect(try store.prune(fetchedBefore: Date(timeIntervalSince1970: 200), maximumBytes: 1_000) == 1)
        #expect(try subjects("S1", "S2") == ["S2"])
        #expect(try store.prune(fetchedBefore: Date(timeIntervalSince1970: 0), maximumBytes: 30) == 2)
        #expect(try subjects("S1", "S2", "S3", "S4", "S5", "S6") == ["S4", "S5", "S6"])
        #expect(try store.prune(fetchedBefore: Date(timeIntervalSince1970: 0), maximumBytes: 29) == 1)
        #expect(try subjects("S4", "S5", "S6") == ["S5", "S6"])
    }

    @Test func statesAreChangedTogetherOrNotAtAll() throws {
        let now = Date(timeIntervalSince1970: 100)
        try store.updateStates(of: ["a", "b"], at: now) { name, old in
            #expect(old == nil)
            return Data(name.utf8)
        }
        try store.updateStates(of: ["a"], at: now) { _, old in (old ?? Data()) + Data("2".utf8) }
        #expect(try store.states() == ["a": Data("a2".utf8), "b": Data("b".utf8)])
        struct Refused: Error {}
        #expect(throws: (any Error).self) {
            try store.updateStates(of: ["a", "b"], at: now) { name, _ in
                if name == "b" { throw Refused() }
                return Data()
            }
        }
        #expect(try store.states()["a"] == Data("a2".utf8))
    }

    @Test func valuesOutliveTheProcessInAPrivateFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("magnus.db")
        try ConnectorStore(database: Storage.Database(path: path)).save([value("AAPL")])
        #expect(
            try ConnectorStore(database: Storage.Database(path: path)).values(kind: "quotes", subjects: ["AAPL"])
                == [value("AAPL")]
        )
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
