/// Why a tool returned nothing.
public enum ToolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No tool has that name.
    case unknownTool(String)
    /// The arguments do not fit the tool's schema.
    case invalidArguments(tool: String, reason: String)
    /// No portfolio was supplied.
    case portfolioNotSupplied
    /// The data could not be had.
    case unavailable(tool: String, reason: String)

    /// What failed and what to do.
    public var description: String {
        switch self {
        case .unknownTool(let name):
            return "there is no tool named '\(name)'"
        case .invalidArguments(let tool, let reason):
            return "\(tool): \(reason)"
        case .portfolioNotSupplied:
            return "no portfolio was supplied: import one with `magnus import FILE.csv`, or use --demo"
        case .unavailable(let tool, let reason):
            return "\(tool): \(reason)"
        }
    }
}
