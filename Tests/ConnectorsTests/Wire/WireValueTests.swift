import Connectors
import Foundation
import JSON
import Markets
import Testing

@Suite("Values of services")
struct WireValueTests {
    @Test(
        "A text is a number only as a whole",
        arguments: [
            ("12.5", "12.5"), ("-0.0010", "-0.001"), ("+3", "3"), (".5", "0.5"), ("1e-05", "0.00001"), ("2E3", "2000"),
            ("1-2", nil), ("2026-11-20", nil), ("", nil), ("-", nil), (".", nil), ("e5", nil), ("1e", nil),
            ("1.2.3", nil),
            ("NaN", nil), ("12 ", nil), ("1,000", nil), ("0x10", nil), ("--", nil),
        ] as [(String, String?)]
    )
    func numbers(_ text: String, _ number: String?) {
        #expect(WireValue.text(text).decimal == number.flatMap { Decimal(string: $0) })
    }

    @Test("Numbers of JSON stay exact", arguments: ["0.1", "19050.37", "-1.55", "1795200060000", "0.00031", "100"])
    func exact(_ text: String) throws {
        let value = try #require(WireValue(json: Data(#"{"n": \#(text)}"#.utf8)))
        #expect(value["n"]?.decimal == Decimal(string: text))
        #expect(value["n"]?.double == Double(text))
    }

    @Test("Whole numbers")
    func integers() {
        #expect(WireValue.text("436.0").integer == 436)
        #expect(WireValue.text("3957").integer == 3957)
        #expect(WireValue.text("1.5").integer == nil)
        #expect(WireValue.number(Decimal(9_007_199_254_740_993 as Int64)).integer == 9_007_199_254_740_993)
    }

    @Test("A day is a day alone")
    func days() {
        #expect(WireValue.text("2026-11-20").date == TradingDate("2026-11-20"))
        #expect(WireValue.text("2026-11-20T00:00:00Z").date == nil)
        #expect(WireValue.text("2026-02-29").date == nil)
        #expect(WireValue.number(20_261_120).date == nil)
    }

    @Test("A field that not every record has is missed only where none has it")
    func sparse() throws {
        func drift(_ records: [String]) throws -> SchemaDrift {
            var drift = SchemaDrift()
            for record in records {
                _ = try #require(WireValue(json: Data(record.utf8))).sparse("beta", \.decimal, &drift)
            }
            return drift
        }
        #expect(try drift([#"{"beta": 1}"#, "{}", #"{"beta": null}"#]).notes("X").isEmpty)
        #expect(try drift([]).isEmpty)
        #expect(try drift(["{}", "{}"]).notes("X") == ["X no longer sends 'beta' as it did (2 records)"])
        #expect(try drift([#"{"beta": []}"#, "{}"]).notes("X") == ["X no longer sends 'beta' as it did (1 record)"])
    }
}
