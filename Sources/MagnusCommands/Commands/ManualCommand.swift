import ArgumentParser
import Foundation

/// `magnus man`: the manual page, made from the help of every command.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page.",
        discussion: "  magnus man | man -l -"
    )

    func run() throws {
        FileHandle.standardOutput.write(Data(Self.page().utf8))
    }

    /// The page in man(7) macros.
    static func page() -> String {
        var lines = [
            ".TH MAGNUS 1",
            ".SH NAME",
            "magnus \\- \(escaped(MagnusCommand.configuration.abstract))",
            ".SH SYNOPSIS",
            ".nf",
            "magnus [options]",
            "magnus \\(dqQUESTION\\(dq [options]",
            "magnus COMMAND [arguments] [options]",
            ".fi",
            ".SH DESCRIPTION",
            ".nf",
        ]
        lines += MagnusCommand.configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
            .map { escaped(String($0)) }
        lines += [".fi", ".SH COMMANDS"]
        for command in MagnusCommand.configuration.subcommands {
            lines += section(command, path: [])
        }
        lines += [
            ".SH EXIT STATUS",
            ".nf",
            "0    answered",
            "1    internal error",
            "2    usage",
            "3    no data, or no portfolio supplied",
            "4    refused under \\-\\-strict",
            "7    configuration",
            "8    input refused (file, format, encoding)",
            "9    storage (lock, disk, corruption, newer schema)",
            "130  interrupted",
            ".fi",
            ".SH FILES",
            ".nf",
            "$XDG_CONFIG_HOME/magnus/config.yaml   settings",
            ".magnus.yaml                          settings of the current folder",
            "$XDG_DATA_HOME/magnus/magnus.db       portfolio, index and record of answers",
            "$XDG_DATA_HOME/magnus/models          embedding models",
            "$XDG_STATE_HOME/magnus/history        questions asked at the prompt",
            ".fi",
            ".SH ENVIRONMENT",
            ".nf",
            "MAGNUS_HOME       one folder for all of the above",
            "MAGNUS_MODELS     the folder of embedding models",
            "MAGNUS_RESOURCES  the folder of knowledge, prompts and demo",
            "MAGNUS_...        any setting, for example MAGNUS_RISK_FREE_RATE",
            "NO_COLOR          no colour where it is not empty",
            ".fi",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(_ command: any ParsableCommand.Type, path: [String]) -> [String] {
        let names = path + [command.configuration.commandName ?? ""]
        let help = MagnusCommand.helpMessage(for: command, columns: 90)
        var lines = [".SS magnus \(escaped(names.joined(separator: " ")))", ".nf"]
        lines += help.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
        lines.append(".fi")
        return lines + command.configuration.subcommands.flatMap { section($0, path: names) }
    }

    /// Text as roff takes it literally.
    private static func escaped(_ text: String) -> String {
        let safe = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
    }
}
