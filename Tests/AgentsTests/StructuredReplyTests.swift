import Agents
import JSON
import LanguageModels
import MagnusTestSupport
import Testing

/// Replies that must have a form, whatever a service promises.
@Suite struct StructuredReplyTests {
    private static let form = ModelRequest.OutputSchema(
        name: "legs",
        schema: [
            "type": "object", "additionalProperties": false, "required": ["legs"],
            "properties": [
                "legs": [
                    "type": "array",
                    "items": [
                        "type": "object", "additionalProperties": false, "required": ["strike", "side"],
                        "properties": ["strike": ["type": "number"], "side": ["enum": ["buy", "sell"]]],
                    ],
                ]
            ],
        ]
    )
    private static let request = ModelRequest(
        agent: "tester",
        system: "S",
        messages: [ModelMessage(.user, text: "Which legs?")]
    )

    @Test func aReplyOfTheFormIsTakenAtOnce() async throws {
        let model = ScriptedModel(saying: #"{"legs": [{"strike": 170, "side": "sell"}]}"#)
        var correspondence = ModelCorrespondence(with: model)
        let value = try await correspondence.value(of: Self.form, to: Self.request)
        #expect(value == ["legs": [["strike": 170, "side": "sell"]]])
        #expect(model.requests.map(\.outputSchema) == [Self.form] && correspondence.exchanges.count == 1)
    }

    @Test func aReplyOfAnotherFormIsAskedForOnceMoreWithWhatIsWrong() async throws {
        let replies = [
            #"{"legs": [{"strike": "170", "side": "short"}], "note": "x"}"#,
            #"{"legs": [{"strike": 170, "side": "sell"}]}"#,
        ]
        let model = ScriptedModel { _, rank in .text(replies[rank]) }
        var correspondence = ModelCorrespondence(with: model)
        let value = try await correspondence.value(of: Self.form, to: Self.request)
        #expect(value["legs"]?.array?.count == 1)
        let again = try #require(model.requests.last)
        #expect(again.messages.count == 3 && again.messages[1].text == replies[0] && again.outputSchema == Self.form)
        let complaint = again.messages[2].text
        #expect(complaint.contains("legs[0].strike is a string and must be a number"))
        #expect(complaint.contains(#"legs[0].side is "short" and must be one of "buy", "sell""#))
        #expect(complaint.contains("note is not known"))
    }

    @Test func aModelThatDoesNotKeepToItFails() async throws {
        let model = ScriptedModel(saying: "Sell the put.")
        var correspondence = ModelCorrespondence(with: model)
        let error = await #expect(throws: ModelError.self) {
            try await correspondence.value(of: Self.form, to: Self.request)
        }
        #expect(error?.code == .malformedReply && error?.detail.contains("legs") == true)
        #expect(model.requests.count == 2)
    }

    @Test func findingsWithMembersOfAnotherKindAreRefusedWithTheirPlace() {
        for (text, reason) in [
            (#"{"findings": {}}"#, "findings is an object and must be a list"),
            (#"{"findings": [{"claim": "c", "severity": "bad", "evidence": ["P1"]}]}"#, "findings[0].severity is"),
            (#"{"findings": [{"claim": "c", "severity": "notice", "evidence": [1]}]}"#, "findings[0].evidence[0] is"),
            (#"{"findings": [{"claim": "c", "severity": "notice"}]}"#, "findings[0].evidence is missing"),
            (#"{"findings": [], "veto": true}"#, "veto is not known"),
        ] {
            let error = #expect(throws: FindingForm.FormError.self) { try FindingForm.statements(in: text) }
            #expect(error?.reason.contains(reason) == true, "\(text)")
        }
    }
}
