public import Foundation
public import Transport

/// A request as it is shown to its owner before anything is sent: every byte of it, but for keys, which are dots.
public struct RequestPreview: Sendable, CustomStringConvertible {
    /// `POST`.
    public let method: String
    /// The address; keys in its query are dots.
    public let url: String
    /// The header fields that Magnus sets, in order; keys are dots.
    public let headers: [HTTPHeaders.Field]
    /// The body.
    public let body: Data

    private static let dots = "••••"

    /// The preview of `request`.
    public init(_ request: HTTPRequest) {
        method = request.method.rawValue
        url = RequestPreview.hidingKeys(inAddress: request.url)
        headers = request.headers.fields.map { field in
            HTTPHeaders.Field(field.name, RequestPreview.isSecret(field.name) ? RequestPreview.dots : field.value)
        }
        body = request.body ?? Data()
    }

    /// Method and address, header fields, an empty line, and the body.
    public var description: String {
        let lines = ["\(method) \(url)"] + headers.map { "\($0.name): \($0.value)" }
        return lines.joined(separator: "\n") + "\n\n" + String(decoding: body, as: UTF8.self)
    }

    /// Names of fields and parameters that hold a secret.
    private static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["auth", "key", "token", "secret", "cookie", "password", "signature", "session", "credential"]
            .contains { name.contains($0) }
    }

    private static func hidingKeys(inAddress url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        let pairs = url[url.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        let shown = pairs.map { pair in
            let name = pair.prefix { $0 != "=" }
            return isSecret(String(name)) && name.count < pair.count ? name + "=" + dots : pair
        }
        return url[...mark] + shown.joined(separator: "&")
    }
}
