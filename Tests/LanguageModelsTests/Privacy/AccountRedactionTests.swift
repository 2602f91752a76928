import Foundation
import JSON
import LanguageModels
import Testing

@Suite("Redaction of account numbers")
struct AccountRedactionTests {
    private func redactor() -> Redactor {
        Redactor(PrivateTerms())
    }

    @Test(
        "A number that was told once is replaced wherever it stands",
        arguments: [
            (
                "Compare account 5QX12345 and account U7654321 positions: 5QX12345 versus U7654321, and 12345678 for acct 12345678",
                "Compare account [account-1] and account [account-2] positions: [account-1] versus [account-2], and [account-3] for acct [account-3]"
            ),
            (
                "The account 77-4411-08 is margin. Later, 77-4411-08 was closed.",
                "The account [account-1] is margin. Later, [account-1] was closed."
            ),
            ("AB1234C: my account AB1234C, or ab1234c", "[account-1]: my account [account-1], or [account-2]"),
            (
                "account ending in 1234; 1234 is the margin one",
                "account ending in [account-1]; [account-1] is the margin one"
            ),
            // Figures are no repetition.
            (
                "acct #1234 holds 1234 shares at $1234, 1,234 of 1234.50, 1234 puts, 1234% and 2026-1234",
                "acct #[account-1] holds 1234 shares at $1234, 1,234 of 1234.50, 1234 puts, 1234% and 2026-1234"
            ),
            ("account ending 2019 since 2019", "account ending [account-1] since 2019"),
            ("acct 12345678: 12345678 shares", "acct [account-1]: 12345678 shares"),
        ]
    )
    func repetitions(text: String, expected: String) {
        let redactor = redactor()
        #expect(redactor.redact(text) == expected)
        #expect(redactor.restore(expected) == text)
    }

    @Test(
        "Account numbers are told by their title, a mark, or their form",
        arguments: [
            ("acct #1234", "acct #[account-1]"), ("account ending 1234", "account ending [account-1]"),
            ("account ending in 1234", "account ending in [account-1]"),
            ("the account that ends with 1234", "the account that ends with [account-1]"),
            ("Account (ending 1234)", "Account (ending [account-1])"), ("account ...1234", "account ...[account-1]"),
            ("account ****1234", "account ****[account-1]"), ("Account x1234", "Account [account-1]"),
            ("account no. 4321", "account no. [account-1]"), ("Account: 4321", "Account: [account-1]"),
            ("accounts 12345678 and 23456789", "accounts [account-1] and [account-2]"),
            ("U1234567", "[account-1]"), ("U12345678 and DU7654321", "[account-1] and [account-2]"),
            ("Z12345678.", "[account-1]."), ("(X87654321)", "([account-1])"), ("5QX12345?", "[account-1]?"),
            ("5WT00042 is cash", "[account-1] is cash"), ("PA3XYZ12QQ", "[account-1]"),
        ]
    )
    func forms(text: String, expected: String) {
        let redactor = redactor()
        #expect(redactor.redact(text) == expected)
        #expect(redactor.restore(expected) == text)
    }

    @Test(
        "Symbols, filings, amounts, dates and numbers of securities stay",
        arguments: [
            "NVDA  261218P00170000", "SPXW261218P05000000", "0000320193-24-000123", "CIK 0000320193",
            "https://www.sec.gov/Archives/edgar/data/320193/000032019324000123/aapl-20240928.htm",
            "file no. 001-36743", "CUSIP 037833100", "CUSIP: 38259P508", "CUSIP number 38259P508", "ISIN US0378331005",
            "US0378331005 is Apple", "SEDOL 2046251", "BRK.B", "BF.B", "U", "Z", "X", "F 12", "V 1234567", "10-K405",
            "account 2026-11-18", "account of 2026", "accounts: 2 of 3", "Account: 2025 return",
            "the account 186,150.25",
            "account: 12345.67", "account ending balance 1234.50", "account ending 250 shares",
            "in account 3500 shares",
            "$12345678", "U$ 1234567", "5 MAY 12345 shares", "18NOV2026", "1DEC26", "Q3FY2026", "12345678 shares",
            "1234", "20261218", "account value 186150.25", "the account is up 12.34%", "account 165-170 spreads",
        ]
    )
    func survives(text: String) {
        #expect(redactor().redact(text) == text)
    }

    @Test("What a later message tells counts for the earlier ones, and for the rest of the conversation")
    func acrossMessages() throws {
        let redactor = redactor()
        var request = ModelRequest(
            agent: "writer",
            system: "The owner asks about 44-117-20.",
            messages: [
                ModelMessage(.user, text: "What of 44-117-20?"),
                ModelMessage(.assistant, text: "Which account?"),
                ModelMessage(.user, text: "Account 44-117-20."),
            ]
        )
        let sent = redactor.redact(request)
        #expect(sent.system == "The owner asks about [account-1].")
        #expect(sent.messages.map(\.text) == ["What of [account-1]?", "Which account?", "Account [account-1]."])
        request.messages = [ModelMessage(.user, text: "44-117-20 again")]
        #expect(redactor.redact(request).messages.map(\.text) == ["[account-1] again"])
    }

    @Test("What the question tells is replaced in what tools return, and the other way about")
    func inJSON() throws {
        let redactor = redactor()
        #expect(
            redactor.redact(
                json: #"{"note": "see 88123401", "account_number": "88123401", "n": 88123401, "volume": 88123402}"#
            )
                == #"{"note": "see [account-1]", "account_number": "[account-1]", "n": "[account-1]", "volume": 88123402}"#
        )
        #expect(redactor.redact("of 88123401") == "of [account-1]")
        let plain =
            #"{"account": "margin", "account_value": 186150, "other_account": "Roth IRA 2", "accountId": "2026-11-18"}"#
        #expect(redactor.redact(json: plain) == plain)
        #expect(redactor.redact(json: #"{"acctNo": 5512}"#) == #"{"acctNo": "[account-2]"}"#)
    }
}
