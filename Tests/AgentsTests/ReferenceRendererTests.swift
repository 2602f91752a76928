import Agents
import Evidence
import Foundation
import Testing

@Suite struct ReferenceRendererTests {
    private static let evidence = referenceEvidence([
        ("P1.1", "x", .decimal(Decimal(-18_008) / 100), .dollars), ("P1.2", "x", .number(0.418), .fraction),
        ("P1.3", "x", .decimal(2), .days), ("P1.4", "x", .decimal(Decimal(10_462) / 100), .dollarsPerShare),
    ])

    @Test(arguments: [
        ("It is {P1.1}.", "It is -$180.08."), ("a loss of {P1.1}", "a loss of $180.08"),
        ("down {P1.1}", "down $180.08"),
        ("{P1.2}% of it", "41.8% of it"), ("{P1.2} % of it", "41.8% of it"), ("{P1.2} of it", "41.8% of it"),
        ("at ${P1.4}", "at $104.62"), ("{P1.3} days", "2 days"), ("{P1.3}{P1.3}", "22"), ("{P9.9}!", "{P9.9}!"),
        ("a { b } c", "a { b } c"), ("{", "{"), ("{P1.3", "{P1.3"), ("{}", "{}"), ("${", "${"), ("$", "$"),
        ("{{P1.3}}", "{2}"),
        ("{P1.2} ", "41.8% "),
        (
            "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}",
            "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}"
        ),
    ])
    func rendersWhereverTheTextIsCut(text: String, expected: String) {
        for length in 1...max(1, text.count) {
            var renderer = ReferenceRenderer(Self.evidence)
            var result = ""
            var rest = text[...]
            while !rest.isEmpty {
                result += renderer.append(String(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            result += renderer.finish()
            #expect(result == expected, "in pieces of \(length)")
        }
    }

    @Test func saysWhereReferencesStandAndWhichAreUnknown() {
        var renderer = ReferenceRenderer(Self.evidence)
        let text = renderer.render("é {P1.1} and {P1.pnl}")
        #expect(text == "é -$180.08 and {P1.pnl}")
        #expect(renderer.references.map(\.isKnown) == [true, false])
        #expect(
            renderer.references.map { String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) } == [
                "-$180.08", "{P1.pnl}",
            ]
        )
    }
}
