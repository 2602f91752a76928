import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Whole pages as programs and people make them: all that is theirs is read, in its order, and nothing of the site around it.
///
/// Beside each page of the fixtures stands what is to be read of it, put down by hand: its title, headings in brackets, lines.
@Suite struct WebPageTests {
    private static let pages = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Pages")

    /// The text of a document as the expectations are written.
    private static func reading(_ title: String, _ chunks: [ChunkRecord]) -> String {
        var lines = ["= \(title)"]
        var headings: [String] = []
        for chunk in chunks {
            if chunk.headings != headings { lines.append("[\(chunk.headings.joined(separator: " > "))]") }
            headings = chunk.headings
            lines += chunk.text.split(separator: "\n").map(String.init)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(arguments: [
        "sphinx", "mkdocs", "docusaurus", "news", "blog", "plain-divs", "table-layout", "filing", "form-page", "manual",
    ])
    func aPageIsReadWholeAndAlone(name: String) throws {
        let path = Self.pages.appendingPathComponent("\(name).html").path
        let store = IndexStore(database: try Database())
        let report = try Indexer(store: store, encoder: nil).read(
            [path],
            in: .documents,
            now: Date(timeIntervalSince1970: 0)
        )
        #expect(report.added == 1)
        let document = try #require(try store.documents().first)
        let chunks = try store.chunks(ofDocument: document.id)
        let expected = try String(contentsOf: Self.pages.appendingPathComponent("\(name).txt"), encoding: .utf8)
        #expect(Self.reading(document.title, chunks) == expected)
        // Every passage stands where it says: its first word is in those lines.
        let lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        for chunk in chunks {
            let place = lines[(chunk.lines.lowerBound - 1)..<chunk.lines.upperBound].joined(separator: "\n")
            let word = try #require(chunk.text.split { !$0.isLetter && !$0.isNumber }.first)
            #expect(place.contains(word))
        }
    }

    // MARK: - Tables

    private static func chunks(_ html: String) throws -> [ChunkRecord] {
        let store = IndexStore(database: try Database())
        let report = try Indexer(store: store, encoder: nil).add(
            Data(html.utf8),
            named: "page.html",
            in: .documents,
            now: Date(timeIntervalSince1970: 0)
        )
        #expect(report.added == 1)
        return try store.chunks(ofDocument: try #require(store.documents().first).id)
    }

    private static func text(_ html: String) throws -> String {
        try chunks(html).map(\.text).joined(separator: "\n")
    }

    private static func row(_ element: String, _ word: String, _ count: Int) -> String {
        "<tr>" + (0..<count).map { "<\(element)>\(word)\($0)q" }.joined() + "\n"
    }

    @Test func aRowOfAThousandHeadsNamesItsColumns() throws {
        let text = try Self.text(
            "<table>" + Self.row("th", "head", 1_000) + Self.row("td", "value", 1_000) + "</table>"
        )
        for column in 0..<1_000 { #expect(text.contains("head\(column)q: value\(column)q")) }
    }

    /// More columns than a table can have are read, and name nothing.
    @Test func aRowOfMoreHeadsIsRead() throws {
        let text = try Self.text(
            "<table>" + Self.row("th", "head", 1_002) + Self.row("td", "value", 1_002) + "</table>"
        )
        let words = text.split { !$0.isLetter && !$0.isNumber }
        #expect(words == (0..<1_002).map { "head\($0)q" } + (0..<1_002).map { "value\($0)q" })
    }

    @Test(arguments: [
        ("<tr><th colspan=1000>a<th colspan=2>b<th>c", "a: b | c"),
        ("<tr><th>a<th>b\n<tr><td colspan=1000>1<td colspan=2>2<td>3", "a: 1 | 2 | 3"),
        ("<tr><td rowspan=3>1<td colspan=1000 rowspan=2>2<td rowspan=2>3\n<tr><td>4", "1 | 2 | 3\n\n1 | 2 | 4"),
    ])
    func columnsBeyondAllPagesAreRead(rows: String, read: String) throws {
        let text = try Self.text("<table>\(rows)</table>")
        #expect(text == read)
    }

    /// Names of columns, by a row without heads, where rows of values follow; rows in their own places otherwise.
    @Test(arguments: [
        // Bullets laid out as a table, and a column of icons.
        (
            "<tr><td></td><td>•</td><td>First</td></tr>\n<tr><td></td><td>•</td><td>Second</td></tr>\n"
                + "<tr><td></td><td>•</td><td>Third</td></tr>",
            ["1 • | First", "2 • | Second", "3 • | Third"]
        ),
        (
            "<tr><td><img src=x></td><td>Fund</td><td>Growth</td></tr>\n"
                + "<tr><td><img src=x></td><td>Bond</td><td>Income</td></tr>\n<tr><td></td><td>Fees</td><td>0.4%</td></tr>",
            ["1 Fund | Growth", "2 Bond | Income", "3 Fees | 0.4%"]
        ),
        (
            "<tr><td></td><td>•</td><td colspan=2>First</td></tr>\n<tr><td></td><td>•</td><td colspan=2>Second</td></tr>\n"
                + "<tr><td></td><td>•</td><td colspan=2>Third</td></tr>\n<tr><td></td><td>•</td><td colspan=2>4</td></tr>",
            ["1 • | First", "2 • | Second", "3 • | Third", "4 • | 4"]
        ),
        // Heads alone.
        ("<tr><th>Strike</th><th>Price</th></tr>\n\n", ["1 Strike | Price"]),
        ("<tr><th>a<th>b\n<tr><th>c<th>d", ["1 a | b", "2 c | d"]),
        (
            "<tr><th>a<th>b\n<tr><th>c<th>d\n<tr><th>e<th>f\n<tr><th>g<th>h\n<tr><th>i<th>j",
            ["2 a: c | b: d", "3 a: e | b: f", "4 a: g | b: h", "5 a: i | b: j"]
        ),
        // Names of columns: with a unit, in two rows, in three with the years last, beside an empty column.
        (
            "<tr><td><b>Client</b><td><strong>Closing</strong>\n<tr><td>Ann<td>7\n<tr><td>Bob<td>17",
            ["2 Client: Ann | Closing: 7", "3 Client: Bob | Closing: 17"]
        ),
        (
            "<tr><td>Client<td>Opening<td>Closing\n<tr><td>Ann<td>4<td>$ 7\n<tr><td>Bob<td>14<td>17",
            ["2 Client: Ann | Opening: 4 | Closing: $ 7", "3 Client: Bob | Opening: 14 | Closing: 17"]
        ),
        ("<tr><td>Name<td>Ann\n<tr><td>Age<td>42", ["1 Name | Ann", "2 Age | 42"]),
        (
            "<tr><td>Region<td>Head<td>Seat\n<tr><td>North<td>Ann<td>Oslo\n<tr><td>South<td>Bob<td>Rome",
            ["1 Region | Head | Seat", "2 North | Ann | Oslo", "3 South | Bob | Rome"]
        ),
        (
            "<tr><td>(in millions)<td>2025<td>2024\n<tr><td>Sales<td>12<td>11",
            ["1 (in millions)", "2 Sales | 2025: 12 | 2024: 11"]
        ),
        (
            "<tr><td><td colspan=2>Year ended\n<tr><td><td>2025<td>2024\n<tr><td>Sales<td>12<td>11",
            ["3 Sales | Year ended 2025: 12 | Year ended 2024: 11"]
        ),
        (
            "<tr><td><td colspan=2>Three months\n<tr><td><td>June<td>May\n<tr><td><td>2025<td>2024\n<tr><td>Sales<td>12<td>11",
            ["4 Sales | Three months June 2025: 12 | Three months May 2024: 11"]
        ),
        (
            "<tr><td><td><td>Bull<td>Bear\n<tr><td><td>Outlook<td>Rising<td>Falling\n<tr><td><td>Risk<td>Debit<td>Credit",
            ["2 Outlook | Bull: Rising | Bear: Falling", "3 Risk | Bull: Debit | Bear: Credit"]
        ),
        (
            "<tr><td><td>2025<td>2024\n<tr><td><td>audited<td>restated\n<tr><td><td>12<td>11",
            ["2 2025: audited | 2024: restated", "3 2025: 12 | 2024: 11"]
        ),
    ])
    func aRowNamesColumnsWhereValuesFollow(rows: String, read: [String]) throws {
        let found = try Self.chunks("<table>\(rows)</table>")
        #expect(
            found.flatMap { $0.text.split(separator: "\n").map(String.init) } == read.map { String($0.dropFirst(2)) }
        )
        for line in read {
            let own = found.filter { $0.text.contains(line.dropFirst(2)) }
            #expect(own.contains { $0.lines.contains(Int(line.prefix(1)) ?? 0) })
        }
        #expect(found.map(\.lines.lowerBound).min() == Int(read[0].prefix(1)))
        #expect(found.map(\.lines.upperBound).max() == read.last.flatMap { Int($0.prefix(1)) })
    }

    // MARK: - Pages that cost more than they hold

    /// Cells that reach into a thousand rows below are said again only as often as the page has text for.
    @Test func cellsThatReachDownDoNotMultiplyAPage() throws {
        let wide = (0..<200).map { "<td rowspan=1000>wide\($0)q" + String(repeating: "e", count: 400) }.joined()
        let rows = (0..<200).map { "\n<tr><td>own\($0)q" }.joined()
        let html = "<table><tr>\(wide)\(rows)</table>"
        let text = try Self.text(html)
        #expect(text.utf8.count < 1_500_000 + 17 * html.utf8.count)
        let words = text.split { !$0.isLetter && !$0.isNumber }
        for row in 0..<200 { #expect(words.count { $0 == "own\(row)q" } == 1) }
        for column in 0..<200 { #expect(text.contains("wide\(column)q")) }
    }

    /// Long names over many short values, too.
    @Test func namesOfColumnsDoNotMultiplyAPage() throws {
        let names = (0..<10).map { "<th>name\($0)q" + String(repeating: "e", count: 450) }.joined()
        let rows = String(repeating: "\n<tr>" + String(repeating: "<td>7", count: 10), count: 2_000)
        let html = "<table><tr>\(names)\(rows)</table>"
        let text = try Self.text(html)
        #expect(text.utf8.count < 1_500_000 + 17 * html.utf8.count)
        #expect(text.utf8.count { $0 == UInt8(ascii: "7") } >= 20_000)
    }

    /// Elements in elements, and blanks, as many as a program can write.
    @Test(arguments: [
        ("<nav>", 100_000, "words"), ("<div>", 50_000, "words"), ("<b> </b>", 50_000, "words"),
        ("<div></x>", 50_000, "words"), ("<table><tr><th>", 20_000, "words"),
    ])
    func elementsInElementsAreRead(fragment: String, count: Int, words: String) throws {
        #expect(try Self.text(String(repeating: fragment, count: count) + words) == words)
    }

    /// Parts of the site in parts of the site are left out together.
    @Test func partsInPartsAreTheSites() throws {
        let nav =
            "<nav>Markets <div class=sidebar>News <form>Search <nav>Login</nav> Options</form> Rates</div> Bonds</nav>"
        let page = "<p>" + String(repeating: "The premium is kept. ", count: 20) + "</p>"
        let text = try Self.text("<h1>Puts</h1>" + nav + page + "<form><h2>Sell</h2><nav>Site</nav>A put.</form>")
        #expect(text.split { !$0.isLetter }.count { $0 == "premium" } == 20)
        for word in ["Markets", "News", "Search", "Login", "Options", "Rates", "Bonds", "Site"] {
            #expect(!text.contains(word))
        }
    }
}
