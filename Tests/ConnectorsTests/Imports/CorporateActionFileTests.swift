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

    private static let refused: [(name: String, text: String, said: String)] = [
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-31,split,7:1\n", "line 2"),
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-09,split,7\n", "7:1"),
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-09,split,1:1\n", "7:1"),
        ("a.csv", "symbol,date,action,value\nAAPL,2014-06-09,merger,MSFT\n", "special_dividend"),
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
