import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// What holds for every file of every format, however odd: no reader fails, passages stand in order, and their words are in the
/// lines they name.
@Suite struct FormatPropertyTests {
    private static let words = [
        "assignment", "strike", "naïve", "日本語", "🙂👨‍👩‍👧", "e\u{301}tude", "premium", "0123", "x\u{2028}y", "word\u{A0}word",
        "\u{FEFF}", "a\rb", "long" + String(repeating: "er", count: 200),
    ]

    private static let fragments: [String: [String]] = [
        "md": ["# ", "## ", "- ", "| ", "```\n", "<!-- ", "-->", "\n\n", "===\n", "---\n", "> "],
        "txt": ["\u{C}", "\n\n", "\n", "  "],
        "rst": ["\n====\n", "\n----\n", "\n\n.. note::\n\n   ", "::\n\n   ", "+---+\n", "\n\n", "~~~~~~~~~~~~\n"],
        "html": [
            "<p>", "</p>", "<h1>", "</h1>", "<table><tr><th>", "<td>", "</td></tr>", "</table>", "<nav>", "</nav>",
            "<main>",
            "<li>", "<b>", "</b>", "<!--", "-->", "<script>", "</script>", "&amp;", "&#x1F642;", "&", "<",
            "<a href='>'>",
        ],
        "csv": [",", ",", "\"", "\"\"", ";", "\n", "\n", "\t", "\",\""],
        "tsv": ["\t", "\n", "\""],
        "json": ["{\"", "\": \"", "\",\"", "\"}", "[", "]", ",", "1.5", "null", "\\u00e9", "\\", ":\n", "{", "}"],
        "jsonl": ["{\"a\": \"", "\"}\n", "[1, 2]\n", "\n"],
        "swift": ["func ", "{\n", "    ", "}\n\n", "\n", "\n\n"],
        "eml": [
            "Subject: ", "\n\n", "Content-Type: multipart/mixed; boundary=x\n", "--x\n", "--x--\n",
            "Content-Type: text/html\n\n", "Content-Transfer-Encoding: quoted-printable\n\n", "=E9", "=\n",
            "=?utf-8?Q?a=20b?=",
            "Content-Transfer-Encoding: base64\n\n", "d29yZA==\n", "Content-Type: message/rfc822\n\n",
        ],
        "mbox": ["From a\n", "\n\nFrom b\n", "Subject: ", "\n\n", ">From c\n"],
    ]

    private static func text(_ ending: String, _ dice: inout SeededGenerator) -> String {
        let fragments = fragments[ending] ?? []
        var text = ""
        for _ in 0..<Int.random(in: 0..<80, using: &dice) {
            text +=
                Bool.random(using: &dice)
                ? fragments.randomElement(using: &dice) ?? "" : words.randomElement(using: &dice) ?? ""
            if Int.random(in: 0..<3, using: &dice) == 0 { text += " " }
            if Int.random(in: 0..<6, using: &dice) == 0 { text += Bool.random(using: &dice) ? "\n" : "\r\n" }
        }
        return text
    }

    private func chunks(_ data: Data, _ ending: String) async throws -> [ChunkRecord] {
        let store = IndexStore(database: try Database())
        let indexer = Indexer(store: store, encoder: nil)
        let report = try indexer.add(data, named: "file.\(ending)", in: .documents, now: Date(timeIntervalSince1970: 0))
        guard report.added == 1 else { return [] }
        return try store.chunks(ofDocument: try #require(store.documents().first).id)
    }

    @Test(arguments: fragments.keys.sorted(), 0..<25)
    func passagesStandInTheLinesTheyName(ending: String, seed: Int) async throws {
        var dice = SeededGenerator(seed: UInt64(seed))
        let text = Self.text(ending, &dice)
        // A byte order mark is no part of the text.
        let source = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
        var lines = source.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String($0) ?? "" }
        if lines.last == "" { lines.removeLast() }
        for chunk in try await chunks(Data(text.utf8), ending) {
            try #require(
                chunk.lines.lowerBound >= 1 && chunk.lines.upperBound <= max(1, lines.count),
                "\(ending) \(seed)"
            )
            #expect(!chunk.text.isEmpty)
            let place = lines[(chunk.lines.lowerBound - 1)..<chunk.lines.upperBound].joined(separator: "\n")
            for word in ["assignment", "strike", "premium", "naïve", "日本語", "0123"] where chunk.text.contains(word) {
                // Names of columns stand in the first line, those of a way in JSON in the lines above; an encoded part is elsewhere.
                let isElsewhere = ["csv", "tsv", "json", "html"].contains(ending) && text.contains(word)
                #expect(place.contains(word) || isElsewhere, "\(ending) \(seed): '\(word)' in lines \(chunk.lines)")
            }
            if ["md", "txt", "rst", "swift"].contains(ending) {
                #expect(chunk.text.components(separatedBy: "\n").count == chunk.lines.count, "\(ending) \(seed)")
            }
        }
    }

    /// Every line has a word of its own: it is in a passage, and in no passage that does not name the line.
    @Test(arguments: ["txt", "md", "rst", "swift", "jsonl"], 0..<40)
    func everyLineIsInThePassageThatNamesIt(ending: String, seed: Int) async throws {
        var dice = SeededGenerator(seed: UInt64(seed) &* 31 &+ 7)
        let beginnings: [String: [String]] = [
            "txt": ["", "", "  ", "\u{C}", "- ", "日本語 ", "naïve\u{2028}"],
            "md": ["", "", "# ", "## ", "- ", "> ", "    ", "| a | ", "1. ", "日本語 "],
            "rst": ["", "", "   ", "- ", ".. note:: ", "   :field: ", "e\u{301}tude "],
            "swift": ["", "func ", "    let ", "}", "// ", "🙂 "],
            "jsonl": ["", "日本語 "],
        ]
        var lines: [String] = []
        var marks: [(word: String, line: Int)] = []
        for _ in 0..<Int.random(in: 1..<120, using: &dice) {
            if Int.random(in: 0..<4, using: &dice) == 0 {
                lines.append("")
                continue
            }
            let mark = "mark\(marks.count)q"
            let filler = String(repeating: " filler", count: Int.random(in: 0..<40, using: &dice))
            let line = (beginnings[ending]?.randomElement(using: &dice) ?? "") + mark + filler
            marks.append((mark, lines.count + 1))
            lines.append(ending == "jsonl" ? "{\"key\": \"\(line)\"}" : line)
            if ending == "rst", Int.random(in: 0..<5, using: &dice) == 0 {
                lines.append(String(repeating: "=~-".randomElement(using: &dice) ?? "=", count: line.count))
            }
        }
        let isReturned = Bool.random(using: &dice)
        let found = try await chunks(Data(lines.joined(separator: isReturned ? "\r\n" : "\n").utf8), ending)
        for (mark, line) in marks {
            let own = found.filter { chunk in chunk.text.split { !$0.isLetter && !$0.isNumber }.contains(mark[...]) }
            #expect(!own.isEmpty, "\(ending) \(seed): \(mark) is in no passage")
            #expect(own.allSatisfy { $0.lines.contains(line) }, "\(ending) \(seed): \(mark) of line \(line)")
        }
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.lines.lowerBound <= $1.lines.lowerBound })
    }

    /// A page of random parts: each word of its own is read once, in the lines it stands in; those of the site are not read.
    @Test(arguments: 0..<60)
    func everyWordOfAPageIsReadOnceInItsLines(seed: Int) async throws {
        var dice = SeededGenerator(seed: UInt64(seed) &* 131 &+ 3)
        var html = ""
        var own: [(word: String, lines: ClosedRange<Int>)] = []
        var sites: [String] = []
        func line() -> Int { html.utf8.count { $0 == 0x0A } + 1 }
        func mark() -> String {
            own.append(("own\(own.count)q", line()...line()))
            return own[own.count - 1].word + String(repeating: " filler", count: Int.random(in: 4..<30, using: &dice))
        }
        func part(_ depth: Int) {
            switch Int.random(in: 0..<(depth < 3 ? 9 : 6), using: &dice) {
            case 0: html += "<h\(Int.random(in: 1...4, using: &dice))>\(mark())</h2>\n"
            case 1:
                html += "<p>\(mark())\n<b>"
                html += "\(mark())</b> <a href='/x'>a link</a></p>\n"
            case 2:
                html += "<ul>\n"
                for _ in 0..<3 { html += "<li>\(mark())\n" }
                html += "</ul>\n"
            case 3:
                html += "<pre><code>"
                for _ in 0..<3 { html += "  \(mark())\n" }
                html += "</code></pre>\n"
            case 4:
                html += "<table>\n<tr><th>Name</th><th>Value</th></tr>\n"
                for _ in 0..<3 {
                    let start = own.count
                    html += "<tr><td>\(mark())</td>\n<td>"
                    html += "\(mark())</td></tr>\n"
                    // A row is in all lines that its cells are in.
                    let rows = own[start].lines.lowerBound...own[start + 1].lines.upperBound
                    for index in start..<own.count { own[index].lines = rows }
                }
                html += "</table>\n"
            case 5:
                let ways = [
                    ("<nav>", "</nav>"), ("<div class='cookie-banner'>", "</div>"), ("<div id=\"footer\">", "</div>"),
                    ("<aside>", "</aside>"), ("<div class=\"site-sidebar\">", "</div>"), ("<div hidden>", "</div>"),
                ]
                let (open, close) = ways.randomElement(using: &dice) ?? ways[0]
                sites.append("site\(sites.count)q")
                html += "\(open)<p>\(sites[sites.count - 1])</p>\(close)\n"
            default:
                html +=
                    ["<div>\n", "<section>\n", "<div class='content with-sidebar'>\n"].randomElement(using: &dice) ?? ""
                for _ in 0..<Int.random(in: 1..<4, using: &dice) { part(depth + 1) }
                html += "</div>\n"
            }
        }
        html = "<html><head><title>A page</title></head>\n<body>\n<p>"
        html += "\(mark()) \(mark())</p>\n"
        for _ in 0..<Int.random(in: 3..<14, using: &dice) { part(0) }
        html += "</body></html>\n"
        let found = try await chunks(Data(html.utf8), "html")
        // Headings that something stands under are not in the text of a passage; no two of a way are the same.
        let headings = Set(found.flatMap(\.headings))
        for (word, lines) in own {
            let with = found.filter { chunk in chunk.text.split { !$0.isLetter && !$0.isNumber }.contains(word[...]) }
            let isHeading = headings.contains { $0.hasPrefix(word + " ") }
            #expect(with.count == 1 || (with.isEmpty && isHeading), "seed \(seed): \(word) in \(with.count) passages")
            for chunk in with {
                #expect(chunk.lines.overlaps(lines), "seed \(seed): \(word) of \(lines) in \(chunk.lines)")
                #expect(chunk.text.components(separatedBy: word).count == 2, "seed \(seed): \(word)")
            }
        }
        for word in sites { #expect(!found.contains { $0.text.contains(word) }, "seed \(seed): \(word)") }
    }

    @Test(arguments: fragments.keys.sorted())
    func noBytesBreakAReader(ending: String) async throws {
        var dice = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            let text = Array(Self.text(ending, &dice).utf8)
            // Cut anywhere, and with bytes that are no text.
            var bytes = Array(text.prefix(Int.random(in: 0...text.count, using: &dice)))
            for _ in 0..<Int.random(in: 0..<4, using: &dice) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 1...255, using: &dice)
            }
            _ = try await chunks(Data(bytes), ending)
        }
    }

    /// Every record of a table is in a passage, with its columns' names and in its own lines.
    @Test(arguments: 0..<30)
    func everyRecordOfATableIsInAPassage(seed: Int) async throws {
        var dice = SeededGenerator(seed: UInt64(seed))
        let rows = (0..<Int.random(in: 1..<80, using: &dice)).map { row in
            (0..<4).map { column in
                let value = "r\(row)c\(column)" + String(repeating: " word", count: Int.random(in: 0..<6, using: &dice))
                return Int.random(in: 0..<4, using: &dice) == 0 ? "\"\(value),\n\(value)\"" : value
            }
        }
        let text = "one,two,three,four\n" + rows.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
        let lines = text.components(separatedBy: "\n")
        let found = try await chunks(Data(text.utf8), "csv")
        for (row, cells) in rows.enumerated() {
            for (column, name) in ["one", "two", "three", "four"].enumerated() {
                let mark = "\(name): r\(row)c\(column)"
                let chunk = found.first {
                    ($0.text + " ").replacing("\n", with: " ").replacing(",", with: " ").contains(mark + " ")
                }
                #expect(chunk != nil, "seed \(seed): \(mark) of \(cells.count)")
                if let chunk {
                    let place = lines[(chunk.lines.lowerBound - 1)..<chunk.lines.upperBound].joined(separator: "\n")
                    #expect(place.contains("r\(row)c\(column)"), "seed \(seed): \(mark)")
                }
            }
        }
    }
}
