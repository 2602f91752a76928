public import JSON

/// The arguments a tool takes, as a flat JSON schema: what function calling of every provider understands.
public struct ParameterSchema: Hashable, Sendable {
    /// One argument.
    public struct Parameter: Hashable, Sendable {
        /// The type of an argument's value.
        public enum Kind: Hashable, Sendable {
            /// Text.
            case string
            /// One of the words given.
            case choice([String])
            /// A whole number within the range.
            case integer(ClosedRange<Int>)
            /// A list of texts.
            case strings
        }

        /// Its name, in snake case.
        public var name: String
        /// What it means, in a sentence.
        public var summary: String
        /// What values it takes.
        public var kind: Kind
        /// Whether a call without it is refused.
        public var isRequired: Bool

        /// An argument.
        public init(_ name: String, _ summary: String, _ kind: Kind, isRequired: Bool = false) {
            self.name = name
            self.summary = summary
            self.kind = kind
            self.isRequired = isRequired
        }
    }

    /// The arguments, in the order they are shown.
    public var parameters: [Parameter]

    /// A schema of the given arguments; none means that the tool takes no argument.
    public init(_ parameters: [Parameter] = []) {
        self.parameters = parameters
    }

    /// The JSON schema: an object that allows nothing but these arguments.
    public var json: JSONValue {
        var properties: [String: JSONValue] = [:]
        for parameter in parameters {
            var schema: [String: JSONValue] = ["description": .string(parameter.summary)]
            switch parameter.kind {
            case .string:
                schema["type"] = "string"
            case .choice(let choices):
                schema["type"] = "string"
                schema["enum"] = .array(choices.map(JSONValue.string))
            case .integer(let range):
                schema["type"] = "integer"
                schema["minimum"] = .number(Double(range.lowerBound))
                schema["maximum"] = .number(Double(range.upperBound))
            case .strings:
                schema["type"] = "array"
                schema["items"] = ["type": "string"]
            }
            properties[parameter.name] = .object(schema)
        }
        return .object([
            "type": "object",
            "properties": .object(properties),
            "required": .array(parameters.filter(\.isRequired).map { .string($0.name) }),
            "additionalProperties": false,
        ])
    }

    /// Checks arguments against the schema.
    ///
    /// - Throws: `ToolError.invalidArguments`, naming the argument and what it takes.
    public func validate(_ arguments: JSONValue, tool: String) throws {
        guard case .object(let members) = arguments else {
            throw ToolError.invalidArguments(tool: tool, reason: "arguments must be an object")
        }
        let known = Set(parameters.map(\.name))
        if let unknown = members.keys.filter({ !known.contains($0) }).sorted().first {
            throw ToolError.invalidArguments(
                tool: tool,
                reason: "unknown argument '\(unknown)'; it takes \(known.sorted().joined(separator: ", "))"
            )
        }
        for parameter in parameters {
            guard let value = members[parameter.name], value != .null else {
                if parameter.isRequired {
                    throw ToolError.invalidArguments(tool: tool, reason: "argument '\(parameter.name)' is missing")
                }
                continue
            }
            guard let expectation = parameter.kind.unmetExpectation(of: value) else { continue }
            throw ToolError.invalidArguments(
                tool: tool,
                reason: "argument '\(parameter.name)' must be \(expectation)"
            )
        }
    }
}

extension ParameterSchema.Parameter.Kind {
    /// What a value should have been, in words; nil where it is that.
    fileprivate func unmetExpectation(of value: JSONValue) -> String? {
        switch self {
        case .string:
            return value.string == nil ? "text" : nil
        case .choice(let choices):
            return value.string.map(choices.contains) == true ? nil : "one of \(choices.joined(separator: ", "))"
        case .integer(let range):
            return value.integer.map(range.contains) == true
                ? nil : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .strings:
            return value.array?.allSatisfy({ $0.string != nil }) == true ? nil : "a list of texts"
        }
    }
}
