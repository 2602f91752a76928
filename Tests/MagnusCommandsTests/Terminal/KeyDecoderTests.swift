import Testing

@testable import MagnusCommands

@Suite struct KeyDecoderTests {
    private static let escape: UInt8 = 0x1B

    /// Bytes as text, and the keys they are.
    static let sequences: [(String, [KeyPress])] = [
        ("a", [.text("a")]), ("é", [.text("é")]), ("€", [.text("€")]), ("👍", [.text("👍")]),
        ("e\u{301}", [.text("e"), .text("\u{301}")]),
        ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]), ("\u{8}", [.backspace]),
        ("\u{1}", [.control("a")]), ("\u{3}", [.control("c")]), ("\u{4}", [.control("d")]), ("\u{1A}", [.control("z")]),
        ("\u{1F}", [.control("_")]), ("\u{0}", []),
        ("\u{1B}[A", [.up]), ("\u{1B}[B", [.down]), ("\u{1B}[C", [.right]), ("\u{1B}[D", [.left]),
        ("\u{1B}OA", [.up]), ("\u{1B}OD", [.left]), ("\u{1B}[1;5C", [.wordRight]), ("\u{1B}[1;3D", [.wordLeft]),
        ("\u{1B}[1;2C", [.right]), ("\u{1B}Oc", [.wordRight]),
        ("\u{1B}[H", [.home]), ("\u{1B}OH", [.home]), ("\u{1B}[1~", [.home]), ("\u{1B}[7~", [.home]),
        ("\u{1B}[F", [.end]), ("\u{1B}OF", [.end]), ("\u{1B}[4~", [.end]), ("\u{1B}[8~", [.end]),
        ("\u{1B}[3~", [.delete]), ("\u{1B}[3;5~", [.delete]), ("\u{1B}[Z", [.backTab]),
        ("\u{1B}b", [.alt("b")]), ("\u{1B}f", [.alt("f")]), ("\u{1B}d", [.alt("d")]), ("\u{1B}\u{7F}", [.altBackspace]),
        ("\u{1B}\r", [.alt("\n")]), ("\u{1B}\u{1B}[A", [.escape, .up]), ("\u{1B}\u{1}", [.escape, .control("a")]),
        ("\u{1B}é", [.escape, .text("é")]),
        // Unknown sequences vanish whole: function keys, mouse, focus, device replies, the Linux console's F1.
        ("\u{1B}[15~x", [.text("x")]), ("\u{1B}OPx", [.text("x")]), ("\u{1B}[<0;10;20Mx", [.enter, .text("x")]),
        ("\u{1B}[Ix", [.text("x")]), ("\u{1B}[?62;c", [.wordRight]), ("\u{1B}[[Ax", [.text("x")]),
        ("\u{1B}]11;rgb:0000/0000/0000\u{7}x", [.text("x")]), ("\u{1B}P1$r0m\u{1B}\\x", [.text("x")]),
        ("\u{1B}[200~one\r\ntwo\u{1B}[201~x", [.paste("one\ntwo"), .text("x")]),
        ("\u{1B}[200~\u{1B}[31mred\u{1B}[0m \u{3}日\u{1B}[201~", [.paste("red ^C日")]),
        ("\u{1B}[200~\u{1B}[201~", [.paste("")]),
        // C1 controls and bidirectional overrides cannot be typed.
        ("\u{9B}31m", [.text("3"), .text("1"), .text("m")]), ("\u{202E}x", [.text("x")]),
    ]

    @Test(arguments: sequences)
    func keys(_ text: String, _ expected: [KeyPress]) {
        var decoder = KeyDecoder()
        #expect(decoder.decode(Array(text.utf8)) == expected)
        #expect(!decoder.isWaiting)
    }

    /// A cut between two reads changes nothing, wherever it falls, as long as no time-out comes between.
    @Test(arguments: sequences)
    func cutAtEveryPlace(_ text: String, _ expected: [KeyPress]) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var decoder = KeyDecoder()
            #expect(decoder.decode(bytes[..<cut]) + decoder.decode(bytes[cut...]) == expected, "cut at \(cut)")
        }
    }

    @Test func allSequencesInARow() {
        var decoder = KeyDecoder()
        let bytes = KeyDecoderTests.sequences.flatMap { Array($0.0.utf8) }
        #expect(decoder.decode(bytes) == KeyDecoderTests.sequences.flatMap(\.1))
    }

    @Test func loneEscape() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]) == [])
        #expect(decoder.isWaiting)
        #expect(decoder.timeOut() == [.escape])
        #expect(!decoder.isWaiting)
        #expect(decoder.timeOut() == [])
        #expect(decoder.decode(Array("[A".utf8)) == [.text("["), .text("A")])
        #expect(decoder.decode(Array("\u{1B}[".utf8)) == [])
        #expect(decoder.timeOut() == [.alt("[")])
        #expect(decoder.decode(Array("\u{1B}[1;5".utf8)) == [])
        #expect(decoder.timeOut() == [])
        #expect(decoder.decode(Array("C".utf8)) == [.text("C")])
    }

    @Test func halfACharacterWaitsWithoutTimeOut() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0xE2, 0x82]) == [])
        #expect(!decoder.isWaiting)
        #expect(decoder.timeOut() == [])
        #expect(decoder.decode([0xAC]) == [.text("€")])
    }

    @Test(
        arguments: [
            ([0xFF, 0x61], [.text("\u{FFFD}"), .text("a")]),
            ([0x80], [.text("\u{FFFD}")]),
            ([0xC3, 0x61], [.text("\u{FFFD}"), .text("a")]),
            ([0xE2, 0x82, 0x1B, 0x5B, 0x41], [.text("\u{FFFD}"), .up]),
            ([0xC0, 0xAF], [.text("\u{FFFD}"), .text("\u{FFFD}")]),
            ([0xED, 0xA0, 0x80], [.text("\u{FFFD}"), .text("\u{FFFD}"), .text("\u{FFFD}")]),
            ([0xF4, 0x90, 0x80, 0x80], [.text("\u{FFFD}"), .text("\u{FFFD}"), .text("\u{FFFD}"), .text("\u{FFFD}")]),
        ] as [([UInt8], [KeyPress])]
    )
    func damagedUTF8(_ bytes: [UInt8], _ expected: [KeyPress]) {
        var decoder = KeyDecoder()
        #expect(decoder.decode(bytes) == expected)
    }

    /// Any bytes at all: never a crash, never a control character in the text, and the decoder recovers.
    @Test func noise() {
        var seed: UInt64 = 42
        var decoder = KeyDecoder()
        for _ in 0..<20_000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let byte = seed >> 61 == 0 ? KeyDecoderTests.escape : UInt8(truncatingIfNeeded: seed >> 33)
            for case .text(let scalar) in decoder.decode(byte) {
                #expect(scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value))
            }
        }
        _ = decoder.decode(Array("\u{7}\u{1B}\\\u{1B}[201~".utf8))
        _ = decoder.timeOut()
        #expect(decoder.decode(Array("ok".utf8)) == [.text("o"), .text("k")])
    }
}
