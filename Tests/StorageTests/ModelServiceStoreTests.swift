import Foundation
import Storage
import Testing

@Suite struct ModelServiceStoreTests {
    private let store: ModelServiceStore

    init() throws {
        store = ModelServiceStore(database: try Database())
    }

    private struct Refusal: Error {}

    private func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_772_463_600 + seconds) }

    private func state(_ provider: String, notBefore oldest: Double = 0) throws -> String? {
        try store.state(of: provider, notBefore: moment(oldest)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func append(_ text: String?, to provider: String, notBefore oldest: Double = 0, at now: Double) throws {
        try store.update(provider, notBefore: moment(oldest), at: moment(now)) { old in
            text.map { (old ?? Data()) + Data($0.utf8) }
        }
    }

    @Test func whatIsKeptIsChangedForOneServiceAlone() throws {
        #expect(try state("one") == nil)
        try append("a", to: "one", at: 10)
        try append("b", to: "one", at: 20)
        try append("c", to: "two", at: 20)
        #expect(try state("one") == "ab" && state("two") == "c")
        try append(nil, to: "one", at: 30)
        #expect(try state("one") == nil && state("two") == "c")
    }

    @Test func whatIsTooOldCountsNoMore() throws {
        try append("a", to: "one", at: 10)
        #expect(try state("one", notBefore: 10) == "a" && state("one", notBefore: 11) == nil)
        try append("b", to: "one", notBefore: 11, at: 20)
        #expect(try state("one") == "b")
    }

    @Test func aChangeThatFailsChangesNothing() throws {
        try append("a", to: "one", at: 10)
        #expect(throws: Refusal.self) {
            try store.update("one", notBefore: moment(0), at: moment(20)) { _ in throw Refusal() }
        }
        #expect(try state("one") == "a")
    }
}
