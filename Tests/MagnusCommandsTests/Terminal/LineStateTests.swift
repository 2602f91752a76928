import Testing

@testable import MagnusCommands

@Suite struct LineStateTests {
    private static let history = ["/risk", "how risky is my book?", "/portfolio", "roll AAPL", "/risk --json"]

    private static let completer: Completer = { text in
        Completions.ofLastWord(in: text, from: ["/portfolio", "/positions", "/risk", "/roll", "AAPL", "日本"])
    }

    /// The state after keys given as terminal bytes, and the effects they had.
    private func run(_ keys: String, _ history: [String] = history) -> (state: LineState, effects: [LineState.Effect]) {
        var decoder = KeyDecoder()
        var state = LineState(history: history, completer: LineStateTests.completer)
        let presses = decoder.decode(Array(keys.utf8)) + decoder.timeOut()
        let effects = presses.map { state.apply($0) }
        return (state, effects)
    }

    /// The text with `|` at the cursor.
    private func shown(_ keys: String, _ history: [String] = history) -> String {
        let buffer = run(keys, history).state.buffer
        return buffer.beforeCursor + "|" + buffer.text.dropFirst(buffer.beforeCursor.count)
    }

    @Test(arguments: [
        ("abc", "abc|"), ("abc\u{2}\u{2}x", "ax|bc"), ("abc\u{1}x", "x|abc"), ("abc\u{1}\u{6}x\u{5}y", "axbcy|"),
        ("abc\u{7F}", "ab|"), ("abc\u{1}\u{7F}", "|abc"), ("abc\u{1}\u{4}", "|bc"), ("abc\u{1}\u{1B}[3~", "|bc"),
        ("ab cd ef\u{1B}b", "ab cd |ef"), ("ab cd ef\u{1B}b\u{1B}b\u{1B}b\u{1B}b", "|ab cd ef"),
        ("ab cd\u{1}\u{1B}f", "ab| cd"), ("ab, cd\u{1}\u{1B}f\u{1B}f", "ab, cd|"), ("a\u{1B}[1;5D", "|a"),
        ("ab cd\u{17}", "ab |"), ("ab cd  \u{17}\u{17}", "|"), ("ab c-d\u{17}", "ab |"),
        ("ab c-d\u{1B}\u{7F}", "ab c-|"),
        ("ab cd\u{1}\u{1B}d", "| cd"), ("ab cd\u{2}\u{2}\u{B}", "ab |"), ("ab cd\u{2}\u{2}\u{15}", "|cd"),
        ("ab cd\u{17}\u{19}\u{19}", "ab cdcd|"), ("ab cd ef\u{17}\u{17}\u{19}", "ab cd ef|"),
        ("ab cd\u{1}\u{1B}d\u{1B}d\u{19}", "ab cd|"), ("ab cd\u{17}x\u{7F}\u{17}\u{19}", "ab |"),
        ("abc\u{14}", "acb|"), ("abc\u{2}\u{14}", "acb|"), ("abc\u{2}\u{2}\u{14}", "ba|c"), ("a\u{14}", "a|"),
        ("abc\u{1B}OD\u{1B}[Dx", "ax|bc"), ("abc\u{1B}[H-\u{1B}[F+", "-abc+|"),
        ("日本\u{2}x", "日x|本"), ("e\u{301}\u{7F}", "|"), ("ae\u{301}\u{2}x", "ax|é"), ("👨‍👩‍👧‍👦x\u{2}\u{7F}", "|x"),
        ("🇩🇪🇫🇷\u{2}\u{7F}", "|🇫🇷"), ("👍🏽!\u{2}\u{2}?", "?|👍🏽!"), ("ae\u{2}\u{301}", "á|e"),
        ("\u{1B}[200~one\ntwo\u{1B}[201~", "one\ntwo|"), ("a\u{1B}\rb", "a\nb|"), ("a\\\rb", "a\nb|"),
        ("one\u{1B}\rtwo\u{1}x", "one\nx|two"), ("one\u{1B}\rtwo\u{15}", "one\n|"),
        ("one\u{1B}\rtwo\u{15}\u{15}", "one|"),
        ("one\u{1B}\rtwo\u{1}\u{2}\u{B}", "one|two"), ("one\u{1B}\rtwo\u{1B}<x\u{1B}>y", "xone\ntwoy|"),
        ("one\u{1B}\rtw\u{1B}[Ax", "onx|e\ntw"), ("one\u{1B}\rtwo\u{1B}[A\u{1B}[B!", "one\ntwo!|"),
        ("long line\u{1B}\rab\u{1B}[A\u{5}\u{1B}[Bx", "long line\nabx|"),
    ])
    func editing(_ keys: String, _ expected: String) {
        #expect(shown(keys) == expected)
    }

    @Test(arguments: [
        ("\u{1B}[A", "/risk --json|"), ("\u{1B}[A\u{1B}[A", "roll AAPL|"),
        ("\u{1B}[A\u{1B}[A\u{1B}[B", "/risk --json|"),
        ("\u{1B}[A\u{1B}[B", "|"), ("/r\u{1B}[A", "/risk --json|"), ("/r\u{1B}[A\u{1B}[A", "/risk|"),
        ("/r\u{1B}[A\u{1B}[A\u{1B}[A", "/risk|"), ("/r\u{1B}[A\u{1B}[A\u{1B}[B\u{1B}[B", "/r|"),
        ("how\u{10}", "how risky is my book?|"), ("\u{10}\u{10}\u{E}\u{E}x", "x|"),
        ("\u{1B}[A\u{1B}[D\u{1B}[A", "roll AAPL|"), ("\u{1B}[Ax", "/risk --jsonx|"), ("zzz\u{1B}[A", "zzz|"),
    ])
    func browsing(_ keys: String, _ expected: String) {
        #expect(shown(keys) == expected)
    }

    @Test func browsingSkipsRepetitionsAndWalksMultilineEntries() {
        let history = ["first", "one\ntwo", "same", "same"]
        #expect(shown("\u{1B}[A\u{1B}[A", history) == "one\ntwo|")
        #expect(shown("\u{1B}[A\u{1B}[A\u{1B}[A", history) == "one|\ntwo")
        #expect(shown("\u{1B}[A\u{1B}[A\u{1B}[A\u{1B}[A", history) == "first|")
        #expect(run("\u{1B}[A", []).effects == [.bell])
        #expect(run("\u{1B}[B").effects == [.bell])
    }

    @Test(arguments: [
        ("\u{12}risk", "/|risk --json"), ("\u{12}risk\u{12}", "how |risky is my book?"),
        ("\u{12}risk\u{12}\u{12}", "/|risk"), ("\u{12}risk\u{12}\u{12}\u{13}", "how |risky is my book?"),
        ("\u{12}RISKY", "how |risky is my book?"), ("\u{12}risky\u{7F}", "/|risk --json"),
        ("draft\u{12}risk\u{7}", "draft|"), ("draft\u{12}zzz\u{7}", "draft|"), ("draft\u{12}risk\u{3}", "draft|"),
        ("\u{12}aapl\u{5}!", "roll AAPL!|"), ("\u{12}book\u{1B}", "how risky is my |book?"),
        ("\u{12}book\u{5}\u{1B}[A", "/risk|"), ("\u{12}riskq\u{7F}", "/|risk --json"),
    ])
    func searching(_ keys: String, _ expected: String) {
        #expect(shown(keys) == expected)
    }

    @Test func searchPromptAndSubmit() {
        #expect(run("\u{12}ris").state.searchPrompt == "(history) ris: ")
        #expect(run("\u{12}rizz").state.searchPrompt == "(nothing found) rizz: ")
        #expect(run("\u{12}rizz").effects == [.redraw, .redraw, .redraw, .bell, .redraw])
        #expect(run("\u{12}book\r").effects.last == .submit("how risky is my book?"))
        #expect(run("abc").state.searchPrompt == nil)
    }

    @Test(arguments: [
        ("/ri\t", "/risk|"), ("/po\t", "/po|"), ("/po\t\t", "/portfolio|"), ("/po\t\t\t", "/positions|"),
        ("/po\t\t\t\t", "/portfolio|"), ("/po\t\u{1B}[Z", "/positions|"), ("/po\t\tx", "/portfoliox|"),
        ("/p\t", "/po|"), ("/po\t\t\u{7}", "/po|"), ("show aa\t", "show AAPL|"), ("日\t", "日本|"),
        ("/ri x\u{2}\u{2}\t", "/risk| x"), ("/po\t\t\u{7F}", "/portfoli|"),
    ])
    func completing(_ keys: String, _ expected: String) {
        #expect(shown(keys) == expected)
    }

    @Test func candidatesAreListedUntilAnotherKey() throws {
        let listed = try #require(run("/p\t").state.candidates)
        #expect(listed.all == ["/portfolio", "/positions"])
        #expect(listed.chosen == nil)
        #expect(run("/p\t\t").state.candidates?.chosen == 0)
        #expect(run("/p\tx").state.candidates == nil)
        #expect(run("zz\t").effects.last == .bell)
    }

    @Test func endings() {
        #expect(run("ask\r").effects.last == .submit("ask"))
        #expect(run("\r").effects == [.submit("")])
        #expect(run("a\\\rb\r").effects.last == .submit("a\nb"))
        #expect(run("a\\\\\r").effects.last == .submit("a\\\\"))
        #expect(run("a\u{3}").effects.last == .abandoned)
        #expect(run("a\u{3}").state.buffer.isEmpty)
        #expect(run("\u{3}").effects == [.interrupted])
        #expect(run("\u{4}").effects == [.endOfInput])
        #expect(run("a\u{4}").effects.last == .redraw)
        #expect(run("\u{C}").effects == [.clearScreen])
        #expect(run("\u{1A}").effects == [.suspend])
        #expect(run("\u{1B}").effects == [.bell])
    }

    /// Any keys in any order: the cursor stays inside the text, and the text stays one that editing can make.
    @Test func randomKeys() {
        let keys: [KeyPress] = [
            .text("a"), .text("\u{301}"), .text("👍"), .text("\u{200D}"), .text("🇩"), .text(" "), .paste("x\ny"), .left,
            .right, .up, .down, .home, .end, .backspace, .delete, .wordLeft, .wordRight, .altBackspace, .alt("d"),
            .control("k"), .control("u"), .control("w"), .control("y"), .control("t"), .control("r"), .control("s"),
            .control("g"), .tab, .backTab, .escape, .alt("\n"), .control("c"), .control("d"), .alt("<"), .alt(">"),
        ]
        var seed: UInt64 = 7
        var state = LineState(history: LineStateTests.history, completer: LineStateTests.completer)
        for _ in 0..<5_000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            _ = state.apply(keys[Int(truncatingIfNeeded: seed >> 33) % keys.count])
            let buffer = state.buffer
            #expect((0...buffer.characters.count).contains(buffer.cursor))
            if buffer.characters.count > 200 { state = LineState(history: LineStateTests.history) }
        }
    }
}
