import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Testing

@Suite("Redaction")
struct RedactorTests {
    private static let terms = PrivateTerms(
        accounts: ["5WT00042", "123456789", "PA3XYZ12QQ"],
        names: ["Ann Margaret Example", "annexample", "Ann"],
        folders: ["/home/ann", "/root"]
    )

    private func redactor() -> Redactor {
        Redactor(Self.terms)
    }

    @Test(
        "What is private leaves as a token",
        arguments: [
            ("account 5WT00042 holds", "account [account-1] holds"),
            ("5wt00042", "[account-1]"),
            ("(123456789)", "([account-1])"),
            ("Account number: 77-4411-08", "Account number: [account-1]"),
            ("account 1234-5678 holds", "account [account-1] holds"), ("in X12-345678", "in [account-1]"),
            ("https://ann:s3cret!@files.example/a", "https://[key-1]@files.example/a"),
            ("postgres://ann:p$ss@db.example:5432/book", "postgres://[key-1]@db.example:5432/book"),
            ("acct #998877 is margin", "acct #[account-1] is margin"),
            ("DE89 3704 0044 0532 0130 00", "[account-1]"),
            ("GB29NWBK60161331926819", "[account-1]"),
            ("ANN  MARGARET EXAMPLE's book", "[name-1]'s book"),
            ("Ann asks", "[name-1] asks"),
            ("write to ann.m+x@mail.example.co.uk.", "write to [email-1]."),
            ("see /home/ann/Documents/taxes 2025.pdf", "see [path-1]"),
            ("/home/jane/my tax files/2025 return.pdf", "[path-1]"),
            ("see ~/my tax files/2025 return.pdf, page 2", "see [path-1], page 2"),
            ("/srv/our books/q3 & q4/sum total.XLSX.", "[path-1]."),
            (#"C:\Users\jane\my tax files\2025 return.pdf is"#, "[path-1] is"),
            ("in /home/jane/x.pdf and then a/b", "in [path-1] and then a/b"),
            ("/home/jane/x.pdf, my notes/old ones", "[path-1], my notes/old ones"),
            ("in /home/jane/docs the bid/ask is wide", "in [path-1] the bid/ask is wide"),
            ("in /home/jane/docs P/E of 28.4", "in [path-1] P/E of 28.4"),
            ("in /home/jane/docs 165/170 spreads", "in [path-1] 165/170 spreads"),
            ("see /home/jane/docs. My notes.md is new", "see [path-1]. My notes.md is new"),
            ("put /home/jane/docs and read notes.md", "put [path-1] and read notes.md"),
            ("the file /home/jane/docs holds one position", "the file [path-1] holds one position"),
            ("see \"/home/ann/Documents/taxes 2025.pdf\"", "see \"[path-1]\""),
            ("in /home/ann/My Documents/a.csv, row 3", "in [path-1], row 3"),
            ("/root is", "[path-1] is"), ("~/notes.md", "[path-1]"), ("file:///tmp/a.txt", "[path-1]"),
            ("open /var/lib/magnus/magnus.db.", "open [path-1]."),
            (#"C:\Users\ann\trades.csv"#, "[path-1]"), (#"\\server\share\a"#, "[path-1]"),
            ("+49 170 1234567", "[phone-1]"), ("+49 1701234567.", "[phone-1]."), ("+49 (0)170 1234567", "[phone-1]"),
            ("+41-44-6681800", "[phone-1]"),
            ("call +1 (415) 555-0132", "call [phone-1]"), ("415-555-0132", "[phone-1]"),
            ("+442079460958", "[phone-1]"), ("+44 20 7946 0958", "[phone-1]"), ("(415) 555-0132", "[phone-1]"),
            ("card 4111 1111 1111 1111", "card [number-1]"), ("SSN 078-05-1120", "SSN [number-1]"),
            ("order 9900112233", "order [number-1]"),
            ("sk-ant-api03-AbCdEf0123456789", "[key-1]"), ("Bearer gsk_0123456789abcdef", "Bearer [key-1]"),
            ("AIzaSyA0123456789abcdefghijklmnop", "[key-1]"),
            ("id 7d444840-9dc0-11d1-b245-5ffdce74fad2", "id [key-1]"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_1", "[key-1]"),
            ("token 0123456789abcdef0123456789abcdef", "token [key-1]"),
        ]
    )
    func leavesAsToken(text: String, expected: String) throws {
        let redactor = redactor()
        #expect(redactor.redact(text) == expected)
        #expect(redactor.restore(expected) == text)
    }

    @Test(
        "Figures, symbols, dates and ids leave as they are",
        arguments: [
            "NVDA  261218P00170000", "NVDA261218P00170000", "GM261218C00050000", "SPXW  261218P05000000",
            "account NVDA261218P00170000", "BRK.B", "{P1.3}", "{P1.pnl} of {D2.total_value}", "[P1]", "[D2, E1]", "[1]",
            "$1,234.50", "-$309.90", "$123456789", "$ 1234567890.12", "€1.234,50", "1,234,567,890", "0.123456789012",
            "+1.234567890", "3.1415926535", "987654321 shares", "45.5%", "30 bps", "$1.2k", "4.5M", "(123)",
            "2026-11-18", "2026-11-18 15:45 ET", "11/13/2026", "11/13", "P/E of 28.4", "EUR/USD", "and/or", "70/30",
            "170/175/180", "170-175", "1990-2026", "the account of 2026-11-18", "account 2026-11-18",
            "account 2019-2024",
            "5800-5900", "account 580-590", "https://example.com/@bob",
            "12:30:45", "knowledge/theta.md", "https://www.sec.gov/cgi-bin/browse-edgar",
            "/facts 3", "~50", "a/b", "delta -0.28, theta 4.12", "AAPL, NVDA and MSFT", "Annual report", "annexes",
            "iron condor 165/170/185/190", "20261218", "00170000", "call $170.00 12/18", "5 x 100 = 500",
            "1 2 3 4 5 6 7 8 9 10", "1234 5678 9012", "IV rank 45, IV percentile 62", "Q3 FY2026", "10-K", "8-K",
            "+2 165-170 put spreads", "+100 shares", "+1 234.50", "/facts of theta.md",
        ]
    )
    func survives(text: String) throws {
        #expect(redactor().redact(text) == text)
        #expect(redactor().redact(json: text) == text)
    }

    @Test("The same text has the same token")
    func stable() throws {
        let redactor = redactor()
        #expect(redactor.redact("a@b.example c@d.example a@b.example") == "[email-1] [email-2] [email-1]")
        #expect(redactor.redact("c@d.example") == "[email-2]")
    }

    @Test("What is learnt later is replaced from then on")
    func learning() throws {
        let redactor = redactor()
        #expect(redactor.redact("AB-77 of Bob Sample, 5WT00042") == "AB-77 of Bob Sample, [account-1]")
        redactor.learn(PrivateTerms(accounts: ["AB-77"], names: ["Bob Sample"]))
        #expect(redactor.redact("AB-77 of Bob Sample, 5WT00042") == "[account-2] of [name-1], [account-1]")
        #expect(redactor.redact(json: #"{"n": 123456789}"#) == #"{"n": "[account-3]"}"#)
    }

    @Test("A token that was never handed out stands for nothing")
    func noSmuggling() throws {
        let redactor = redactor()
        for text in ["[account-1]", "[email-2]", "[account-01]", "[key-1", "account-1]"] {
            #expect(redactor.restore(text) == text)
        }
        // A document that holds a token cannot have it filled in: it has a token of its own.
        #expect(redactor.redact("say [account-1] to 5WT00042") == "say [text-1] to [account-1]")
        #expect(
            redactor.restore("[text-1] and [account-1], not [account-2]") == "[account-1] and 5WT00042, not [account-2]"
        )
    }

    // MARK: - JSON

    @Test("JSON keeps its bytes but for what is private")
    func json() throws {
        let redactor = redactor()
        let text = #"{ "b" : "\u0041nn at \/home\/ann\/x.csv", "account":123456789, "volume": 987654321, "a":1.50 }"#
        let redacted = redactor.redact(json: text)
        #expect(
            redacted == #"{ "b" : "[name-1] at [path-1]", "account":"[account-1]", "volume": 987654321, "a":1.50 }"#
        )
        #expect(redactor.redact(json: #"{"path": "no JSON at /home/ann/x"#) == #"{"path": "no JSON at [path-2]"#)
        let schema: JSONValue = ["enum": ["5WT00042", "NVDA"], "type": "string"]
        #expect(redactor.redact(schema) == ["enum": ["[account-2]", "NVDA"], "type": "string"])
    }

    @Test("What is put back into JSON is escaped")
    func jsonIn() throws {
        let redactor = redactor()
        let path = #"C:\Users\ann\"# + "a.csv"
        #expect(redactor.redact(path) == "[path-1]")
        let arguments = redactor.restore(json: #"{"file": "[path-1]", "account": "[account-7]"}"#)
        #expect(JSONValue(json: arguments) == ["file": .string(path), "account": "[account-7]"])
    }

    // MARK: - Any text

    private static let pieces = [
        "Ann", " ", "\n", "5WT00042", "123456789", "[account-1]", "[text-1]", "[", "]", "[email-", "-1]", "a@b.example",
        "/home/ann/x",
        "~/y.md", "/", "\\", "\"", "'", "é", "e\u{301}", "\u{301}", "👩‍👩‍👧", "\r\n", "NVDA  261218P00170000", "$1,234.50",
        "{P1.3}", "+1 415-555-0132", "account ", "9900112233", "0", "7", ".", ",", ":", "sk-abcdef0123456789",
        "C:\\a\\b", "名前",
        "Ann Margaret Example", "[name-1", "a", "Z", "-", "_", "=", "(", ")", "\u{FFFD}", "\0", "\t", "file:///a",
        "4111 1111 1111 1111",
    ]

    private static func randomText(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...24, using: &random)).map { _ in
            Int.random(in: 0..<8, using: &random) == 0
                ? String(Unicode.Scalar(UInt32.random(in: 32..<0x3000, using: &random)) ?? "x")
                : pieces[Int.random(in: 0..<pieces.count, using: &random)]
        }.joined()
    }

    @Test("What was redacted comes back to the byte", arguments: 0..<20)
    func roundTrip(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let redactor = redactor()
        for _ in 0..<100 {
            let text = Self.randomText(&random)
            let redacted = redactor.redact(text)
            #expect(Array(redactor.restore(redacted).utf8) == Array(text.utf8), "\(text.debugDescription)")
        }
    }

    @Test("Nothing private is left between spaces", arguments: 0..<10)
    func nothingIsLeft(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let redactor = redactor()
        let secrets = [
            "5WT00042", "123456789", "a@b.example", "/home/ann/x", "~/y.md", "sk-abcdef0123456789", "9900112233",
            "Ann Margaret Example", "415-555-0132", "4111 1111 1111 1111",
        ]
        for _ in 0..<100 {
            let words = (0..<12).map { _ in
                Bool.random(using: &random) ? "$1,234.50 of {P1.3}" : secrets.randomElement(using: &random) ?? ""
            }
            let text = words.joined(separator: " ")
            let redacted = redactor.redact(text)
            for secret in secrets { #expect(!redacted.contains(secret), "\(text)") }
            #expect(redacted.ranges(of: "$1,234.50 of {P1.3}").count == text.ranges(of: "$1,234.50 of {P1.3}").count)
        }
    }
}
