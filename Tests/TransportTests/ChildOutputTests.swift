import Foundation
import Testing
import Transport

@Suite struct ChildOutputTests {
    private func run(_ script: String, maximumBytes: Int = 1_000_000, timeLimit: Duration = .seconds(30)) throws
        -> ChildOutput
    {
        try ChildOutput.run(
            ChildCommand("/bin/sh", ["-c", script]),
            maximumBytes: maximumBytes,
            timeLimit: timeLimit
        )
    }

    @Test func allThatAChildWritesIsKept() throws {
        let output = try run("printf out; printf err >&2; exit 3")
        #expect(output.data == Data("out".utf8))
        #expect(output.errorText == "err")
        #expect(output.exit == .status(3))
        #expect(try run("head -c 900000 /dev/zero").data.count == 900_000)
        #expect(try run("kill -9 $$").exit == .signal(SIGKILL))
        #expect(try run("cat").data.isEmpty, "nothing comes on standard input")
        #expect(try run("head -c 500000 /dev/zero >&2; echo done").data == Data("done\n".utf8))
    }

    @Test func tooMuchOutputEndsIt() {
        let error = #expect(throws: ChildProcessError.self) { try run("yes", maximumBytes: 100_000) }
        #expect(error?.code == .tooMuchOutput)
    }

    @Test(arguments: ["sleep 1000", "exec >&- 2>&-; sleep 1000", "(sleep 1000); sleep 1000"])
    func timeIsLimited(script: String) {
        let error = #expect(throws: ChildProcessError.self) { try run(script, timeLimit: .milliseconds(300)) }
        #expect(error?.code == .tooSlow)
    }

    /// What is left behind holds the output open for longer than is allowed.
    @Test(arguments: [
        "sleep 1000 & echo abc", "(sleep 1000; echo late) & printf 'abc\n'; exit 0",
        "exec 2>&-; sleep 1000 & exec 1>&1; echo abc",
    ])
    func theOutputEndsWithTheChild(script: String) throws {
        let output = try run(script, timeLimit: .seconds(300))
        #expect(output.data == Data("abc\n".utf8))
        #expect(output.exit == .status(0))
    }

    @Test func whatTheChildLeavesBehindEndsWithIt() throws {
        let output = try run("sleep 1000 & echo $!")
        let text = String(decoding: output.data, as: UTF8.self).trimmingCharacters(in: .newlines)
        let identifier = try #require(Int32(text))
        // It was killed; until it is reaped by its new parent, it is a zombie.
        let state = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)
        let letter = state?.split(separator: ")").last?.split(separator: " ").first
        #expect(state == nil || letter == "Z" || letter == "X" || isEnding(identifier))
    }

    /// Whether a process has SIGKILL pending, of which it ends as soon as it is its turn.
    private func isEnding(_ identifier: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
        let pending = status.split(separator: "\n").filter { $0.hasPrefix("SigPnd:") || $0.hasPrefix("ShdPnd:") }
        let masks = pending.compactMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) }
        return status.isEmpty || masks.contains { $0 & (1 << 8) != 0 }
    }

    @Test func aProgramThatIsNotThereIsNamed() {
        let error = #expect(throws: ChildProcessError.self) {
            try ChildOutput.run(ChildCommand("no-such-program"), maximumBytes: 10, timeLimit: .seconds(1))
        }
        #expect(error?.code == .cannotStart)
        #expect(error?.program == "no-such-program")
    }

    @Test func aCancelledTaskEndsIt() async {
        let task = Task { try run("sleep 1000", timeLimit: .seconds(1_000)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
