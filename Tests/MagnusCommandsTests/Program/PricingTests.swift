import Foundation
import MagnusTestSupport
import Testing

/// `magnus price` and `magnus iv` against values of an independent library.
@Suite struct PricingTests {
    private struct Reference: Decodable {
        let type: String
        let S: Double
        let K: Double
        let r: Double
        let q: Double
        let sigma: Double
        let T: Double
        let price: Double
        let delta: Double
        let gamma: Double
        let theta: Double
        let vega: Double
        let rho: Double?
        let exercise_now: Bool?

        func line(_ style: String, _ asked: String) -> String {
            """
            {"style":"\(style)","type":"\(type)","spot":\(S),"strike":\(K),"rate":\(r),"dividend_yield":\(q),\
            \(asked),"years":\(T)}
            """
        }
    }

    private func references(_ name: String) throws -> [Reference] {
        struct File: Decodable { let cases: [Reference] }
        let path = "Tests/MarketsTests/Fixtures/golden/\(name).json"
        let data = try Data(contentsOf: ProgramHome.package.appendingPathComponent(path))
        return try JSONDecoder().decode(File.self, from: data).cases
    }

    private func rows(_ output: String) throws -> [[String: Any]] {
        try output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private let put = #"{"style":"american","type":"put","spot":100,"strike":100,"rate":0.05,"years":1,"#

    @Test(arguments: [("fast", 5e-6), ("standard", 1e-7), ("reference", 1e-8)])
    func pricesAmericanOptionsAsTheReferenceDoes(precision: String, tolerance: Double) throws {
        let cases = try references("options_american")
        let input = cases.map { $0.line("american", "\"volatility\":\($0.sigma)") }.joined(separator: "\n")
        let run = try ProgramHome().run("price", "--precision", precision, input: input)
        #expect(run.status == 0)
        let rows = try rows(run.output)
        #expect(rows.count == cases.count)
        for (row, expected) in zip(rows, cases) {
            let price = try #require(row["price"] as? Double)
            #expect(abs(price - expected.price) <= tolerance * expected.K, "\(row)")
            let delta = try #require(row["delta"] as? Double)
            #expect(abs(delta - expected.delta) <= 2e-4)
            #expect(Set(row.keys) == ["price", "delta", "gamma", "theta", "vega", "rho"])
        }
    }

    @Test func givesGreeksInTheUnitsOfTheFormulas() throws {
        let cases = try references("options_european")
        let input = cases.map { $0.line("european", "\"volatility\":\($0.sigma)") }.joined(separator: "\n") + "\n"
        let rows = try rows(try ProgramHome().run("price", input: input).output)
        #expect(rows.count == cases.count)
        for (row, expected) in zip(rows, cases) {
            let pairs = [
                ("price", expected.price), ("delta", expected.delta), ("gamma", expected.gamma),
                ("theta", expected.theta), ("vega", expected.vega), ("rho", try #require(expected.rho)),
            ]
            for (name, value) in pairs {
                let given = try #require(row[name] as? Double)
                #expect(abs(given - value) <= 1e-12 * abs(value), "\(name): \(given), not \(value)")
            }
        }
    }

    @Test func findsTheVolatilityBehindAPrice() throws {
        let cases = try references("options_american").filter { $0.exercise_now != true && $0.vega > 1 }
        #expect(cases.count > 50)
        let input = cases.map { $0.line("american", "\"price\":\($0.price)") }.joined(separator: "\n")
        let run = try ProgramHome().run("iv", input: input)
        #expect(run.status == 0)
        for (row, expected) in zip(try rows(run.output), cases) {
            let volatility = try #require(row["volatility"] as? Double)
            #expect(abs(volatility - expected.sigma) <= 2e-7 * expected.K / expected.vega + 1e-7)
        }
    }

    @Test func everyBadLineSaysWhyAndTheOthersGoOn() throws {
        let lines: [(line: String, reason: String?)] = [
            (put + #""volatility":0.25}"#, nil),
            ("", "the line is empty"),
            ("not json", "no JSON"),
            ("[1, 2]", "no JSON object"),
            (put + "years}", "no JSON"),
            (put + #""price":7}"#, "volatility is missing"),
            (put + #""volatility":"high"}"#, "volatility is not a number"),
            (put + #""volatility":-1}"#, "volatility of -1.0"),
            (put + #""volatility":NaN}"#, "no JSON"),
            (put + #""volatility":1e999}"#, "no JSON"),
            (put.replacingOccurrences(of: "put", with: "straddle") + #""volatility":1}"#, "type is neither"),
            (put.replacingOccurrences(of: "american", with: "asian") + #""volatility":1}"#, "style is neither"),
            (put.replacingOccurrences(of: #""spot":100,"#, with: "") + #""volatility":1}"#, "spot is missing"),
            (put + #""volatility":0.25,"dividends":[{"years":0.5}]}"#, "dividends.[0].amount is missing"),
            (put + #""volatility":0.25,"dividends":[{"years":0.5,"amount":1}]}"#, nil),
            (String(repeating: "[", count: 100_000), "no JSON"),
            (put + #""volatility":0.25,"id":7}"#, nil),
            ("null", "no JSON object"),
            (put + #""volatility":null}"#, "volatility is missing"),
            (
                put + #""volatility":0.25,"note":""# + String(repeating: "x", count: 1_000_000) + "\"}",
                "longer than 1000000"
            ),
            (put + #""volatility":0.25,"note":""# + String(repeating: "x", count: 900_000) + "\"}", nil),
            ("\u{FEFF}" + put + #""volatility":0.25,"note":"höhe €"}"#, nil),
        ]
        let run = try ProgramHome().run("price", input: lines.map(\.line).joined(separator: "\r\n"))
        #expect(run.status == 8)
        #expect(run.errors.contains("17 of 22 lines"))
        let rows = try rows(run.output)
        #expect(rows.count == lines.count)
        for (row, line) in zip(rows, lines) {
            if let reason = line.reason {
                let error = try #require(row["error"] as? String, "\(line.line.prefix(80))")
                #expect(error.contains(reason), "\(error)")
            } else {
                #expect(row["price"] is Double, "\(row)")
            }
        }
    }

    @Test func pricesWithoutVolatilityHaveAReason() throws {
        let lines = ["0", "-1", "100", "1e300", "7.974482342478776", "1e-200"].map { put + "\"price\":\($0)}" }
        let run = try ProgramHome().run("iv", "--quiet", input: lines.joined(separator: "\n"))
        #expect(run.status == 8)
        #expect(run.errors.isEmpty)
        let rows = try rows(run.output)
        #expect(rows.map { $0["error"] is String } == [true, true, true, true, false, true])
        let volatility = try #require(rows[4]["volatility"] as? Double)
        #expect(abs(volatility - 0.25) < 1e-6)
    }

    @Test func manyLinesComeInTheirOrder() throws {
        let spots = (0..<3000).map { 50 + Double($0) / 30 }
        let input = spots.map {
            #"{"style":"european","type":"call","spot":\#($0),"strike":100,"rate":0.05,"volatility":0.2,"years":1}"#
        }
        let run = try ProgramHome().run("price", input: input.joined(separator: "\n"))
        let prices = try rows(run.output).compactMap { $0["price"] as? Double }
        #expect(prices.count == spots.count)
        #expect(zip(prices, prices.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func oneContractIsGivenByFlags() throws {
        let home = try ProgramHome()
        let run = try home.run(
            "price",
            "--style",
            "european",
            "--type",
            "call",
            "--spot",
            "100",
            "--strike",
            "100",
            "--rate",
            "0.05",
            "--volatility",
            "0.2",
            "--years",
            "1"
        )
        #expect(run.status == 0)
        let price = try #require(try run.json()["price"] as? Double)
        #expect(abs(price - 10.450583572185565) < 1e-12)
        let back = try home.run(
            "iv",
            "--style",
            "european",
            "--type",
            "call",
            "--spot",
            "100",
            "--strike",
            "100",
            "--rate",
            "0.05",
            "--price",
            "\(price)",
            "--years",
            "1"
        )
        let volatility = try #require(try back.json()["volatility"] as? Double)
        #expect(abs(volatility - 0.2) < 1e-14)
        let dividend = try home.run(
            "price",
            "--type",
            "call",
            "--spot",
            "100",
            "--strike",
            "100",
            "--rate",
            "0.045",
            "--volatility",
            "0.25",
            "--years",
            "0.2465753424657534",
            "--dividend",
            "0.8@0.0821917808219178"
        )
        // A finite-difference solver of another library, spot model.
        let withDividend = try #require(try dividend.json()["price"] as? Double)
        #expect(abs(withDividend - 5.070227734528968) < 3e-4)
    }

    @Test(arguments: [
        (["price", "--spot", "100"], "--volatility is missing"),
        (["price", "--volatility", "0.2"], "--type is missing"),
        (["price", "--type", "both"], "--type"),
        (["price", "--precision", "perfect"], "--precision"),
        (["iv", "--spot", "100"], "--price is missing"),
        (["iv", "--dividend", "0.24"], "--dividend"),
    ])
    func incompleteFlagsEndWithStatusTwo(arguments: [String], hint: String) throws {
        let run = try ProgramHome().program.run(arguments)
        #expect(run.status == 2)
        #expect(run.errors.contains(hint))
    }

    @Test func aContractWithoutAnAnswerEndsWithStatusEight() throws {
        let run = try ProgramHome().run(
            "iv",
            "--type",
            "put",
            "--spot",
            "80",
            "--strike",
            "100",
            "--rate",
            "0.05",
            "--price",
            "19",
            "--years",
            "1"
        )
        #expect(run.status == 8)
        #expect((try run.json()["error"] as? String)?.contains("below the lowest possible value of 20") == true)
    }

    @Test func theQuotesOfAChainAreChecked() throws {
        let home = try ProgramHome()
        let run = try home.run("chain", "NVDA", "--demo", "--check", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let data = try #require(try run.json()["data"] as? [String: Any])
        let counts = try ["unexpired", "quoted", "solvable", "solved"].map { try #require(data[$0] as? Int) }
        #expect(counts[0] >= counts[1] && counts[1] >= counts[2] && counts[2] >= counts[3])
        #expect(counts[3] > 0 && Double(counts[3]) >= 0.99 * Double(counts[2]))
        let perRule = try #require(data["violation_counts"] as? [String: Int])
        #expect(perRule.count == 8)
        let violations = try #require(data["violations"] as? [[String: Any]])
        #expect(perRule.values.reduce(0, +) == violations.count)
        let words = try home.run("chain", "NVDA", "--demo", "--check")
        #expect(words.output.contains("\(counts[3]) of them with an implied volatility"))
    }
}
