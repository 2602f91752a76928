import Foundation
import Testing

/// Answers of services as their contracts have them, under `Fixtures/Contracts`.
enum Contract {
    /// The body of the answer in a file.
    static func body(_ file: String, filePath: String = #filePath) throws -> String {
        let response = try #require(root(file, filePath)["response"] as? [String: Any])
        return try text(try #require(response["body"]))
    }

    /// The body of a variant of it.
    static func variant(_ file: String, when name: String, filePath: String = #filePath) throws -> String {
        let variants = try #require(root(file, filePath)["variants"] as? [[String: Any]])
        let variant = try #require(variants.first { $0["when"] as? String == name })
        return try text(try #require(variant["body"]))
    }

    private static func root(_ file: String, _ filePath: String) throws -> [String: Any] {
        let folder = URL(fileURLWithPath: filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/Contracts/\(file).json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private static func text(_ body: Any) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: body, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}

extension String {
    /// The text with `old` replaced, which must be in it: a change that changes nothing would test nothing.
    func changing(_ old: String, to new: String) throws -> String {
        try #require(contains(old), "'\(old)' is not in the text")
        return replacingOccurrences(of: old, with: new)
    }
}
