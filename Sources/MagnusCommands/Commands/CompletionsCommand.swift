import ArgumentParser
import Foundation

/// `magnus completions`: what shells complete commands with.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completion script of a shell.",
        discussion: "  magnus completions bash > ~/.local/share/bash-completion/completions/magnus"
    )

    /// The shells that are known.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let script: String
        switch shell {
        case .bash: script = MagnusCommand.completionScript(for: .bash)
        case .zsh: script = MagnusCommand.completionScript(for: .zsh)
        case .fish: script = MagnusCommand.completionScript(for: .fish)
        }
        FileHandle.standardOutput.write(Data((script + "\n").utf8))
    }
}
