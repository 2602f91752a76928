import Foundation
import Storage
import Testing

@Suite struct DecisionStoreTests {
    let store: DecisionStore

    init() throws {
        store = DecisionStore(database: try Storage.Database())
    }

    private func decision(
        _ id: String,
        session: String = "s1",
        turn: Int = 1,
        at seconds: Double = 100,
        question: String = "What is my risk?",
        answer: String = "Low."
    ) -> DecisionRecord {
        DecisionRecord(
            id: id,
            sessionID: session,
            turn: turn,
            createdAt: Date(timeIntervalSince1970: seconds),
            question: question,
            intent: "risk",
            answer: answer,
            record: Data([0x7B, 0x00, 0xFF, 0x7D]),
            exitCode: 3
        )
    }

    @Test func aDecisionComesBackAsItWas() throws {
        let saved = decision("01ab", question: "Ünïcode?\n", answer: "12 % 🙂")
        try store.save(saved)
        #expect(try store.decision("01ab") == saved)
    }

    @Test func aPrefixFindsADecisionIfItIsTheOnlyOne() throws {
        for id in ["01ab", "01ac", "02", "021"] { try store.save(decision(id)) }
        #expect(try store.decision("01ac").id == "01ac")
        #expect(try store.decision("021").id == "021")
        #expect(try store.decision("02").id == "02", "an id that is another one's beginning is meant as it stands")
        let ambiguous = #expect(throws: StorageError.self) { try store.decision("01") }
        #expect(ambiguous?.code == .ambiguous)
        #expect(ambiguous?.description.contains("01ab, 01ac") == true)
        for unknown in ["", "1", "01abc", "%", "_", "0_ab", "ÿ"] {
            let error = #expect(throws: StorageError.self) { try store.decision(unknown) }
            #expect(error?.code == .noSuchRecord, "\(unknown)")
        }
    }

    @Test func anIDIsTakenOnce() throws {
        try store.save(decision("a"))
        let error = #expect(throws: StorageError.self) { try store.save(decision("a", answer: "other")) }
        #expect(error?.code == .constraint)
        #expect(try store.decision("a").answer == "Low.")
    }

    @Test func theLatestComeFirst() throws {
        try store.save(decision("a", at: 300))
        try store.save(decision("b", at: 100))
        try store.save(decision("c", at: 300))
        #expect(try store.recent(limit: 10).map(\.id) == ["c", "a", "b"])
        #expect(try store.recent(limit: 1).map(\.id) == ["c"])
        #expect(try store.recent(limit: -1).isEmpty)
    }

    @Test(arguments: [
        ("NVDA", ["a"]), ("nvda", ["a"]), ("100%", ["b"]), ("%", ["b"]), ("_", []), ("\\", []), ("put", ["b", "a"]),
        ("", ["b", "a"]),
    ])
    func decisionsAreFoundByTheirWords(text: String, expected: [String]) throws {
        try store.save(decision("a", at: 100, question: "Roll the NVDA put?", answer: "No."))
        try store.save(decision("b", at: 200, question: "How much?", answer: "100% in one put"))
        #expect(try store.recent(limit: 10, containing: text).map(\.id) == expected)
    }

    @Test func aSessionHasItsTurnsInOrder() throws {
        let start = Date(timeIntervalSince1970: 100)
        var session = SessionRecord(id: "s1", startedAt: start, updatedAt: start, title: "Risk")
        try store.save(decision("b", turn: 2), session: session)
        try store.save(decision("a", turn: 1))
        try store.save(decision("x", session: "s2"))
        #expect(try store.decisions(inSession: "s1").map(\.id) == ["a", "b"])
        #expect(try store.decision(before: "b")?.id == "a")
        #expect(try store.decision(before: "a") == nil)
        #expect(try store.decision(before: "none") == nil)
        session.updatedAt = Date(timeIntervalSince1970: 200)
        session.state = Data("{}".utf8)
        try store.save(session)
        try store.save(SessionRecord(id: "s0", startedAt: start, updatedAt: start, title: ""))
        #expect(try store.session("s1") == session)
        #expect(try store.session("s9") == nil)
        #expect(try store.recentSessions(limit: 5).map(\.id) == ["s1", "s0"])
    }

    @Test func aDecisionThatFailsDoesNotChangeItsSession() throws {
        let start = Date(timeIntervalSince1970: 100)
        try store.save(decision("a"))
        let session = SessionRecord(id: "s1", startedAt: start, updatedAt: start, title: "Risk")
        #expect(throws: StorageError.self) { try store.save(decision("a"), session: session) }
        #expect(try store.session("s1") == nil)
    }

    @Test func settingsAreKeptReplacedAndRemoved() throws {
        let settings = SettingsStore(database: store.database)
        #expect(try settings.value("a") == nil)
        try settings.set("a", to: "1")
        try settings.set("a", to: "2")
        #expect(try settings.value("a") == "2")
        try settings.set("a", to: nil)
        #expect(try settings.value("a") == nil)
    }
}
