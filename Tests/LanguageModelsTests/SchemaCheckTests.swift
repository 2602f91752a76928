import JSON
import LanguageModels
import Testing

@Suite("Checking JSON against a schema")
struct SchemaCheckTests {
    static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "symbol": ["type": "string", "minLength": 1, "maxLength": 5],
            "right": ["enum": ["call", "put"]],
            "strikes": [
                "type": "array", "minItems": 1, "maxItems": 3, "items": ["type": "number", "exclusiveMinimum": 0],
            ],
            "contracts": ["type": "integer", "minimum": 1, "maximum": 100],
            "note": ["type": ["string", "null"]],
            "legs": ["type": "array", "items": ["$ref": "#/$defs/leg"]],
            "price": ["anyOf": [["type": "number"], ["type": "object", "required": ["bid"]]]],
        ],
        "required": ["symbol", "strikes"],
        "additionalProperties": false,
        "$defs": ["leg": ["type": "object", "required": ["side"], "properties": ["side": ["const": "sell"]]]],
    ]

    @Test(
        "Faults name the place",
        arguments: [
            (#"{"symbol":"AAPL","strikes":[1.5]}"#, []),
            (
                #"{"symbol":"AAPL","strikes":[1],"right":"put","contracts":2,"note":null,"legs":[{"side":"sell","x":1}],"price":{"bid":1}}"#,
                []
            ),
            ("[]", ["the value is a list and must be an object"]),
            ("{}", ["symbol is missing", "strikes is missing"]),
            (
                #"{"symbol":7,"strikes":[]}"#,
                ["strikes has 0 elements and must have at least 1", "symbol is a number and must be a string"]
            ),
            (
                #"{"symbol":"TOOLONG","strikes":[1,0,"2"]}"#,
                [
                    "strikes[1] is 0 and must be more than 0", "strikes[2] is a string and must be a number",
                    "symbol has 7 characters and must have at most 5",
                ]
            ),
            (#"{"symbol":"A","strikes":[1],"contracts":1.5}"#, ["contracts is a number and must be a whole number"]),
            (#"{"symbol":"A","strikes":[1],"contracts":0}"#, ["contracts is 0 and must be at least 1"]),
            (#"{"symbol":"A","strikes":[1],"contracts":101}"#, ["contracts is 101 and must be at most 100"]),
            (
                #"{"symbol":"A","strikes":[1],"right":"straddle"}"#,
                [#"right is "straddle" and must be one of "call", "put""#]
            ),
            (
                #"{"symbol":"A","strikes":[1],"strike":1}"#,
                [
                    "strike is not known; there are contracts, legs, note, price, right, strikes, symbol"
                ]
            ),
            (
                #"{"symbol":"A","strikes":[1],"legs":[{"side":"sell"},{"side":"buy"},{}]}"#,
                [
                    #"legs[1].side must be "sell""#, "legs[2].side is missing",
                ]
            ),
            (#"{"symbol":"A","strikes":[1],"price":"1"}"#, ["price is a string and must be a number"]),
            (#"{"symbol":"A","strikes":[1],"note":true}"#, ["note is true or false and must be a string or null"]),
        ] as [(String, [String])]
    )
    func faults(text: String, faults: [String]) throws {
        let value = try #require(JSONValue(json: text))
        #expect(SchemaCheck(Self.schema).faults(in: value).map(\.description) == faults)
    }

    @Test("Schemas that combine others, refer to themselves or to nothing")
    func combinations() {
        func faults(_ value: JSONValue, _ schema: JSONValue) -> [String] {
            SchemaCheck(schema).faults(in: value).map(\.description)
        }
        #expect(
            faults(5, ["oneOf": [["type": "number"], ["type": "integer"]]]) == [
                "the value matches 2 of the choices and must match one"
            ]
        )
        #expect(faults(5, ["allOf": [["minimum": 6], ["maximum": 4]]]).count == 2)
        #expect(faults(5, ["not": ["type": "number"]]) == ["the value is what it must not be"])
        #expect(faults(.null, ["type": "string", "nullable": true]).isEmpty)
        #expect(faults("x", ["type": "STRING"]).isEmpty)
        #expect(faults("x", true).isEmpty)
        #expect(faults("x", false) == ["the value must not be there"])
        #expect(faults("x", ["$ref": "#/nowhere"]) == ["the value cannot be checked: the schema has no #/nowhere"])
        #expect(faults("x", ["$ref": "#"]) == ["the value is nested too deep to be checked"])
        let list: JSONValue = ["type": "array", "items": ["$ref": "#"]]
        #expect(faults([[[], []]], list).isEmpty)
        #expect(faults([[[], 1]], list) == ["[0][1] is a number and must be a list"])
        #expect(faults(.array(Array(repeating: "x", count: 100)), ["items": ["type": "number"]]).count == 20)
        #expect(
            faults(["a": 1, "b": "x"], ["additionalProperties": ["type": "number"]]) == [
                "b is a string and must be a number"
            ]
        )
    }

    @Test("The value in what a model wrote, with or without words and fences around it")
    func texts() throws {
        let check = SchemaCheck(["type": "object", "required": ["a"]])
        let texts = [
            #"{"a":1}"#, " {\"a\":1}\n", "```json\n{\"a\":1}\n```", "Here it is:\n```\n{\"a\":1}\n```\nDone.",
            "I think {\"a\":1} is it.", "```json\n{}\n```\nNo:\n```json\n{\"a\":1}\n```",
        ]
        for text in texts { #expect(try check.value(in: text) == ["a": 1], "\(text)") }
        let mismatch = #expect(throws: SchemaMismatch.self) { try check.value(in: "{}") }
        #expect(mismatch?.description == "a is missing")
        let none = #expect(throws: SchemaMismatch.self) { try check.value(in: "no") }
        #expect(none?.description == "the value is no JSON")
    }
}
