/// What Magnus knows about its owner that no service needs to learn.
public struct PrivateTerms: Hashable, Sendable {
    /// Account numbers, as brokers write them.
    public var accounts: [String]
    /// Names of persons and of accounts. Of several words, they are found in any case; of one word, as they are written.
    public var names: [String]
    /// Folders that tell who the owner is, such as the home folder; absolute.
    public var folders: [String]

    /// Terms.
    public init(accounts: [String] = [], names: [String] = [], folders: [String] = []) {
        self.accounts = accounts
        self.names = names
        self.folders = folders
    }

    /// These and others, each once.
    public func adding(_ others: PrivateTerms) -> PrivateTerms {
        func joined(_ first: [String], _ second: [String]) -> [String] {
            second.reduce(into: first) { all, text in if !all.contains(text) { all.append(text) } }
        }
        return PrivateTerms(
            accounts: joined(accounts, others.accounts),
            names: joined(names, others.names),
            folders: joined(folders, others.folders)
        )
    }
}
