import Connectors
import Foundation
import JSON
import Testing
import Transport

@Suite(.timeLimit(.minutes(20)))
struct MCPStdioTests {
    /// The error that a call of the tool `t` ends in.
    private func failure(
        _ fault: String,
        limits: MCPClient.Limits = MCPServers.patience,
        deadline: Duration? = nil
    ) async throws -> MCPError {
        let client = MCPServers.faulty(fault, limits: limits)
        let error = await #expect(throws: MCPError.self) { try await client.call("t", deadline: deadline) }
        await client.close()
        return try #require(error)
    }

    @Test func theGreetingIsThatOfTheSpecification() async throws {
        let client = MCPServers.faulty("none")
        let server = try await client.connect()
        #expect(server.name == "faulty")
        #expect(server.version == "1")
        #expect(server.revision == "2025-06-18")
        #expect(server.offersTools)
        let heard = try await client.call("heard").value
        #expect(heard == .list([.text("initialize"), .text("notifications/initialized"), .text("tools/call heard")]))
        await client.close()
    }

    @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
    func knownRevisionsAreAccepted(revision: String) async throws {
        let client = MCPServers.faulty("revision=\(revision)")
        #expect(try await client.connect().revision == revision)
        await client.close()
    }

    @Test func anUnknownRevisionIsAClearError() async throws {
        let error = try await failure("version")
        #expect(error.code == .unknownRevision)
        #expect(error.description.contains("1999-01-01"))
        #expect(error.description.contains("2025-06-18"))
    }

    @Test func aServerThatDoesNotGreetRunsIntoTheDeadline() async throws {
        let error = try await failure("mute", limits: MCPClient.Limits(deadline: .milliseconds(100)))
        #expect(error.code == .timedOut)
    }

    @Test func aMissingProgramSaysSo() async throws {
        let channel = MCPStdioChannel(server: "none", command: ChildCommand("/no/such/server"))
        let client = MCPClient(channel: channel, version: "1")
        let error = await #expect(throws: MCPError.self) { try await client.connect() }
        #expect(error?.code == .cannotStart)
    }

    @Test func pagesOfToolsAreJoinedByTheirOpaqueCursors() async throws {
        let client = MCPServers.faulty("pages")
        #expect(try await client.tools().map(\.name) == ["a", "b", "c"])
        await client.close()
    }

    @Test(arguments: ["endless", "circle"])
    func aListOfToolsThatDoesNotEndIsAnError(fault: String) async throws {
        let client = MCPServers.faulty(fault)
        let error = await #expect(throws: MCPError.self) { try await client.tools() }
        #expect(error?.code == .malformed)
        await client.close()
    }

    @Test func theListOfToolsIsKeptUntilTheServerSaysItChanged() async throws {
        let client = MCPServers.faulty("changing")
        #expect(try await client.tools().count == 1)
        #expect(try await client.tools().count == 1)
        let digest = try await client.tools().digest
        _ = try await client.call("t")
        #expect(try await client.tools().count == 2)
        #expect(try await client.tools().digest != digest)
        await client.close()
    }

    @Test func linesThatAreNoMessageArePassedOver() async throws {
        let client = MCPServers.faulty("greeting")
        #expect(try await client.call("t").text == "ok")
        await client.close()
    }

    @Test func aFloodOfThemIsAnError() async throws {
        let error = try await failure("junk")
        #expect(error.code == .malformed)
        #expect(error.words == "noise")
    }

    @Test func anAnswerToARequestThatWasNeverSentIsAnError() async throws {
        let error = try await failure("wrong-id")
        #expect(error.code == .malformed)
        #expect(error.detail.contains("999"))
    }

    @Test func anIdentifierInQuotesIsNotOurs() async throws {
        let error = try await failure("text-id", deadline: .milliseconds(200))
        #expect(error.code == .timedOut)
    }

    @Test func aRefusalWithoutAnIdentifierIsForWhoeverWaits() async throws {
        let error = try await failure("null-id")
        #expect(error.code == .refused(code: -32_700))
        #expect(error.words == "Parse error")
    }

    @Test func deathInTheMiddleOfACallIsAnErrorWithItsLastWords() async throws {
        let client = MCPServers.faulty("death")
        let error = await #expect(throws: MCPError.self) { try await client.call("t") }
        #expect(error?.code == .closed)
        #expect(error?.detail == "it ended (exit status 3)")
        #expect(error?.words == "Traceback: out of memory\n")
        // The next question starts it again.
        #expect(try await client.call("heard").text != nil)
        await client.close()
    }

    @Test func anAnswerThatIsTooLargeIsAnError() async throws {
        #expect(try await failure("huge").code == .tooLarge)
    }

    @Test func aRefusalKeepsItsCodeAndWords() async throws {
        let error = try await failure("error")
        #expect(error.code == .refused(code: -32_602))
        #expect(error.words == "Unknown tool: t")
    }

    @Test func aToolThatFailsIsAnErrorWithTheServersWordsAsData() async throws {
        let error = try await failure("failed")
        #expect(error.code == .toolFailed)
        #expect(error.words == "no such\nsymbol")
        #expect(error.description.contains("it says: no such symbol"))
        #expect(!error.description.contains("\n"))
    }

    @Test func aFloodOnStandardErrorDoesNotBlockTheAnswer() async throws {
        let client = MCPServers.faulty("noisy")
        #expect(try await client.call("t").text == "ok")
        await client.close()
    }

    @Test func aPingIsAnsweredAndNothingElseIsOffered() async throws {
        let client = MCPServers.faulty("asking")
        let replies = try await client.call("t").value
        let ping: WireValue = .object(["jsonrpc": .text("2.0"), "id": .text("p-1"), "result": .object([:])])
        guard case .list(let elements) = replies, elements.count == 2 else {
            Issue.record("two replies were expected: \(String(describing: replies))")
            return
        }
        #expect(elements[0] == ping)
        #expect(elements[1]["id"] == .number(77))
        #expect(elements[1]["error"]?["code"] == .number(-32_601))
        await client.close()
    }

    @Test func answersFindTheirRequestsInAnyOrder() async throws {
        let client = MCPServers.faulty("reversed")
        let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for number in 0..<20 { group.addTask { (number, try await client.call("tool-\(number)").text) } }
            return try await group.reduce(into: [Int: String?]()) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 20)
        for (number, text) in answers { #expect(text == "tool-\(number)") }
        await client.close()
    }

    @Test func aBatchIsReadMessageByMessage() async throws {
        let client = MCPServers.faulty("batch")
        #expect(try await client.call("t").text == "ok")
        await client.close()
    }

    @Test func aCallThatTakesTooLongIsGivenUpAndTheServerTold() async throws {
        let client = MCPServers.faulty("silent")
        let error = await #expect(throws: MCPError.self) { try await client.call("t", deadline: .milliseconds(100)) }
        #expect(error?.code == .timedOut)
        #expect(try await hears("notifications/cancelled", client))
        await client.close()
    }

    @Test func aCancelledCallEndsAtOnceAndTheServerIsTold() async throws {
        let client = MCPServers.faulty("silent")
        let call = Task { try await client.call("t") }
        // Cancelled once the server has the request.
        #expect(try await hears("tools/call t", client))
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(try await hears("notifications/cancelled", client))
        await client.close()
    }

    @Test func aLateAnswerIsNotTakenForTheNext() async throws {
        let client = MCPServers.faulty("late")
        await #expect(throws: MCPError.self) { try await client.call("t", deadline: .milliseconds(100)) }
        #expect(try await client.call("t").text == "in time")
        await client.close()
    }

    @Test func progressPutsOffTheDeadlineButNotForEver() async throws {
        let start = ContinuousClock.now
        let limits = MCPClient.Limits(longest: .milliseconds(600))
        let error = try await failure("progress", limits: limits, deadline: .milliseconds(300))
        #expect(error.code == .timedOut)
        #expect(start.duration(to: .now) >= .milliseconds(600))
    }

    @Test func closingEndsWhatWaits() async throws {
        let client = MCPServers.faulty("silent")
        let call = Task { try await client.call("t", deadline: .seconds(3_600)) }
        #expect(try await hears("tools/call t", client))
        await client.close()
        let error = await #expect(throws: MCPError.self) { try await call.value }
        #expect(error?.code == .closed)
    }

    /// Whether the server has heard of `method`; it is told without anyone waiting, so it is asked until it has.
    private func hears(_ method: String, _ client: MCPClient) async throws -> Bool {
        for _ in 0..<1_000 where try await client.call("heard").text?.contains(method) == true { return true }
        return false
    }
}
