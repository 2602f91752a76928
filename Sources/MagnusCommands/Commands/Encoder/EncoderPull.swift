import ArgumentParser
import Foundation
import Storage
import Transport

/// `magnus encoder pull`: fetches a model.
struct EncoderPull: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch a model from a folder of a server, try it and take it in.",
        discussion: """
            The address is that of the folder with config.json, vocab.txt and model.safetensors; https, or http on this machine. A
            fetch that was broken off goes on where it ended when the same command is given again. Until all is there, checked and
            tried, there is no such model.

              magnus encoder pull https://models.example.com/bge-small-en-v1.5
              magnus encoder pull https://host/BAAI/bge-small-en-v1.5/resolve/main --sha256 3c9f31665447c8911517620762200d22...
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("The address of the folder.", valueName: "url"))
    var url: String

    @Option(name: .long, help: "What it is to be called; the address says it otherwise.")
    var name: String?

    @Option(name: .long, help: ArgumentHelp("SHA-256 of model.safetensors.", valueName: "digest"))
    var sha256: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The largest model.safetensors that is fetched, in megabytes.", valueName: "megabytes")
    )
    var maxSize = 4_000

    func validate() throws {
        guard sha256.map({ $0.count == 64 && $0.allSatisfy(\.isHexDigit) }) ?? true else {
            throw ValidationError("--sha256 takes 64 hexadecimal digits")
        }
        guard (1...1_000_000).contains(maxSize) else { throw ValidationError("--max-size is 1 to 1000000") }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let address = try address()
        let models = InstalledModels(folder: workspace.locations.models)
        let intake = try ModelIntake(models, name: name ?? Self.name(in: address))
        let transport = Self.transport(workspace)
        let progress = ProgressReporter(workspace.errors, workspace.terminal, isQuiet: options.quiet)
        let (sha256, maximum) = (sha256?.lowercased(), maxSize * 1_000_000)
        let outcome = await workspace.interrupts.interruptible {
            defer { progress.finish() }
            let download = ModelDownload(transport: transport, address: address, folder: intake.folder) {
                file,
                done,
                total in
                guard file == InstalledModels.weights, let total else { return }
                progress.report("Fetching \(file), KB", done: done / 1_000, total: max(1, total / 1_000))
            }
            try await Self.fetch(download, weightsBytes: maximum, checksum: sha256)
        }
        if outcome.wasInterrupted { throw CancellationError() }
        let trial: ModelTrial
        do {
            try outcome.result.get()
            trial = try intake.finish()
        } catch {
            if try intake.isHopeless(after: error, address: address) { try intake.discard() }
            throw error
        }
        try TakenModel(trial, in: try models.model(intake.name)).show(trial, workspace)
        return .answered
    }

    /// Fetches all files, the small ones first, so that a model that cannot be run is refused before its weights are fetched.
    private static func fetch(_ download: ModelDownload, weightsBytes: Int, checksum: String?) async throws {
        for file in ["config.json"] + EncoderFolder.optionalFiles + ["vocab.txt"] {
            let isOptional = EncoderFolder.optionalFiles.contains(file)
            // A vocabulary of many languages has some megabytes.
            let limit = file == "vocab.txt" ? 16_000_000 : 1_000_000
            let part = try await download.fetch(file, maximumBytes: limit, isOptional: isOptional)
            if let part { try download.commit(part, as: file) }
        }
        _ = try EncoderFolder(path: download.folder).description()
        guard let part = try await download.fetch(InstalledModels.weights, maximumBytes: weightsBytes) else { return }
        if let checksum {
            let found = try EncoderFolder.checksum(of: part.path)
            guard found == checksum else {
                try download.discard(part)
                throw CommandError(
                    .inputRefused,
                    type: "checksum",
                    "\(InstalledModels.weights) has the SHA-256 \(found), not \(checksum)",
                    hint: "nothing of it is kept; check the digest and the address"
                )
            }
        }
        try download.commit(part, as: InstalledModels.weights)
    }

    /// What was fetched goes through here: nothing offline, this machine alone where nothing may leave it.
    private static func transport(_ workspace: Workspace) -> any HTTPTransport {
        let online = CurlTransport(
            options: TransportOptions(environment: workspace.environment.variables, version: MagnusCommand.version)
        )
        let isOffline = workspace.options.offline || workspace.configuration.isOffline.value
        return isOffline ? LocalOnlyTransport(online) : workspace.guarded(online)
    }

    /// The address without slashes at its end.
    private func address() throws -> String {
        let address = String(url.reversed().drop { $0 == "/" }.reversed())
        let isAllowed =
            address.hasPrefix("https://") || (address.hasPrefix("http://") && LocalOnlyTransport.isLocal(address))
        guard isAllowed, !address.contains(where: { "?#@".contains($0) || $0.isWhitespace }) else {
            // What stands before `@` or behind `?` may be a password or a token.
            let shown =
                url.contains { "@?".contains($0) }
                ? "what was given" : "'\(TerminalText.sanitised(String(url.prefix(100)), shape: .line))'"
            throw CommandError(
                .usage,
                type: "usage",
                "\(shown) is no https address of a folder",
                hint: "http is for this machine alone; leave out user name, `?` and `#`"
            )
        }
        return address
    }

    /// `bge-small-en-v1.5` of `https://HOST/BAAI/bge-small-en-v1.5/resolve/main`, else the last part.
    private static func name(in address: String) -> String {
        let parts = address.split(separator: "/").map(String.init)
        if let index = parts.lastIndex(of: "resolve"), index > 2 { return parts[index - 1] }
        return parts.count > 2 ? parts[parts.count - 1] : ""
    }
}
