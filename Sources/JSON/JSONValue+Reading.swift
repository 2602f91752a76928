public import Foundation

extension JSONValue {
    /// Reads JSON text; nil where it is none.
    public init?(json: String) {
        self.init(json: Data(json.utf8))
    }

    /// Reads JSON text in UTF-8; nil where it is none.
    public init?(json: Data) {
        guard let value = WireValue(json: json) else { return nil }
        self.init(value)
    }

    /// A value that a service sent, its numbers as binary fractions.
    public init(_ value: WireValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number: self = .number(value.double ?? 0)
        case .text(let text): self = .string(text)
        case .list(let elements): self = .array(elements.map(JSONValue.init))
        case .object(let members): self = .object(members.mapValues(JSONValue.init))
        }
    }
}
