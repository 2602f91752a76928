import ArgumentParser
import Connectors
import Foundation
import Markets
import Storage

/// `magnus quote`.
struct QuoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quote",
        abstract: "Enter a price by hand.",
        subcommands: [Set.self]
    )

    /// `magnus quote set`.
    struct Set: MagnusSubcommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Enter a price by hand.",
            discussion: """
                The symbol is a ticker or an OCC option symbol. The price counts as of now, or as of the close of --on.

                  magnus quote set NVDA 182.40
                  magnus quote set NVDA270115P00170000 1.55
                  magnus quote set F 10.05 --on 2026-11-20
                """
        )

        @OptionGroup var options: CommonOptions

        @Argument(help: "Ticker or OCC symbol.")
        var symbol: String

        @Argument(help: "Price per share in dollars.")
        var price: String

        @Option(name: .long, help: ArgumentHelp("The day whose close this is (YYYY-MM-DD).", valueName: "date"))
        var on: DateArgument?

        private struct Entry: Encodable {
            var symbol: String
            var price: String
            var asOf: Date
        }

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let name = try canonical(symbol)
            guard let amount = Decimal(string: price, locale: nil), amount >= 0, amount < 10_000_000,
                price.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
            else {
                throw CommandError(
                    .usage,
                    type: "usage",
                    "'\(price.prefix(40))' is not a price",
                    hint: "write dollars per share, for example 182.40"
                )
            }
            let asOf = on?.date.newYorkInstant(hour: 16) ?? workspace.environment.clock()
            guard asOf <= workspace.environment.clock() else {
                throw CommandError(.usage, type: "usage", "--on lies in the future", hint: "give a day that has closed")
            }
            let quote = Quote(symbol: name, asOf: asOf, last: amount, source: "entered by hand")
            try PortfolioStore(database: try workspace.database()).setQuote(quote.record)
            try workspace.forgetComputed()
            if options.json {
                let entry = Entry(symbol: name, price: amount.description, asOf: asOf)
                try workspace.show(try JSONEnvelope.success(schema: "magnus.quote/1", entry))
            } else {
                try workspace.show("\(name) \(amount) as of \(NewYorkTime.description(of: asOf))")
            }
            return .answered
        }

        private func canonical(_ text: String) throws -> String {
            let upper = text.uppercased()
            if let contract = OptionContract(symbol: upper) { return contract.symbol }
            let isTicker =
                (1...10).contains(upper.count)
                && upper.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
            guard isTicker else {
                throw CommandError(
                    .usage,
                    type: "usage",
                    "'\(TerminalText.sanitised(String(text.prefix(40)), shape: .line))' is neither a ticker nor an OCC option symbol",
                    hint: "write NVDA or NVDA270115P00170000"
                )
            }
            return upper
        }
    }
}
