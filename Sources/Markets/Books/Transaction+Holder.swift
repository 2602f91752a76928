extension Transaction {
    /// Whose lots a row is about. An account without a name is one account like any other: its lots are nobody else's.
    enum Holder: Hashable, Sendable {
        /// The account of this name.
        case account(String?)
        /// What was held before the history begins, in an account that could not be told: it serves whichever account closes
        /// more than it had.
        case anyAccount

        /// The account's name; nil where it has none or is not known.
        var name: String? {
            if case .account(let name) = self { return name }
            return nil
        }
    }

    /// Whose lots the row is about.
    var holder: Holder { isOfAnyAccount ? .anyAccount : .account(account) }
}
