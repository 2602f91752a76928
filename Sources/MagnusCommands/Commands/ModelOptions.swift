import ArgumentParser
import Foundation
import LanguageModels

/// The flags of commands that a language model may write for.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Let this language model write: provider/model (several with commas), auto, or none.",
            valueName: "name"
        )
    )
    var model: ModelArgument?

    @Flag(name: .long, help: "Fail (exit status 5) where the language model does, instead of asking others or rules.")
    var noFallback = false

    @Flag(name: .long, help: "Ask the language model again, also where its reply to the same question was kept.")
    var noCache = false

    @Option(
        name: .long,
        help: ArgumentHelp("The most that one question may cost, in US dollars.", valueName: "usd")
    )
    var maxCost: DollarArgument?

    /// What they say.
    var choice: ModelChoice {
        ModelChoice(
            selection: model?.selection,
            fallsBack: !noFallback,
            usesCache: !noCache,
            maximumCost: maxCost?.amount
        )
    }
}

/// A language model as an argument.
struct ModelArgument: ExpressibleByArgument {
    /// Whose.
    var selection: ModelSelection

    /// Reads `provider/model`, `auto` or `none`.
    init?(argument: String) {
        guard let selection = ModelSelection(argument) else { return nil }
        self.selection = selection
    }
}

/// An amount of dollars as an argument.
struct DollarArgument: ExpressibleByArgument {
    /// Dollars, 0 or more.
    var amount: Decimal

    /// Reads `0.05`, or `$0.05`.
    init?(argument: String) {
        guard let amount = Budget.dollars(argument.hasPrefix("$") ? String(argument.dropFirst()) : argument) else {
            return nil
        }
        self.amount = amount
    }
}
