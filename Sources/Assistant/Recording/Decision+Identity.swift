import Agents
import Crypto
public import Foundation
import JSON

extension Decision {
    /// The record with the id that is its content's digest.
    ///
    /// - Throws: `AssistantError.recordNotEncodable`.
    func identified() throws -> Decision {
        var copy = self
        copy.id = ""
        let digest = SHA256.hash(data: try copy.encoded())
        copy.id = digest.prefix(6).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        return copy
    }

    /// The record as JSON: keys sorted, so that equal records are equal bytes.
    ///
    /// - Throws: `AssistantError.recordNotEncodable`.
    public func encoded() throws -> Data {
        do {
            return try JSONWriter().data(self)
        } catch {
            throw AssistantError.recordNotEncodable(reason: String(describing: error))
        }
    }

    /// A record from its JSON.
    ///
    /// - Throws: `DecodingError` for anything else.
    public init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(Decision.self, from: json)
    }
}
