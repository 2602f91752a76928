import Foundation
public import LanguageModels
import Yams

/// What `prompts/agents/NAME.md` declares of an agent: YAML front matter, then the system prompt a model gets.
public struct AgentDeclaration: Hashable, Sendable {
    /// Unique name in lower case, by which other agents depend on it.
    public var name: String
    /// Its title, as it is shown to the owner.
    public var role: String
    /// What it is for, in a sentence.
    public var goal: String
    /// The tools it may call.
    public var tools: [String]
    /// Agents whose findings it reads; they run before it.
    public var dependsOn: [String]
    /// The model tier of its prose.
    public var modelTier: ModelTier
    /// How long its tools and rules may take.
    public var timeLimit: Duration
    /// How long a model may work on what these found; a minute where the file does not say.
    public var modelTimeLimit: Duration
    /// The system prompt.
    public var prompt: String

    /// A declaration from the text of its file.
    ///
    /// - Parameters:
    ///   - text: The whole file.
    ///   - file: The file's name, for errors.
    /// - Throws: `AgentDeclarationError`, naming the file and the field.
    public init(text: String, file: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
            throw AgentDeclarationError(file: file, reason: "no front matter between two lines '---'")
        }
        let header: Header
        do {
            header = try YAMLDecoder().decode(Header.self, from: lines[1..<end].joined(separator: "\n"))
        } catch {
            throw AgentDeclarationError(file: file, reason: AgentDeclaration.reason(of: error))
        }
        guard header.timeLimitSeconds > 0, header.timeLimitSeconds <= 600 else {
            throw AgentDeclarationError(file: file, reason: "time_limit_seconds must be above 0 and at most 600")
        }
        let modelSeconds = header.modelTimeLimitSeconds ?? 60
        guard modelSeconds > 0, modelSeconds <= 600 else {
            throw AgentDeclarationError(file: file, reason: "model_time_limit_seconds must be above 0 and at most 600")
        }
        let prompt = lines[(end + 1)...].joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !prompt.isEmpty else {
            throw AgentDeclarationError(file: file, reason: "the system prompt below the front matter is empty")
        }
        self.name = header.name
        self.role = header.role
        self.goal = header.goal
        self.tools = header.tools
        self.dependsOn = header.dependsOn ?? []
        self.modelTier = header.modelTier
        self.timeLimit = .milliseconds(Int64(header.timeLimitSeconds * 1_000))
        self.modelTimeLimit = .milliseconds(Int64(modelSeconds * 1_000))
        self.prompt = prompt
    }

    private struct Header: Decodable {
        var name: String
        var role: String
        var goal: String
        var tools: [String]
        var dependsOn: [String]?
        var modelTier: ModelTier
        var timeLimitSeconds: Double
        var modelTimeLimitSeconds: Double?

        enum CodingKeys: String, CodingKey {
            case name, role, goal, tools
            case dependsOn = "depends_on"
            case modelTier = "model_tier"
            case timeLimitSeconds = "time_limit_seconds"
            case modelTimeLimitSeconds = "model_time_limit_seconds"
        }
    }

    private static func reason(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "the front matter is not YAML" }
        switch error {
        case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "the front matter is not YAML" : "'\(path)' has a value of the wrong kind"
        @unknown default: return "the front matter could not be read"
        }
    }
}

/// Why an agent's file was refused.
public struct AgentDeclarationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    public var file: String
    /// What is wrong with it.
    public var reason: String

    /// The file, what is wrong, and what to do.
    public var description: String {
        "\(file): \(reason); correct it or reinstall Magnus's prompts"
    }
}
