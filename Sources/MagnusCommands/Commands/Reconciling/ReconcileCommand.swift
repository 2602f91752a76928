import ArgumentParser
import Connectors
import Foundation
import Markets
import Storage

/// `magnus reconcile`: holds the books against a broker's own statement.
struct ReconcileCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Hold the books against a broker's statement, row by row and to the cent.",
        discussion: """
            A statement is one or several files of one account: any activity that `magnus import` reads, exports of positions by
            Schwab and Fidelity, Interactive Brokers' activity statement and Flex query with their open positions and cash
            report, and a table of what the broker says is held (symbol,quantity; symbol CASH for cash). Every row that is
            missing, double, split, joined, dated or stated differently is named, and every position and the cash that differ.
            Nothing is written.

            It ends with status 0 where all agrees and with 10 where something does not.

              magnus reconcile schwab-november.csv
              magnus reconcile activity.csv held.csv --on 2026-11-20
              magnus reconcile held.csv --account roth --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("Files of the statement.", valueName: "file"))
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The day at whose end positions and cash hold (YYYY-MM-DD); that of the statement's last row where none is given.",
            valueName: "date"
        )
    )
    var on: DateArgument?

    @Option(
        name: .long,
        help: ArgumentHelp("Only rows of the account with this name, or else with it in their name.", valueName: "name")
    )
    var account: String?

    func run(in workspace: Workspace) async throws -> ExitStatus {
        var statement = AccountStatement()
        var unknown: [String] = []
        var names: [String] = []
        for file in files {
            let draft = try ImportDraft(path: workspace.environment.absolute(file))
            statement.merge(try self.statement(of: draft))
            unknown += draft.unknown.map { "\(draft.fileName) \($0)" }
            names.append(draft.fileName)
        }
        if let on { statement.asOf = on.date }
        let books = try books(workspace)
        guard !books.isEmpty else {
            throw CommandError(
                .noData,
                type: "no_portfolio",
                "there is nothing to hold the statement against",
                hint: "import the history first: magnus import FILE --yes"
            )
        }
        if let account, !books.contains(where: { $0.account?.lowercased().contains(account.lowercased()) == true }) {
            let known = Set(books.compactMap(\.account)).sorted().joined(separator: ", ")
            throw CommandError(
                .usage,
                type: "unknown_account",
                "no account of the books has a name with '\(account)'",
                hint: known.isEmpty ? "the imported files name no account" : "known are: \(known)"
            )
        }
        let result = Reconciliation(of: books, with: statement, account: account)
        let report = ReconciliationReport(result, files: names, unknownRows: unknown)
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.reconciliation/1", report.document))
        } else {
            try workspace.show(report.lines(workspace.terminal, showsAll: options.all))
        }
        return result.isBalanced && unknown.isEmpty ? .answered : .alertsFound
    }

    /// What a file says of the account.
    private func statement(of draft: ImportDraft) throws -> AccountStatement {
        var statement = AccountStatement()
        if draft.format == .openingBalances {
            var positions: [Instrument: Decimal] = [:]
            for row in draft.transactions {
                if let instrument = row.instrument {
                    positions[instrument, default: 0] += row.quantity
                } else {
                    statement.cash = (statement.cash ?? 0) + row.amount
                }
            }
            statement.positions = positions
            return statement
        }
        if !draft.transactions.isEmpty { statement.transactions = draft.transactions }
        if let holdings = draft.holdings {
            statement.positions = holdings.positions
            statement.cash = holdings.cash
            statement.period = holdings.period
            statement.asOf = holdings.asOf
        }
        guard statement.transactions != nil || statement.positions != nil || statement.cash != nil else {
            throw CommandError(
                .inputRefused,
                type: "no_statement",
                "\(draft.fileName) holds \(draft.format.name), neither activity nor positions nor cash",
                hint: "see `magnus reconcile --help`"
            )
        }
        return statement
    }

    /// The rows of the books: what was imported, or the file or the demo that was asked for. What brokers report now is
    /// none of them.
    private func books(_ workspace: Workspace) throws -> [Transaction] {
        if options.demo {
            return try DemoPortfolio(folder: try workspace.resources() + "/demo").snapshot().transactions
        }
        let actions = CorporateActions(try workspace.corporateActions())
        if let file = options.portfolio {
            let draft = try ImportDraft(path: workspace.environment.absolute(file))
            return actions.applied(to: draft.transactions)
        }
        let store = PortfolioStore(database: try workspace.database())
        return actions.applied(to: try store.transactions { try Transaction(record: $0) })
    }
}
