/// Tells a question without a command (`magnus how risky is my book`) from a command that was mistyped.
enum FreeText {
    /// Options of the shared flags that take a value; the word after them is no word of a question.
    private static let optionsWithValue: Set<String> = [
        "--portfolio", "--as-of", "--min-confidence", "--session", "--max-cost", "-m", "--model",
    ]

    /// The arguments as the parser takes them: with `ask` in front where they are a question.
    static func arguments(_ arguments: [String]) -> Result<[String], CommandError> {
        var words: [String] = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if argument == "--" {
                words += arguments[(index + 1)...]
                break
            }
            if argument.hasPrefix("-"), argument != "-" {
                index += optionsWithValue.contains(argument) ? 2 : 1
                continue
            }
            words.append(argument)
            index += 1
        }
        guard let first = words.first, !isCommand(first) else { return .success(arguments) }
        if words.count > 1 || first.contains(where: \.isWhitespace) || first.hasSuffix("?") {
            return .success(["ask"] + arguments)
        }
        let suggestion =
            nearestCommand(to: first).map { "did you mean `magnus \($0)`?" }
            ?? "see `magnus --help`, or ask in several words"
        return .failure(
            CommandError(.usage, type: "usage", "there is no command '\(first.prefix(80))'", hint: suggestion)
        )
    }

    private static var commands: [String] {
        MagnusCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }

    private static func isCommand(_ word: String) -> Bool {
        commands.contains(word)
    }

    /// The only command a word is the beginning of, or the one that differs least, where that can be a slip.
    private static func nearestCommand(to word: String) -> String? {
        let begun = commands.filter { word.count >= 3 && $0.hasPrefix(word.lowercased()) }
        if begun.count == 1 { return begun[0] }
        let candidates = commands.map { ($0, distance(Array($0), Array(word.lowercased().prefix(40)))) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.count / 3) else { return nil }
        return best.0
    }

    /// Levenshtein distance.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let cost = diagonal + (character == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(cost, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
