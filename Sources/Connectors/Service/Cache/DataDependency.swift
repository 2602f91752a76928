/// What a value can be computed from, where a change of that makes the value wrong before its time.
public enum DataDependency: String, Sendable, Hashable, Codable, CaseIterable {
    /// Transactions and holdings that were imported.
    case ledger
    /// Quotes that were imported or entered.
    case quotes
    /// Daily bars and dividends that were imported.
    case history
    /// Files the owner keeps.
    case files
    /// What the owner set.
    case settings
}

/// A connector that says what its answers are computed from. One that does not depends on `files` where it reads files,
/// and on `ledger`, `quotes` and `history` where it computes.
public protocol DependentConnector: Connector {
    /// What its answers are computed from.
    var dependencies: Set<DataDependency> { get }
}

extension Connector {
    /// What its answers of `kind` are computed from.
    func dependencies(of kind: DataKind) -> Set<DataDependency> {
        if let dependent = self as? any DependentConnector { return dependent.dependencies }
        let computed: Set<DataDependency> = [.ledger, .quotes, .history]
        switch self.kind {
        case .derived: return computed
        case .file: return [.files]
        case .api, .database, .mcp: return kind == .scans ? computed : []
        }
    }
}
