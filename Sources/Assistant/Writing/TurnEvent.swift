public import Agents
public import LanguageModels

/// What happens in a turn while it is worked on, for showing progress and the answer as it is written.
public enum TurnEvent: Sendable {
    /// An agent starts.
    case began(AgentDeclaration)
    /// A model starts to write the answer.
    case writing
    /// More of the answer, in Markdown, which has passed the check.
    case released(String)
    /// Another model writes the answer anew; what was released before counts no more.
    case restarted(ModelName)
}
