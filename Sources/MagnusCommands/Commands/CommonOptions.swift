import ArgumentParser
import Markets

/// The flags all commands share.
struct CommonOptions: ParsableArguments {
    @Flag(name: .long, help: "Use the built-in demo portfolio.")
    var demo = false

    @Option(
        name: .long,
        help: ArgumentHelp("Use the activity in this file instead of what was imported.", valueName: "file")
    )
    var portfolio: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Value the portfolio at the close of this day (YYYY-MM-DD).", valueName: "date")
    )
    var asOf: DateArgument?

    @Flag(name: .long, help: "Send nothing over the network; files and what is known already serve.")
    var offline = false

    @Flag(name: .long, help: "Print versioned JSON instead of text.")
    var json = false

    @Flag(name: .long, help: "Show all there is where otherwise the first of many rows are shown.")
    var all = false

    @Flag(name: .shortAndLong, help: "Print the answer and nothing else.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Tell on standard error what is being done.")
    var verbose = false

    @Flag(name: .long, help: "Use no colour; NO_COLOR in the environment does the same.")
    var noColor = false
}

/// A date as an argument.
struct DateArgument: ExpressibleByArgument {
    /// The date.
    var date: TradingDate

    /// Reads `YYYY-MM-DD`.
    init?(argument: String) {
        guard let date = TradingDate(argument[...]) else { return nil }
        self.date = date
    }
}
