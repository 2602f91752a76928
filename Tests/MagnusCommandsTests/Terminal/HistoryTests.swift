import Testing

@testable import MagnusCommands

@Suite struct HistoryTests {
    @Test(arguments: [
        ("plain", "plain"), ("one\ntwo", "one\\ntwo"), ("back\\slash", "back\\\\slash"), ("\\n", "\\\\n"),
        ("end\\", "end\\\\"), ("日本 👍🏽", "日本 👍🏽"), ("\\\n\\", "\\\\\\n\\\\"),
    ])
    func encoding(_ entry: String, _ line: String) {
        #expect(History.encoded(entry) == line)
        #expect(History.decoded(line) == entry)
    }

    @Test(arguments: [("a\\qb", "a\\qb"), ("a\\", "a\\")])
    func linesFromElsewhere(_ line: String, _ entry: String) {
        #expect(History.decoded(line) == entry)
    }

    @Test func loadingCollapsesBoundsAndPassesOverDamage() {
        let lines = ["old", "a", "b", "", "  ", "a", "dam\u{FFFD}aged", "nul\u{0}", "c\\nd"]
        #expect(History(store: MemoryHistoryStore(lines)).entries == ["old", "b", "a", "c\nd"])
        #expect(History(store: MemoryHistoryStore(lines), limit: 2).entries == ["a", "c\nd"])
    }

    @Test func appending() throws {
        let store = MemoryHistoryStore(["a", "b"])
        let history = History(store: store, limit: 3)
        for entry in ["c", "c", " ", "a", "d\ne"] { try history.append(entry) }
        #expect(history.entries == ["c", "a", "d\ne"])
        #expect(store.load() == ["a", "b", "c", "a", "d\\ne"])
        #expect(History.kept(of: store.load(), limit: 3) == ["c", "a", "d\\ne"])
    }

    private struct BrokenStore: HistoryStore {
        struct Failure: Error {}

        func load() -> [String] { [] }
        func append(_ line: String) throws { throw Failure() }
    }

    @Test func aStoreThatFailsCostsOnlyTheNextSession() {
        let history = History(store: BrokenStore())
        #expect(throws: BrokenStore.Failure.self) { try history.append("kept for now") }
        #expect(history.entries == ["kept for now"])
    }
}
