public import JSON

/// What a model is asked.
public struct ModelRequest: Hashable, Sendable, Codable {
    /// A tool the model may ask for.
    public struct ToolOffer: Hashable, Sendable, Codable {
        /// Its name, in snake case.
        public var name: String
        /// What it returns, in a sentence.
        public var summary: String
        /// The JSON schema of its arguments: an object.
        public var schema: JSONValue

        /// A tool.
        public init(name: String, summary: String, schema: JSONValue) {
            self.name = name
            self.summary = summary
            self.schema = schema
        }
    }

    /// Whether the model may, must or must not ask for a tool.
    public enum ToolChoice: Hashable, Sendable, Codable {
        /// As it likes.
        case automatic
        /// Not now.
        case none
        /// At least one.
        case required
        /// This one.
        case named(String)
    }

    /// The form that the reply must have.
    public struct OutputSchema: Hashable, Sendable, Codable {
        /// What the form is called, in snake case.
        public var name: String
        /// Its JSON schema: an object.
        public var schema: JSONValue

        /// A form.
        public init(name: String, schema: JSONValue) {
            self.name = name
            self.schema = schema
        }
    }

    /// Who asks: an agent's name; for usage and limits.
    public var agent: String
    /// How strong a model it deserves.
    public var tier: ModelTier
    /// What holds for the whole conversation.
    public var system: String
    /// The conversation; the last message is the owner's, or the results of tools.
    public var messages: [ModelMessage]
    /// The tools that may be asked for.
    public var tools: [ToolOffer]
    /// Whether they may, must or must not be.
    public var toolChoice: ToolChoice
    /// The form of the reply; nil for free text.
    public var outputSchema: OutputSchema?
    /// The reply ends after so many tokens.
    public var maximumOutputTokens: Int
    /// 0 for the likeliest words; nil for the service's own value.
    public var temperature: Double?

    /// A request.
    public init(
        agent: String,
        tier: ModelTier = .cheap,
        system: String,
        messages: [ModelMessage],
        tools: [ToolOffer] = [],
        toolChoice: ToolChoice = .automatic,
        outputSchema: OutputSchema? = nil,
        maximumOutputTokens: Int = 2_048,
        temperature: Double? = nil
    ) {
        self.agent = agent
        self.tier = tier
        self.system = system
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.outputSchema = outputSchema
        self.maximumOutputTokens = maximumOutputTokens
        self.temperature = temperature
    }
}
