import Foundation

/// Whether a text that its owner typed holds a key or a password, which then must be neither sent nor kept.
///
/// It is stricter than what is replaced in requests: an account number belongs to a question, a key never does.
public enum SecretScan {
    /// Longer texts are documents, in which a digest looks like a key; only keys of known forms are looked for there.
    private static let longestQuestion = 2_000

    /// Long texts of digits with both kinds of letters of which one run is long, or hexadecimal. The words of a file's name are short,
    /// and joined by marks: `Account_History_2024_Q1`.
    private static let longTexts = [
        "(?=[A-Za-z0-9_-]*?(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{20})"
            + "[A-Za-z0-9_-]{32,}",
        PrivatePattern.hexadecimal,
    ]

    /// What gives a value to a name: `keys set NAME value`, `OPENAI_API_KEY=value`. A value without a digit is taken for a word.
    private static let assignments = [
        #"^\s*(?i:magnus\s+)?(?i:keys?|secrets?|tokens?)\s+(?i:set|add|put|store)\s+(?:[A-Z][A-Z0-9_]{2,}\s*[=:\s]\s*\S{6,}|[A-Za-z][A-Za-z0-9_.-]*\s*[=:\s]\s*(?=\S*[0-9])\S{6,})"#,
        #"(?<![A-Za-z0-9])(?:[A-Z][A-Z0-9]*_)+(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)\s*[=:]?\s*["']?(?=[^\s"']*[0-9])[^\s"']{8,}"#,
        #"(?<![\p{L}\p{N}])(?i:api[ _-]?key|access[ _-]?token|client[ _-]?secret)\s*(?:[=:]|(?i:is))\s*["']?(?=[^\s"']*[0-9])[^\s"']{8,}"#,
        // People's passwords are short; with a sign of equality even a word is one.
        #"(?<![\p{L}\p{N}])(?i:password|passwd|passphrase)\s*(?:[=:]|(?i:is))\s*["']?(?=[^\s"']*[0-9])(?=[^\s"']*[^\s"'0-9.,?!-])[^\s"']{4,}"#,
        #"(?<![\p{L}\p{N}])(?i:password|passwd|passphrase)=["']?[^\s"']{4,}"#,
    ]

    /// `text` with dots in the place of keys of known forms, for what is shown or written to a log.
    public static func masked(_ text: String) -> String {
        text.replacingOccurrences(
            of: PrivatePattern.word(PrivatePattern.keysOfServices),
            with: "••••",
            options: .regularExpression
        )
    }

    /// Whether `text` holds what looks like one.
    public static func findsSecret(in text: String) -> Bool {
        let isQuestion = text.utf8.count <= longestQuestion
        let keys = PrivatePattern.keysOfServices + (isQuestion ? longTexts : [])
        return ([PrivatePattern.word(keys)] + assignments).contains { pattern in
            text.range(of: pattern, options: .regularExpression) != nil
        }
    }
}
