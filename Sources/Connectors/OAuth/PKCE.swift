import Crypto
import Foundation

/// Proof Key for Code Exchange (RFC 7636): a secret of one sign-in, and its digest, which the authorization server gets to
/// see first. Whoever catches the code alone can do nothing with it.
struct PKCE: Sendable {
    /// The secret, sent with the code.
    let verifier: String
    /// `BASE64URL(SHA256(ASCII(verifier)))`, sent when the sign-in begins.
    let challenge: String

    /// From 32 random bytes, as the RFC recommends (section 4.1).
    init(random: [UInt8]) {
        self.init(verifier: PKCE.base64URL(random))
    }

    init(verifier: String) {
        self.verifier = verifier
        challenge = PKCE.base64URL(Array(SHA256.hash(data: Data(verifier.utf8))))
    }

    /// Base 64 with the alphabet that may stand in an address, without padding (RFC 4648, section 5).
    static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
