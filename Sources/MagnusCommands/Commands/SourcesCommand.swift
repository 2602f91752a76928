import ArgumentParser
import Connectors
import Foundation
import Markets

/// `magnus sources`: how every source of data is doing.
struct SourcesCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "Show every source of data: its state, last success and hit rate, and how to connect it.",
        discussion: """
            The hit rate is the part of values that were served from what a source had answered before.

              magnus sources
              magnus sources --all        with those that are not set up, and what each needs
              magnus sources --json
            """
    )

    @OptionGroup var options: CommonOptions

    private struct Entry: Encodable {
        var name: String
        var title: String
        var kind: String
        var state: String
        var reason: String?
        var nextStep: String?
        var offers: [String]
        var requests: Int
        var hits: Int
        var misses: Int
        var hitRate: Double?
        var staleServed: Int
        var errors: [String: Int]
        var meanSeconds: Double?
        var lastSuccess: Date?
        var lastFailure: Date?
        var lastFailureDetail: String?
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let statuses = try workspace.data().status()
        if options.json {
            let entries = statuses.map(Self.entry)
            try workspace.show(try JSONEnvelope.success(schema: "magnus.sources/1", entries))
            return .answered
        }
        let ready = statuses.filter(\.readiness.isReady)
        if ready.isEmpty {
            try workspace.show("no source of data is set up")
        } else {
            try workspace.show(table(ready, workspace))
        }
        let others = statuses.filter { !$0.readiness.isReady }
        if options.all, !others.isEmpty {
            try workspace.show(
                [StyledText(""), StyledText("Not set up", .heading)] + others.flatMap { advice($0, workspace) }
            )
        } else if !others.isEmpty {
            let count = others.count == 1 ? "1 source is" : "\(others.count) sources are"
            try workspace.note(StyledText("\(count) not set up; magnus sources --all shows what each needs", .muted))
        }
        return .answered
    }

    /// What a source needs that is not set up.
    private func advice(_ status: ConnectorStatus, _ workspace: Workspace) -> [StyledText] {
        let name = StyledText(status.name.padding(toLength: 22, withPad: " ", startingAt: 0), .strong)
        return (name + StyledText(Self.state(status).0, .plain, shape: .line))
            .wrapped(to: workspace.terminal.width, hangingIndent: StyledText(String(repeating: " ", count: 22)))
    }

    private func table(_ statuses: [ConnectorStatus], _ workspace: Workspace) -> [StyledText] {
        var table = Table(columns: [
            Table.Column("Source", .label, priority: .essential),
            Table.Column("Kind", .label, priority: .detail),
            Table.Column("State", .wrapping(minimumWidth: 16), priority: .essential),
            Table.Column("Last success", .label, priority: .useful),
            Table.Column("Hit rate", .number, priority: .useful),
            Table.Column("Offers", .wrapping(minimumWidth: 14), priority: .detail),
        ])
        for status in statuses {
            let (words, style) = Self.state(status)
            table.add(row: [
                StyledText(status.name, .strong), StyledText(status.kind.rawValue, .muted),
                StyledText(words, style, shape: .line),
                StyledText(status.lastSuccess.map(NewYorkTime.description(of:)) ?? "never", .muted),
                StyledText(
                    status.hitRate.map { "\(Int(($0 * 100).rounded()))% of \(status.hits + status.misses)" } ?? "—"
                ),
                StyledText(status.offers.map(\.rawValue).joined(separator: ", "), .muted),
            ])
        }
        return table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs)
    }

    /// How a source stands, in words.
    private static func state(_ status: ConnectorStatus) -> (String, Style) {
        switch status.readiness {
        case .notConfigured(let reason, let nextStep): return ("\(reason): \(nextStep)", .muted)
        case .disabled(let nextStep): return ("switched off: \(nextStep)", .muted)
        case .ready: break
        }
        if let until = status.restsUntil {
            let why = status.lastFailureDetail.map { " (\($0))" } ?? ""
            return ("rests until \(NewYorkTime.description(of: until))\(why)", .warning)
        }
        if let failure = status.lastFailure, failure > status.lastSuccess ?? .distantPast {
            return ("failed \(NewYorkTime.description(of: failure)): \(status.lastFailureDetail ?? "")", .negative)
        }
        return (status.lastSuccess == nil ? "ready, not asked yet" : "works", .positive)
    }

    private static func entry(_ status: ConnectorStatus) -> Entry {
        var entry = Entry(
            name: status.name,
            title: status.title,
            kind: status.kind.rawValue,
            state: "ready",
            offers: status.offers.map(\.rawValue),
            requests: status.requests,
            hits: status.hits,
            misses: status.misses,
            hitRate: status.hitRate,
            staleServed: status.staleServed,
            errors: status.errors,
            meanSeconds: status.meanLatency.map {
                Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18
            },
            lastSuccess: status.lastSuccess,
            lastFailure: status.lastFailure,
            lastFailureDetail: status.lastFailureDetail
        )
        switch status.readiness {
        case .ready:
            if status.restsUntil != nil { entry.state = "resting" }
        case .notConfigured(let reason, let nextStep):
            entry.state = "not_configured"
            (entry.reason, entry.nextStep) = (reason, nextStep)
        case .disabled(let nextStep):
            entry.state = "disabled"
            entry.nextStep = nextStep
        }
        return entry
    }
}

/// `magnus refresh`: lets sources be asked again.
struct RefreshCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Let sources be asked again at the next question, whatever is kept.",
        discussion: """
            What is kept stays as a fallback: where no source answers, it is served and marked stale. --forget removes it.

              magnus refresh                   everything
              magnus refresh --kind quotes
              magnus refresh --symbol NVDA --source tradier
              magnus refresh --forget --source alpaca
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this kind: \(DataKind.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind"
        )
    )
    var kind: Kind?

    @Option(name: .shortAndLong, help: ArgumentHelp("Only what is about this symbol.", valueName: "symbol"))
    var symbol: String?

    @Option(name: .long, help: ArgumentHelp("Only what this source answered.", valueName: "name"))
    var source: String?

    @Flag(name: .long, help: "Remove it for good.")
    var forget = false

    /// A kind of data as an argument.
    struct Kind: ExpressibleByArgument {
        /// The kind.
        var kind: DataKind

        init?(argument: String) {
            guard let kind = DataKind(rawValue: argument) else { return nil }
            self.kind = kind
        }

        static var allValueStrings: [String] { DataKind.allCases.map(\.rawValue) }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let service = try workspace.owners()
        let kind = kind?.kind
        if let source, !service.connectors.contains(where: { $0.name == source }) {
            throw CommandError(
                .usage,
                type: "usage",
                "there is no source '\(TerminalText.sanitised(String(source.prefix(40)), shape: .line))'",
                hint: "see `magnus sources --all`"
            )
        }
        if forget {
            try service.forget(kind: kind, symbol: symbol, connector: source)
        } else {
            try service.expire(kind: kind, symbol: symbol, connector: source)
        }
        let scope = [
            kind.map { "\($0.rawValue)" }, symbol.map { "about \($0.uppercased())" }, source.map { "of \($0)" },
        ]
        .compactMap(\.self).joined(separator: " ")
        let words = scope.isEmpty ? "everything" : scope
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.refresh/1", [words]))
        } else {
            try workspace.show(forget ? "removed \(words)" : "\(words) is asked for anew at the next question")
        }
        return .answered
    }
}
