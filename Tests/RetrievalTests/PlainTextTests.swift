import Foundation
import Retrieval
import Testing

@Suite struct PlainTextTests {
    private func chunks(_ text: String) -> [Chunk] {
        let measure = ChunkMeasure(name: "words") { $0.split(whereSeparator: \.isWhitespace).count }
        return PlainTextChunker(size: ChunkSize(target: 40, maximum: 50), measure: measure).chunks(of: text, title: "t")
            .chunks
    }

    @Test func formFeedsMakePages() {
        let found = chunks("one\n\u{C}two\nmore\n\n\u{C}\nthree\u{C}\nfour")
        #expect(found.map(\.headings) == [["page 1"], ["page 2"], ["page 3"], ["page 4"]])
        #expect(found.map(\.lines) == [1...1, 2...3, 6...6, 7...7])
    }

    @Test func withoutFormFeedsThereAreNoPages() {
        let found = chunks("one\n\ntwo # not a heading\n")
        #expect(found.map(\.headings) == [[]])
        #expect(found.map(\.text) == ["one\n\ntwo # not a heading"])
    }

    @Test func aPageIsCutBetweenParagraphs() {
        let paragraph = Array(repeating: "word", count: 30).joined(separator: " ")
        #expect(chunks("\(paragraph)\n\n\(paragraph)\n\n\(paragraph)").map(\.lines) == [1...1, 3...3, 5...5])
    }

    @Test func textWithoutSpacesIsCutBetweenSentences() {
        let measure = ChunkMeasure(name: "characters") { $0.count }
        let chunker = PlainTextChunker(size: ChunkSize(target: 40, maximum: 50), measure: measure)
        let sentences = ["看涨期权在除息日前可能被提前行权。", "卖方必须交付股票！", "「时间价值」会衰减吗？」", "期权到期后归零。"]
        let text = (0..<12).map { sentences[$0 % 4] }.joined()
        let found = chunker.chunks(of: text, title: "t").chunks
        #expect(found.count >= 3)
        #expect(found.map(\.text).joined() == text)
        for chunk in found {
            #expect(chunk.text.count <= 50)
            #expect(sentences.contains { chunk.text.hasPrefix($0) } && sentences.contains { chunk.text.hasSuffix($0) })
        }
    }

    // MARK: - Bytes

    private func decoded(_ bytes: [UInt8]) -> TextDecoding.Decoded? {
        TextDecoding.decode(Data(bytes))
    }

    @Test func utf8IsTakenAsItIs() {
        let text = "Zürich 日本 🙂\r\n\u{C}"
        #expect(decoded(Array(text.utf8))?.text == text)
        #expect(decoded(Array(text.utf8))?.warning == nil)
        #expect(decoded([0xEF, 0xBB, 0xBF] + Array("a".utf8))?.text == "a")
        #expect(decoded([])?.text == "")
    }

    @Test func utf16IsKnownByItsMark() {
        #expect(decoded([0xFF, 0xFE, 0x61, 0, 0xE9, 0])?.text == "aé")
        #expect(decoded([0xFE, 0xFF, 0, 0x61, 0, 0xE9])?.text == "aé")
    }

    @Test func oldTextIsReadAsWindows1252WithAWarning() {
        let found = decoded(Array("caf".utf8) + [0xE9] + Array(" costs 5 ".utf8) + [0x80] + Array(" — ok".utf8))
        #expect(found?.text == "café costs 5 € — ok")
        #expect(found?.warning == "2 bytes were not valid UTF-8 and were read as Windows-1252")
    }

    @Test(arguments: [
        [0x50, 0x4B, 0x03, 0x04, 0x00, 0x01], Array("text with a nul\0".utf8), [0xFF, 0xD8, 0xFF, 0xE0, 0x10, 0x4A],
        (0..<256).map { UInt8($0 == 0 ? 1 : $0) }, [0xFF, 0xFE, 0x00, 0x00, 0x01, 0x00],
    ])
    func dataIsNotText(bytes: [UInt8]) {
        #expect(decoded(bytes) == nil)
    }

    @Test func aTruncatedCharacterAtTheEndIsRepaired() {
        let found = decoded(Array("plain text and more é".utf8.dropLast()))
        #expect(found?.text == "plain text and more Ã")
        #expect(found?.warning?.hasPrefix("1 bytes") == true)
    }
}
