import Agents
import Evidence
import Foundation
import Testing

@testable import Assistant

/// A model that tells the truth in its own words, behind a server on this machine: what it says has to be shown as it said it.
@Suite struct TruthfulModelTests {
    /// Ways to tell facts, written by hand. `S` is a position, `T` its underlying, `‹label›` a reference to the fact of the
    /// position (`‹label of T›` of the underlying, `‹label!›` of the portfolio), `«label»` the same in digits.
    private static let phrasings: [String] = [
        "The mark of S is ‹mark›.",
        "S's unrealised P&L is ‹unrealised P&L›.",
        "S has an unrealised P&L of ‹unrealised P&L› at the mark.",
        "For S, the market value is ‹market value›.",
        "S was opened on ‹opened›.",
        "The cost of S is ‹cost›.",
        "S trades at a mark of ‹mark›, and its average price was ‹average price›.",
        "S moved since the session before. Its day change is ‹day change›.",
        "- S: mark ‹mark›",
        "- S: unrealised P&L ‹unrealised P&L›, market value ‹market value›",
        "1. S shows an unrealised P&L of ‹unrealised P&L›.",
        "| Position | Mark | Unrealised P&L |\n|---|---:|---:|\n| S | ‹mark› | ‹unrealised P&L› |",
        "| Measure | S |\n|---|---:|\n| Market value | ‹market value› |\n| Mark | ‹mark› |",
        "Of all positions S is the one to look at: its unrealised P&L stands at ‹unrealised P&L›.",
        "S has ‹days to expiration› days to expiration.",
        "S expires on ‹expiration›.",
        "The strike of S is ‹strike›; the underlying price is ‹underlying price›.",
        "With ‹days to expiration› days to expiration, S shows an unrealised P&L of ‹unrealised P&L›.",
        "The delta of S is ‹delta›.",
        "S carries a delta of ‹delta› and an implied volatility of ‹implied volatility›.",
        "The theta of S is ‹theta per day› per day.",
        "The vega of S is ‹vega per point› per point.",
        "The assignment probability of S is ‹assignment probability›.",
        "S: assignment probability ‹assignment probability›, level ‹assignment level›.",
        "The extrinsic value of S is ‹extrinsic value› per share.",
        "S, at a mark of ‹mark›, has an intrinsic value of ‹intrinsic value›.",
        "Cash is ‹cash!›.",
        "The value of cash and priced positions is ‹value of cash and priced positions!›.",
        "Free buying power is ‹free buying power!›.",
        "Assignment of all short puts would take ‹cash if all puts are assigned!›; cash is ‹cash!›.",
        "The concentration index is ‹concentration index!›.",
        "The portfolio holds ‹positions!› positions.",
        "T is ‹weight of T› of the exposure.",
        "T has an exposure of ‹exposure of T›, a weight of ‹weight of T›.",
        "The mark of S is «mark».",
        "S has an unrealised P&L of «unrealised P&L».",
        "- **S**: market value «market value»",
        "S has «days to expiration» days to expiration and expires on «expiration».",
        "The delta of S is «delta», the implied volatility «implied volatility».",
        "Cash is «cash!», free buying power «free buying power!».",
        "| Underlying | Weight |\n|---|---:|\n| T | «weight of T» |",
        "T is «weight of T» of the exposure, at «exposure of T».",
        "At «mark», S is valued at «market value».",
        "The average price of S was «average price», its mark is ‹mark›.",
        "S is short or long; either way its cost is ‹cost› and its market value ‹market value›.",
        "Looking at S, the extrinsic value of ‹extrinsic value› is what time is still worth.",
        "> S: unrealised P&L ‹unrealised P&L›",
        "What stands out is S, with an assignment probability of ‹assignment probability›!",
        "S, opened on ‹opened› at an average price of ‹average price›, has a mark of ‹mark› now.",
        "In sum, the value of cash and priced positions is «value of cash and priced positions!», of which cash is ‹cash!›.",
    ]

    /// A phrasing about a position, as a model writes it and as it should be shown; nil where a fact it needs is not there.
    private static func filled(_ phrasing: String, _ subject: String, _ facts: FactIndex) -> (
        written: String, shown: String
    )? {
        let ticker = String(subject.prefix { $0 != " " })
        var (written, shown) = ("", "")
        var rest = phrasing[...]
        func place(_ text: String) -> String {
            text.split(separator: " ", omittingEmptySubsequences: false).map { word in
                var word = String(word)
                for (mark, name) in [("S", subject), ("T", ticker)] {
                    for shape in ["", "'s", ":", ",", ";", ".", "**:", "!"] where word == mark + shape {
                        word = name + shape
                    }
                    if word == "**" + mark + "**:" { word = "**" + name + "**:" }
                }
                return word
            }.joined(separator: " ")
        }
        while let open = rest.firstIndex(where: { $0 == "‹" || $0 == "«" }) {
            let close: Character = rest[open] == "‹" ? "›" : "»"
            guard let end = rest.firstIndex(of: close) else { return nil }
            var label = String(rest[rest.index(after: open)..<end])
            var owner = subject
            if label.hasSuffix("!") {
                label.removeLast()
                owner = ""
            } else if label.hasSuffix(" of T") {
                label.removeLast(5)
                owner = ticker
            }
            guard let fact = facts.fact(label, of: owner) else { return nil }
            let figure = FigureFormat().text(fact)
            let before = place(String(rest[..<open]))
            written += before + (close == "›" ? "{\(fact.id)}" : figure)
            shown += before + figure
            rest = rest[rest.index(after: end)...]
        }
        return (written + place(String(rest)), shown + place(String(rest)))
    }

    /// The words of a text, without marks of emphasis and quotation and the lines of dashes under a table's titles.
    private static func plain(_ text: String) -> String {
        let lines = text.split(separator: "\n").filter { line in !line.allSatisfy { "|-: ".contains($0) } }
        return lines.joined(separator: " ").replacing("**", with: "").split(whereSeparator: \.isWhitespace)
            .filter { $0 != "-" && $0 != ">" }.joined(separator: " ")
    }

    @Test func whatIsTrueIsShownAsItWasSaid() async throws {
        #expect(Self.phrasings.count == 50)
        let assistant = try TurnTests.assistant()
        var turn = try TurnTests.turn(.risk)
        let facts = FactIndex(try await assistant.answer(turn).evidence)
        let subjects = facts.subjects(with: FactLabel.quantity)
        var (said, harmed): (Int, [String]) = (0, [])
        let server = try SpeakingServer()
        turn.allowsFallback = false
        for (rank, subject) in subjects.enumerated() {
            // Each answer begins elsewhere in the list, so that the neighbours change.
            let order = Self.phrasings.indices.map { Self.phrasings[($0 + rank * 7) % Self.phrasings.count] }
            let statements = order.compactMap { Self.filled($0, subject, facts) }
            turn.model = server.model(saying: statements.map(\.written).joined(separator: "\n\n"), number: rank)
            let decision = try await assistant.answer(turn)
            let shown = Self.plain(decision.text)
            for statement in statements {
                said += 1
                let wanted = Self.plain(statement.shown)
                if !shown.contains(wanted) { harmed.append(statement.shown) }
            }
        }
        #expect(said > 400)
        #expect(server.requests.openAI > 0 && server.requests.anthropic > 0)
        #expect(harmed.count * 50 <= said, "\(harmed.count) of \(said) harmed: \(harmed.joined(separator: "\n"))")
        print("truthful statements shown unharmed: \(said - harmed.count) of \(said)")
    }
}
