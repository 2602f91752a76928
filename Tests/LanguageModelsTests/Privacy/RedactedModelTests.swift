import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Synchronization
import Testing

/// Says what it is told to say, and keeps what it was asked.
private final class ScriptedModel: LanguageModel {
    let asked = Mutex<[ModelRequest]>([])
    private let events: [ModelEvent]
    private let message: ModelMessage
    private let error: ModelError?

    init(_ events: [ModelEvent], message: ModelMessage, error: ModelError? = nil) {
        (self.events, self.message, self.error) = (events, message, error)
    }

    func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        asked.withLock { $0.append(request) }
        for event in events { try await receive(event) }
        if let error { throw error }
        let name = ModelName(provider: "acme", model: "small")
        return ModelReply(message: message, ending: .complete, usage: TokenUsage(), model: name)
    }
}

@Suite("A model that never learns what is private")
struct RedactedModelTests {
    private static let terms = PrivateTerms(accounts: ["5WT00042"], names: ["Ann Example"], folders: ["/home/ann"])
    private static let echo: JSONValue = ["signature": "abc", "text": "[account-1]"]

    private static let request = ModelRequest(
        agent: "analyst",
        system: "You serve Ann Example.",
        messages: [
            ModelMessage(.user, text: "What of 5WT00042 and {P1.3}? NVDA  261218P00170000"),
            ModelMessage(
                .assistant,
                [
                    .reasoning(ModelText("about 5WT00042", echo: echo)),
                    .toolCall(ModelToolCall(id: "c1", name: "positions", argumentText: #"{"account":"5WT00042"}"#)),
                ]
            ),
            ModelMessage(
                .user,
                [
                    .toolResult(
                        ModelToolResult(
                            id: "c1",
                            name: "positions",
                            content: #"{"file":"/home/ann/a.csv","value":12.5}"#
                        )
                    )
                ]
            ),
        ],
        tools: [.init(name: "positions", summary: "Of 5WT00042", schema: ["enum": ["5WT00042"]])],
        outputSchema: .init(name: "answer", schema: ["description": "for ann@mail.example"])
    )

    private func collect(_ model: RedactedModel, _ request: ModelRequest) async throws -> ([ModelEvent], ModelReply) {
        let events = Mutex<[ModelEvent]>([])
        let reply = try await model.reply(to: request) { event in events.withLock { $0.append(event) } }
        return (events.withLock { $0 }, reply)
    }

    @Test("Nothing private is in what is sent")
    func out() async throws {
        let base = ScriptedModel([], message: ModelMessage(.assistant, text: ""))
        let model = RedactedModel(base, redactor: Redactor(Self.terms))
        _ = try await model.reply(to: Self.request)
        let sent = try #require(base.asked.withLock { $0.first })
        #expect(sent.system == "You serve [name-1].")
        #expect(sent.messages[0].text == "What of [account-1] and {P1.3}? NVDA  261218P00170000")
        #expect(sent.messages[1].parts[0] == .reasoning(ModelText("about [account-1]", echo: Self.echo)))
        #expect(sent.messages[1].toolCalls.first?.argumentText == #"{"account":"[account-1]"}"#)
        guard case .toolResult(let result) = sent.messages[2].parts[0] else {
            throw ModelError(.malformedReply, detail: "")
        }
        #expect(result.content == #"{"file":"[path-1]","value":12.5}"#)
        #expect(sent.tools[0].summary == "Of [account-1]" && sent.tools[0].schema == ["enum": ["[account-1]"]])
        #expect(sent.outputSchema?.schema == ["description": "for [email-1]"])
        #expect(sent.tools[0].name == "positions" && sent.agent == "analyst")
    }

    @Test("A token may be cut anywhere in a stream")
    func everyCut() async throws {
        let said = "é [account-1], [account-9] [acc [[account-1]] [name-1]\u{301} {P1.3}["
        let expected = "é 5WT00042, [account-9] [acc [5WT00042] Ann Example\u{301} {P1.3}["
        let scalars = Array(said.unicodeScalars)
        for first in 0...scalars.count {
            for second in first...scalars.count {
                let cuts = [scalars[..<first], scalars[first..<second], scalars[second...]]
                let pieces = cuts.map { String(String.UnicodeScalarView($0)) }
                let base = ScriptedModel(pieces.map(ModelEvent.text), message: ModelMessage(.assistant, text: said))
                let (events, reply) = try await collect(
                    RedactedModel(base, redactor: Redactor(Self.terms)),
                    Self.request
                )
                let text = events.reduce(into: "") { text, event in if case .text(let piece) = event { text += piece } }
                #expect(Array(text.utf8) == Array(expected.utf8))
                #expect(Array(reply.text.utf8) == Array(expected.utf8))
            }
        }
    }

    @Test("No more is held back than can become a token")
    func holdsLittle() async throws {
        let pieces: [ModelEvent] = [
            .text("one [1] [a"), .text("x two [account-1"), .text("] three [account-2"), .text(" ["),
        ]
        let base = ScriptedModel(pieces, message: ModelMessage(.assistant, text: ""))
        let (events, _) = try await collect(RedactedModel(base, redactor: Redactor(Self.terms)), Self.request)
        #expect(
            events == [
                .text("one [1] "), .text("[ax two "), .text("5WT00042 three [account-2"), .text(" "), .text("["),
            ]
        )
    }

    @Test("Tool calls come back restored, after the words before them")
    func toolCalls() async throws {
        let call = ModelToolCall(
            id: "c2",
            name: "positions",
            argumentText: #"{"account":"[account-1]","file":"[path-1]","other":"[key-1]"}"#,
            echo: Self.echo
        )
        let base = ScriptedModel(
            [
                .began(ModelName(provider: "acme", model: "small")), .reasoning("of [account-1"), .reasoning("]"),
                .text("see ["), .toolCall(call),
            ],
            message: ModelMessage(
                .assistant,
                [.reasoning(ModelText("of [account-1]", echo: Self.echo)), .toolCall(call)]
            )
        )
        let (events, reply) = try await collect(RedactedModel(base, redactor: Redactor(Self.terms)), Self.request)
        var restored = call
        restored.argumentText = #"{"account":"5WT00042","file":"/home/ann/a.csv","other":"[key-1]"}"#
        #expect(
            events == [
                .began(ModelName(provider: "acme", model: "small")), .reasoning("of "), .reasoning("5WT00042"),
                .text("see "),
                .text("["), .toolCall(restored),
            ]
        )
        #expect(reply.message.parts == [.reasoning(ModelText("of 5WT00042", echo: Self.echo)), .toolCall(restored)])
    }

    @Test("What a service reports of a failure is restored too")
    func errors() async throws {
        let error = ModelError(.toolCallUnreadable, detail: "no [account-1]", failedGeneration: "call([account-1])")
        let base = ScriptedModel([], message: ModelMessage(.assistant, text: ""), error: error)
        let model = RedactedModel(base, redactor: Redactor(Self.terms))
        let thrown = await #expect(throws: ModelError.self) { try await model.reply(to: Self.request) }
        #expect(thrown?.detail == "no 5WT00042" && thrown?.failedGeneration == "call(5WT00042)")
    }

    @Test("A following request has the tokens of the one before")
    func conversation() async throws {
        let base = ScriptedModel([], message: ModelMessage(.assistant, text: "Of [account-1]."))
        let model = RedactedModel(base, redactor: Redactor(Self.terms))
        var request = ModelRequest(agent: "a", system: "", messages: [ModelMessage(.user, text: "5WT00042?")])
        let reply = try await model.reply(to: request)
        #expect(reply.text == "Of 5WT00042.")
        request.messages += [reply.message, ModelMessage(.user, text: "and c@d.example?")]
        _ = try await model.reply(to: request)
        let sent = try #require(base.asked.withLock { $0.last })
        #expect(sent.messages.map(\.text) == ["[account-1]?", "Of [account-1].", "and [email-1]?"])
    }
}
