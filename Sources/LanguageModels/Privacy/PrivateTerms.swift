/// What Magnus knows about its owner that no service needs to learn.
public struct PrivateTerms: Hashable, Sendable {
    /// Account numbers, as brokers write them.
    public var accounts: [String]
    /// Names of persons, and whatever else the owner wants kept back. They are found in any case, and those of several words by their
    /// parts too, however these are arranged; a part that is a word of any text is a name only where it is used as one.
    public var names: [String]
    /// Names of accounts, which are found as a whole and in any case.
    public var accountNames: [String]
    /// Folders that tell who the owner is, such as the home folder; absolute.
    public var folders: [String]

    /// Terms.
    public init(accounts: [String] = [], names: [String] = [], accountNames: [String] = [], folders: [String] = []) {
        self.accounts = accounts
        self.names = names
        self.accountNames = accountNames
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
            accountNames: joined(accountNames, others.accountNames),
            folders: joined(folders, others.folders)
        )
    }
}
