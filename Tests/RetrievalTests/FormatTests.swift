import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Files of every format, read through the indexer as the owner has them read.
@Suite struct FormatTests {
    let folder: TemporaryFolder
    let store: IndexStore

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Database())
    }

    /// A converter that has the output of other programs at hand.
    private struct Converter: DocumentConverter {
        var outputs: [DocumentConversion: String] = [:]

        func output(of conversion: DocumentConversion, path: String) throws -> Data {
            guard let output = outputs[conversion] else {
                throw ConversionError.missingProgram("pdftotext", package: "poppler-utils")
            }
            return Data(output.utf8)
        }
    }

    private func index(_ data: Data, _ name: String, _ converter: Converter = Converter()) async throws -> IndexReport {
        let path = folder.path(name)
        try data.write(to: URL(fileURLWithPath: path))
        return try await Indexer(store: store, encoder: nil, converter: converter).index(
            [path],
            in: .documents,
            now: Date(timeIntervalSince1970: 0)
        )
    }

    private func chunks(_ text: String, _ name: String, _ converter: Converter = Converter()) async throws
        -> [ChunkRecord]
    {
        let report = try await index(Data(text.utf8), name, converter)
        #expect(report.skipped == [])
        #expect(report.warnings == [])
        return try records()
    }

    private func records() throws -> [ChunkRecord] {
        try store.chunks(ofDocument: try #require(store.documents().first).id)
    }

    private func title() throws -> String? {
        try store.documents().first?.title
    }

    // MARK: - Tables

    @Test func everyRecordCarriesTheNamesOfItsColumns() async throws {
        let rows = (1...60).map { "2026-11-\($0 % 28 + 1),NVDA,\($0).50,\"a note, with a comma\"" }
        let found = try await chunks("Date,Ticker,Price,Note\n" + rows.joined(separator: "\n") + "\n", "quotes.csv")
        #expect(found.count > 5)
        for chunk in found {
            let lines = chunk.text.split(separator: "\n", omittingEmptySubsequences: true)
            for line in lines {
                #expect(line.hasPrefix("Date: 2026-11-"))
                #expect(line.contains(" | Ticker: NVDA | Price: "))
                #expect(line.hasSuffix(" | Note: a note, with a comma"))
            }
            // Row n stands in line n + 1.
            let number = try #require(lines.first?.firstMatch(of: #/Price: (\d+)\.50/#)?.1)
            #expect(chunk.lines.lowerBound == Int(number).map { $0 + 1 })
            #expect(chunk.lines.count == lines.count)
        }
        #expect(found.last?.lines.upperBound == 61)
    }

    @Test func quotedValuesMayHoldAnything() async throws {
        let text = "name;text\nA;\"one; \"\"two\"\"\nthree\"\nB;plain\n"
        let found = try await chunks(text, "table.csv")
        #expect(found.map(\.text) == ["name: A | text: one; \"two\" three\n\nname: B | text: plain"])
        #expect(found.map(\.lines) == [2...4])
    }

    @Test(arguments: [
        ("a\tb\nx y\t2\n", "t.tsv", "a: x y | b: 2", 2...2),
        ("1,2\n3,4\n", "t.csv", "1 | 2\n\n3 | 4", 1...2),
        ("only one line, of two\n", "t.csv", "only one line | of two", 1...1),
        ("a,b\n\"never closed,2\n3,4\n", "t.csv", "a: never closed,2\n\na: 3 | b: 4", 2...3),
        ("a|b\n1|\n|\n", "t.csv", "a: 1", 2...2),
        ("\n\na,b\r\n1,2\r\n", "t.csv", "a: 1 | b: 2", 4...4),
    ])
    func oddTablesAreReadAsTheyStand(text: String, name: String, read: String, lines: ClosedRange<Int>) async throws {
        let found = try await chunks(text, name)
        #expect(found.map(\.text) == [read])
        #expect(found.map(\.lines) == [lines])
    }

    // MARK: - JSON

    @Test func valuesOfJSONCarryTheirWay() async throws {
        let text = """
            {"account": {"name": "A \\"quoted\\" \\u00e9\\ud83d\\ude42", "open": true, "note": null},
             "positions": [
               {"symbol": "NVDA", "strike": 170.50},
               {"symbol": "F", "strike": 1e1}
            ]}
            """
        let found = try await chunks(text, "book.json")
        #expect(
            found.map(\.text) == [
                """
                account.name: A "quoted" é🙂
                account.open: true

                positions[0].symbol: NVDA
                positions[0].strike: 170.50
                positions[1].symbol: F
                positions[1].strike: 1e1
                """
            ]
        )
        #expect(found.map(\.lines) == [1...4])
    }

    @Test func aLineThatIsNoJSONIsTakenAsItStands() async throws {
        let found = try await chunks("{\"a\": 1}\nplain words\n[1\n", "x.ndjson")
        #expect(found.map(\.text) == ["a: 1\n\nplain words\n\n[1"])
    }

    @Test func aLongTableIsCutAsItIsRead() async throws {
        // More records than are held at a time.
        let text = "row,value\n" + (1...9_001).map { "\($0),v\($0)\n" }.joined()
        let found = try await chunks(text, "long.csv")
        #expect(found.first?.lines.lowerBound == 2)
        #expect(found.last?.lines.upperBound == 9_002)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.lines.upperBound + 1 == $1.lines.lowerBound })
        #expect(try store.documents().first?.chunkCount == found.count)
        let rows = found.flatMap { $0.text.split(separator: "\n") }
        #expect(rows.count == 9_001)
        #expect(rows.last == "row: 9001 | value: v9001")
    }

    @Test func linesOfJSONAreRecords() async throws {
        let found = try await chunks("{\"a\": 1}\n\n{\"a\": [2, 3]}\n", "x.jsonl")
        #expect(found.map(\.text) == ["a: 1\n\na[0]: 2\na[1]: 3"])
        #expect(found.map(\.lines) == [1...3])
    }

    @Test(arguments: ["{\"a\": ", "{a: 1}", "[1 2]", "{\"a\": \"x\ny\"}", "[1]]", String(repeating: "[", count: 5_000)])
    func whatIsNoJSONIsReadAsText(text: String) async throws {
        let report = try await index(Data(text.utf8), "x.json")
        #expect(report.added == 1)
        #expect(report.warnings.first?.contains("is no JSON from line") == true)
        let found = try store.chunks(ofDocument: try #require(store.documents().first).id)
        #expect(found.first.map { text.hasPrefix($0.text.prefix(4)) } == true)
    }

    // MARK: - HTML

    private static let page = """
        <!DOCTYPE html>
        <html><head><title>Assignment &amp; exercise | Site</title>
        <style>p { color: red }</style><script>var hidden = "<p>no</p>";</script></head>
        <body>
        <header><a href="/">Site</a> <a href="/login">Log in</a></header>
        <nav><ul><li><a href="/a">First</a></li><li><a href="/b">Second</a></li></ul></nav>
        <div class="cookie-banner"><p>We use cookies for everything.</p></div>
        <main>
        <h1>Assignment &amp; exercise</h1>
        <p>A short call may be <b>assigned</b>
        early&nbsp;before a dividend of &euro;&nbsp;0.50 &#8212; or&#x20;not.</p>
        <h2>When</h2>
        <ul><li>in the money<li>before the ex-date</ul>
        <table><tr><th>Strike</th><th>Price</th></tr>
        <tr><td>170</td><td>3.10</td></tr>
        <tr><td>175</td><td>1.20</td></tr></table>
        <p hidden>Secret.</p>
        </main>
        <aside><p>Related pages and much more of them.</p></aside>
        <footer>Copyright, all rights reserved.</footer>
        </body></html>
        """

    @Test func aPageIsReadWithoutWhatSurroundsIt() async throws {
        let found = try await chunks(Self.page, "page.html")
        #expect(try title() == "Assignment & exercise")
        #expect(found.map(\.headings) == [["Assignment & exercise"], ["Assignment & exercise", "When"]])
        #expect(
            found.map(\.text) == [
                "A short call may be assigned early before a dividend of € 0.50 — or not.",
                "in the money\n\nbefore the ex-date\n\nStrike: 170 | Price: 3.10\n\nStrike: 175 | Price: 1.20",
            ]
        )
        #expect(found.map(\.lines) == [10...11, 13...16])
    }

    @Test func aPageThatNamesNoMainPartLosesItsMenus() async throws {
        let menu = (1...8).map { "<li><a href='/\($0)'>Chapter \($0)</a></li>" }.joined(separator: "\n")
        let text = """
            <title>Rolling</title><body class="with-sidebar"><ul>\(menu)</ul>
            <div class="content"><p>Rolling a put moves its strike and its expiration at once, for a credit or for a debit.
            <p>Every paragraph without an end is one.</div>
            <div id="sidebar"><p>Buy our newsletter today.</p></div>
            """
        let found = try await chunks(text, "page.htm")
        let all = found.map(\.text).joined(separator: "\n")
        #expect(all.contains("Rolling a put moves") && all.contains("Every paragraph without an end is one."))
        #expect(!all.contains("Chapter") && !all.contains("newsletter"))
        #expect(found.map(\.text).joined().components(separatedBy: "Rolling a put").count == 2)
    }

    @Test(arguments: [
        "<p>open <b>bold <i>both</p> words", "<<<p>>words</p>", "<p>words", "words", "<p a='x>y' b=c d>words</p >",
        "<!-- never <p>words</p>", "<table><tr><td>words<td>", "&unknown; words &amp", "<p>words</p></p></div></table>",
        "<script>never closed words", "<html><head><body><p>words", "</", "<", "<p", "<p a=", "<p a='",
    ])
    func brokenPagesAreReadAsFarAsTheyGo(text: String) async throws {
        let report = try await index(Data(text.utf8), "broken.html")
        #expect(report.added == 1)
        let found = try store.chunks(ofDocument: try #require(store.documents().first).id)
        #expect(found.count <= 1)
        let isHidden = text.contains("<!--") || text.contains("<script") || !text.contains("words")
        #expect((found.first?.text.contains("words") ?? false) == !isHidden || text == "<")
    }

    // MARK: - reStructuredText and source text

    @Test func headingsOfRestructuredTextAreThoseThatAreUnderlined() async throws {
        let text = """
            ======
            Wheels
            ======

            About wheels::

                code under
                it

            Puts
            ----

            Sell them.

            .. note::

               With care.

            Far puts
            ~~~~~~~~

            Cheap.

            Calls
            -----

            Cover them.
            """
        let found = try await chunks(text, "wheel.rst")
        #expect(try title() == "Wheels")
        #expect(
            found.map(\.headings) == [
                ["Wheels"], ["Wheels", "Puts"], ["Wheels", "Puts", "Far puts"], ["Wheels", "Calls"],
            ]
        )
        #expect(found.map(\.lines) == [1...8, 10...17, 19...22, 24...27])
        #expect(found[3].text == "Calls\n-----\n\nCover them.")
    }

    @Test func sourceTextIsCutWhereSomethingNewBegins() async throws {
        let function = { (name: String) in
            "func \(name)() {\n"
                + (1...12).map { "    let value\($0) = compute(\($0), of: \"\(name)\")" }.joined(separator: "\n")
                + "\n\n    return value\n}\n"
        }
        let text = ["first", "second", "third"].map(function).joined(separator: "\n")
        let found = try await chunks(text, "code.swift")
        #expect(
            found.allSatisfy { chunk in
                let lines = text.components(separatedBy: "\n")[(chunk.lines.lowerBound - 1)..<chunk.lines.upperBound]
                return lines.joined(separator: "\n") == chunk.text
            }
        )
        #expect(found.contains { $0.text.hasPrefix("func second()") })
        #expect(found.contains { $0.text.hasPrefix("func third()") })
    }

    @Test(arguments: [
        (
            "+------+-------+\n| Part | Price |\n|      | in $  |\n+======+=======+\n", "+------+-------+\n",
            "| p%   | %     |\n+------+-------+\n"
        ),
        ("====  =====\nPart  Price\n      in $\n====  =====\n", "====  =====\n", "p%    %\n"),
    ])
    func rowsOfALongTableHaveTheNamesOfItsColumns(head: String, foot: String, row: String) async throws {
        let rows = (100...400).map { row.replacing("%", with: "\($0)") }.joined()
        let found = try await chunks("Prices\n======\n\n" + head + rows + foot, "prices.rst")
        #expect(found.count > 4)
        #expect(found[0].headings == ["Prices"])
        #expect(found.dropFirst().allSatisfy { $0.headings == ["Prices", "Part | Price in $"] })
    }

    @Test func recordsThatAreJoinedStandApart() async throws {
        let rows = (1...40).map { "valve-\($0),\($0).50,\($0)" }
        _ = try await chunks("Part,Price,Stock\n" + rows.joined(separator: "\n") + "\n", "prices.csv")
        let search = DocumentSearch(store: store, encoder: nil)
        let found = try await search.search("stock of valve-33", limit: 3)
        let context = try search.context(of: found, within: 4_000)
        #expect(context.count == 1)
        let paragraphs = context[0].text.components(separatedBy: "\n\n")
        #expect(paragraphs == (1...40).map { "Part: valve-\($0) | Price: \($0).50 | Stock: \($0)" })
    }

    // MARK: - Mail

    private static let message = """
        From: =?utf-8?Q?Ren=C3=A9?= <rene@example.com>
        To: owner@example.com
        Subject: =?utf-8?B?UHV0cyDigqw=?=
         and calls
        Date: Fri, 20 Nov 2026 10:00:00 -0500
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b;1"

        preamble
        --b;1
        Content-Type: multipart/alternative; boundary=inner

        --inner
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Sell the put at =E2=82=AC 3=
        .10 today.

        Then wait.
        --inner
        Content-Type: text/html

        <p>Sell the put in HTML.</p>
        --inner--
        --b;1
        Content-Type: application/pdf; name="terms.pdf"
        Content-Transfer-Encoding: base64

        JVBERi0xLjQK
        --b;1
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: base64

        Y2Fm6SBub3Rlcw==
        --b;1--
        """

    @Test func aMessageIsReadThroughItsEncodings() async throws {
        let found = try await chunks(Self.message, "mail.eml")
        #expect(try title() == "Puts € and calls")
        let all = found.map(\.text).joined(separator: "\n\n")
        #expect(
            all == """
                From: René <rene@example.com>
                To: owner@example.com
                Date: Fri, 20 Nov 2026 10:00:00 -0500

                Sell the put at € 3.10 today.

                Then wait.

                Attachment: terms.pdf

                café notes
                """
        )
        #expect(found.first?.lines.lowerBound == 1)
        #expect(found.last?.lines.upperBound == 35)
    }

    /// Names of encodings, a text, and its bytes in that encoding, written by Python's codecs.
    private static let charsets = [
        ("iso-8859-1", "Grüße", "4772FCDF65"),
        ("ISO-8859-15", "Preis 5 €", "5072656973203520A4"),
        ("windows-1250", "Łódź", "A3F3649F"),
        ("iso-8859-2", "žluťoučký", "BE6C75BB6F75E86BFD"),
        ("windows-1251", "Привет", "CFF0E8E2E5F2"),
        ("koi8-r", "Привет", "F0D2C9D7C5D4"),
        ("shift_jis", "こんにちは", "82B182F182C982BF82CD"),
        ("gb2312", "你好世界", "C4E3BAC3CAC0BDE7"),
        ("big5", "你好世界", "A741A66EA540ACC9"),
        ("euc-kr", "안녕하세요", "BEC8B3E7C7CFBCBCBFE4"),
        ("iso-2022-jp", "世界", "1B2442402433261B2842"),
        ("macintosh", "Grüße", "47729FA765"),
        ("utf-8", "Größe", "4772C3B6C39F65"),
    ]

    @Test(arguments: charsets)
    func textIsReadInTheEncodingThatItsPartNames(charset: String, text: String, digits: String) async throws {
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(digits.dropFirst($0).prefix(2), radix: 16)
        }
        let quoted = bytes.map { "=" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
        let encoded = Data(bytes).base64EncodedString()
        var message = Data(
            """
            Subject: =?\(charset)?Q?\(quoted)?= and =?\(charset)*en?B?\(encoded)?=
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: text/plain; charset="\(charset)"
            Content-Transfer-Encoding: quoted-printable

            quoted \(quoted)
            --x
            Content-Type: text/plain; charset=\(charset)

            plain\u{20}
            """.utf8
        )
        message += bytes + Data("\n--x--\n".utf8)
        _ = try await index(message, "mail.eml")
        #expect(try title() == "\(text) and \(text)")
        #expect(try records().map(\.text).joined(separator: "\n\n") == "quoted \(text)\n\nplain \(text)")
    }

    /// The last byte of each is one that a blank has in Latin-1, or a letter that a mark could follow.
    @Test func whatStandsAtTheEndOfALineIsKept() async throws {
        var text =
            Data([0xEF, 0xBB, 0xBF])
            + Data("Subject: успех Voilà\nContent-Type: text/plain; charset=windows-1255\n".utf8)
        text += Data("\n".utf8) + [0xF9, 0xEC, 0xE5, 0xED] + Data("\n".utf8)
        _ = try await index(text, "mail.eml")
        #expect(try title() == "успех Voilà")
        #expect(try records().map(\.text) == ["שלום"])
    }

    @Test func partsOfOneMailboxHaveEncodingsOfTheirOwn() async throws {
        var text = Data("From a\nSubject: One\nContent-Type: text/plain; charset=koi8-r\n\n".utf8)
        text += [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4]
        text += Data("\n\nFrom b\nSubject: Größe\n\nTür, ".utf8) + [0x80] + Data("\n".utf8)
        _ = try await index(text, "all.mbox")
        #expect(try records().map(\.headings) == [["One"], ["Größe"]])
        #expect(try records().map(\.text) == ["Привет", "Tür, €"])
    }

    @Test(arguments: [
        ("filename*=UTF-8''B%C3%A4r.zip", "Bär.zip"), ("filename*=iso-8859-1'de'B%E4r.zip", "Bär.zip"),
        ("filename*0=\"long na\"; filename*1=\"me.pdf\"", "long name.pdf"),
        ("filename*1*=%72.zip; filename*0*=UTF-8''B%C3%A4", "Bär.zip"), ("filename=\"a;b.pdf\"", "a;b.pdf"),
        ("filename=\"=?utf-8?Q?f=C3=BC.png?=\"", "fü.png"),
    ])
    func attachmentsAreNamed(parameter: String, name: String) async throws {
        let text = """
            Subject: With a file
            Content-Type: application/zip
            Content-Disposition: attachment; \(parameter)

            UEsDBA==
            """
        #expect(try await chunks(text, "mail.eml").map(\.text) == ["Attachment: \(name)"])
    }

    @Test func aMailboxIsCutIntoItsMessages() async throws {
        let text = """
            From someone Fri Nov 20 10:00:00 2026
            Subject: One
            From: a@example.com

            First body.
            >From here on.

            From someone Fri Nov 20 11:00:00 2026
            Subject: Two
            Content-Type: text/html

            <p>Second
            body.</p>
            """
        let found = try await chunks(text, "all.mbox")
        #expect(found.map(\.headings) == [["One"], ["Two"]])
        #expect(found.map(\.text) == ["From: a@example.com\n\nFirst body.\nFrom here on.", "Second body."])
        #expect(found.map(\.lines) == [3...6, 12...13])
    }

    @Test(arguments: [
        "", "\n\n", "no headers at all", "Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x--", ":\n :\n\n:",
    ])
    func brokenMessagesAreReadAsFarAsTheyGo(text: String) async throws {
        #expect(try await index(Data(text.utf8), "broken.eml").added == 1)
        #expect(try await index(Data(text.utf8), "broken.mbox").added == 1)
    }

    // MARK: - What other programs read

    @Test func aBookIsReadChapterByChapter() async throws {
        let converter = Converter(outputs: [
            .archiveEntry("META-INF/container.xml"):
                "<?xml version='1.0'?><container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>",
            .archiveEntry("OEBPS/book.opf"): """
            <package><metadata><dc:title>The Wheel</dc:title></metadata><manifest>
            <item id="two" href="text/two%20b.xhtml"/><item id="one" href="../one.xhtml"/></manifest>
            <spine><itemref idref="one"/><itemref idref="two"/></spine></package>
            """,
            .archiveEntry("one.xhtml"):
                "<html><head><title/></head><body><h1>Puts</h1><p>Sell a put.</p></body></html>",
            .archiveEntry("OEBPS/text/two b.xhtml"): "<body><h1>Calls</h1><p>Then a call.</p></body>",
        ])
        let found = try await chunks("zip", "book.epub", converter)
        #expect(try title() == "The Wheel")
        #expect(found.map(\.headings) == [["Puts"], ["Calls"]])
        #expect(found.map(\.text) == ["Sell a put.", "Then a call."])
        #expect(found.map(\.lines) == [1...1, 3...3])
    }

    @Test func pagesOfAPDFAreNamed() async throws {
        let converter = Converter(outputs: [.pdfText: "Sell puts.\n\u{C}Then calls.\n"])
        let found = try await chunks("%PDF", "paper.pdf", converter)
        #expect(found.map(\.headings) == [["page 1"], ["page 2"]])
    }

    @Test func officeFilesAreReadAsMarkdown() async throws {
        let converter = Converter(outputs: [.markdown(ending: "docx"): "# Plan\n\nSell puts.\n"])
        let found = try await chunks("PK", "plan.docx", converter)
        #expect(try title() == "Plan")
        #expect(found.map(\.headings) == [["Plan"]])
    }

    @Test func aMissingProgramIsNamedWithItsPackageAndTheRestGoesOn() async throws {
        try folder.write("Some text.", to: "a.txt")
        try folder.write("%PDF", to: "b.pdf")
        let report = try await Indexer(store: store, encoder: nil, converter: Converter()).index(
            [folder.url.path],
            in: .documents,
            now: Date(timeIntervalSince1970: 0)
        )
        #expect(report.added == 1)
        #expect(
            report.skipped.map(\.description) == [
                "\(folder.path("b.pdf")): needs pdftotext, which is not installed; `sudo apt install poppler-utils`, "
                    + "then index again"
            ]
        )
    }

    @Test func everyFormatIsKnownByItsName() {
        #expect(DocumentFormat(path: "/a/B.MD") == .markdown)
        #expect(DocumentFormat(path: "/a/README") == .plainText)
        #expect(DocumentFormat(path: "/a/x.min.js") == nil)
        #expect(DocumentFormat(path: "/a/.html") == nil)
        #expect(DocumentFormat(path: "/a.html/noending") == nil)
        #expect(DocumentFormat(path: "") == nil)
        for format in DocumentFormat.allCases {
            #expect(!format.endings.isEmpty)
            for ending in format.endings { #expect(DocumentFormat(path: "/x/y.\(ending)") == format) }
        }
    }
}
