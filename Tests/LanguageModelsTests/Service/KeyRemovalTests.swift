import LanguageModels
import MagnusTestSupport
import Testing
import Transport

/// Keys are taken out of what a model says, wherever its pieces cut them.
@Suite(.timeLimit(.minutes(20))) struct KeyRemovalTests {
    private static let key = "sk-abcdefgh"

    private struct Keys: SecretSource {
        func secret(_ name: String) -> Secret? {
            switch name {
            case "ONE_KEY": Secret(KeyRemovalTests.key)
            case "ONE_TOKEN": Secret("tk-1234567")
            default: nil
            }
        }
    }

    private func service(_ server: LoopbackServer) throws -> ModelService {
        let text =
            "providers: {one: {protocol: openai, base_url: '\(server.baseURL)', keys: [ONE_KEY], bearer: [ONE_TOKEN]}}"
        let directory = ModelDirectory(
            catalogue: try ModelCatalogue(.init(text: text, name: "catalogue.yaml")),
            variable: { _ in nil },
            secrets: Keys(),
            protocols: ["openai": PlainWire()]
        )
        return ModelService(
            directory: directory,
            chain: .named([ModelName(provider: "one", model: "big")]),
            transport: CurlTransport(),
            ledger: RecordingLedger(),
            pacing: WaitingClock().pacing
        )
    }

    @Test func theKeyIsTakenOutWhereverItIsCut() async throws {
        let said = "a sk-abc, \(Self.key)\(Self.key) b tk-1234567, sk-abcdefg"
        let expected = "a sk-abc, •••••••• b ••••, sk-abcdefg"
        for cut in 1..<said.utf8.count {
            let words = [String(said.prefix(cut)), String(said.dropFirst(cut))]
            let server = try LoopbackServer { _ in say(words[0], words[1]) }
            defer { server.stop() }
            let received = Received()
            let reply = try await service(server).reply(to: question()) { received.add($0) }
            #expect(reply.text == expected, "cut at \(cut)")
            let handed = received.events.reduce(into: "") { text, event in
                if case .text(let piece) = event { text += piece }
            }
            #expect(handed == expected, "cut at \(cut)")
        }
    }

    @Test func anEverydayReplyIsHandedOnPieceByPiece() async throws {
        let server = try LoopbackServer { _ in say("forty", "-two") }
        let received = Received()
        _ = try await service(server).reply(to: question()) { received.add($0) }
        #expect(received.events.suffix(2) == [.text("forty"), .text("-two")])
    }
}
