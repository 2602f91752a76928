import Testing

@testable import MagnusCommands

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("AAPL 190C", 9), ("Ä", 1), ("A\u{308}", 1), ("é\u{301}\u{302}", 1),
        ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("가", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("㌔", 2), ("㈱", 2),
        ("…", 1), ("─", 1), ("×", 1), ("€", 1), ("−", 1), ("α", 1), ("Д", 1), ("ห้อง", 3), ("שָׁלוֹם", 4),
        ("😀", 2), ("👨‍👩‍👧‍👦", 2), ("👍🏽", 2), ("✌🏽", 2), ("❤️", 2), ("❤", 1), ("☀", 1), ("☀️", 2), ("⌚", 2),
        ("🇩🇪", 2), ("🇩🇪🇫🇷", 4), ("1️⃣", 2), ("🏳️‍🌈", 2), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("☰", 2), ("🌡", 1), ("🌡️", 2),
        ("\u{200B}", 0), ("a\u{200D}b", 2), ("\u{FEFF}x", 1), ("\u{301}", 0), ("\u{600}", 1), ("𠀀", 2), ("𝛼", 1),
    ])
    func width(_ text: String, _ expected: Int) {
        #expect(text.displayWidth == expected, "\(text.debugDescription)")
    }

    @Test func widthOfTextIsTheSumOfItsCharacters() {
        let text = "Apple 苹果 +3.2% 📈 naïve"
        #expect(text.displayWidth == text.reduce(0) { $0 + $1.displayWidth })
        #expect(text[text.startIndex...].displayWidth == text.displayWidth)
    }
}
