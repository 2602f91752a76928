import ArgumentParser
import Foundation

/// A command of Magnus: parsed, then run in a workspace, every failure told in one line with the right exit status.
protocol MagnusSubcommand: AsyncParsableCommand {
    /// The flags all commands share.
    var options: CommonOptions { get }
    /// Whose language model writes, as far as flags say.
    var modelChoice: ModelChoice { get }

    /// Does the work.
    ///
    /// - Returns: What the program ends with.
    /// - Throws: Any error of the layers below.
    func run(in workspace: Workspace) async throws -> ExitStatus
}

extension MagnusSubcommand {
    /// What the settings say.
    var modelChoice: ModelChoice { ModelChoice() }

    /// Runs the command and ends the program.
    mutating func run() async throws {
        let status: ExitStatus
        do {
            let workspace = try Workspace(options, modelChoice: modelChoice)
            do {
                defer { workspace.rememberSources() }
                let result = try await run(in: workspace)
                try workspace.output.flush()
                status = result
            } catch {
                status = Self.report(error, workspace)
            }
        } catch {
            let failure = CommandError(error).withoutKeys
            FileHandle.standardError.write(Data("magnus: \(failure)\n".utf8))
            if options.json { FileHandle.standardOutput.write(Data((JSONEnvelope.failure(failure) + "\n").utf8)) }
            status = failure.status
        }
        if status != .answered { throw ExitCode(status.rawValue) }
    }

    /// Tells a failure: as JSON on standard output where JSON was asked for, and in words on standard error.
    private static func report(_ error: any Error, _ workspace: Workspace) -> ExitStatus {
        let failure = CommandError(error).withoutKeys
        // A failure to write has nowhere to be told; the exit status still says it.
        if workspace.options.json {
            try? workspace.output.write(JSONEnvelope.failure(failure) + "\n")
            try? workspace.output.flush()
        } else {
            try? workspace.output.flush()
            if failure.status != .interrupted {
                try? workspace.errors.writeLine(StyledText("magnus: \(failure)", .warning, shape: .line))
                try? workspace.errors.flush()
            }
        }
        return failure.status
    }
}
