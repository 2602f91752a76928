import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20)))
struct ChildProcessTests {
    private static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

    private func shell(_ script: String, limits: ChildLimits = ChildLimits()) throws -> ChildProcess {
        try ChildProcess(ChildCommand("sh", ["-c", script], environment: Self.environment), limits: limits)
    }

    private func allLines(_ child: ChildProcess) async throws -> [String] {
        var lines: [String] = []
        while let line = try await child.nextLine() { lines.append(String(decoding: line, as: UTF8.self)) }
        return lines
    }

    @Test func whatIsSentComesBackLineByLine() async throws {
        let child = try ChildProcess(ChildCommand("cat", environment: Self.environment))
        let long = String(repeating: "äöü", count: 200_000)
        for text in ["one", "", long] { try child.send(Data(text.utf8)) }
        for expected in ["one", "", long] {
            let line = try #require(try await child.nextLine())
            #expect(String(decoding: line, as: UTF8.self) == expected)
        }
        #expect(await child.stop() == .status(0))
        #expect(try await child.nextLine() == nil)
    }

    @Test func linesEndWithOrWithoutCarriageReturnAndTheLastNeedsNoBreak() async throws {
        let child = try shell(#"printf 'a\r\nb\n\nc'"#)
        #expect(try await allLines(child) == ["a", "b", "", "c"])
    }

    @Test func argumentsAndEnvironmentArriveAsTheyAreAndNothingElseDoes() async throws {
        let child = try ChildProcess(
            ChildCommand(
                "sh",
                ["-c", #"printf '%s|' "$0" "$@" "$SECRET" "$HOME"; echo"#, "a b", "$(id)", "*"],
                environment: Self.environment.merging(["SECRET": "s p"]) { $1 }
            )
        )
        #expect(try await allLines(child) == ["a b|$(id)|*|s p||"])
    }

    @Test func aChildDoesNotHoldTheStreamsOfAnotherOpen() async throws {
        let first = try shell("cat >/dev/null; exit 5")
        let second = try shell("cat >/dev/null")
        // Were the first one's input inherited by the second, it would not end by itself.
        #expect(await first.stop(grace: .seconds(20)) == .status(5))
        await second.stop()
    }

    @Test(arguments: ["no-such-program-anywhere", "/etc/passwd", "/no/such/file", ""])
    func aProgramThatCannotBeStartedIsAnError(program: String) throws {
        let error = try #require(throws: ChildProcessError.self) {
            try ChildProcess(ChildCommand(program, environment: Self.environment))
        }
        #expect(error.code == .cannotStart)
        #expect(error.description.contains("check the command"))
    }

    @Test func theExitIsReportedAndTheEndOfItsErrorsKept() async throws {
        let child = try shell("echo first >&2; echo 'no such model' >&2; exit 3")
        #expect(try await child.nextLine() == nil)
        #expect(await child.stop() == .status(3))
        #expect(child.errorText == "first\nno such model\n")
    }

    @Test func aFloodOfErrorsIsReadAndOnlyItsEndKept() async throws {
        let child = try shell(
            "yes 'noise noise noise' | head -c 20000000 >&2; echo end >&2; echo done",
            limits: ChildLimits(keptErrorBytes: 100)
        )
        #expect(try await allLines(child) == ["done"])
        await child.stop()
        #expect(child.errorText.utf8.count == 100)
        #expect(child.errorText.hasSuffix("end\n"))
        #expect(child.errorText.contains("noise noise"))
    }

    @Test func hundredMegabytesWithoutALineBreakAreAnError() async throws {
        let child = try shell("head -c 100000000 /dev/zero", limits: ChildLimits(maximumLineBytes: 1_000_000))
        let error = await #expect(throws: ChildProcessError.self) { try await child.nextLine() }
        #expect(error?.code == .lineTooLong)
        await child.stop()
    }

    @Test func aFloodOfLinesWaitsForItsReader() async throws {
        let child = try shell("yes | head -n 300000; echo end >&2", limits: ChildLimits(maximumBytesAhead: 10_000))
        // The child cannot come to its end before the lines are taken.
        #expect(child.errorText == "")
        var count = 0
        while try await child.nextLine() != nil { count += 1 }
        #expect(count == 300_000)
        await child.stop()
        #expect(child.errorText == "end\n")
    }

    @Test func aChildThatDoesNotReadIsAnErrorAtTheLimit() async throws {
        let child = try shell("exec sleep 1000", limits: ChildLimits(maximumBytesToSend: 300_000))
        let error = #expect(throws: ChildProcessError.self) {
            for _ in 0..<100 { try child.send(Data(count: 10_000)) }
        }
        #expect(error?.code == .notReading)
        #expect(await child.stop(grace: .milliseconds(20)) == .signal(SIGTERM))
    }

    @Test func writingToAChildThatIsGoneIsAnErrorNotASignal() async throws {
        let child = try shell("exit 0")
        #expect(try await child.nextLine() == nil)
        await child.stop()
        let error = #expect(throws: ChildProcessError.self) { try child.send(Data("x".utf8)) }
        #expect(error?.code == .ended)
    }

    @Test func aChildThatClosedItsInputStopsTakingLines() async throws {
        let child = try shell("exec 0<&-; echo ready; exec sleep 1000")
        #expect(try await child.nextLine() != nil)
        let error = await #expect(throws: ChildProcessError.self) {
            while true {
                try child.send(Data("x".utf8))
                await Task.yield()
            }
        }
        #expect(error?.code == .ended)
        await child.stop(grace: .milliseconds(20))
    }

    @Test func stoppingClosesTheInputThenAsksThenKills() async throws {
        let polite = try shell("cat >/dev/null; exit 7")
        #expect(await polite.stop() == .status(7))
        let deaf = try shell("trap '' TERM; echo ready; while :; do sleep 1000; done")
        #expect(try await deaf.nextLine() != nil)
        #expect(await deaf.stop(grace: .milliseconds(50)) == .signal(SIGKILL))
    }

    @Test func itsOwnChildrenEndWithIt() async throws {
        let child = try shell("sleep 1000 & echo $!; exit 0")
        let line = try #require(try await child.nextLine())
        let orphan = try #require(Int32(String(decoding: line, as: UTF8.self)))
        // The orphan holds the pipe open: without its end there would be no end of the output.
        #expect(try await child.nextLine() == nil)
        await child.stop()
        func isAlive() -> Bool {
            guard let state = try? String(contentsOfFile: "/proc/\(orphan)/stat", encoding: .utf8) else { return false }
            return !state.contains(") Z")
        }
        // It was killed; it may take a moment to be gone.
        while isAlive() { await Task.yield() }
    }

    @Test func cancellingEndsTheWaitAndLeavesTheChildAlone() async throws {
        let child = try shell("read line; echo got $line")
        let waiting = Task { try await child.nextLine() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try child.send(Data("it".utf8))
        #expect(try await child.nextLine() == Data("got it".utf8))
        await child.stop()
    }

    @Test func aLineBreakInsideAMessageIsRefused() async throws {
        let child = try shell("cat")
        let error = #expect(throws: ChildProcessError.self) { try child.send(Data("a\nb".utf8)) }
        #expect(error?.code == .notALine)
        await child.stop()
    }

    @Test func aChildThatIsLetGoOfIsStopped() async throws {
        let folder = try TemporaryFolder()
        let fifo = folder.path("ended")
        try #require(mkfifo(fifo, 0o600) == 0)
        do { _ = try shell("cat >/dev/null; echo bye >\(fifo)") }
        // Opening the pipe waits for the child that writes to it at its end; on a thread that may wait.
        let text = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let reader = FileHandle(forReadingAtPath: fifo)
                continuation.resume(returning: String(decoding: reader?.readDataToEndOfFile() ?? Data(), as: UTF8.self))
            }
        }
        #expect(text == "bye\n")
    }
}
