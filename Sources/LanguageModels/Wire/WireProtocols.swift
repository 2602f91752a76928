/// How services are spoken to, by the names that catalogues use.
public enum WireProtocols {
    /// All protocols that are spoken.
    public static var all: [String: any WireProtocol] {
        [
            "anthropic": AnthropicMessages(),
            "openai": OpenAIChat(),
            "gemini": GeminiGenerate(),
            "ollama": OllamaChat(),
        ]
    }
}
