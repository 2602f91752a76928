import Connectors
import Foundation
import LanguageModels
import Storage
import Transport

extension Workspace {
    /// `transport`, or what of it stays on this machine where the owner wants nothing to leave it.
    func guarded(_ transport: any HTTPTransport) -> any HTTPTransport {
        configuration.privacy.value == .localOnly ? LocalOnlyTransport(transport) : transport
    }

    /// The owner's account of calls of language models. Each question is told to it by `begin(question:maximumCost:)`.
    func ledger(store: UsageStore) -> SpendingLedger {
        SpendingLedger(
            store: store,
            budget: configuration.budget.value,
            question: "",
            timeZone: environment.timeZone,
            clock: environment.clock
        )
    }

    /// What services need not learn: the owner's accounts and names, and where the owner's files are.
    ///
    /// - Parameter accounts: The accounts of the holdings that are talked about.
    func privateTerms(accounts: [Account], numbers: [String] = []) -> PrivateTerms {
        let login = ["USER", "LOGNAME"].compactMap { environment[$0] }.filter { $0 != "root" }
        // A nickname of one word is mostly a kind of account, such as margin, and says nothing about anyone.
        let nicknames = accounts.compactMap(\.nickname).filter { $0.contains(where: \.isWhitespace) }
        return PrivateTerms(
            accounts: accounts.map(\.number) + numbers,
            names: configuration.privateTerms.value + nicknames + login,
            folders: [environment["HOME"], environment["MAGNUS_HOME"]].compactMap(\.self).filter { $0.hasPrefix("/") }
        )
    }
}
