import ArgumentParser
import Foundation

/// `magnus embed`: vectors for scripts.
struct EmbedCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Print one JSON vector for each line of standard input.",
        discussion: """
            Each vector has 384 numbers and length 1 (all-MiniLM-L6-v2, mean pooling), or is one of the model that `encoder`
            in config.yaml names (see `magnus encoder`).

              magnus embed < lines.txt
            """
    )

    @OptionGroup var options: CommonOptions

    func run(in workspace: Workspace) async throws -> ExitStatus {
        guard !workspace.terminal.input.isTerminal else {
            throw CommandError(.usage, type: "usage", "there is no input", hint: "magnus embed < lines.txt")
        }
        guard let encoder = try workspace.library.encoder() else {
            throw CommandError(
                .configuration,
                type: "no_encoder",
                "the embedding model is not installed in \(workspace.locations.encoder)",
                hint: "scripts/run of the source folder fetches it"
            )
        }
        let text = try StandardInput.text(maximumBytes: 256_000_000)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasSuffix("\r") ? String(line.dropLast()) : String(line)
        }
        // The line break that ends the last line begins no other one.
        if lines.last == "" { lines.removeLast() }
        // In blocks, so that the first vectors appear soon and memory stays small.
        for start in stride(from: 0, to: lines.count, by: 256) {
            let block = Array(lines[start..<min(start + 256, lines.count)])
            let vectors = try await encoder.encode(block, as: .document)
            var output = ""
            for row in block.indices {
                let values = vectors[(row * encoder.dimension)..<((row + 1) * encoder.dimension)]
                output += "[" + values.map { String($0) }.joined(separator: ",") + "]\n"
            }
            try workspace.output.write(output)
            try workspace.output.flush()
            if workspace.output.isClosed { break }
            try Task.checkCancellation()
        }
        return .answered
    }
}
