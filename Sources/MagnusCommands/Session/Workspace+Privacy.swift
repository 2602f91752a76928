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

    /// Whether documents are searched by a service, which then reads the question.
    var searchesByService: Bool {
        [configuration.encoder.value, configuration.reranker.value].contains { $0?.isService ?? false }
    }

    /// Keeps the accounts of a portfolio from services, those that brokers report and those that imports name: their numbers,
    /// and their names of several words. A name of a single word is mostly a kind of account, such as margin, and says nothing
    /// about anyone.
    func protectAccounts(of snapshot: PortfolioSnapshot) {
        let imported = Set(snapshot.transactions.compactMap(\.account)).sorted()
        let names = snapshot.accounts.compactMap(\.nickname) + imported + imported.map(AccountName.words)
        redactor.learn(
            PrivateTerms(
                accounts: snapshot.accounts.map(\.number).filter { !$0.isEmpty }
                    + imported.filter { $0.count(where: \.isNumber) >= 4 },
                accountNames: names.filter { $0.contains(where: \.isWhitespace) }
            )
        )
    }
}
