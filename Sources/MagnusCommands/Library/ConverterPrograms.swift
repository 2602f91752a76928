import Foundation
import Retrieval
import Transport

/// Programs that read PDF, office files and archives, run as children with limits on their time, memory and output.
struct ConverterPrograms: DocumentConverter {
    /// Where programs are looked for.
    let path: String
    /// The most bytes that are taken of what one gives.
    var maximumBytes = 64_000_000
    /// How long one may take.
    var timeLimit: Duration = .seconds(120)

    func output(of conversion: DocumentConversion, path: String) throws -> Data {
        switch conversion {
        case .pdfText:
            let arguments = ["-q", "-layout", "-enc", "UTF-8", path, "-"]
            return try run("pdftotext", arguments, package: "poppler-utils")
        case .markdown(let ending):
            let formats = ["tex": "latex"]
            let markdown = "markdown_strict-raw_html+pipe_tables+backtick_code_blocks+yaml_metadata_block"
            let arguments = [
                "+RTS", "-M1g", "-RTS", "--sandbox", "--standalone", "--from", formats[ending] ?? ending,
                "--to", markdown, "--wrap=none", path,
            ]
            // Its run-time system reserves far more address space than it uses.
            return try run("pandoc", arguments, package: "pandoc", limitsMemory: false)
        case .archiveEntry(let name):
            // What has a meaning in a pattern is escaped, and a name that begins like an option is made no option.
            var escaped = name.map { "*?[]\\".contains($0) ? "\\\($0)" : String($0) }.joined()
            if escaped.hasPrefix("-") { escaped = "[-]" + escaped.dropFirst() }
            return try run("unzip", ["-p", "-q", path, escaped], package: "unzip")
        }
    }

    private func run(_ program: String, _ arguments: [String], package: String, limitsMemory: Bool = true) throws
        -> Data
    {
        let isThere = path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
        guard isThere else { throw ConversionError.missingProgram(program, package: package) }
        // The shell sets the limit and becomes the program; it interprets no argument.
        let limit = limitsMemory ? "ulimit -v 2000000; " : ""
        let command = ChildCommand(
            "/bin/sh",
            ["-c", limit + "exec \"$0\" \"$@\"", program] + arguments,
            environment: ["PATH": path, "LANG": "C.UTF-8"]
        )
        do {
            let output = try ChildOutput.run(command, maximumBytes: maximumBytes, timeLimit: timeLimit)
            // unzip ends with 1 where it warned and all the same gave what was asked for.
            guard output.exit == .status(0) || (program == "unzip" && output.exit == .status(1)) else {
                let line = output.errorText.split(whereSeparator: \.isNewline).last.map(String.init)
                throw ConversionError.refused(
                    program: program,
                    detail: line?.prefix(200).description ?? "\(output.exit)"
                )
            }
            return output.data
        } catch let error as ChildProcessError {
            switch error.code {
            case .tooMuchOutput: throw ConversionError.tooLarge(program: program, bytes: maximumBytes)
            case .tooSlow: throw ConversionError.tooSlow(program: program, seconds: Int(timeLimit.components.seconds))
            default: throw ConversionError.refused(program: program, detail: error.detail)
            }
        }
    }
}
