import ArgumentParser
import Connectors
import Foundation

/// `magnus connect`: signs in to a service with a browser.
struct ConnectCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Sign in to a service with your browser: robinhood, tradingview.",
        discussion: """
            Prints an address to open in a browser on this machine, waits until you have agreed there, and keeps the tokens in a
            file that only you can read. Magnus only ever reads from the service. Other sources need keys: see
            `magnus sources --all`.

              magnus connect robinhood
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The service: robinhood or tradingview.")
    var name: String

    @Option(name: .long, help: ArgumentHelp("How long to wait for you, in seconds.", valueName: "seconds"))
    var patience = 300

    func validate() throws {
        guard (10...3_600).contains(patience) else {
            throw ValidationError("--patience is \(patience), it must be from 10 to 3600")
        }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let signIn = try workspace.signIn(name)
        guard !workspace.options.offline, !workspace.configuration.isOffline.value else {
            throw CommandError(
                .usage,
                type: "usage",
                "signing in needs the network, and Magnus is offline",
                hint: "leave --offline out"
            )
        }
        guard workspace.terminal.error.isTerminal else {
            throw CommandError(
                .usage,
                type: "usage",
                "signing in needs a person at a terminal",
                hint: "run `magnus connect \(name)` there once; scripts then use the tokens"
            )
        }
        let (errors, terminal) = (workspace.errors, workspace.terminal)
        let patience = Duration.seconds(patience)
        let outcome = await workspace.interrupts.interruptible {
            try await signIn.connect(
                within: patience,
                open: { address in
                    try errors.writeLine(StyledText("Open this address in a browser on this machine:", .strong))
                    try errors.writeLine(StyledText(address, .code, shape: .line))
                    try errors.flush()
                },
                progress: { words in
                    // Progress is a courtesy: a terminal that cannot take it must not stop the sign-in.
                    for line in StyledText(words, .muted, shape: .line).wrapped(to: terminal.error.size.columns) {
                        try? errors.writeLine(line)
                    }
                    try? errors.flush()
                }
            )
        }
        if outcome.wasInterrupted { throw CancellationError() }
        try outcome.result.get()
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.connect/1", [name]))
        } else {
            try workspace.show("connected to \(signIn.service.title); magnus disconnect \(name) signs out")
        }
        return .answered
    }
}

/// `magnus disconnect`: signs out of a service.
struct DisconnectCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect",
        abstract: "Sign out of a service and remove its tokens.",
        discussion: "  magnus disconnect robinhood"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The service: robinhood or tradingview.")
    var name: String

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let signIn = try workspace.signIn(name)
        let wasConnected = try await signIn.disconnect()
        try workspace.owners().forget(connector: name)
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.disconnect/1", [name]))
        } else {
            try workspace.show(
                wasConnected
                    ? "signed out of \(signIn.service.title); its tokens and what it answered are removed"
                    : "there was no sign-in to \(signIn.service.title)"
            )
        }
        return .answered
    }
}
