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

    /// What is kept from services whatever the portfolio: the owner's names, and where the owner's files are.
    static func privateTerms(_ environment: ProcessEnvironment, _ configuration: Configuration) -> PrivateTerms {
        let login = ["USER", "LOGNAME"].compactMap { environment[$0] }.filter { $0 != "root" }
        return PrivateTerms(
            names: configuration.privateTerms.value + login,
            folders: [environment["HOME"], environment["MAGNUS_HOME"]].compactMap(\.self).filter { $0.hasPrefix("/") }
        )
    }

    /// Keeps the accounts of a portfolio from services: those that brokers report, and those that imports name.
    ///
    /// - Throws: Where a pattern cannot be made of them.
    func protectAccounts(of snapshot: PortfolioSnapshot) throws {
        try protect(snapshot.accounts)
        let imported = Set(snapshot.transactions.compactMap(\.account)).sorted()
        try redactor.learn(
            PrivateTerms(
                accounts: imported.filter { $0.count(where: \.isNumber) >= 4 },
                names: imported.filter { $0.contains(where: \.isWhitespace) }
            )
        )
    }

    /// Keeps accounts from services: their numbers, and their nicknames of several words. One of a single word is mostly a
    /// kind of account, such as margin, and says nothing about anyone.
    ///
    /// - Throws: Where a pattern cannot be made of them.
    func protect(_ accounts: [Account]) throws {
        try redactor.learn(
            PrivateTerms(
                accounts: accounts.map(\.number).filter { !$0.isEmpty },
                names: accounts.compactMap(\.nickname).filter { $0.contains(where: \.isWhitespace) }
            )
        )
    }
}
