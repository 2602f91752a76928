import Agents
import Evidence
import Foundation
import JSON
import Markets
import Testing

/// The writer's text against that of Foundation's encoder, which it must equal byte for byte.
@Suite struct JSONWriterTests {
    private struct Everything: Encodable {
        enum Choice: Encodable {
            case plain
            case named(ageSeconds: Int)
            case unnamed(Int, String)
        }
        struct Empty: Encodable {}

        var zeta = "first"
        var text = "quote \" backslash \\ slash / tab \t line \n bell \u{7} delete \u{7F} separator \u{2028} é 日 😀"
        var numbers = [1.0, -0.0, 0.1 + 0.2, 1e-7, 1e22, .leastNonzeroMagnitude]
        var float: Float = 2.5
        var integers = [Int.min, 0, Int.max]
        var byte: Int8 = -3
        var unsigned = UInt64.max
        var flags = [true, false]
        var decimal = Decimal(string: "12.50")
        var asOf = Date(timeIntervalSince1970: 1_794_170_700.75)
        var nothing: Int?
        var gaps: [Int?] = [1, nil]
        var choices: [Choice] = [.plain, .named(ageSeconds: 3), .unnamed(1, "x")]
        var byName: [String: [String: Double]] = ["camelCase": ["innerKey": 1.5], "aKey": [:], "_": ["Z": 0]]
        var byNumber: [Int: String] = [2: "two"]
        var empty = Empty()
        var emptyList: [Int] = []
        var thetaPerDay = 1
        var ioURL = "x"
        var value: JSONValue = ["b": [1, .number(2.5), true, "x"], "a": .null]
    }

    private func expected(_ value: some Encodable, _ style: JSONWriter.KeyStyle) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        if style == .snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test(arguments: [JSONWriter.KeyStyle.asDeclared, .snakeCase])
    func writesWhatFoundationWrites(style: JSONWriter.KeyStyle) throws {
        let value = [Everything(), Everything()]
        #expect(try JSONWriter(keys: style).text(value) == expected(value, style))
        #expect(try JSONWriter(keys: style).text("alone") == "\"alone\"")
        #expect(try JSONWriter(keys: style).data([1, 2]) == Data("[1,2]".utf8))
    }

    /// Facts write themselves; their form must stay that of their `Encodable` conformance.
    @Test(arguments: [JSONWriter.KeyStyle.asDeclared, .snakeCase])
    func factsAreWrittenInTheirEncodableForm(style: JSONWriter.KeyStyle) throws {
        let values: [Fact.Value] = [
            .decimal(Decimal(string: "-1234.50") ?? 0), .number(0.25), .number(3),
            .date(TradingDate(daysSinceEpoch: 20_775)),
            .text("no \"quote\"\n"),
        ]
        let freshness: [Freshness] = [.live, .demo, .fixed, .cached(ageSeconds: 90), .stale(reason: "2 hours old")]
        var facts: [Fact] = []
        for (index, value) in values.enumerated() {
            facts.append(
                Fact(
                    id: "P1.\(index)",
                    label: "label",
                    subjects: index == 0 ? [] : ["NVDA 2026-11-20 170 put", "NVDA"],
                    value: value,
                    unit: .dollarsPerShare,
                    source: "quotes.csv (mid)",
                    asOf: index % 2 == 0 ? nil : Date(timeIntervalSince1970: 1_794_170_700),
                    freshness: freshness[index],
                    formula: index % 2 == 0 ? "a x b" : nil,
                    inputs: index == 1 ? ["P1.1", "P1.2"] : []
                )
            )
        }
        let evidence = Evidence(id: "P1", tool: "positions", summary: "s", facts: facts)
        #expect(try JSONWriter(keys: style).text(evidence) == expected(evidence, style))
    }

    @Test func refusesWhatJSONCannotHold() {
        #expect(throws: EncodingError.self) { try JSONWriter().text([Double.nan]) }
        #expect(throws: EncodingError.self) { try JSONWriter().text(["x": Double.infinity]) }
        let fact = Fact(
            label: "x",
            value: .number(.nan),
            unit: .ratio,
            source: "s",
            asOf: nil,
            freshness: .fixed
        )
        #expect(throws: EncodingError.self) { try JSONWriter().text([fact]) }
    }
}
