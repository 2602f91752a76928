import ArgumentParser
import Foundation
import Storage

/// `magnus keys`: keys and tokens of data sources.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Keep keys of data sources and language models in a file that only you can read.",
        discussion: """
            A key is named like the environment variable that may hold it; the variable wins over the file. Values are typed
            without being shown, or come on standard input: never as an argument. A line of the file may also be
            NAME: {command: "pass show broker"} (or key_cmd in place of command): the command has half a minute and prints the
            key alone.

              magnus keys set TRADIER_TOKEN
              pass show tradier | magnus keys set TRADIER_TOKEN
              magnus keys list
            """,
        subcommands: [Set.self, List.self, Remove.self, Path.self]
    )

    /// What is told in the parser's place where it refuses the arguments of `keys`: none of them is repeated, for one may be a
    /// key. Nil for arguments of another command.
    static func refusal(of arguments: [String]) -> CommandError? {
        guard arguments.first(where: { !$0.hasPrefix("-") }) == configuration.commandName else { return nil }
        return CommandError(
            .usage,
            type: "usage",
            "these are not the arguments of a command of `magnus keys`; values are never taken from arguments",
            hint: "run `magnus keys set NAME` and give the value at the prompt or on standard input; "
                + "see `magnus keys --help`"
        )
    }

    /// `magnus keys set`.
    struct Set: MagnusSubcommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Keep a key; its value is typed or comes on standard input."
        )

        @OptionGroup var options: CommonOptions

        @Argument(help: "The key's name, such as TRADIER_TOKEN.")
        var name: String

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try KeyRing.check(name)
            try workspace.keys.set(name, to: await value(in: workspace))
            if options.json {
                try workspace.show(try JSONEnvelope.success(schema: "magnus.keys/1", [name]))
            } else {
                try workspace.show("kept \(name) in \(workspace.keys.path)")
            }
            return .answered
        }

        private func value(in workspace: Workspace) async throws -> String {
            if workspace.terminal.input.isTerminal {
                let line = HiddenLine(interrupts: workspace.interrupts)
                switch await line.read(prompt: "value of \(name) (not shown): ") {
                case .line(let text): return text
                case .tooLong: throw KeyRing.refusal(of: name, .tooLong)
                case .severalLines: throw KeyRing.refusal(of: name, .severalLines)
                case .ended, .interrupted: throw CancellationError()
                }
            }
            do {
                return try StandardInput.text(maximumBytes: 65_536)
            } catch let error as StorageError where error.code == .tooLarge {
                throw KeyRing.refusal(of: name, .tooLong)
            } catch let error as CommandError where error.type == "not_text" {
                throw KeyRing.refusal(of: name, .notASCII)
            }
        }
    }

    /// `magnus keys list`.
    struct List: MagnusSubcommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show the names of the keys that are kept, never their values."
        )

        @OptionGroup var options: CommonOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let names = try workspace.keys.names()
            if options.json {
                try workspace.show(try JSONEnvelope.success(schema: "magnus.keys/1", names))
            } else {
                try workspace.show(names.isEmpty ? "no keys are kept" : names.joined(separator: "\n"))
            }
            return .answered
        }
    }

    /// `magnus keys rm`.
    struct Remove: MagnusSubcommand {
        static let configuration = CommandConfiguration(commandName: "rm", abstract: "Forget a key.")

        @OptionGroup var options: CommonOptions

        @Argument(help: "The key's name.")
        var name: String

        func run(in workspace: Workspace) async throws -> ExitStatus {
            guard try workspace.keys.remove(name) else {
                throw CommandError(
                    .noData,
                    type: "no_such_key",
                    "there is no key \(name) in \(workspace.keys.path)",
                    hint: "see `magnus keys list`"
                )
            }
            if options.json {
                try workspace.show(try JSONEnvelope.success(schema: "magnus.keys/1", [name]))
            } else {
                try workspace.show("forgot \(name)")
            }
            return .answered
        }
    }

    /// `magnus keys path`.
    struct Path: MagnusSubcommand {
        static let configuration = CommandConfiguration(
            commandName: "path",
            abstract: "Print where the keys are kept."
        )

        @OptionGroup var options: CommonOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.show(workspace.keys.path)
            return .answered
        }
    }
}
