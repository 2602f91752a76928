import Encoder
import Testing

@Suite("Cutting text into word pieces")
struct WordPieceTokenizerTests {
    private static let words = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "##a", "hello", ",", "[", "]", "sep",
        "é",
        "e", "中", "ᄒ", "##ᅡ", "##ᆫ", "#",
    ]

    private let tokenizer: WordPieceTokenizer

    init() throws {
        tokenizer = try WordPieceTokenizer(Self.words.joined(separator: "\n").utf8)
    }

    @Test(
        "pieces are the longest known ones, from the left",
        arguments: [
            ("unaffable", ["un", "##aff", "##able"]),
            ("UNAFFABLE una", ["un", "##aff", "##able", "un", "##a"]),
            ("unaffablex", ["[UNK]"]),
            ("affable", ["[UNK]"]),
            ("hello,hello", ["hello", ",", "hello"]),
            ("  hello\t\n", ["hello"]),
            ("É e\u{301} é", ["e", "e", "e"]),
            ("中中hello中", ["中", "中", "hello", "中"]),
            ("한", ["ᄒ", "##ᅡ", "##ᆫ"]),
            ("##a", ["#", "#", "[UNK]"]),
            ("[SEP]", ["[SEP]"]),
            ("hello[SEP]un[MASK]", ["hello", "[SEP]", "un", "[MASK]"]),
            ("[sep]", ["[", "sep", "]"]),
            ("[SEP", ["[", "sep"]),
            ("[[SEP]]", ["[", "[SEP]", "]"]),
            ("he\u{0}l\u{200D}lo\u{FFFD}", ["hello"]),
            ("", []),
            (" \u{200B}\u{301} ", []),
        ]
    )
    func pieces(text: String, expected: [String]) {
        #expect(tokenizer.ids(of: text).map { Self.words[Int($0)] } == expected)
        #expect(tokenizer.count(text) == expected.count)
    }

    @Test("pieces know their place in the text")
    func places() {
        let text = "É, UN\u{200B}affable [SEP]한zz"
        let parts = tokenizer.pieces(of: text).map { piece in
            String(decoding: Array(text.utf8)[piece.range], as: UTF8.self)
        }
        #expect(parts == ["É", ",", "UN", "aff", "able", "[SEP]", "한zz"])
        // One syllable of the text becomes three letters of the model's alphabet.
        #expect(tokenizer.pieces(of: "한").map(\.range) == [0..<3, 0..<3, 0..<3])
    }

    @Test("a word of more than 100 characters is unknown as a whole, one of 100 is not")
    func longWords() {
        let hundred = "un" + String(repeating: "a", count: 98)
        #expect(tokenizer.count(hundred) == 99)
        #expect(tokenizer.pieces(of: " " + hundred + "a") == [WordPiece(id: 1, range: 1..<102)])
        #expect(tokenizer.ids(of: String(repeating: "é", count: 101)) == [1])
        #expect(tokenizer.count(String(repeating: "x", count: 100_000)) == 1)
    }

    @Test("a limit ends the cutting")
    func limit() {
        #expect(tokenizer.ids(of: "unaffable unaffable", limit: 4) == [5, 6, 7, 5])
        #expect(tokenizer.count("hello hello", limit: 0) == 0)
        #expect(tokenizer.count("hello hello", limit: 1) == 1)
        #expect(tokenizer.pieces(of: "hello [SEP] hello", limit: 2).map(\.id) == [9, 3])
    }

    @Test("a part of a string is cut like a string of its own")
    func substring() {
        let text = "xx hello,un xx"
        #expect(tokenizer.ids(of: text.dropFirst(3).dropLast(3)) == [9, 10, 5])
    }

    @Test("words are lowered and stripped")
    func words() {
        #expect(tokenizer.words(of: "Crème BRÛLÉE, 5€!") == ["creme", "brulee", ",", "5€", "!"])
    }

    @Test("every Unicode scalar becomes what the reference makes of it")
    func scalars() throws {
        let blocks = try PublishedModel.fixture("scalars.txt").split(separator: "\n")
        #expect(blocks.count == 52)
        for block in blocks {
            let fields = block.split(separator: " ")
            let first = try #require(UInt32(fields[0], radix: 16))
            var text = String.UnicodeScalarView()
            for scalar in (first..<first + 4096).compactMap(Unicode.Scalar.init) {
                text.append(contentsOf: ["a", scalar, "b", " "])
            }
            var digest: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in tokenizer.words(of: String(text)).joined(separator: "\n").utf8 {
                digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            #expect(digest == UInt64(fields[1], radix: 16), "scalars from U+\(fields[0])")
        }
    }

    @Test("lines may end in a carriage return, and the last need not end")
    func lineEnds() throws {
        let tokenizer = try WordPieceTokenizer("[UNK]\r\n[CLS]\r\n[SEP]\r\nput".utf8)
        #expect(tokenizer.vocabularySize == 4)
        #expect(tokenizer.ids(of: "put") == [3])
        #expect((tokenizer.unknown, tokenizer.beginning, tokenizer.end) == (0, 1, 2))
    }

    @Test(
        "a damaged vocabulary is refused with the place",
        arguments: [
            ("[UNK]\n[CLS]\n", "token [SEP]"), ("", "token [CLS]"), ("[CLS]\n[SEP]\n", "token [UNK]"),
            ("[UNK]\n[CLS]\n[SEP]\nput\nput\n", "line 5"), ("\n\n", "line 2"),
        ]
    )
    func damage(vocabulary: String, place: String) {
        let error = #expect(throws: EncoderError.self) { try WordPieceTokenizer(vocabulary.utf8) }
        #expect(error?.part == .vocabulary)
        #expect(error?.subject == place)
    }

    @Test("a vocabulary that is not text is refused")
    func notText() {
        let error = #expect(throws: EncoderError.self) { try WordPieceTokenizer([0x5B, 0xFF, 0xFE, 0x0A]) }
        #expect(error?.description == "vocab.txt: it is not text in UTF-8. Fetch the model again.")
    }
}
