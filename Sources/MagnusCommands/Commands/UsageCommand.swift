import ArgumentParser
import Foundation
import LanguageModels
import Storage

/// `magnus usage`: what language models were asked and what that cost.
struct UsageCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Show what language models cost, and what is left of the budget.",
        discussion: """
            Costs are computed from the tokens that services counted and the prices of the catalogue. What is not known is said
            to be unknown, never nothing. Days and months are those of your time zone.

              magnus usage
              magnus usage --by day --since 2026-11-01
              magnus usage --by agent --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "What calls are summed up by: provider, model, day or agent.")
    var by = Grouping.model

    @Option(
        name: .long,
        help: ArgumentHelp("Only calls from this day on (YYYY-MM-DD); this month's without it.", valueName: "date")
    )
    var since: DateArgument?

    /// What calls are summed up by.
    enum Grouping: String, ExpressibleByArgument, CaseIterable {
        case provider, model, day, agent

        var storage: UsageStore.Grouping {
            switch self {
            case .provider: .provider
            case .model: .model
            case .day: .day
            case .agent: .agent
            }
        }
    }

    private struct Document: Encodable {
        struct Sum: Encodable {
            var key: String?
            var calls: Int
            var failures: Int
            var inputTokens: Int
            var cachedInputTokens: Int
            var outputTokens: Int
            var knownCost: Decimal
            var callsOfUnknownCost: Int
            var callsAtEstimatedCost: Int

            init(_ total: UsageTotal, key: String?) {
                self.key = key
                calls = total.calls
                failures = total.failures
                inputTokens = total.input
                cachedInputTokens = total.cachedInput
                outputTokens = total.output
                knownCost = total.cost
                callsOfUnknownCost = total.unknownCosts
                callsAtEstimatedCost = total.estimatedCosts
            }
        }

        struct Cap: Encodable {
            var scope: String
            var limit: Decimal
            var cost: Decimal
            var left: Decimal
        }

        var since: String
        var by: String
        var total: Sum
        var groups: [Sum]
        var budget: [Cap]
        var perQuestion: Decimal?
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let store = UsageStore(database: try workspace.database())
        let ledger = workspace.spending
        let first = since?.date.description ?? ledger.firstDayOfMonth
        let totals = try store.totals(by: by.storage, since: first)
        let total = totals.reduce(into: UsageTotal()) { $0.add($1) }
        let caps = try ledger.standing()
        if options.json {
            let document = Document(
                since: first,
                by: by.rawValue,
                total: Document.Sum(total, key: nil),
                groups: totals.map { Document.Sum($0, key: $0.key) },
                budget: caps.map { cap, total in
                    Document.Cap(scope: name(cap), limit: cap.limit, cost: total.cost, left: left(cap, total))
                },
                perQuestion: workspace.configuration.budget.value.perQuestion
            )
            try workspace.show(try JSONEnvelope.success(schema: "magnus.usage/1", document))
            return .answered
        }
        if totals.isEmpty {
            try workspace.show("No language model was asked since \(first).")
        } else {
            try workspace.show(
                table(totals, total).lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs)
            )
            try explain(total, workspace)
        }
        for (cap, total) in caps {
            let spent = DollarText.text(total.cost) + (total.unknownCosts > 0 ? " and what is unknown" : "")
            try workspace.show(
                "\(name(cap)): \(spent) of \(DollarText.text(cap.limit)), \(DollarText.text(left(cap, total))) left"
            )
        }
        if let limit = workspace.configuration.budget.value.perQuestion {
            try workspace.show("question: at most \(DollarText.text(limit))")
        }
        if !workspace.configuration.budget.value.isLimited {
            try workspace.note(StyledText("no budget is set; see `budget` in config.yaml", .muted, shape: .line))
        }
        return .answered
    }

    private func table(_ totals: [UsageTotal], _ total: UsageTotal) -> Table {
        var table = Table(columns: [
            Table.Column(by.rawValue.capitalized, .label, priority: .essential),
            Table.Column("Calls", .number, priority: .essential),
            Table.Column("Failed", .number, priority: .detail),
            Table.Column("Read", .number, priority: .useful),
            Table.Column("Cached", .number, priority: .detail),
            Table.Column("Written", .number, priority: .useful),
            Table.Column("Cost", .number, priority: .essential),
        ])
        for sum in totals { table.add(row: cells(sum, key: sum.key)) }
        if totals.count > 1 { table.add(row: cells(total, key: "total")) }
        return table
    }

    private func cells(_ sum: UsageTotal, key: String) -> [StyledText] {
        [
            StyledText(key, .plain, shape: .line), StyledText(DollarText.count(sum.calls)),
            StyledText(DollarText.count(sum.failures)), StyledText(DollarText.count(sum.input)),
            StyledText(DollarText.count(sum.cachedInput)), StyledText(DollarText.count(sum.output)),
            StyledText(CallSpending(sum).costText),
        ]
    }

    private func explain(_ total: UsageTotal, _ workspace: Workspace) throws {
        if total.unknownCosts > 0 {
            try workspace.note(
                StyledText(
                    "\(total.unknownCosts) calls went to models whose price the catalogue does not know",
                    .muted,
                    shape: .line
                )
            )
        }
        if total.estimatedCosts > 0 {
            try workspace.note(
                StyledText(
                    "\(total.estimatedCosts) calls are booked at an estimate or at the most they can have cost, for nobody counted their tokens",
                    .muted,
                    shape: .line
                )
            )
        }
    }

    private func name(_ cap: UsageCap) -> String {
        switch cap.scope {
        case .question: "question"
        case .day(let day): day
        case .month(let month): month
        }
    }

    private func left(_ cap: UsageCap, _ total: UsageTotal) -> Decimal {
        max(0, cap.limit - total.cost)
    }
}

extension UsageTotal {
    /// Adds the sums of other calls.
    fileprivate mutating func add(_ other: UsageTotal) {
        calls += other.calls
        failures += other.failures
        input += other.input
        cachedInput += other.cachedInput
        output += other.output
        cost += other.cost
        unknownCosts += other.unknownCosts
        estimatedCosts += other.estimatedCosts
    }
}
