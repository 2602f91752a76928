import Agents
import Evidence
import Foundation
import Testing

/// References to facts of another kind than the sentence speaks of.
@Suite struct ReferenceFitTests {
    private static let evidence = referenceEvidence([
        ("name", "portfolio", .text("The demo portfolio"), .text),
        ("pnl", "unrealised P&L", .decimal(Decimal(37_296) / 100), .dollars),
        ("mark", "mark", .decimal(60), .dollarsPerShare), ("return", "return", .number(0.112), .fraction),
        ("days", "days to expiry", .decimal(23), .days), ("count", "positions", .decimal(9), .count),
        ("shares", "quantity", .decimal(100), .shares), ("contracts", "quantity", .decimal(2), .contracts),
        ("delta", "delta", .number(-0.31), .ratio), ("type", "strike style", .text("american"), .text),
    ])

    private static func problem(_ text: String) -> String? {
        var renderer = ReferenceRenderer(evidence)
        let sentence = renderer.render(text)
        let fit = ReferenceFit(evidence)
        return renderer.references.lazy.compactMap { fit.problem(of: $0.id, in: sentence, at: $0.range) }.first
    }

    @Test(arguments: [
        ("Your cash is {name}.", "portfolio is a word, no cash"),
        ("The AAA put has {pnl} days left.", "unrealised P&L is an amount of dollars, not a number of days"),
        ("You hold {pnl} positions.", "unrealised P&L is an amount of dollars, not a number of positions"),
        ("AAA has a {pnl}-day wait.", "unrealised P&L is an amount of dollars, not a number of day"),
        ("AAA has a mark of {days}.", "days to expiry is a number of days, no mark"),
        ("Its unrealised P&L stands at {count}.", "positions is a number of things, no p&l"),
        ("You hold {shares} contracts.", "quantity is a number of shares, not a number of contracts"),
        ("You hold {contracts} shares.", "quantity is a number of contracts, not a number of shares"),
        ("The yield is {pnl}.", "unrealised P&L is an amount of dollars, no yield"),
        ("It lost {count} percent.", "positions is a number of things, not a number of percent"),
    ])
    func whatDoesNotFitIsTold(text: String, problem: String) {
        #expect(Self.problem(text) == problem)
    }

    @Test(arguments: [
        "AAA has an unrealised P&L of {pnl}, a return of {return}.", "The mark is {days} days old.",
        "You hold {count} positions.",
        "The price is {return} below its cost.", "AAA has a mark of {mark}.", "It has a delta of {delta}.",
        "You hold {shares} shares of AAA.", "You are short {contracts} contracts for {days} days.", "AAA: {pnl}",
        "The book is {name}.", "The strike is {type}.", "{return} of the positions are puts.",
        "{pnl} in all, {count} positions.",
        "You hold {name} positions.", "AAA is up {pnl} on {shares} shares over {days} days.",
    ])
    func whatFitsPasses(text: String) {
        #expect(Self.problem(text) == nil)
    }
}
