import Agents
import Assistant
import Connectors
import Encoder
import LanguageModels
import Retrieval
import Storage

/// What the program ends with, so that scripts can tell what happened.
enum ExitStatus: Int32, Sendable {
    case answered = 0
    case internalError = 1
    case usage = 2
    case noData = 3
    case refused = 4
    case providerFailed = 5
    case budgetReached = 6
    case configuration = 7
    case inputRefused = 8
    case storage = 9
    case alertsFound = 10
    case interrupted = 130
}

/// A failure as the user sees it: one line, the next step, and what the program ends with.
struct CommandError: Error, Sendable, CustomStringConvertible {
    /// What the program ends with.
    var status: ExitStatus
    /// The kind of failure, for scripts.
    var type: String
    /// What failed.
    var message: String
    /// What to do next; empty where the message says it.
    var hint: String

    init(_ status: ExitStatus, type: String, _ message: String, hint: String = "") {
        self.status = status
        self.type = type
        self.message = message
        self.hint = hint
    }

    var description: String {
        hint.isEmpty ? message : "\(message); \(hint)"
    }

    /// The same without keys that stood in what was typed.
    var withoutKeys: CommandError {
        CommandError(status, type: type, SecretScan.masked(message), hint: SecretScan.masked(hint))
    }

    /// Any error of the layers below, as the user sees it.
    init(_ error: any Error) {
        switch error {
        case let error as CommandError:
            self = error
        case let error as StorageError:
            self.init(storage: error)
        case let error as ImportError:
            self.init(.inputRefused, type: "import_refused", error.description)
        case let error as EncoderError:
            self.init(.configuration, type: "encoder", error.description)
        case let error as RetrievalError:
            self.init(.inputRefused, type: "document", error.description)
        case let error as AssistantError:
            switch error {
            case .portfolioNotSupplied: self.init(.noData, type: "no_portfolio", error.description)
            case .holdingsUnavailable: self.init(.noData, type: "holdings_unavailable", error.description)
            case .accessRefused: self.init(.configuration, type: "access_refused", error.description)
            case .nothingToExplain: self.init(.noData, type: "nothing_to_explain", error.description)
            case .recordNotEncodable: self.init(.internalError, type: "internal", error.description)
            }
        case let error as ToolError:
            let isMissing = error == .portfolioNotSupplied
            self.init(isMissing ? .noData : .usage, type: isMissing ? "no_portfolio" : "usage", error.description)
        case let error as AgentDeclarationError:
            self.init(.configuration, type: "agent_declaration", error.description)
        case let error as AgentPipelineError:
            self.init(.configuration, type: "agent_declaration", error.description)
        case let error as ModelRoutingError:
            self.init(.configuration, type: "model_routing", error.description)
        case let error as ConnectorError:
            self.init(connector: error)
        case let error as ModelError:
            self.init(model: error)
        case let error as CatalogueError:
            self.init(.configuration, type: "model_catalogue", error.description)
        case is CancellationError:
            self.init(.interrupted, type: "interrupted", "interrupted")
        case let error as TerminalError:
            self.init(.internalError, type: "output", error.description)
        default:
            self.init(.internalError, type: "internal", String(describing: error), hint: "run `magnus doctor`")
        }
    }

    private init(connector error: ConnectorError) {
        let status: ExitStatus
        switch error.code {
        case .notConfigured, .unauthorised, .forbidden: status = .configuration
        case .unreadable: status = .inputRefused
        default: status = .noData
        }
        self.init(status, type: "connector", "\(error.connector): \(error.detail)", hint: error.nextStep)
    }

    private init(model error: ModelError) {
        let status: ExitStatus
        switch error.code {
        case .notConfigured, .keyRefused, .forbidden: status = .configuration
        case .overBudget: status = .budgetReached
        default: status = .providerFailed
        }
        self.init(status, type: "model_" + error.code.rawValue, error.summary, hint: error.nextStep)
    }

    private init(storage error: StorageError) {
        let status: ExitStatus
        switch error.code {
        case .notFound, .isDirectory, .notRegularFile, .tooLarge, .alreadyExists: status = .inputRefused
        case .noSuchRecord, .ambiguous: status = .noData
        // A file the user named and a database that cannot be opened fail alike; the path tells them apart.
        case .openToOthers: status = .configuration
        case .permissionDenied: status = error.path.hasSuffix(".db") ? .storage : .inputRefused
        default: status = .storage
        }
        self.init(status, type: error.code.rawValue, error.description)
    }
}
