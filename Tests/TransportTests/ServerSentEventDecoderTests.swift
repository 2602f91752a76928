import Foundation
import Testing
import Transport

@Suite struct ServerSentEventDecoderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var events: [ServerSentEvent]
        var testDescription: String { text.debugDescription }
    }

    /// The first three are the examples of WHATWG HTML, section 9.2.6.
    static let cases = [
        Case(text: "data: YHOO\ndata: +2\ndata: 10\n\n", events: [ServerSentEvent(data: "YHOO\n+2\n10")]),
        Case(
            text: ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
            events: [ServerSentEvent(data: "first event", id: "1"), ServerSentEvent(data: "second event", id: "")]
        ),
        Case(text: "data\n\ndata\ndata\n\ndata:\n", events: [ServerSentEvent(data: ""), ServerSentEvent(data: "\n")]),
        Case(
            text: "event: add\ndata: 1\n\ndata: 2\n\n",
            events: [ServerSentEvent(event: "add", data: "1"), ServerSentEvent(data: "2")]
        ),
        Case(text: "data: a\r\ndata: b\r\n\r\n", events: [ServerSentEvent(data: "a\nb")]),
        Case(
            text: "data: a\rdata: b\r\rdata: c\r\r",
            events: [ServerSentEvent(data: "a\nb"), ServerSentEvent(data: "c")]
        ),
        Case(text: "\u{FEFF}data: é€😀\n\n", events: [ServerSentEvent(data: "é€😀")]),
        Case(text: "data: \u{FEFF}x\n\n", events: [ServerSentEvent(data: "\u{FEFF}x")]),
        Case(text: "event: lonely\nid: 7\n\n:\n\ndata: x\n\n", events: [ServerSentEvent(data: "x", id: "7")]),
        Case(text: "id: a\u{0}b\ndata: x\n\n", events: [ServerSentEvent(data: "x")]),
        Case(text: "Data: x\nfoo: bar\ndata : y\n\n", events: []),
        Case(text: "data: {\"a\": \"b: c\"}\n\n", events: [ServerSentEvent(data: "{\"a\": \"b: c\"}")]),
        Case(text: "data: never ended\n", events: []),
        Case(text: "\n\n\r\n\r\r", events: []),
        Case(text: "", events: []),
    ]

    @Test(arguments: cases) func decodesHoweverItIsCut(example: Case) {
        let bytes = Data(example.text.utf8)
        for cut in 0...bytes.count {
            var decoder = ServerSentEventDecoder()
            let events = decoder.decode(bytes.prefix(cut)) + decoder.decode(bytes.dropFirst(cut))
            #expect(events == example.events, "cut at \(cut)")
        }
        var decoder = ServerSentEventDecoder()
        #expect(bytes.flatMap { decoder.decode(Data([$0])) } == example.events)
    }

    @Test func joinedStreamsDecodeInAnyPieces() {
        let ended = ServerSentEventDecoderTests.cases.filter {
            $0.text.hasSuffix("\n\n") && !$0.text.hasPrefix("\u{FEFF}")
        }
        let bytes = Data(ended.map(\.text).joined().utf8)
        var whole = ServerSentEventDecoder()
        let expected = whole.decode(bytes)
        #expect(expected.count == ended.flatMap(\.events).count)
        for size in 1...17 {
            var decoder = ServerSentEventDecoder()
            let pieces = stride(from: 0, to: bytes.count, by: size).map { bytes.dropFirst($0).prefix(size) }
            #expect(pieces.flatMap { decoder.decode($0) } == expected)
        }
    }

    @Test(arguments: [("1500", 1500), ("0", 0), ("1.5", nil), ("-1", nil), ("", nil), ("٣", nil)] as [(String, Int?)])
    func readsTheReconnectionTime(value: String, milliseconds: Int?) {
        var decoder = ServerSentEventDecoder()
        #expect(decoder.decode(Data("retry: \(value)\n".utf8)).isEmpty)
        #expect(decoder.reconnectionTime == milliseconds.map { .milliseconds($0) })
    }

    @Test func givesWhatAStreamLeftOpen() {
        var decoder = ServerSentEventDecoder()
        #expect(decoder.decode(Data("id: 3\ndata: a\ndata: b".utf8)).isEmpty)
        #expect(decoder.finish() == ServerSentEvent(data: "a\nb", id: "3"))
        #expect(decoder.finish() == nil)
        #expect(decoder.lastEventID == "3")
    }

    @Test func replacesBrokenText() {
        var decoder = ServerSentEventDecoder()
        let events = decoder.decode(Data("data: a".utf8) + Data([0xC3]) + Data("\n\n".utf8))
        #expect(events == [ServerSentEvent(data: "a\u{FFFD}")])
    }
}
