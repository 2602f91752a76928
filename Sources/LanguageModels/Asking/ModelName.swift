/// The name of a model as the owner writes it: `anthropic/claude-sonnet-4-5`, `ollama/qwen3:8b`.
public struct ModelName: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The service's name in the catalogue.
    public var provider: String
    /// What the service calls the model; it may hold slashes.
    public var model: String

    /// The name of `model` at `provider`.
    public init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    /// A name from `provider/model`; nil where one of the two is missing.
    public init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(provider: String(text[..<slash]), model: String(text[text.index(after: slash)...]))
        guard !provider.isEmpty, !model.isEmpty else { return nil }
    }

    /// `provider/model`.
    public var description: String { provider + "/" + model }
}
