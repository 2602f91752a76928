import Testing

@testable import MagnusCommands

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("plain text, 12.5%", "plain text, 12.5%"),
        ("Größe 苹果 👍🏽 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 שלום", "Größe 苹果 👍🏽 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 שלום"),
        ("a\u{1B}[31mred\u{1B}[0m", "ared"),
        ("a\u{1B}[38:2:1:2:3mb", "ab"),
        ("a\u{1B}[2Jb", "a^[[2Jb"),
        ("\u{1B}]0;owned\u{7}", "^[]0;owned^G"),
        ("\u{1B}]52;c;ZXZpbA==\u{1B}\\", "^[]52;c;ZXZpbA==^[\\"),
        ("\u{1B}", "^["), ("\u{1B}[3", "^[[3"), ("\u{1B}\u{1B}[1m[2J", "^[[2J"),
        ("\u{9B}31m", "<U+009B>31m"), ("\u{0}\u{8}\u{7F}", "^@^H^?"),
        ("price 1\u{202E}09", "price 1<U+202E>09"), ("\u{2066}x\u{2069}", "<U+2066>x<U+2069>"),
        ("zero\u{200B}width\u{FEFF}\u{AD}", "zerowidth"),
        ("hi\u{E0041}\u{E0042}", "hi<U+E0041><U+E0042>"),
        ("a\tb", "a    b"), ("one\r\ntwo\rthree\u{2028}four\u{85}five\nsix", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("over\u{8}\u{8}write", "over^H^Hwrite"),
    ])
    func block(_ text: String, _ expected: String) {
        #expect(TerminalText.sanitised(text) == expected)
    }

    @Test(arguments: [("a\nb", "a b"), ("a\r\nb\tc", "a b c"), ("a\u{1B}[0mb", "ab"), ("x\u{2029}y", "x y")])
    func line(_ text: String, _ expected: String) {
        #expect(TerminalText.sanitised(text, shape: .line) == expected)
    }

    /// Every character that could be obeyed, in every neighbourhood of every other.
    @Test func nothingDangerousSurvivesAndCleaningIsStable() {
        let dangerous: [Unicode.Scalar] =
            (UInt32(0)..<0x20).compactMap(Unicode.Scalar.init) + (UInt32(0x7F)..<0xA0).compactMap(Unicode.Scalar.init)
            + ["\u{61C}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{E0041}"]
        let others: [Unicode.Scalar] = ["[", "m", "3", "a", "\u{1F3F4}", "\u{301}"]
        let texts = (dangerous + others).flatMap { first in
            (dangerous + others).map { second in
                var text = String.UnicodeScalarView()
                text.append(contentsOf: [first, second, "[", "1", "m", first])
                return String(text)
            }
        }
        let forbidden = Set(dangerous).subtracting(["\n", "\u{E0041}"])
        let unsafe = texts.filter { !forbidden.isDisjoint(with: TerminalText.sanitised($0).unicodeScalars) }
        #expect(unsafe == [])
        let unstable = texts.filter {
            let safe = TerminalText.sanitised($0)
            return TerminalText.sanitised(safe) != safe
        }
        #expect(unstable == [])
        let broken = texts.filter { TerminalText.sanitised($0, shape: .line).unicodeScalars.contains("\n") }
        #expect(broken == [])
    }
}
