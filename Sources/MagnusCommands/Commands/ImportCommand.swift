import ArgumentParser
import Connectors
import Foundation
import Markets
import Storage

/// `magnus import`: brings broker exports and market data in.
struct ImportCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import broker activity, quotes, option chains, daily bars or dividends.",
        discussion: """
            Shows what an import would change; --yes writes it. A file is recognised by what it holds: activity of Robinhood,
            tastytrade, Charles Schwab, Fidelity and Interactive Brokers (statements, histories, Flex queries), option chains
            and daily bars, and our own tables of quotes (symbol,as_of,bid,ask,last,previous_close), dividends
            (symbol,ex_date,amount) and opening balances (symbol,quantity,price,opened,account; symbol CASH for cash). Importing the same rows again changes nothing.

              magnus import ~/Downloads/robinhood.csv
              magnus import ~/Downloads/robinhood.csv --yes
              magnus import activity.csv --opening held-before.csv --yes
              magnus import schwab-ira.csv --account IRA --yes
              magnus import chains/AAPL.csv quotes.csv --yes
              magnus import --undo
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("Files to import; - reads standard input.", valueName: "file"))
    var files: [String] = []

    @Flag(name: .long, help: "Write; without it nothing is changed.")
    var yes = false

    @Flag(name: .long, help: "Leave rows of an unknown kind out.")
    var skipUnknown = false

    @Option(name: .long, help: ArgumentHelp("What was held before the history begins.", valueName: "file"))
    var opening: String?

    @Option(
        name: .long,
        help: ArgumentHelp("What to call the account, where an export does not name it.", valueName: "name")
    )
    var account: String?

    @Flag(name: .long, help: "Take the last import back.")
    var undo = false

    func validate() throws {
        if undo, !files.isEmpty || opening != nil {
            throw ValidationError("--undo takes no file")
        }
        if let account, account.allSatisfy(\.isWhitespace) || account.count > 60 || account.contains(where: \.isNewline)
        {
            throw ValidationError("--account takes a name of at most 60 characters, such as IRA")
        }
        if !undo, files.isEmpty, opening == nil {
            throw ValidationError("there is no file to import: magnus import FILE.csv")
        }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        if undo { return try undoLast(workspace) }
        let drafts = try read(workspace)
        for draft in drafts where draft.format == .schwabPositions || draft.format == .fidelityPositions {
            throw CommandError(
                .inputRefused,
                type: "import_refused",
                "\(draft.fileName) holds \(draft.format.name): what is held, not how it came about",
                hint: "import the activity instead, and hold it against this file: magnus reconcile \(draft.fileName)"
            )
        }
        for draft in drafts where !draft.unknown.isEmpty && !skipUnknown && yes {
            let first = draft.unknown.prefix(3).map(\.description).joined(separator: "; ")
            throw CommandError(
                .inputRefused,
                type: "unknown_rows",
                "\(draft.fileName) has \(draft.unknown.count) rows of an unknown kind: \(first)",
                hint: "nothing was written; add --skip-unknown to leave them out"
            )
        }
        let store = PortfolioStore(database: try workspace.database())
        var history = try store.transactions { try Transaction(record: $0) }
        let actions = try workspace.corporateActions()
        let today = TradingDate(newYorkDateOf: workspace.environment.clock())
        var reports: [Report] = []
        for (index, draft) in drafts.enumerated() {
            let diff = ImportDiff(draft: draft, history: history, actions: actions, today: today)
            // The next file is held against what this one brings.
            if index < drafts.count - 1 { history += diff.new }
            reports.append(Report(draft, diff, isWritten: yes))
        }
        if yes {
            // Every file is read and checked by now; each is written as a whole or not at all.
            for draft in drafts { try write(draft, to: store, workspace) }
            try workspace.forgetComputed()
        }
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.import/1", reports.map(\.document)))
        } else {
            for report in reports { try workspace.show(report.lines(workspace.terminal)) }
            if !yes { try workspace.note(StyledText("nothing was written; add --yes to import", .strong)) }
        }
        return .answered
    }

    private func read(_ workspace: Workspace) throws -> [ImportDraft] {
        var drafts: [ImportDraft] = []
        if let opening {
            let draft = try ImportDraft(path: workspace.environment.absolute(opening))
            guard draft.format == .openingBalances else {
                throw CommandError(
                    .inputRefused,
                    type: "import_refused",
                    "\(draft.fileName) holds \(draft.format.name), not opening balances",
                    hint: "its header must be symbol,quantity,price,opened,account"
                )
            }
            drafts.append(draft)
        }
        for file in files {
            if file == "-" {
                let reader = FileReader(maximumBytes: ImportDraft.largestFile)
                let data = try reader.read(descriptor: 0, named: "standard input")
                drafts.append(try ImportDraft(reading: Array(data), fileName: "standard input"))
            } else {
                drafts.append(try ImportDraft(path: workspace.environment.absolute(file)))
            }
        }
        if let account { try name(account, &drafts) }
        return drafts
    }

    private func name(_ account: String, _ drafts: inout [ImportDraft]) throws {
        let brokers = Set(drafts.compactMap(\.broker))
        for index in drafts.indices {
            guard drafts[index].hasUnnamedAccount || drafts[index].format == .openingBalances else {
                throw CommandError(
                    .usage,
                    type: "account_is_named",
                    "\(drafts[index].fileName) has no row of an account without a name",
                    hint: "import it without --account"
                )
            }
            // Opening balances beside a broker's export are of the account that the export is of.
            drafts[index].nameAccount(account, at: brokers.count == 1 ? brokers.first : nil)
        }
    }

    private func write(_ draft: ImportDraft, to store: PortfolioStore, _ workspace: Workspace) throws {
        let record = ImportRecord(
            importedAt: workspace.environment.clock(),
            fileName: draft.fileName,
            fileDigest: draft.fileDigest,
            format: draft.format.rawValue
        )
        var quotes = draft.quotes
        if let bar = draft.bars.last {
            // The last close is a quote too.
            quotes.append(
                Quote(
                    symbol: bar.symbol,
                    asOf: bar.date.newYorkInstant(hour: 16),
                    last: bar.close,
                    previousClose: draft.bars.dropLast().last?.close,
                    volume: bar.volume,
                    source: draft.fileName
                )
            )
        }
        try store.add(
            record,
            transactions: draft.transactions.lazy.map(\.record),
            quotes: quotes.map(\.record),
            bars: draft.bars.map(\.record),
            dividends: draft.dividends.map(\.record)
        )
    }

    private func undoLast(_ workspace: Workspace) throws -> ExitStatus {
        struct Undone: Encodable {
            var file: String
            var transactions: Int
            var quotes: Int
        }
        guard let record = try PortfolioStore(database: try workspace.database()).undoLastImport() else {
            throw CommandError(
                .noData,
                type: "nothing_to_undo",
                "there is no import to take back",
                hint: "see `magnus doctor`"
            )
        }
        try workspace.forgetComputed()
        if options.json {
            let undone = Undone(file: record.fileName, transactions: record.transactionCount, quotes: record.quoteCount)
            try workspace.show(try JSONEnvelope.success(schema: "magnus.undo/1", undone))
        } else {
            try workspace.show(
                "took back \(record.fileName): \(record.transactionCount) transactions, \(record.quoteCount) quotes, "
                    + "\(record.barCount) bars, \(record.dividendCount) dividends"
            )
        }
        return .answered
    }
}
