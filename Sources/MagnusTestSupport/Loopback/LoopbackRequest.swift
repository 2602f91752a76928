public import Foundation

/// A request as `LoopbackServer` read it.
public struct LoopbackRequest: Sendable, Hashable {
    /// `GET`, `POST`.
    public var method: String
    /// The target as it stood in the request line: `/v1/quotes?symbols=A%2CB`, or a whole address where the client takes
    /// this server for a proxy.
    public var target: String
    /// Header fields by lower-cased name; values of the same name are joined by `, `.
    public var headers: [String: String]
    /// The body.
    public var body: Data
    /// Which connection it came over, counted from 1.
    public var connection: Int

    /// The path, percent-decoded, without the query.
    public var path: String {
        let path = local.prefix { $0 != "?" }
        return path.removingPercentEncoding ?? String(path)
    }

    /// The query's names and values, decoded; the last of a name counts.
    public var query: [String: String] {
        LoopbackRequest.pairs(local.drop { $0 != "?" }.dropFirst())
    }

    /// The body as form fields (`application/x-www-form-urlencoded`), decoded; the last of a name counts.
    public var form: [String: String] {
        LoopbackRequest.pairs(text)
    }

    /// The body as text.
    public var text: String {
        String(decoding: body, as: UTF8.self)
    }

    /// The body as a JSON object.
    ///
    /// - Throws: What JSONSerialization throws for anything else.
    public func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: body) as? [String: Any] ?? [:]
    }

    /// The target from its path on.
    private var local: Substring {
        guard let scheme = target.range(of: "://") else { return target[...] }
        return target[scheme.upperBound...].drop { $0 != "/" }
    }

    private static func pairs(_ text: some StringProtocol) -> [String: String] {
        var pairs: [String: String] = [:]
        for field in text.split(separator: "&") {
            let name = field.prefix { $0 != "=" }
            pairs[decoded(name)] = decoded(field.dropFirst(name.count + 1))
        }
        return pairs
    }

    private static func decoded(_ text: some StringProtocol) -> String {
        let spaced = text.replacingOccurrences(of: "+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}
