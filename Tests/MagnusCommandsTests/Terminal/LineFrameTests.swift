import Testing

@testable import MagnusCommands

@Suite struct LineFrameTests {
    private func buffer(_ text: String, _ cursor: Int? = nil) -> LineBuffer {
        var buffer = LineBuffer(text)
        if let cursor { buffer.move(to: cursor) }
        return buffer
    }

    private func frame(_ text: String, _ cursor: Int? = nil, width: Int, height: Int = 10, below: [StyledText] = [])
        -> LineFrame
    {
        LineFrame(
            prompt: StyledText("> ", .heading),
            continuation: StyledText("… ", .muted),
            buffer: buffer(text, cursor),
            below: below,
            size: TerminalSize(columns: width, rows: height)
        )
    }

    /// Text, cursor, width; then the rows and the place of the cursor.
    @Test(arguments: [
        ("", 0, 10, ["> "], 0, 2), ("abc", 3, 10, ["> abc"], 0, 5), ("abc", 1, 10, ["> abc"], 0, 3),
        ("12345678", 8, 10, ["> 12345678", ""], 1, 0), ("12345678", 7, 10, ["> 12345678"], 0, 9),
        ("123456789", 8, 10, ["> 12345678", "9"], 1, 0), ("日本語株式", 5, 9, ["> 日本語", "株式"], 1, 4),
        ("日本語株式", 3, 9, ["> 日本語", "株式"], 1, 0), ("a\nb", 3, 10, ["> a", "… b"], 1, 3),
        ("a\nb", 1, 10, ["> a", "… b"], 0, 3), ("a\nb", 2, 10, ["> a", "… b"], 1, 2),
        ("a\n", 2, 10, ["> a", "… "], 1, 2),
    ])
    func layout(_ text: String, cursor: Int, width: Int, rows: [String], row: Int, column: Int) {
        let frame = frame(text, cursor, width: width)
        #expect(frame.rows.map(\.plain) == rows)
        #expect(frame.cursorRow == row)
        #expect(frame.cursorColumn == column)
    }

    @Test func aFrameHigherThanTheTerminalFollowsTheCursor() {
        let text = (1...20).map { "line \($0)" }.joined(separator: "\n")
        let end = frame(text, width: 20, height: 5)
        #expect(end.rows.map(\.plain) == (16...20).map { "… line \($0)" })
        #expect(end.cursorRow == 4)
        let start = frame(text, 0, width: 20, height: 5)
        #expect(start.rows.first?.plain == "> line 1")
        #expect(start.rows.count == 5)
        #expect(start.cursorRow == 0)
        let middle = frame(text, LineBuffer(text).characters.count / 2, width: 20, height: 5)
        #expect(middle.rows.count == 5)
        #expect((0..<5).contains(middle.cursorRow))
    }

    @Test func wideRowsBelowAreCut() {
        let frame = frame("x", width: 8, below: ["candidates everywhere"])
        #expect(frame.rows.map(\.plain) == ["> x", "candidat"])
        #expect(frame.cursorRow == 0)
    }

    @Test func coloursAreOptional() {
        #expect(frame("x", width: 20).painted(over: nil, usesColour: false) == "\r\u{1B}[J> x\r\u{1B}[3C")
        #expect(
            frame("x", width: 20).painted(over: nil, usesColour: true) == "\r\u{1B}[J\u{1B}[1m> \u{1B}[0mx\r\u{1B}[3C"
        )
    }

    /// Random editing on a small screen, scrolling included: what is painted is always exactly what is laid out.
    @Test(arguments: [4, 7, 12, 40])
    func paintingMatchesTheLayout(_ width: Int) {
        let pieces = ["a", "日", "👍🏽", " ", "\n", "word", "e\u{301}"]
        let height = 6
        var screen = ScreenModel(width: width, height: height)
        screen.feed("an answer above\r\n")
        var buffer = LineBuffer()
        var shown: LineFrame?
        var seed: UInt64 = UInt64(width)
        func random(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: seed >> 33) % bound
        }
        for step in 0..<200 {
            switch random(4) {
            case 0: buffer.move(to: random(buffer.characters.count + 1))
            case 1:
                let start = random(buffer.characters.count + 1)
                buffer.remove(start..<min(start + random(6), buffer.characters.count))
            default: buffer.insert(pieces[random(pieces.count)])
            }
            let frame = LineFrame(
                prompt: "> ",
                continuation: "… ",
                buffer: buffer,
                below: random(8) == 0 ? ["below", "the line"] : [],
                size: TerminalSize(columns: width, rows: height)
            )
            screen.feed(frame.painted(over: shown, usesColour: random(2) == 0))
            shown = frame
            let top = screen.row - frame.cursorRow
            let painted = screen.rows[top..<min(height, top + frame.rows.count)].map { $0.joined() }
            let expected = frame.rows.map { $0.padded(to: width).plain }
            #expect(painted == expected, "step \(step)")
            #expect(screen.column == frame.cursorColumn)
            let below = screen.rows[min(height, top + frame.rows.count)...]
            #expect(below.allSatisfy { $0.allSatisfy { $0 == " " } }, "nothing left over below, step \(step)")
            guard painted == expected else { return }
        }
    }

    /// A terminal made narrower breaks the rows anew; the next frame still starts where the old one did.
    @Test func narrowing() {
        let old = frame("0123456789abcdefghij", width: 30)
        var screen = ScreenModel(width: 10, height: 8)
        screen.feed("above\r\n> 0123456789abcdefghij")
        let new = frame("0123456789abcdefghij", width: 10)
        screen.feed(new.painted(over: old, usesColour: false))
        #expect(screen.text == ["above", "> 01234567", "89abcdefgh", "ij"])
        #expect(screen.row == 3)
        #expect(screen.column == 2)
    }

    @Test func leavingALine() {
        var screen = ScreenModel(width: 10, height: 8)
        let shown = frame("one\ntwo", 0, width: 10)
        screen.feed(shown.painted(over: nil, usesColour: false))
        #expect(screen.row == 0)
        screen.feed(shown.leaving().painted(over: shown, usesColour: false) + "\r\nnext")
        #expect(screen.text == ["> one", "… two", "next"])
    }
}
