import Foundation

extension CallableModel {
    /// This model as a refusal of its service teaches: what it says that it does not take is left out, or said in its way; nil
    /// where the refusal teaches nothing, or the request would be the same.
    ///
    /// A catalogue grows old, and a model may be named that it does not list: newer ones refuse what older ones take.
    func corrected(by refusal: ModelError, of request: ModelRequest) throws -> CallableModel? {
        guard refusal.code == .invalidRequest, refusal.status == 400 || refusal.status == 422 else { return nil }
        let words = refusal.detail.lowercased()
        var corrected = self
        var traits: ModelTraits {
            get { corrected.endpoint.traits }
            set { corrected.endpoint.traits = newValue }
        }
        if words.contains("max_completion_tokens") {
            traits.wantsCompletionTokens = true
        } else if words.contains("reasoning_effort"), words.contains("'none'") {
            // OpenAI's chat completions take tools only of models that do not reason.
            traits.extraBody["reasoning_effort"] = "none"
        } else if words.contains("reasoning_effort") || words.contains("reasoning effort") {
            traits.extraBody["reasoning_effort"] = nil
        } else if words.contains("thinking") {
            // How little a model is to think is said in ways that change from one model to the next.
            traits.extraBody["thinking"] = nil
            if case .object(var settings)? = traits.extraBody["generationConfig"] {
                settings["thinkingConfig"] = nil
                traits.extraBody["generationConfig"] = .object(settings)
            }
        } else if words.contains("tool_choice") {
            traits.forcesCalls = false
        } else if words.contains("temperature") {
            traits.takesTemperature = false
        }
        guard traits != endpoint.traits else { return nil }
        let before = try wire.httpRequest(for: request, to: endpoint)
        let after = try corrected.wire.httpRequest(for: request, to: corrected.endpoint)
        return before.body == after.body ? nil : corrected
    }
}
