extension WireValue: JSONWritable {
    /// Appends the value, its numbers as exact as they came, keys sorted by their bytes.
    public func write(to text: inout JSONText) throws {
        switch self {
        case .null: text.append(raw: "null")
        case .bool(let value): text.append(value)
        case .number(let number): text.append(raw: number.description)
        case .text(let string): text.append(string)
        case .list(let elements): try elements.write(to: &text)
        case .object(let members):
            text.append(raw: "{")
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { text.append(raw: ",") }
                text.append(member.key)
                text.append(raw: ":")
                try member.value.write(to: &text)
            }
            text.append(raw: "}")
        }
    }

    /// Writes the value as `write(to:)` does.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let number): try container.encode(number)
        case .text(let string): try container.encode(string)
        case .list(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }

    /// The value as JSON text; equal values are equal texts.
    package var json: String {
        do {
            return try JSONWriter().text(self)
        } catch {
            preconditionFailure("A value that was read as JSON can be written as JSON: \(error)")
        }
    }
}
