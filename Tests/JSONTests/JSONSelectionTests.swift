import Foundation
import Testing

@testable import JSON

@Suite("JSON of which a part is kept")
struct JSONSelectionTests {
    private func read(_ text: String, _ names: [String], wholes: [String] = []) -> WireValue? {
        Data(text.utf8).withUnsafeBytes { WireValue(json: $0, keeping: JSONSelection(names, wholes: wholes)) }
    }

    @Test("Members that are named are kept at any depth, others passed over")
    func keeps() {
        let text =
            #"{"a": [{"b": 1, "x": {"a": 2}, "y": [1, {"z": "\n"}]}], "w": {"any": {"thing": -1.5e3}}, "caf\u00e9": null}"#
        #expect(
            read(text, ["a", "b", "café"], wholes: ["w"])
                == .object([
                    "a": .list([.object(["b": .number(1)])]),
                    "w": .object(["any": .object(["thing": .number(-1_500)])]),
                    "café": .null,
                ])
        )
        #expect(read(text, []) == .object([:]))
        #expect(
            read(#"{"w": {"x": 1}, "x": 2, "a": {"w": 3}}"#, ["a"], wholes: ["w"])
                == .object(["w": .object(["x": .number(1)]), "a": .object(["w": .number(3)])])
        )
    }

    @Test(
        "What is no JSON is refused where it is passed over, too",
        arguments: [
            "{\"x\":}", "{\"x\" 1}", "{\"x\":1,}", "{\"x\":[1,]}", "{\"x\":[1 2]}", "{\"x\":tru}", "{\"x\":01}",
            "{\"x\":\"\\q\"}",
            "{\"x\":\"\n\"}", "{\"x\":{\"y\":1,}}", "{\"x\":{\"y\"}}", "{\"x\":{1:2}}", "{\"x\":[1}",
            "{\"x\":{\"y\":1]}", "{\"x\":1}}",
            "{\"x\":\"", "{\"x\":\"\\", "{\"x\":-}", "{\"x\":1e}", "{\"x",
        ]
    )
    func refuses(text: String) {
        #expect(read(text, ["a"]) == nil)
        #expect(read(text, [], wholes: ["x"]) == nil)
    }

    @Test("Depth is limited alike")
    func depth() {
        let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect(read("{\"x\":\(deep(199))}", []) != nil)
        #expect(read("{\"x\":\(deep(200))}", []) == nil)
    }

    @Test("A value of a service is written as exactly as it was read, equal ones alike")
    func writes() throws {
        let text = #"{"b":[1,0.10,12345678901234567890.5,null,true],"a":{"z":"\"é\n","y":{}},"A":""}"#
        let value = try #require(WireValue(json: Data(text.utf8)))
        #expect(value.json == #"{"A":"","a":{"y":{},"z":"\"é\n"},"b":[1,0.1,12345678901234567890.5,null,true]}"#)
        #expect(try JSONWriter().text(["v": value]) == "{\"v\":\(value.json)}")
    }
}
