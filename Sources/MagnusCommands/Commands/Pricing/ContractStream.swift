import Dispatch
import Foundation
import Markets
import Storage
import Synchronization

/// Answers contracts that come as lines of JSON on standard input, one line for each, in their order.
///
/// Each line is worked out by itself, so what is printed does not depend on how many cores share the work.
struct ContractStream {
    let question: ContractQuestion
    let pricer: OptionPricer

    /// Lines that one core works out before it takes the next ones: few enough that no core waits for another.
    private static let linesAtOnce = 64

    /// Reads until the end of standard input, or until nobody reads the answers.
    ///
    /// - Returns: How many lines came, and how many have no answer.
    /// - Throws: `StorageError`, `TerminalError`, `CancellationError`.
    func run(_ workspace: Workspace) throws -> (lines: Int, failed: Int) {
        var counts = (lines: 0, failed: 0)
        // One byte more than is allowed tells a line that is too long.
        let longest = ContractAnswer.longestLine + 1
        try LineStream.read(descriptor: 0, named: "standard input", longestLine: longest) { stream in
            while let lines = try stream.next() {
                let (text, failed) = answers(lines)
                counts = (counts.lines + lines.count, counts.failed + failed)
                try workspace.output.write(text)
                try workspace.output.flush()
                if workspace.output.isClosed { break }
                try Task.checkCancellation()
            }
        }
        return counts
    }

    /// The answers to some lines, each with its line break, and how many are errors.
    private func answers(_ lines: [Data]) -> (text: String, failed: Int) {
        let blocks = (lines.count + Self.linesAtOnce - 1) / Self.linesAtOnce
        guard blocks > 1 else { return answer(lines[...]) }
        let results = Mutex([(text: String, failed: Int)](repeating: ("", 0), count: blocks))
        DispatchQueue.concurrentPerform(iterations: blocks) { block in
            let start = block * Self.linesAtOnce
            let result = answer(lines[start..<min(start + Self.linesAtOnce, lines.count)])
            results.withLock { $0[block] = result }
        }
        return results.withLock { results in
            (results.map(\.text).joined(), results.reduce(0) { $0 + $1.failed })
        }
    }

    private func answer(_ lines: ArraySlice<Data>) -> (text: String, failed: Int) {
        var text = ""
        var failed = 0
        for line in lines {
            let answer = ContractAnswer(question, line: line, pricer: pricer)
            if !answer.isAnswered { failed += 1 }
            text += answer.json
            text += "\n"
        }
        return (text, failed)
    }
}
