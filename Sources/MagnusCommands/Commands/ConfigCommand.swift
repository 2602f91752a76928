import ArgumentParser

/// `magnus config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings and where each comes from.",
        subcommands: [Show.self, Path.self],
        defaultSubcommand: Show.self
    )

    /// `magnus config show`.
    struct Show: MagnusSubcommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show every setting and the layer it comes from.",
            discussion: """
                Layers, the first that sets a value counts: flags, environment (MAGNUS_RISK_FREE_RATE ...), .magnus.yaml in the
                current folder, config.yaml, defaults.
                """
        )

        @OptionGroup var options: CommonOptions

        private struct Entry: Encodable {
            var name: String
            var value: String
            var layer: String
        }

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let settings = workspace.configuration.shown
            if options.json {
                let entries = settings.map { Entry(name: $0.name, value: $0.value, layer: $0.layer.description) }
                try workspace.show(try JSONEnvelope.success(schema: "magnus.config/1", entries))
                return .answered
            }
            var table = Table(columns: [
                Table.Column("Setting", .label, priority: .essential),
                Table.Column("Value", .label, priority: .essential),
                Table.Column("From", .wrapping(minimumWidth: 10), priority: .essential),
            ])
            for setting in settings {
                table.add(row: [
                    StyledText(setting.name), StyledText(setting.value, .strong, shape: .line),
                    StyledText(setting.layer.description, .muted, shape: .line),
                ])
            }
            try workspace.show(table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs))
            return .answered
        }
    }

    /// `magnus config path`.
    struct Path: MagnusSubcommand {
        static let configuration = CommandConfiguration(
            commandName: "path",
            abstract: "Print where the settings file is read from."
        )

        @OptionGroup var options: CommonOptions

        func run(in workspace: Workspace) async throws -> ExitStatus {
            try workspace.show(workspace.locations.configurationFile)
            return .answered
        }
    }
}
