import Retrieval
import Testing

@Suite struct MarkdownChunkerTests {
    /// Counts words, so that lengths can be reckoned by hand.
    static let words = ChunkMeasure(name: "words") { $0.split(whereSeparator: \.isWhitespace).count }

    private func chunks(_ text: String, target: Int = 40, maximum: Int = 50) -> ChunkedDocument {
        MarkdownChunker(size: ChunkSize(target: target, maximum: maximum), measure: Self.words)
            .chunks(of: text, fallbackTitle: "file name")
    }

    private func paragraph(_ words: Int, _ word: String = "word") -> String {
        Array(repeating: word, count: words).joined(separator: " ")
    }

    @Test func aSectionIsAChunkWithItsHeadingsAndLines() {
        let document = chunks(
            """
            # Wheel

            What it is.

            ## Puts

            Sell a put.
            Wait.

            ### Rolling

            Roll it.

            ## Calls

            Sell a call.

            """
        )
        #expect(document.title == "Wheel")
        #expect(
            document.chunks.map(\.headings) == [
                ["Wheel"], ["Wheel", "Puts"], ["Wheel", "Puts", "Rolling"], ["Wheel", "Calls"],
            ]
        )
        #expect(document.chunks.map(\.lines) == [1...3, 5...8, 10...12, 14...16])
        #expect(document.chunks[1].text == "## Puts\n\nSell a put.\nWait.")
    }

    @Test func rowsThatGoOnWithATableHaveTheNamesOfItsColumns() throws {
        let rows = (1...60).map { "| Kunde\($0) | \($0 * 7) | R\($0 % 5) |" }.joined(separator: "\n")
        let text = "# Ledger\n\nBefore.\n\n| Client | **Opening** | Region |\n| :-- | --: | --- |\n\(rows)\n\nBehind."
        let document = chunks(text)
        #expect(document.chunks.count > 5)
        #expect(document.chunks[0].headings == ["Ledger"])
        for chunk in document.chunks.dropFirst().dropLast() {
            #expect(chunk.headings == ["Ledger", "Client | Opening | Region"])
        }
        for (chunk, line) in zip(document.chunks, document.chunks.map(\.lines.lowerBound)) {
            let own = text.split(separator: "\n", omittingEmptySubsequences: false)[line - 1]
            #expect(chunk.text.hasPrefix(own), "line \(line)")
        }
    }

    @Test(arguments: [
        "| a | b |\n| c | d |\n", "| a | b |\n\n| --- | --- |\n",
        "| " + String(repeating: "long ", count: 80) + "| b |\n| --- | --- |\n",
    ])
    func whatIsNoShortRowOfNamesIsNotSaidAgain(head: String) {
        let rows = (1...60).map { "| Kunde\($0) | \($0 * 7) |" }.joined(separator: "\n")
        let document = chunks("# Ledger\n\n\(head)\(rows)\n")
        #expect(document.chunks.allSatisfy { $0.headings == ["Ledger"] })
    }

    @Test(arguments: [
        ("# One", ["One"]), ("###### Six", ["Six"]), ("####### Seven", []), ("#hashtag", []),
        ("   # Indented", ["Indented"]),
        ("    # code", []), ("# Closed ##", ["Closed"]), ("# C#", ["C#"]), ("# `code` and **bold**", ["code and bold"]),
        ("# A [link](http://x.y/(z)) here", ["A link) here"]), ("Under\n===", ["Under"]), ("Under\n---", ["Under"]),
        ("two\nlines\n===", ["two lines"]), ("\n---", []), ("- item\n---", []), ("| a |\n---", []), ("#", [""]),
        ("```\n# code\n```", []), ("~~~~\n# code\n~~~\n# still\n~~~~", []), ("``` `x` ```\n# yes", ["yes"]),
        ("<!-- # no\n# no\n-->\n# yes", ["yes"]), ("<!-- # no -->\n# yes", ["yes"]), ("```\n# never closed", []),
        ("> ```\n> # code\n> ```", []), ("\\# no", []),
    ])
    func headingsAreToldFromWhatLooksLikeThem(text: String, headings: [String]) {
        let document = chunks(text + "\n\ntext under it")
        #expect(document.chunks.last?.headings == headings)
    }

    @Test func frontMatterIsLeftOutButItsTitleIsUsed() {
        let document = chunks("---\ntitle: \"The Title\"\ntags: [a]\n---\n# Heading\n\nText.")
        #expect(document.title == "The Title")
        #expect(document.chunks.map(\.lines) == [5...7])
        #expect(chunks("---\ntitle: ''\n---\ntext").title == nil)
        let unclosed = chunks("---\ntitle: x\n\ntext")
        #expect(unclosed.title == nil)
        #expect(unclosed.chunks.first?.lines == 1...4)
    }

    @Test func aLongSectionIsCutBetweenParagraphsInLikeParts() {
        let text = (0..<6).map { _ in paragraph(20) }.joined(separator: "\n\n")
        let document = chunks("# T\n\n" + text)
        #expect(
            document.chunks.map { $0.text.split(whereSeparator: \.isWhitespace).count }
                == [42, 40, 40]
        )
        #expect(document.chunks.map(\.lines) == [1...5, 7...9, 11...13])
    }

    @Test func aLongParagraphIsCutWhereSentencesEnd() {
        let sentence = paragraph(9) + " end."
        let line = Array(repeating: sentence, count: 10).joined(separator: " ").replacingOccurrences(
            of: "end. w",
            with: "end. W"
        )
        let document = chunks(line)
        #expect(document.chunks.count >= 3)
        for chunk in document.chunks {
            #expect(chunk.lines == 1...1)
            #expect(chunk.text.hasSuffix("end.") || chunk.text.hasSuffix("end. "))
        }
    }

    @Test func codeAndTablesStayWholeIfTheyFit() {
        let code = "```swift\n" + (0..<30).map { "line\($0)" }.joined(separator: "\n") + "\n\nmore\n```"
        let text = "\(paragraph(30))\n\n\(code)\n\n\(paragraph(30))"
        let holding = chunks(text).chunks.filter { $0.text.contains("```") }
        #expect(holding.count == 1)
        #expect(holding.first?.text.contains(code) == true)
        let table = (["| a | b |", "| --- | --- |"] + (0..<5).map { "| \($0) | x |" }).joined(separator: "\n")
        let around = chunks("\(paragraph(30))\n\n\(table)\n\n\(paragraph(30))").chunks.filter { $0.text.contains("|") }
        #expect(around.count == 1)
    }

    @Test func codeThatDoesNotFitIsCutBetweenLines() {
        let lines = (0..<30).map { "let value\($0) = compute the number \($0)" }
        let document = chunks("```\n" + lines.joined(separator: "\n") + "\n```")
        #expect(document.chunks.count > 3)
        for line in lines {
            #expect(document.chunks.filter { ("\n" + $0.text + "\n").contains("\n\(line)\n") }.count == 1)
        }
    }

    @Test func aHeadingNeverStandsAloneAboveItsText() {
        let document = chunks("# A\n## B\n### C\n\n\(paragraph(49))\n\n## D\n")
        #expect(document.chunks.first?.text.contains("word") == true)
        #expect(document.chunks.last?.headings == ["A", "D"])
    }

    @Test func windowsLineEndsAreNoPartOfTheText() {
        let document = chunks("# T\r\n\r\nOne\r\nTwo\r\n\r\n```\r\n# code\r\n```\r\n")
        #expect(document.title == "T")
        #expect(document.chunks.map(\.text) == ["# T\n\nOne\nTwo\n\n```\n# code\n```"])
        #expect(document.chunks.map(\.lines) == [1...8])
    }

    @Test(arguments: ["", "\n\n\n", "   \t\n", "---\ntitle: x\n---\n"])
    func nothingGivesNoChunks(text: String) {
        #expect(chunks(text).chunks.isEmpty)
    }

    @Test func aLineOfAMegabyteIsCut() {
        let words = Array(repeating: "0123456789", count: 90_909).joined(separator: " ")
        let one = String(repeating: "x", count: 1_000_000)
        for text in [words, one] {
            let document = MarkdownChunker().chunks(of: text, fallbackTitle: "t")
            #expect(document.chunks.count > 100)
            #expect(document.chunks.allSatisfy { $0.text.utf8.count <= 4_000 && $0.lines == 1...1 })
            #expect(document.chunks.reduce(0) { $0 + $1.text.utf8.count } == text.utf8.count)
        }
    }

    @Test func theTitleAndHeadingsCountForTheLength() {
        let heading = paragraph(10, "head")
        let document = chunks("# \(heading)\n\n" + (0..<12).map { _ in paragraph(10) }.joined(separator: "\n\n"))
        for chunk in document.chunks {
            let prefix = ChunkPrefix.text(title: document.title ?? "", headings: chunk.headings)
            let body = chunk.text.split(whereSeparator: \.isWhitespace).count
            #expect(prefix.split(separator: " ").count + body <= 50 + 11)
        }
        #expect(document.chunks.count >= 3)
    }
}
