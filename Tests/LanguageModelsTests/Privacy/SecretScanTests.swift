import LanguageModels
import Testing

@Suite("Keys in what is typed")
struct SecretScanTests {
    @Test(
        "What looks like a key or a password",
        arguments: [
            "key set OPENAI_API_KEY sk-proj-0123456789abcdef", "magnus keys set TRADIER_TOKEN abcdefghijkl",
            "Keys add tradier=hunter22222", "what is sk-ant-api03-AbCdEf0123456789?", "gsk_0123456789abcdefABCD",
            "my key is AIzaSyA0123456789abcdefghijk", "use ghp_0123456789abcdef0123 please",
            "xoxb-123456789012-abcdefghijkl", "AKIA0123456789ABCDEF", "pa-0123456789abcdefghij",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig", "FINNHUB_API_KEY=c0ffee12ab34", "TRADIER_TOKEN: a1b2c3d4e5",
            "export ALPACA_SECRET_KEY='Zz19aaaaBBBB'", "my password is Tr0ub4dor&3", "api key: 9f8e7d6c5b4a",
            "is 0123456789abcdef0123456789abcdef a key?", "the password is hunter2", "password=correcthorse",
            "passphrase: abc123def",
            "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF",
        ]
    )
    func secrets(text: String) {
        #expect(SecretScan.findsSecret(in: text))
    }

    @Test(
        "What does not",
        arguments: [
            "What positions do I have?", "How risky is my book?", "what key figures matter for AMD?",
            "set the OPENAI_API_KEY environment variable how?", "where do I put TRADIER_TOKEN in keys.yaml?",
            "is NVDA  261218P00170000 in the money?", "roll AMD 2026-11-20 160 put to 2026-12-18",
            "account Z12345678 cash?", "what is my password for?", "keys set", "how do I use keys set TRADIER_TOKEN",
            "what does the password field do in config.yaml?", "P&L of account 123456789012", "task-1 and sk-1",
            "the filing 0000002488-26-000123", "3f2a9c41-0000-4000-8000-0123456789ab", "why?", "key set of metrics",
            "what is the key takeaway: 12 positions or 13?", "What does Fidelity_Account_History_2024_Q1.csv say?",
            "sum up Robinhood-Activity-Report-2024-Q3.pdf", "what is in 2024_Annual_Report_Berkshire_Hathaway.pdf?",
            "the password is 90 days old", "my password is expired: where is it set?", "password: where?",
            "import Accounts_History_2025-01-05_to_2025-06-30.csv",
        ]
    )
    func questions(text: String) {
        #expect(!SecretScan.findsSecret(in: text))
    }

    @Test("Keys of known forms give way to dots, the rest stays")
    func masked() {
        #expect(SecretScan.masked("no model sk-ant-api03-AbCdEf0123456789 here") == "no model •••• here")
        #expect(SecretScan.masked("'AKIAIOSFODNN7EXAMPLE' is no ticker") == "'••••' is no ticker")
        #expect(SecretScan.masked("NVDA 261218P00170000 is unknown") == "NVDA 261218P00170000 is unknown")
    }

    @Test("A digest in a long document is none, a key of a known form is")
    func documents() {
        let words = String(repeating: "word ", count: 500)
        #expect(!SecretScan.findsSecret(in: words + "0123456789abcdef0123456789abcdef"))
        #expect(SecretScan.findsSecret(in: words + "sk-ant-api03-AbCdEf0123456789"))
    }
}
