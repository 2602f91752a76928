import Connectors
import Foundation
import Markets
import Testing

@Suite struct CorporateActionFileTests {
    private static func actions(_ text: String, _ name: String) throws -> [CorporateAction] {
        try CorporateActionFile(reading: Array(text.utf8), fileName: name).actions
    }

    @Test func csvAndYAMLSayTheSame() throws {
        let csv = """
            symbol,date,action,value
            AAPL,2014-06-09,split,7:1
            GE,2021-08-02,split,1:8
            MSFT,2004-11-15,special_dividend,3.00
            FB,6/9/2022,symbol_change,META

            """
        let yaml = """
            corporate_actions:
              - {symbol: AAPL, date: 2014-06-09, split: 7:1}
              - {symbol: GE, date: 2021-08-02, split: "1:8"}
              - symbol: MSFT
                date: 2004-11-15
                special_dividend: 3.00
              - {symbol: fb, date: 2022-06-09, symbol_change: META}
            """
        let read = try Self.actions(csv, "actions.csv")
        #expect(
            read.map(\.change) == [
                .split(new: 7, old: 1), .split(new: 1, old: 8), .specialDividend(3), .symbolChange(to: "META"),
            ]
        )
        #expect(read.map(\.symbol) == ["AAPL", "GE", "MSFT", "FB"])
        #expect(read[3].effective == TradingDate("2022-06-09"[...]))
        let other = try Self.actions(yaml, "actions.yaml")
        #expect(other.map(\.description) == read.map(\.description))
        #expect(try Self.actions("", "actions.yaml").isEmpty)
    }

    @Test func mergersAndSpinOffsAreReadInTheirForms() throws {
        let csv = """
            symbol,date,action,value
            TWTR,2022-10-28,merger,54.20
            APHA,2021-05-03,merger,0.8381 TLRY
            BRL,2008-12-24,merger,0.6272 TEVA + 39.90 @ 42.10
            COP,2012-05-01,spin_off,0.5 PSX 22.91%

            """
        let yaml = """
            - {symbol: TWTR, date: 2022-10-28, merger: 54.20}
            - {symbol: APHA, date: 2021-05-03, merger: 0.8381 TLRY}
            - {symbol: BRL, date: 2008-12-24, merger: 39.90 + 0.6272 teva @ 42.10}
            - {symbol: COP, date: 2012-05-01, spin_off: 0.5 PSX 22.91%}
            """
        let read = try Self.actions(csv, "actions.csv").map(\.change)
        #expect(
            read == [
                .merger(.init(shares: nil, cash: try decimal("54.2"))),
                .merger(.init(shares: .init(try decimal("0.8381"), of: "TLRY"), cash: 0)),
                .merger(
                    .init(
                        shares: .init(try decimal("0.6272"), of: "TEVA"),
                        cash: try decimal("39.9"),
                        price: try decimal("42.1")
                    )
                ),
                .spinOff(.init(shares: .init(try decimal("0.5"), of: "PSX"), costFraction: try decimal("0.2291"))),
            ]
        )
        #expect(try Self.actions(yaml, "actions.yaml").map(\.change) == read)
    }

    @Test(
        arguments: [
            ("merger", "TEVA"), ("merger", "0.5 TEVA + 9"), ("merger", "54.20 @ 3"), ("merger", "0 TEVA"),
            ("merger", ""),
            ("merger", "1 A + 1 B"), ("merger", "-5"), ("spin_off", "0.5 PSX"), ("spin_off", "0.5 PSX 100%"),
            ("spin_off", "PSX 0.5 22%"), ("spin_off", "0.5 PSX 22"),
        ]
    )
    func halfAMergerIsRefused(kind: String, value: String) {
        let error = #expect(throws: ImportError.self) {
            try Self.actions("symbol,date,action,value\nBRL,2008-12-24,\(kind),\(value)\n", "a.csv")
        }
        #expect(error?.description.contains("line 2") == true, "\(String(describing: error))")
    }

    private static let refused: [(name: String, text: String, said: String)] = [
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-31,split,7:1\n", "line 2"),
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-09,split,7\n", "7:1"),
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-09,split,1:1\n", "7:1"),
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-09,takeover,MSFT\n", "special_dividend"),
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-09,special_dividend,-1\n", "above 0"),
        ("a.csv", "symbol,date,action,value\n,2014-06-09,split,7:1\n", "ticker"),
        ("a.csv", "symbol,date,action\nAAPL,2014-06-09,split\n", "are needed"),
        ("a.csv", "ticker,date,action,value\n", "begins with"), ("a.csv", "", "no rows"),
        ("a.yaml", "corporate_actions: 7\n", "list"), ("a.yaml", "a: [", "not YAML"),
        ("a.yaml", "- {symbol: AAPL, date: 2014-06-09, split: 7:1, symbol_change: X}\n", "exactly one"),
        ("a.yaml", "- {symbol: AAPL, date: 2014-06-09}\n", "exactly one"),
        ("a.yaml", "- {symbol: AAPL, date: 2014-06-09, splits: 7:1}\n", "something else"),
        ("a.yaml", "- AAPL\n", "no list of names"),
    ]

    @Test(arguments: refused) func whatIsNotUnderstoodIsRefusedAsAWhole(name: String, text: String, said: String) {
        let error = #expect(throws: ImportError.self) { try Self.actions(text, name) }
        #expect(error?.description.contains(said) == true, "\(String(describing: error))")
    }
}
