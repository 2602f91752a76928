import Connectors
import MagnusTestSupport
import Testing

struct CSVReaderTests {
    struct Row: Equatable {
        var line: Int
        var fields: [String]
    }

    static func rows(_ bytes: [UInt8]) throws -> [Row] {
        var reader = try CSVReader(bytes, file: "file.csv")
        var rows: [Row] = []
        while let row = try reader.next() {
            rows.append(Row(line: row.line, fields: (0..<row.count).map(row.text)))
        }
        return rows
    }

    @Test(
        arguments: [
            ("", []),
            ("a", [(1, ["a"])]),
            ("a,b\n", [(1, ["a", "b"])]),
            ("a,\n,b", [(1, ["a", ""]), (2, ["", "b"])]),
            ("a,", [(1, ["a", ""])]),
            (",", [(1, ["", ""])]),
            ("a\r\nb\rc\nd", [(1, ["a"]), (2, ["b"]), (3, ["c"]), (4, ["d"])]),
            ("a\n\nb", [(1, ["a"]), (2, [""]), (3, ["b"])]),
            ("\"x\"\"y\",\"\"\"\",\"\"", [(1, ["x\"y", "\"", ""])]),
            ("\"\"\"\"\"\",b", [(1, ["\"\"", "b"])]),
            ("\"a\nb\",c\nd", [(1, ["a\nb", "c"]), (3, ["d"])]),
            ("\"a\r\nb\",c\r\nd", [(1, ["a\r\nb", "c"]), (3, ["d"])]),
            ("\"a\rb\",c\rd", [(1, ["a\rb", "c"]), (3, ["d"])]),
            ("\"a,b\",c", [(1, ["a,b", "c"])]),
            ("5\" pipe,x", [(1, ["5\" pipe", "x"])]),
            ("\u{FEFF}a,b\nc", [(1, ["a", "b"]), (2, ["c"])]),
            ("é,日本,🐻\n", [(1, ["é", "日本", "🐻"])]),
            ("1,2,3\n4\n5,6,7,8", [(1, ["1", "2", "3"]), (2, ["4"]), (3, ["5", "6", "7", "8"])]),
        ] as [(String, [(Int, [String])])]
    )
    func readsRows(_ text: String, _ expected: [(Int, [String])]) throws {
        #expect(try CSVReaderTests.rows(Array(text.utf8)) == expected.map(Row.init))
    }

    @Test(arguments: [
        ("a,b\n1,\"open\n3,4\n", 2, "a quote is opened and never closed"),
        ("a\n\"x\ny\",\"open", 3, "a quote is opened and never closed"),
        ("\"", 1, "a quote is opened and never closed"),
        ("\"a\"b,c", 1, "text follows a closing quote"),
        ("a\n\"b\nc\" ,d", 3, "text follows a closing quote"),
    ])
    func refusesQuotesThatDoNotMatch(_ text: String, _ line: Int, _ reason: String) throws {
        let error = try #require(throws: ImportError.self) { try CSVReaderTests.rows(Array(text.utf8)) }
        #expect(error.code == .malformed(line: line, reason: reason))
        #expect(error.description.hasPrefix("file.csv line \(line): \(reason)"))
    }

    @Test(
        arguments: [
            ([0x61, 0x0A, 0x62, 0x80], 2, 3),
            ([0xC3, 0x28], 1, 0),
            ([0xC0, 0x80], 1, 0),
            ([0xED, 0xA0, 0x80], 1, 0),
            ([0xF4, 0x90, 0x80, 0x80], 1, 0),
            ([0x61, 0x0D, 0x0A, 0xE2, 0x82], 2, 3),
            ([0x61, 0x0D, 0x62, 0x0D, 0xFF], 3, 4),
            ([0x61, 0x00], 1, 1),
            ([0xFF, 0xFE, 0x61, 0x00], 1, 0),
        ] as [([UInt8], Int, Int)]
    )
    func refusesWhatIsNoText(_ bytes: [UInt8], _ line: Int, _ offset: Int) throws {
        let error = try #require(throws: ImportError.self) { try CSVReader(bytes, file: "file.csv") }
        guard case .notText(line, offset, _) = error.code else {
            Issue.record("\(error.code) at another place")
            return
        }
        #expect(error.description.contains("UTF-8"))
    }

    /// The language's own decoder says which bytes are sound.
    @Test func agreesWithTheStandardLibraryOnWhatIsUTF8() {
        var generator = SeededGenerator(seed: 11)
        let interesting: [UInt8] = [
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF3, 0xF4,
            0xF5,
        ]
        for _ in 0..<4_000 {
            let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                interesting[Int.random(in: 0..<interesting.count, using: &generator)]
            }
            let isSound = String(validating: bytes, as: UTF8.self) != nil
            #expect(((try? CSVReader(bytes, file: "file.csv")) != nil) == isSound, "\(bytes)")
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func readsBackWhatWasWritten(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let alphabet: [Character] = ["a", "é", "\"", ",", "\n", "\r", "🐻", " ", "1"]
        let ending = ["\n", "\r\n", "\r"][Int.random(in: 0..<3, using: &generator)]
        var text = Bool.random(using: &generator) ? "\u{FEFF}" : ""
        var line = 1
        var expected: [Row] = []
        let count = Int.random(in: 1...8, using: &generator)
        for index in 0..<count {
            let fields = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                String(
                    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                    }
                )
            }
            expected.append(Row(line: line, fields: fields))
            text += fields.map { field in
                let needsQuotes = field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
                guard needsQuotes || Bool.random(using: &generator) else { return field }
                var escaped = ""
                for scalar in field.unicodeScalars { escaped += scalar == "\"" ? "\"\"" : String(scalar) }
                return "\"\(escaped)\""
            }
            .joined(separator: ",")
            // A last line may lack its end; an empty one would then not be there at all.
            if index < count - 1 || fields == [""] || Bool.random(using: &generator) { text += ending }
            line += 1 + lineEnds(fields.joined(separator: ","))
        }
        #expect(try CSVReaderTests.rows(Array(text.utf8)) == expected)
    }

    /// Line ends by definition: LF, CR, and CRLF once.
    private func lineEnds(_ text: String) -> Int {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.filter { index in
            scalars[index] == "\n"
                || (scalars[index] == "\r" && (index + 1 == scalars.count || scalars[index + 1] != "\n"))
        }.count
    }
}
