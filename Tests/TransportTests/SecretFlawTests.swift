import Testing
import Transport

@Suite struct SecretFlawTests {
    @Test(arguments: [
        "x", "sk-ant-api03-AbCd_0123", "a:b\"c'd{e}=", "~!#", String(repeating: "k", count: 8_192),
        "-----BEGIN PRIVATE KEY-----\nMIIE+/=\r\n-----END PRIVATE KEY-----",
    ])
    func keysHaveNone(text: String) {
        #expect(Secret.flaw(of: text) == nil)
    }

    @Test(arguments: [
        ("", Secret.Flaw.empty), ("a\nb", .severalLines), ("a\r\nb", .severalLines), ("a\rb", .severalLines),
        ("a\0b", .controlCharacters), ("\u{1B}[31mkey", .controlCharacters), ("a\tb", .controlCharacters),
        ("a\u{7F}", .controlCharacters), ("a\u{9B}b", .controlCharacters), ("kéy", .notASCII), ("ключ", .notASCII),
        ("a\u{A0}b", .notASCII), ("a\u{200B}b", .notASCII), ("abc def", .space),
        (String(repeating: "k", count: 8_193), .tooLong),
        ("-----BEGIN PRIVATE KEY-----\n\u{1B}\n-----", .controlCharacters),
    ])
    func othersAreTold(text: String, flaw: Secret.Flaw) {
        #expect(Secret.flaw(of: text) == flaw)
        #expect(text.isEmpty || !flaw.description.contains(text))
    }

    @Test func thePathOfAKeyMayBeWrittenInAnyLetters() {
        #expect(Secret.flaw(of: "/home/zoë/my keys/kalshi.pem", isPath: true) == nil)
        #expect(Secret.flaw(of: "/home/a\n/b", isPath: true) == .severalLines)
        #expect(Secret.flaw(of: "/home/\u{1B}", isPath: true) == .controlCharacters)
    }
}
