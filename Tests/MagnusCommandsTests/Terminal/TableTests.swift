import Testing

@testable import MagnusCommands

@Suite struct TableTests {
    private let positions: Table = {
        var table = Table(columns: [
            .init("Symbol", .label, priority: .essential),
            .init("Description", .wrapping(minimumWidth: 12)),
            .init("Quantity", priority: .essential),
            .init("Strike"),
            .init("Mark", priority: .useful),
            .init("Theta per day", priority: .detail),
            .init("Unrealised gain", priority: .essential),
        ])
        table.add(row: [
            "AAPL", "Apple Inc, common stock 苹果", "300", "", "191.45", "", StyledText("+4,335.00", .positive),
        ])
        table.add(row: [
            "AAPL", "Covered call expiring 2026-03-20", "-3", "200.00", "2.155", "+12.40",
            StyledText("-118.20", .negative),
        ])
        table.add(row: [
            "BRK.B", "Cash-secured put", "-1", "450.00", "12.30", "+8.05", StyledText("+1,020.00", .positive),
        ])
        table.set(totals: ["", "", "", "", "", "+20.45", "+5,236.80"])
        return table
    }()

    private let numbers = [
        "300", "191.45", "+4,335.00", "-3", "200.00", "2.155", "+12.40", "-118.20", "-1", "450.00", "12.30", "+8.05",
        "+1,020.00", "+20.45", "+5,236.80",
    ]
    private let essential = ["300", "-3", "-1", "+4,335.00", "-118.20", "+1,020.00", "+5,236.80", "AAPL", "BRK.B"]

    private func plain(_ table: Table, _ width: Int, _ glyphs: Glyphs = .unicode) -> [String] {
        table.lines(width: width, glyphs: glyphs).map(\.plain)
    }

    /// The pieces of a line that stand apart: cells, or the words in them.
    private func words(_ lines: [String]) -> Set<String> {
        Set(lines.flatMap { $0.split(separator: " ").map(String.init) })
    }

    @Test func wide() {
        #expect(
            plain(positions, 120) == [
                "Symbol  Description                       Quantity  Strike    Mark  Theta per day  Unrealised gain",
                "──────  ────────────────────────────────  ────────  ──────  ──────  ─────────────  ───────────────",
                "AAPL    Apple Inc, common stock 苹果           300          191.45                       +4,335.00",
                "AAPL    Covered call expiring 2026-03-20        -3  200.00   2.155         +12.40          -118.20",
                "BRK.B   Cash-secured put                        -1  450.00   12.30          +8.05        +1,020.00",
                "──────  ────────────────────────────────  ────────  ──────  ──────  ─────────────  ───────────────",
                "                                                                           +20.45        +5,236.80",
            ]
        )
    }

    @Test func titlesBreakFirst() {
        #expect(
            plain(positions, 90).prefix(4) == [
                "                                                                    Theta per  Unrealised",
                "Symbol  Description                       Quantity  Strike    Mark        day        gain",
                "──────  ────────────────────────────────  ────────  ──────  ──────  ─────────  ──────────",
                "AAPL    Apple Inc, common stock 苹果           300          191.45              +4,335.00",
            ]
        )
    }

    @Test func thenTextShrinksAndColumnsOfLowPriorityGo() {
        #expect(
            plain(positions, 60) == [
                "                                                  Unrealised",
                "Symbol  Description     Quantity  Strike    Mark        gain",
                "──────  ──────────────  ────────  ──────  ──────  ──────────",
                "AAPL    Apple Inc,           300          191.45   +4,335.00",
                "        common stock",
                "        苹果",
                "AAPL    Covered call          -3  200.00   2.155     -118.20",
                "        expiring",
                "        2026-03-20",
                "BRK.B   Cash-secured          -1  450.00   12.30   +1,020.00",
                "        put",
                "──────  ──────────────  ────────  ──────  ──────  ──────────",
                "                                                   +5,236.80",
                "Left out at this width: Theta per day.",
            ]
        )
        #expect(plain(positions, 54).last == "Left out at this width: Mark, Theta per day.")
    }

    @Test func narrowTerminalsGetRecords() {
        #expect(
            plain(positions, 40).prefix(10) == [
                "Symbol:          AAPL",
                "Description:     Apple Inc, common stock",
                "                 苹果",
                "Quantity:        300",
                "Strike:",
                "Mark:            191.45",
                "Theta per day:",
                "Unrealised gain: +4,335.00",
                "────────────────────",
                "Symbol:          AAPL",
            ]
        )
        #expect(
            plain(positions, 40).suffix(4) == [
                "────────────────────",
                "Total",
                "Theta per day:   +20.45",
                "Unrealised gain: +5,236.80",
            ]
        )
        #expect(
            plain(positions, 20).prefix(7) == [
                "Symbol:", "  AAPL", "Description:", "  Apple Inc, common", "  stock 苹果", "Quantity:", "  300",
            ]
        )
    }

    /// The promise of the type, at every width that occurs.
    @Test(arguments: 20...200)
    func noLineIsTooWideAndNoNumberIsCut(_ width: Int) {
        for glyphs in [Glyphs.unicode, .ascii] {
            let lines = plain(positions, width, glyphs)
            #expect(lines.filter { $0.displayWidth > width } == [])
            let words = words(lines)
            #expect(words.isSuperset(of: essential))
            // Whatever looks like a number is one of the numbers.
            let shown = words.filter { $0.contains { $0.isNumber } && !$0.contains("2026") }
            #expect(shown.isSubset(of: numbers))
            if width < Table.narrowestTable || width > 100 { #expect(shown.count == numbers.count) }
            if glyphs == .ascii { #expect(!lines.joined().contains("─")) }
        }
    }

    @Test func layoutIsDeterministic() {
        for width in [33, 61, 77] { #expect(plain(positions, width) == plain(positions, width)) }
    }

    @Test func columnsThatMayBeCut() {
        var table = Table(columns: [
            .init("Document", .truncating(minimumWidth: 8), priority: .essential),
            .init("Chunks", priority: .essential),
        ])
        table.add(row: ["a-very-long-name-of-a-document-about-options.md", "12"])
        #expect(plain(table, 50)[2] == "a-very-long-name-of-a-document-about-opti…      12")
        #expect(plain(table, 24)[2] == "a-very-long-nam…      12")
        #expect(plain(table, 24, .ascii)[1...2] == ["----------------  ------", "a-very-long-n...      12"])
        #expect(
            plain(table, 12) == [
                "Document:", "  a-very-lon", "  g-name-of-", "  a-document", "  -about-opt", "  ions.md", "Chunks:",
                "  12",
            ]
        )
    }

    @Test func cellsCannotBreakTheTable() {
        var table = Table(columns: [.init("Symbol", .label), .init("Name", .wrapping(minimumWidth: 4)), .init("Price")])
        table.add(row: [StyledText("A\nB\u{1B}[2J"), "line one\nline two", StyledText("1\n000")])
        #expect(plain(table, 80).dropFirst(2) == ["A B^[[2J  line one  1 000", "          line two"])
    }

    @Test func noteAndEmptyTable() {
        var table = Table(columns: [.init("Symbol", .label), .init("Delta")])
        table.notes = ["Prices are 15 minutes old and come from the demo data."]
        let lines = table.lines(width: 30, glyphs: .unicode)
        #expect(
            lines.map(\.plain) == [
                "Symbol  Delta", "──────  ─────", "Prices are 15 minutes old and", "come from the demo data.",
            ]
        )
        #expect(lines[2].runs.map(\.style) == [.muted])
        #expect(lines[0].runs.first?.style == .heading)
    }

    /// A number wider than the terminal is the only thing that may stick out: whole, on a line of its own.
    @Test func aNumberWiderThanTheTerminalStaysWhole() {
        var table = Table(columns: [.init("Notional", priority: .essential)])
        table.add(row: ["123,456,789,012.00"])
        #expect(plain(table, 10) == ["Notional:", "123,456,789,012.00"])
    }
}
