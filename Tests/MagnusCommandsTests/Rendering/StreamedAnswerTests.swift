import Assistant
import LanguageModels
import Synchronization
import Testing

@testable import MagnusCommands

@Suite struct StreamedAnswerTests {
    /// What was written to a stream.
    private final class Written: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

        func sink() -> OutputSink {
            OutputSink(name: "test", usesColour: false) { more in
                self.bytes.withLock { $0 += more }
                return .wrote(more.count)
            }
        }
    }

    private static let renderer = AnswerRenderer(width: 40, glyphs: .ascii, rowLimit: nil)

    private static func stream(_ written: Written, status: Written = Written(), showsStatus: Bool = false)
        -> StreamedAnswer
    {
        StreamedAnswer(
            renderer,
            heading: ["Demo", ""],
            output: written.sink(),
            errors: status.sink(),
            showsStatus: showsStatus
        )
    }

    private static let pieces = [
        "The first sentence is long enough to be broken. ", "The second follows on the same line.", "\n\n",
        "## A heading\n",
        "- An item of a list that has to be broken too. ", "It goes on.\n", "- Another\n", "\n",
        "| Position | Mark |\n", "|---|---:|\n", "| DIS | $104.62 |\n", "| INTC | $33.85 |\n", "\nAnd so it ends.",
    ]

    /// What stands there at the end is what the whole answer looks like, and nothing that was shown is taken back.
    @Test func endsAsTheWholeAnswerLooks() throws {
        let written = Written()
        let stream = Self.stream(written)
        var before = ""
        for piece in Self.pieces {
            stream.take(.released(piece))
            #expect(written.text.hasPrefix(before))
            before = written.text
        }
        #expect(before.hasSuffix("And so it ends."))
        var answer = Answer(markdown: Self.pieces.joined())
        answer.blocks.append(.note("A note that Magnus adds."))
        let lines = Self.renderer.lines(answer, evidence: [])
        try stream.finish(lines)
        #expect(written.text == "Demo\n\n" + lines.map(\.plain).joined(separator: "\n") + "\n")
    }

    @Test func sentencesAppearAtOnceAndTablesWhenTheyHaveEnded() {
        let written = Written()
        let stream = Self.stream(written)
        stream.take(.released(Self.pieces[0]))
        #expect(written.text == "Demo\n\nThe first sentence is long enough to be\nbroken.")
        for piece in Self.pieces[1..<12] { stream.take(.released(piece)) }
        #expect(!written.text.contains("DIS"))
        stream.take(.released(Self.pieces[12]))
        #expect(written.text.contains("$104.62"))
    }

    @Test func withNothingReleasedTheWholeIsShown() throws {
        let written = Written()
        try Self.stream(written).finish(["All of it"])
        #expect(written.text == "Demo\n\nAll of it\n")
    }

    @Test func anAnswerThatBeginsAnewSaysSo() throws {
        let written = Written()
        let stream = Self.stream(written)
        stream.take(.released("Old words."))
        stream.take(.restarted(ModelName(provider: "b", model: "two")))
        stream.take(.released("New words."))
        try stream.finish(["New words."])
        let parts = written.text.split(separator: "\n").map(String.init)
        #expect(
            parts == [
                "Demo", "Old words.", "b/two writes the answer anew; what stands above counts no more", "Demo",
                "New words.",
            ]
        )
    }

    @Test func whatIsBeingDoneIsTakenAwayBeforeTheAnswer() {
        let (written, status) = (Written(), Written())
        let stream = Self.stream(written, status: status, showsStatus: true)
        stream.take(.writing)
        #expect(status.text == "\r\u{1B}[Kwriting …")
        stream.take(.released("Words."))
        #expect(status.text.hasSuffix("\r\u{1B}[K"))
        stream.take(.writing)
        #expect(status.text.hasSuffix("\r\u{1B}[K"))
    }
}
