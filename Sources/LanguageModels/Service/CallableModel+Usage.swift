import JSON

extension CallableModel {
    /// What a reply used that broke off: the tokens read, estimated upwards where the service did not count them, and those
    /// written so far, a token for two bytes; no more than the call may write. Unknown where nothing had come.
    ///
    /// What a model thinks unseen is on the bill too. Where it may, only the tokens read are known.
    func usage(after progress: ReplyProgress, of request: ModelRequest) -> TokenUsage {
        var usage = progress.usage
        guard usage != TokenUsage() || progress.bytesWritten > 0 else { return usage }
        usage.isEstimated = true
        usage.input = usage.input ?? request.estimatedInputTokens
        let seen = max(usage.output ?? 0, (progress.bytesWritten + 1) / 2)
        usage.output = endpoint.traits.mayThinkUnseen ? nil : min(seen, request.maximumOutputTokens)
        usage.reasoning = nil
        return usage
    }
}

extension ModelTraits {
    /// Whether it may think before it speaks without showing all of it.
    fileprivate var mayThinkUnseen: Bool {
        // Models that always think are those of which no call can be required; OpenAI's take another limit of tokens.
        let mayThink = !forcesCalls || wantsCompletionTokens || hidesThoughts
        let isTold = extraBody["thinking"]?["type"]?.string.map { $0 != "disabled" } ?? false
        return (mayThink || isTold) && extraBody["reasoning_effort"] != "none"
    }
}

extension ModelEvent {
    /// Bytes that the model wrote of it.
    var bytesWritten: Int {
        switch self {
        case .began: 0
        case .text(let text), .reasoning(let text): text.utf8.count
        case .toolCall(let call): call.argumentText.utf8.count
        }
    }
}
