public import ArgumentParser
import Foundation

/// The program: `magnus` alone converses, `magnus WORDS…` asks, everything else is a subcommand.
public struct MagnusCommand: AsyncParsableCommand {
    /// The program's version.
    static let version = "0.1.0"

    /// Name, summary and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "magnus",
        abstract: "An assistant for options sellers that knows your portfolio and your documents.",
        discussion: """
            Every figure, date and citation in an answer is checked against the data it came from.

              magnus                                          converse
              magnus ask "What could be assigned this week?"  ask once
              magnus "how risky is my book?"                  the same
              magnus import activity.csv                      show what an import would change
              magnus index ./docs                             make documents searchable

            Without a portfolio, a terminal gets the built-in demo portfolio (--demo asks for it).
            """,
        version: "magnus \(version)",
        subcommands: [
            ChatCommand.self, AskCommand.self, DashboardCommand.self, PositionsCommand.self, RiskCommand.self,
            GreeksCommand.self,
            ExpiringCommand.self, WheelCommand.self, IncomeCommand.self, WashSalesCommand.self, EquityCommand.self,
            ActivityCommand.self,
            DecayCommand.self,
            HedgeCommand.self, ScanCommand.self,
            RollCommand.self, ChainCommand.self, VolatilityCommand.self,
            EarningsCommand.self,
            NewsCommand.self,
            WatchlistsCommand.self, PredictionsCommand.self, FilingsCommand.self, SeriesCommand.self,
            RecordsCommand.self, PerformanceCommand.self, UnusualCommand.self, CorrelationCommand.self,
            TechnicalsCommand.self, ProbabilityCommand.self, PriceCommand.self, ImpliedVolatilityCommand.self,
            ImportCommand.self, ReconcileCommand.self, QuoteCommand.self, IndexCommand.self, SearchCommand.self,
            EmbedCommand.self, EncoderCommand.self, EvalCommand.self, LogCommand.self, ShowCommand.self,
            CheckCommand.self, VerifyCommand.self, ReplayCommand.self,
            SourcesCommand.self,
            RefreshCommand.self,
            ConnectCommand.self, DisconnectCommand.self,
            KeysCommand.self, ModelsCommand.self, UsageCommand.self, DoctorCommand.self,
            ConfigCommand.self,
            CompletionsCommand.self, ManualCommand.self,
        ],
        defaultSubcommand: ChatCommand.self
    )

    /// An empty command, as the parser needs it.
    public init() {}

    /// Parses the process's arguments, runs the command they name and ends the program.
    public static func start() async {
        OutputSink.ignoreBrokenPipeSignal()
        let arguments: [String]
        switch FreeText.arguments(Array(CommandLine.arguments.dropFirst())) {
        case .success(let rewritten): arguments = rewritten
        case .failure(let error): end(error, wantsJSON: CommandLine.arguments.contains("--json"))
        }
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Foundation.exit(0)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            let wantsJSON = arguments.contains("--json")
            if exitCode(for: error) != .success, let refusal = KeysCommand.refusal(of: arguments) {
                end(refusal, wantsJSON: wantsJSON)
            }
            end(parsing: error, wantsJSON: wantsJSON)
        }
    }

    /// Ends the program after the parser refused the arguments, or showed help.
    private static func end(parsing error: any Error, wantsJSON: Bool) -> Never {
        guard exitCode(for: error) == .success else {
            let lines = message(for: error).split(separator: "\n").map(String.init)
            let hint = "see `magnus --help`"
            guard wantsJSON else {
                FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
                Foundation.exit(ExitStatus.usage.rawValue)
            }
            end(CommandError(.usage, type: "usage", lines.joined(separator: " "), hint: hint), wantsJSON: true)
        }
        exit(withError: error)
    }

    private static func end(_ error: CommandError, wantsJSON: Bool) -> Never {
        if wantsJSON {
            FileHandle.standardOutput.write(Data((JSONEnvelope.failure(error) + "\n").utf8))
        } else {
            FileHandle.standardError.write(Data("magnus: \(error)\n".utf8))
        }
        Foundation.exit(error.status.rawValue)
    }
}
