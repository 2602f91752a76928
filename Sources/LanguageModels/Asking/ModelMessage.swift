public import JSON

/// One message of a conversation with a model.
public struct ModelMessage: Hashable, Sendable, Codable {
    /// Who speaks.
    public enum Role: String, Hashable, Sendable, Codable {
        /// The owner, and the results of tools.
        case user
        /// The model.
        case assistant
    }

    /// A piece of a message.
    public enum Part: Hashable, Sendable, Codable {
        /// Words.
        case text(ModelText)
        /// What the model thought before it spoke.
        case reasoning(ModelText)
        /// The model asks for a tool.
        case toolCall(ModelToolCall)
        /// What a tool returned.
        case toolResult(ModelToolResult)
    }

    /// Who speaks.
    public var role: Role
    /// The pieces, in order.
    public var parts: [Part]

    /// A message of `parts`.
    public init(_ role: Role, _ parts: [Part]) {
        self.role = role
        self.parts = parts
    }

    /// A message of words.
    public init(_ role: Role, text: String) {
        self.init(role, [.text(ModelText(text))])
    }

    /// The words of the message, reasoning and tools left out.
    public var text: String {
        parts.reduce(into: "") { text, part in
            if case .text(let words) = part { text += words.text }
        }
    }

    /// The tools it asks for, in order.
    public var toolCalls: [ModelToolCall] {
        parts.compactMap { part in
            if case .toolCall(let call) = part { call } else { nil }
        }
    }
}

/// Words of a message.
public struct ModelText: Hashable, Sendable, Codable {
    /// The words.
    public var text: String
    /// What the service wants back unchanged with these words: a signature, a whole block. Only the wire protocol that made
    /// it reads it.
    public var echo: JSONValue?

    /// Words, with what goes back with them.
    public init(_ text: String, echo: JSONValue? = nil) {
        self.text = text
        self.echo = echo
    }
}

/// A tool that the model asks for.
public struct ModelToolCall: Hashable, Sendable, Codable {
    /// The id under which its result is returned; made up by the wire protocol where the service gives none.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments as the model wrote them; they may be no JSON at all where a reply was cut short.
    public var argumentText: String
    /// What the service wants back unchanged with this call, as Gemini's `thoughtSignature`.
    public var echo: JSONValue?

    /// A call of the tool `name`.
    public init(id: String, name: String, argumentText: String, echo: JSONValue? = nil) {
        self.id = id
        self.name = name
        self.argumentText = argumentText
        self.echo = echo
    }

    /// The arguments as an object; no text at all is an empty one. Nil where they are no JSON object.
    public var arguments: JSONValue? {
        guard argumentText.contains(where: { !$0.isWhitespace }) else { return [:] }
        guard let value = JSONValue(json: argumentText), case .object = value else { return nil }
        return value
    }
}

/// What a tool returned to the model.
public struct ModelToolResult: Hashable, Sendable, Codable {
    /// The id of the call.
    public var id: String
    /// The tool's name.
    public var name: String
    /// What it returned, as text or JSON.
    public var content: String
    /// Whether it failed.
    public var isError: Bool

    /// The result of the call `id`.
    public init(id: String, name: String, content: String, isError: Bool = false) {
        self.id = id
        self.name = name
        self.content = content
        self.isError = isError
    }
}
