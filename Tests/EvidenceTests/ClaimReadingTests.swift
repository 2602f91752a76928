import Evidence
import Foundation
import Testing

/// What sentences claim in words: comparisons, ranks, how many have a property. The claims are made from the facts of recorded
/// turns, each with its opposite, so that every one of them can be told to be so or not without the check.
@Suite struct ClaimReadingTests {
    /// The values of one label in a turn, by the subject that names it best.
    private static func values(_ label: String, in turn: String) throws -> [(name: String, value: Double)] {
        let facts = try GroundingCorpus.turn(turn).evidence.flatMap(\.facts)
        var seen: Set<String> = []
        return facts.compactMap { fact in
            guard fact.label == label, let subject = fact.subjects.first, seen.insert(subject).inserted else {
                return nil
            }
            let value: Double
            switch fact.value {
            case .decimal(let decimal): value = NSDecimalNumber(decimal: decimal).doubleValue
            case .number(let number): value = number
            case .date(let date): value = Double(date.daysSinceEpoch)
            case .text: return nil
            }
            return (Self.name(subject), value)
        }
    }

    /// `AMD 2026-11-20 160 put` as people write it.
    private static func name(_ subject: String) -> String {
        let words = subject.split(separator: " ").map(String.init)
        guard words.count == 4, ["put", "call"].contains(words[3]), words[1].count == 10 else { return subject }
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        let date = words[1].split(separator: "-").compactMap { Int($0) }
        return "\(words[0]) \(months[date[1] - 1]) \(date[2]) \(words[2]) \(words[3])"
    }

    /// The parts of claims that were judged as they should be, those that are so and those that are not.
    private func judged(_ claims: [(text: String, isSo: Bool)], in turn: String) throws -> (
        right: Double, wrong: [String]
    ) {
        let grounding = try GroundingCorpus.turn(turn).grounding
        let wrong = claims.filter { claim in
            (grounding.verify(Draft(markdown: claim.text)).struck == 0) != claim.isSo
        }
        return (1 - Double(wrong.count) / Double(claims.count), wrong.map { ($0.isSo ? "so: " : "not so: ") + $0.text })
    }

    @Test(arguments: [
        ("risk", "assignment probability", "The %@ is more likely to be assigned than the %@."),
        ("risk", "assignment probability", "The %@ has a higher assignment probability than the %@."),
        ("risk", "implied volatility", "Implied volatility is higher for the %@ than for the %@."),
        ("risk", "days to expiration", "The %@ has more days to expiration than the %@."),
        ("risk", "weight", "%@ has a larger weight than %@."),
        ("risk", "exposure", "%@'s exposure is above %@'s."),
        ("scan", "score", "The %@ scores higher than the %@."),
        ("scan", "annualised return", "The annualised return of the %@ exceeds that of the %@."),
        ("scan", "bid", "The %@ bids more than the %@."),
        ("technicals", "strength", "%@ is stronger than %@."),
        ("technicals", "confirmed on", "%@ is newer than %@."),
        ("earnings", "earnings date", "%@ reports later than %@."),
    ])
    func comparisonsOfTwo(turn: String, label: String, wording: String) throws {
        let known = try Self.values(label, in: turn)
        #expect(known.count > 1)
        let claims = known.indices.flatMap { one in
            known.indices.filter { known[one].value != known[$0].value && one != $0 }.map { other in
                (
                    text: String(format: wording, known[one].name, known[other].name),
                    isSo: known[one].value > known[other].value
                )
            }
        }
        let (right, wrong) = try judged(claims, in: turn)
        #expect(right >= 0.99, "\(wrong.prefix(5))")
    }

    @Test(arguments: [
        ("risk", "assignment probability", "The %@ has the %@ assignment probability of your options.", false),
        ("risk", "weight", "%@ has the %@ weight.", false),
        ("risk", "exposure", "By exposure, %@ ranks %@.", true),
        ("scan", "score", "By score the %@ is %@.", true),
        ("scan", "probability of profit", "The %@ has the %@ probability of profit.", false),
        ("technicals", "strength", "%@ has the %@ strength of the four zones.", false),
    ])
    func ranks(turn: String, label: String, wording: String, isOrdinal: Bool) throws {
        let known = try Self.values(label, in: turn)
        let ordinals = ["first", "second", "third", "fourth"]
        let superlatives = ["highest", "second-highest", "third-highest", "fourth-highest"]
        let claims = known.flatMap { member in
            ordinals.indices.map { place in
                let ahead = known.count { $0.value > member.value }
                let alike = known.count { $0.value == member.value }
                return (
                    text: String(format: wording, member.name, isOrdinal ? ordinals[place] : superlatives[place]),
                    isSo: ahead == place && alike == 1
                )
            }
        }
        let (right, wrong) = try judged(claims, in: turn)
        #expect(right >= 0.97, "\(wrong.prefix(5))")
    }

    /// How many of those that have a label lie above a bound, with every number from one on claimed.
    @Test(arguments: [
        ("scan", "score", "puts score above 75", 75.0),
        ("scan", "probability of profit", "puts have a probability of profit above 85%", 0.85),
        ("risk", "weight", "underlyings have a weight above 5%", 0.05),
        ("risk", "assignment probability", "short options have an assignment probability above 30%", 0.3),
    ])
    func howManyLieAbove(turn: String, label: String, wording: String, bound: Double) throws {
        let known = try Self.values(label, in: turn)
        let count = known.count { $0.value > bound }
        let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        let claims = words.indices.dropFirst().map { place in
            (text: "\(words[place].capitalized) \(wording).", isSo: place + 1 == count)
        }
        let (right, wrong) = try judged(claims, in: turn)
        #expect(right == 1, "\(wrong)")
    }

    @Test(arguments: [
        (
            "risk", "Of your short options, only the KO call is in the money.",
            "Of your short options, only the AMD put is in the money."
        ),
        ("risk", "None of your short puts is in the money.", "All your short puts are in the money."),
        (
            "risk", "Of your nine short options, eight are out of the money.",
            "Of your nine short options, seven are out of the money."
        ),
        ("risk", "Five of your short options are puts.", "Half of your short options are puts."),
        ("risk", "You have nine short options.", "You have eight short options."),
        (
            "risk", "All but one of your short options are out of the money.",
            "All but two of your short options are out of the money."
        ),
        (
            "risk", "At least three short options are rated HIGH or IMMINENT.",
            "At least seven short options are rated HIGH or IMMINENT."
        ),
        ("risk", "One option expires before December.", "Two options expire before December."),
        ("risk", "The MSFT 500 call is long.", "The MSFT 500 call is short."),
        ("risk", "The option on MSFT is a call.", "The option on MSFT is a put."),
        ("risk", "DIS is the only stock at a loss.", "KO is the only stock at a loss."),
        ("income", "August is the only month with a realised loss.", "May is the only month with a realised loss."),
        ("income", "Net premium was negative in two months.", "Net premium was negative in three months."),
        (
            "scan", "Half of the ten puts have an assignment probability below 15%.",
            "Half of the ten puts have an assignment probability below 10%."
        ),
        ("technicals", "Three of NVDA's four zones are demand zones.", "Two of NVDA's four zones are demand zones."),
        ("technicals", "Half of the zones are fresh.", "None of the zones is fresh."),
        ("technicals", "Demand 3 is the oldest zone.", "Demand 2 is the oldest zone."),
        ("technicals", "Demand 1 is wider than the supply zone.", "The supply zone is wider than demand 1."),
        ("quote", "NVDA last traded below its previous close.", "The last NVDA trade was below the bid."),
        ("earnings", "The next company to report is NVDA.", "The next company to report is JPM."),
        (
            "expiring", "There is less extrinsic value in the KO call than in the AMD put.",
            "There is more extrinsic value in the KO call than in the AMD put."
        ),
        ("income", "Net premium for the year so far is negative.", "Net premium for the year so far is positive."),
        (
            "income", "June is the month that cost the most in net premium.",
            "August is the month that cost the most in net premium."
        ),
        ("expiring", "It is the AMD put that expires this week.", "It is the KO call that expires this week."),
        (
            "risk", "Taken together, the four QQQ options show an unrealised gain.",
            "Taken together, the four QQQ options show an unrealised loss."
        ),
        (
            "roll", "The AMD 160 put has reached the profit target.",
            "The AMD 160 put has not reached the profit target."
        ),
        ("scan", "Each put's break-even lies below its strike.", "Each put's break-even lies above its strike."),
        (
            "technicals", "The supply zone was confirmed after all of the demand zones.",
            "The supply zone was confirmed before any of the demand zones."
        ),
        ("quote", "The stock fell from $184.05 to $181.30.", "The stock rose from $184.05 to $181.30."),
        (
            "income", "Interest ($2,095.34) brought in more than dividends ($632.60) this year.",
            "Dividends ($632.60) brought in more than interest ($2,095.34) this year."
        ),
        (
            "income", "Dividends received outweigh the fees for the year.",
            "Fees for the year outweigh the dividends received."
        ),
    ])
    func claimsInWords(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "technicals", "| Zone | Strength | State |\n|---|---|---|\n| demand 1 | 66.5 | fresh |",
            "| Zone | Strength | State |\n|---|---|---|\n| demand 1 | 66.5 | tested |"
        ),
        (
            "risk", "| Call | State |\n|---|---|\n| KO 67.5 call | in the money |",
            "| Call | State |\n|---|---|\n| IWM 245 call | in the money |"
        ),
        (
            "risk", "| Rank | Underlying | Weight |\n|---|---|---|\n| 2 | QQQ | 18.5% |",
            "| Rank | Underlying | Weight |\n|---|---|---|\n| 3 | QQQ | 18.5% |"
        ),
        (
            "roll", "| Rank by net credit | Roll to | Net credit |\n|---|---|---|\n| 1 | Jan 150 put | $5.26 |",
            "| Rank by net credit | Roll to | Net credit |\n|---|---|---|\n| 2 | Jan 150 put | $5.26 |"
        ),
    ])
    func tables(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    /// True sentences in which the words of a claim mean something else, or leave open of whom it is made.
    @Test(arguments: [
        ("risk", "Three short options are rated HIGH or worse: two puts would be enough to use the cash."),
        ("risk", "You rolled two short puts this year."),
        ("risk", "You have two short options at risk."),
        ("risk", "KO's short calls have a worse unrealised loss than the QQQ 580 puts."),
        ("risk", "KO is the only underlying with a short call in the money this month."),
        ("income", "August was your worst month for realised gains, and June for premium."),
        ("quote", "NVDA moved less than $3 today."),
        ("expiring", "The AMD 160 put is trading below $5."),
    ])
    func leavesOpenWhatIsNotSaid(turn: String, text: String) throws {
        let words = try GroundingCorpus.report(text, turn).figures.filter { $0.reason == .otherLabel }
        #expect(words.isEmpty, "\(words)")
    }

    /// Sentences whose parts end where a word is still expected, and every sentence of a set cut short or parted anywhere.
    @Test func readsBrokenSentences() throws {
        for text in [
            "All of them, nine short puts, are out of the money.", "None of these: 3 puts and no call.",
            "Of them, two are in the money.",
            "In all, nine short options are open, and only the KO call is in the money.",
            "AMD weighs the most, likely because of its rally.", "KO lost the most, likely on the dividend cut.",
            "Only, KO", "Every one", "Half of", "More than", "The second", "It is that",
        ] {
            _ = try GroundingCorpus.report(text, "risk")
        }
        var groundings: [String: Grounding] = [:]
        for statement in try GroundingCorpus.statements("statements-19").prefix(120) {
            let grounding = try groundings[statement.turn] ?? GroundingCorpus.turn(statement.turn).grounding
            groundings[statement.turn] = grounding
            let words = statement.text.split(separator: " ")
            for end in stride(from: 1, through: words.count, by: 2) {
                let (head, tail) = (words[..<end].joined(separator: " "), words[end...].joined(separator: " "))
                _ = grounding.verify(Draft(markdown: head))
                _ = grounding.verify(Draft(markdown: head + ", " + tail))
            }
        }
    }

    /// What only supposes or leaves something open claims nothing.
    @Test(arguments: [
        ("risk", "If all your short puts were in the money, cash would not be enough."),
        ("scan", "The AMD 150 put could score higher than the AMD 145 put."),
    ])
    func whatIsSupposedIsNoClaim(turn: String, text: String) throws {
        #expect(try GroundingCorpus.report(text, turn).struck == 0)
    }
}
