import Foundation
import Storage
import Testing

@Suite struct ModelReplyStoreTests {
    private let store: ModelReplyStore

    init() throws {
        store = ModelReplyStore(database: try Database())
    }

    private func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_772_463_600 + seconds) }

    private func keep(_ text: String, _ digest: String, at seconds: Double, maximumBytes: Int = 1_000) throws {
        try store.keep(
            Data(text.utf8),
            digest: digest,
            model: "one/big",
            at: moment(seconds),
            maximumBytes: maximumBytes
        )
    }

    private func reply(_ digest: String, notBefore oldest: Double = 0, at seconds: Double) throws -> String? {
        try store.reply(digest, notBefore: moment(oldest), at: moment(seconds)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test func whatIsKeptIsFoundAgainUnlessItIsTooOld() throws {
        try keep("hello", "a", at: 10)
        #expect(try reply("a", at: 20) == "hello")
        #expect(try reply("a", notBefore: 10, at: 20) == "hello")
        #expect(try reply("a", notBefore: 11, at: 20) == nil)
        #expect(try reply("b", at: 20) == nil)
    }

    @Test func aNewerReplyTakesTheOldersPlace() throws {
        try keep("old", "a", at: 10)
        try keep("newer", "a", at: 20)
        #expect(try reply("a", at: 30) == "newer")
        #expect(try store.size() == (1, 5))
    }

    @Test func theOnesUsedLongestAgoMakeRoom() throws {
        try keep("1234", "a", at: 1, maximumBytes: 10)
        try keep("1234", "b", at: 2, maximumBytes: 10)
        #expect(try reply("a", at: 3) == "1234")
        try keep("1234", "c", at: 4, maximumBytes: 10)
        #expect(try store.size() == (2, 8))
        #expect(try reply("b", at: 5) == nil)
        #expect(try reply("a", at: 5) == "1234" && reply("c", at: 5) == "1234")
    }

    @Test func whatIsLargerThanAllRoomIsNotKept() throws {
        try keep("1234", "a", at: 1, maximumBytes: 10)
        try keep("12345678901", "b", at: 2, maximumBytes: 10)
        #expect(try store.size() == (1, 4))
    }
}
