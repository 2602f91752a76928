import Testing

@testable import MagnusCommands

@Suite struct StyledTextTests {
    @Test func rendering() {
        let text: StyledText = "Delta " + StyledText("+0.31", .positive) + " " + StyledText("[P1]", .citation)
        #expect(text.plain == "Delta +0.31 [P1]")
        #expect(text.rendered(usesColour: false) == "Delta +0.31 [P1]")
        #expect(text.rendered(usesColour: true) == "Delta \u{1B}[32m+0.31\u{1B}[0m \u{1B}[36m[P1]\u{1B}[0m")
        #expect(text.displayWidth == 16)
    }

    @Test func everyLineEndsInTheDefaultStyle() {
        let text = StyledText("one\n\ntwo", .warning)
        #expect(text.rendered(usesColour: true) == "\u{1B}[33mone\u{1B}[0m\n\n\u{1B}[33mtwo\u{1B}[0m")
    }

    @Test func untrustedTextIsCleaned() {
        #expect(StyledText("\u{1B}[2Jgone").rendered(usesColour: true) == "^[[2Jgone")
        #expect(StyledText("a\nb", .code, shape: .line).plain == "a b")
    }

    @Test func equalStylesJoin() {
        let text = StyledText("a", .muted) + StyledText("b", .muted) + StyledText("") + StyledText("c")
        #expect(text.runs.map(\.text) == ["ab", "c"])
        #expect(StyledText(cells: text.cells) == text)
        #expect((text + "  ").withoutTrailingSpaces() == text)
        #expect((StyledText("x ", .code) + " " + StyledText("  ", .muted)).withoutTrailingSpaces().plain == "x")
        #expect(["a", "b", "c"].map { StyledText($0) }.joined(separator: ", ").plain == "a, b, c")
    }

    @Test(arguments: [
        ("covered call", 12, "covered call"), ("covered call", 8, "covered…"), ("covered call", 1, "…"),
        ("covered call", 0, ""), ("日本株", 6, "日本株"), ("日本株", 5, "日本…"), ("日本株", 4, "日…"), ("日本株", 3, "日…"),
        ("日本株", 2, "…"), ("👨‍👩‍👧‍👦👍🏽x", 4, "👨‍👩‍👧‍👦…"), ("", 3, ""),
    ])
    func truncation(_ text: String, width: Int, expected: String) {
        let cut = StyledText(text).truncated(to: width, ellipsis: "…")
        #expect(cut.plain == expected)
        #expect(cut.displayWidth <= width)
    }

    @Test func truncationInASCII() {
        #expect(StyledText("covered call").truncated(to: 8, ellipsis: "...").plain == "cover...")
        #expect(StyledText("covered call").truncated(to: 2, ellipsis: "...").plain == "..")
        let styled = "ab" + StyledText("cdef", .code)
        #expect(styled.truncated(to: 4, ellipsis: "…") == "ab" + StyledText("c…", .code))
    }

    @Test func padding() {
        #expect(StyledText("日本").padded(to: 6).plain == "日本  ")
        #expect(StyledText("1.5").padded(to: 6, .right).plain == "   1.5")
        #expect(StyledText("123456").padded(to: 4, .right).plain == "123456")
    }

    @Test(arguments: [
        ("the wheel sells puts until assigned", 12, ["the wheel", "sells puts", "until", "assigned"]),
        ("exactly ten", 7, ["exactly", "ten"]),
        ("a  b   c", 4, ["a  b", "c"]),
        ("", 10, [""]),
        ("one\n\ntwo", 10, ["one", "", "two"]),
        ("  indented text here", 12, ["  indented", "text here"]),
        ("assignment", 4, ["assi", "gnme", "nt"]),
        ("an assignment", 6, ["an", "assign", "ment"]),
        ("trailing   ", 20, ["trailing"]),
        ("日本の株式市場", 6, ["日本の", "株式市", "場"]),
        ("日本の株式市場", 7, ["日本の", "株式市", "場"]),
        ("buy 日本株 now", 8, ["buy 日本", "株 now"]),
        ("x\n", 5, ["x", ""]),
        ("日", 1, ["日"]),
    ])
    func wrapping(_ text: String, width: Int, expected: [String]) {
        #expect(StyledText(text).wrapped(to: width).map(\.plain) == expected)
    }

    @Test func hangingIndent() {
        let lines = StyledText("sell the put, wait, and sell the call").wrapped(
            to: 16,
            indent: "1. ",
            hangingIndent: "   "
        )
        #expect(lines.map(\.plain) == ["1. sell the put,", "   wait, and", "   sell the call"])
        let narrow = StyledText("abc def").wrapped(to: 4, indent: "      ", hangingIndent: "      ")
        #expect(narrow.map(\.plain) == ["abc", "def"])
    }

    @Test func stylesSurviveWrapping() {
        let text = "gain " + StyledText("12.50 USD", .positive) + " today"
        let lines = text.wrapped(to: 11)
        #expect(lines == ["gain " + StyledText("12.50", .positive), StyledText("USD", .positive) + " today"])
    }

    /// At every width: no line too wide, and nothing lost but the spaces at the breaks.
    @Test(arguments: 2...60)
    func wrappingKeepsEverything(_ width: Int) {
        let text =
            "Rolling 3 contracts of AAPL 190C (2026-03-20) to 195C costs $1.25; 苹果公司的股票 rises 👍🏽 averylongwordwithoutspaces. \n  - second\n\n尾"
        let lines = StyledText(text).wrapped(to: width, indent: "* ", hangingIndent: "  ")
        for line in lines { #expect(line.displayWidth <= width, "\(line.plain)") }
        let shown = lines.map(\.plain).joined().filter { $0 != " " }
        #expect(shown.hasPrefix("*") == (width >= 4))
        #expect(shown.drop { $0 == "*" } == text.filter { $0 != " " && $0 != "\n" })
    }
}
