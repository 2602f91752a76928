import Foundation
import LanguageModels
import Testing

@Suite("Redaction of names")
struct NameRedactionTests {
    private func redactor(_ names: String..., accounts: [String] = []) -> Redactor {
        Redactor(PrivateTerms(names: names, accountNames: accounts))
    }

    @Test(
        "A name is found in the forms that people write it in",
        arguments: [
            ("Jane Doe asks", "[name-1] asks"), ("jane doe asks", "[name-1] asks"), ("JANE DOE", "[name-1]"),
            ("Jane asks", "[name-1] asks"), ("for doe", "for [name-1]"), ("Doe, Jane", "[name-1]"),
            ("DOE, JANE A.", "[name-1] A."), ("Jane A. Doe", "[name-1]"), ("Jane A Doe's", "[name-1]'s"),
            ("Jane  A. B. Doe", "[name-1]"), ("Mr. Doe", "Mr. [name-1]"), ("Doe Jane", "[name-1]"),
            ("jane_doe", "[name-1]_[name-2]"), ("janedoe", "[name-1]"), ("Jane\nDoe", "[name-1]"),
            ("doe.csv", "[name-1].csv"), ("Jane's and Doe's", "[name-1]'s and [name-2]'s"),
            ("Ångström", "[name-1]"), ("ÅNGSTRÖM", "[name-1]"), ("ångström's", "[name-1]'s"),
            ("A\u{30A}ngstro\u{308}m", "[name-1]"), ("\u{212B}ngström", "[name-1]"), ("Angstrom", "[name-1]"),
        ]
    )
    func forms(text: String, expected: String) {
        let redactor = redactor("Jane Doe", "Ångström")
        #expect(redactor.redact(text) == expected)
        #expect(Array(redactor.restore(expected).utf8) == Array(text.utf8))
    }

    @Test("Each form comes back as it stood there")
    func restoration() {
        let redactor = redactor("Jane Doe")
        let text = "Jane Doe, JANE DOE, Doe, Jane; jane and Jane"
        let redacted = redactor.redact(text)
        #expect(redacted == "[name-1], [name-2], [name-3]; [name-4] and [name-5]")
        #expect(redactor.restore("\(redacted) [name-4]") == text + " jane")
    }

    @Test(
        "Words that are parts of names stay where they name nobody",
        arguments: [
            "Short put positions lose.", "You are short 2 puts.", "A Short Put at 170", "the Covered Call", "call her",
            "Call risk is high.", "Will it close?", "it will fall", "in May", "May 15", "long calls", "Young firms",
            "a young firm", "Baker Hughes", "doers", "janes", "adoe", "Bill", "rich premium", "the mark", "Mark: $4.85",
            "Sharpe ratio", "Wall Street",
        ]
    )
    func commonWords(text: String) {
        let names = redactor(
            "Robert Short",
            "Mary Call",
            "Will Young",
            "April May",
            "Rich Baker",
            "Bill Mark",
            "Ann Sharpe",
            "mark",
            "Jane Doe"
        )
        #expect(names.redact(text) == text)
    }

    @Test(
        "Words that are parts of names are replaced where they name somebody",
        arguments: [
            ("Robert Short sold", "[name-1] sold"), ("SHORT, ROBERT", "[name-1]"), ("robert sold", "[name-1] sold"),
            ("Mr. Short sold", "Mr. [name-1] sold"), ("Ms Call", "Ms [name-1]"), ("Will Young sold", "[name-1] sold"),
            ("Young, Will", "[name-1]"), ("as asked by Young today", "as asked by [name-1] today"),
            ("I told Will, my son", "I told [name-1], my son"), ("April May", "[name-1]"), ("Dr. May", "Dr. [name-1]"),
            ("Will B. Young", "[name-1]"), ("will young sold", "[name-1] sold"), ("APRIL MAY", "[name-1]"),
        ]
    )
    func commonNames(text: String, expected: String) {
        let redactor = redactor("Robert Short", "Mary Call", "Will Young", "April May")
        #expect(redactor.redact(text) == expected)
        #expect(redactor.restore(expected) == text)
    }

    @Test("A single name is found as it is written, and in any case unless it is a word")
    func singleNames() {
        let redactor = redactor("Short", "Acme", "Li")
        #expect(redactor.redact("Short is short") == "[name-1] is short")
        #expect(redactor.redact("Li of ACME") == "Li of [name-2]")
    }

    @Test(
        "A name in a script without spaces is found whatever adjoins it",
        arguments: [
            ("王伟持有KO", "[name-1]持有KO"), ("请告诉王 伟。", "请告诉[name-1]。"), ("김민수는", "[name-1]는"),
            ("田中さくらの口座", "[name-1]の口座"), ("王先生", "王先生"), ("王", "王"),
        ]
    )
    func unspacedNames(text: String, expected: String) {
        let redactor = redactor("王伟", "김민수", "田中 さくら")
        #expect(redactor.redact(text) == expected)
        #expect(redactor.restore(expected) == text)
    }

    @Test("Names of accounts are found whole")
    func accountNames() {
        let redactor = redactor(accounts: ["Roth IRA", "Robinhood Individual"])
        #expect(redactor.redact("the roth ira, a Roth, an individual") == "the [name-1], a Roth, an individual")
    }

    @Test(
        "Relative paths, and mail of this machine",
        arguments: [
            ("see taxes/ann/2025.csv", "see [path-1]"), ("./ann.csv, row 2", "[path-1], row 2"),
            ("../secret/x.csv.", "[path-1]."), ("Documents/ann/2025.pdf", "[path-1]"), ("(notes/a.md)", "([path-1])"),
            ("notes/a.md:12-40", "[path-1]:12-40"), ("../secret", "[path-1]"), (#"taxes\ann\2025.csv"#, "[path-1]"),
            ("taxes/ann/2025 return.pdf", "[path-1]"), ("`taxes/2025.csv`", "`[path-1]`"),
            ("$HOME/taxes.csv", "[path-1]"), ("ann@localhost", "[email-1]"), ("ann@localhost.", "[email-1]."),
        ]
    )
    func paths(text: String, expected: String) {
        let redactor = redactor()
        #expect(redactor.redact(text) == expected)
        #expect(redactor.restore(expected) == text)
    }

    @Test(
        "What only looks like a path stays",
        arguments: [
            "P/E", "and/or", "10-K/A", "BRK/B", "1/2", "11/13/2026", "EUR/USD", "bid/ask", "165/170", "P/E of 28.4",
            "https://www.sec.gov/Archives/edgar/data/1/a.htm", "www.sec.gov/files/company.pdf", "sec.gov/a.pdf",
            "https://example.com/a/b/report.pdf?x=1", "knowledge/features/privacy.md", "put/call.", "24/7", "a/b/c",
            "sold@mark", "2@4.85", "5 contracts @ $1.20", "yes/no. Numbers follow", "...", "1./2.", "w/o",
        ]
    )
    func noPaths(text: String) {
        #expect(redactor().redact(text) == text)
    }
}
