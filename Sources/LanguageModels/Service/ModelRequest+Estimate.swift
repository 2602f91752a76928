import Foundation
import JSON

extension ModelRequest {
    /// The tokens that a model reads of this, estimated upwards without knowing its tokenizer: a token for two bytes of text,
    /// where English has about four and figures about two and a half, and some for what stands around the messages.
    public var estimatedInputTokens: Int {
        var bytes = system.utf8.count
        for message in messages {
            for part in message.parts {
                switch part {
                case .text(let words), .reasoning(let words): bytes += words.text.utf8.count
                case .toolCall(let call): bytes += call.name.utf8.count + call.argumentText.utf8.count + 32
                case .toolResult(let result): bytes += result.content.utf8.count + result.name.utf8.count + 32
                }
            }
        }
        for tool in tools {
            bytes += tool.name.utf8.count + tool.summary.utf8.count + ModelRequest.size(of: tool.schema)
        }
        if let outputSchema { bytes += ModelRequest.size(of: outputSchema.schema) }
        return bytes / 2 + 16 + 8 * (messages.count + tools.count)
    }

    /// The bytes of a value as JSON, near enough.
    private static func size(of value: JSONValue) -> Int {
        switch value {
        case .null, .bool, .number: 8
        case .string(let text): text.utf8.count + 3
        case .array(let elements): elements.reduce(2) { $0 + size(of: $1) }
        case .object(let members): members.reduce(2) { $0 + $1.key.utf8.count + 4 + size(of: $1.value) }
        }
    }
}
