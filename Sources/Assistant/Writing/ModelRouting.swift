import Agents
public import LanguageModels
import Yams

/// What `prompts/routing.yaml` says of models: which questions they work on, how strong they are, and which agents they
/// help.
public struct ModelRouting: Hashable, Sendable {
    /// What models do for one kind of question.
    public struct Route: Hashable, Sendable {
        /// How strong a model writes the answer; nil where Magnus words it by itself.
        public var writer: ModelTier?
        /// Agents whose findings a model adds to, each at the tier of its declaration.
        public var agents: [String]
        /// Whether the writer is asked once more for sentences that did not pass the check.
        public var repairs: Bool

        /// A route.
        public init(writer: ModelTier?, agents: [String] = [], repairs: Bool = false) {
            self.writer = writer
            self.agents = agents
            self.repairs = repairs
        }
    }

    private let routes: [Intent: Route]

    /// A routing of the given routes; other questions call no model.
    public init(_ routes: [Intent: Route]) {
        self.routes = routes
    }

    /// A routing from the text of its file. Every kind of question has its line, so that none is forgotten.
    ///
    /// - Parameters:
    ///   - text: The whole file.
    ///   - file: The file's name, for errors.
    ///   - agents: Names of the agents there are.
    /// - Throws: `ModelRoutingError`, naming the file and the field.
    public init(yaml text: String, file: String, agents: [String]) throws {
        func refused(_ field: String, _ reason: String) -> ModelRoutingError {
            ModelRoutingError(file: file, field: field, reason: reason)
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw refused("", "it is not YAML")
        }
        guard let root = node?.mapping else { throw refused("", "it holds no 'intents'") }
        for key in root.keys where key.string != "intents" {
            throw refused(key.string ?? "", "there is no such setting; there is 'intents'")
        }
        guard let entries = root["intents"]?.mapping else { throw refused("intents", "it must be a mapping") }
        var routes: [Intent: Route] = [:]
        for (key, value) in entries {
            let name = key.string ?? ""
            let field = "intents." + name
            guard let intent = Intent(rawValue: name) else {
                throw refused(field, "there is no such kind of question")
            }
            guard let members = value.mapping else { throw refused(field, "it must be a mapping, {writer: cheap}") }
            let known = ["writer", "agents", "repairs"]
            for key in members.keys where !known.contains(key.string ?? "") {
                throw refused(
                    field + "." + (key.string ?? ""),
                    "there is no such setting; there are writer, agents, repairs"
                )
            }
            routes[intent] = Route(
                writer: try ModelRouting.writer(members["writer"]) { refused(field + ".writer", $0) },
                agents: try ModelRouting.names(members["agents"], of: agents) { refused(field + ".agents", $0) },
                repairs: try ModelRouting.flag(members["repairs"]) { refused(field + ".repairs", $0) }
            )
        }
        if let missing = Intent.allCases.first(where: { routes[$0] == nil }) {
            throw refused("intents." + missing.rawValue, "it is missing")
        }
        self.routes = routes
    }

    /// What models do for a kind of question.
    public func route(_ intent: Intent) -> Route {
        routes[intent] ?? Route(writer: nil)
    }

    private static func writer(_ node: Node?, _ refused: (String) -> ModelRoutingError) throws -> ModelTier? {
        guard let word = node?.string else { throw refused("it is missing; it is none, free, cheap or strong") }
        if word == "none" { return nil }
        guard let tier = ModelTier(rawValue: word) else { throw refused("it must be none, free, cheap or strong") }
        return tier
    }

    private static func names(
        _ node: Node?,
        of known: [String],
        _ refused: (String) -> ModelRoutingError
    ) throws -> [String] {
        guard let node else { return [] }
        guard let list = node.sequence else { throw refused("it must be a list of agents") }
        return try list.map { entry in
            guard let name = entry.string, known.contains(name) else {
                throw refused("there is no agent '\(entry.string ?? "")'; there are \(known.joined(separator: ", "))")
            }
            return name
        }
    }

    private static func flag(_ node: Node?, _ refused: (String) -> ModelRoutingError) throws -> Bool {
        guard let node else { return false }
        guard let flag = node.bool else { throw refused("it must be true or false") }
        return flag
    }
}

/// Why `prompts/routing.yaml` was refused.
public struct ModelRoutingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    public var file: String
    /// The field: `intents.risk.writer`; empty for the file as a whole.
    public var field: String
    /// What is wrong with it.
    public var reason: String

    /// The file, the field, what is wrong, and what to do.
    public var description: String {
        "\(file): \(field.isEmpty ? "" : "'\(field)': ")\(reason); correct it or reinstall Magnus's prompts"
    }
}

/// How an assistant uses models.
public struct ModelPolicy: Hashable, Sendable {
    /// Which questions they work on.
    public var routing: ModelRouting
    /// The system prompt of the one who writes answers: `prompts/synthesiser.md`.
    public var synthesiserPrompt: String

    /// A policy.
    public init(routing: ModelRouting, synthesiserPrompt: String) {
        self.routing = routing
        self.synthesiserPrompt = synthesiserPrompt
    }
}
