import Foundation
import Markets

/// The figures of one sentence: those that trace, from which others may be computed, and those that do not.
struct Derivation {
    /// A figure that traces.
    struct Operand: Hashable, Sendable {
        /// As it is written.
        let text: String
        /// Its exact value with its sign; several where facts differ beyond what is written.
        let values: [Double]
        let measure: Figure.Quantity.Measure
        let ids: [String]
        /// The token it is or its label begins at.
        var position = 0
        /// Whether the sentence only names it.
        var isImplied = false
        /// The value and the room it is written with.
        var written = 0.0
        var slack = 0.0
        /// Where its verdict stands; below zero where it has none.
        var entry = -1
        /// Whether it was computed from others.
        var isComputed = false
        /// Whether it is an amount and no strike that names a contract.
        var isAmount: Bool { entry >= 0 }
    }

    /// A number that traces to nothing.
    struct Open {
        let claim: Claim
        let quantity: Figure.Quantity
        let entry: Int
        /// Whether the data has its value for something else, so that no sum or difference of others may give it.
        let isOther: Bool

        /// How many digits it is written with, zeros before them aside.
        var digits: Int { claim.figure.text.filter(\.isNumber).drop { $0 == "0" }.count }

        /// Whether it is written with four digits or more, which no two others give by chance.
        var isExact: Bool { digits >= 4 }

        /// The same as a number of days, where it is said to be of the days named before: "39 days, 37 of them gone".
        func asDays(_ derivation: Derivation) -> Open? {
            guard quantity.measure == .bare, claim.reading.isOfThem(claim.position),
                derivation.results.contains(where: {
                    $0.quantity.measure == .days && $0.claim.position < claim.position
                })
            else { return nil }
            var days = quantity
            days.measure = .days
            return Open(claim: claim, quantity: days, entry: entry, isOther: isOther)
        }

        /// The same as an amount of money, where it is a plain number that may be one.
        var asAmount: Open? {
            guard quantity.measure == .bare, claim.figure.mayBeAmount else { return nil }
            var amount = quantity
            amount.measure = .dollars
            return Open(claim: claim, quantity: amount, entry: entry, isOther: isOther)
        }
    }

    let reading: SentenceReading
    private(set) var operands: [Operand] = []
    private(set) var open: [Open] = []
    /// The numbers of the sentence, with where their verdicts stand.
    private(set) var results: [(claim: Claim, quantity: Figure.Quantity, entry: Int)] = []
    /// The dates of the sentence that trace.
    private(set) var dates: [TradingDate] = []

    /// The figures of the sentence before, which "that leaves $5" may refer to.
    let earlier: [Operand]

    /// Whether the sentence is an item of a list that says by its head that it is computed from those before it: "Difference: 3.31".
    let isSummary: Bool

    init(reading: SentenceReading, earlier: [Operand], listed: [Operand] = []) {
        self.reading = reading
        isSummary = !listed.isEmpty && reading.isHeadedByOperation
        // "At the bid: $36,258" goes on with the shares of the item before.
        self.earlier =
            isSummary ? listed : earlier + listed.filter { $0.isComputed && $0.measure == .shares }
    }

    /// Takes the values that the sentence names without saying them.
    mutating func imply(_ operands: [Operand]) {
        self.operands += operands.filter { operand in
            !self.operands.contains { !$0.isComputed && !Set($0.ids).isDisjoint(with: operand.ids) }
        }
    }

    /// Notes a figure and what was found of it; `number` gives a fact's value by its id.
    mutating func add(
        _ claim: Claim,
        _ status: GroundingReport.Status,
        entry: Int,
        dates: (String) -> TradingDate?,
        number: (String) -> (value: Double, unit: Fact.Unit)?
    ) {
        guard case .value(let readings) = claim.figure.kind else { return }
        if case .struck(.unreadable) = status { return }
        // A plain number that some amount is by chance may count.
        let mayCount = claim.labels.isEmpty && claim.figure.measure == .bare && claim.figure.text.allSatisfy(\.isNumber)
        // "Of the $265,000 the $131,000 for SPY is about 49%" says what it is.
        let isPart =
            claim.reading.wholeAtHead(of: claim.position) != nil || claim.reading.figurePartOf(claim.position) != nil
        if case .struck(.otherSign) = status, !mayCount, !isSummary, !isPart { return }
        let isOther = if case .struck(.otherLabel) = status { !isSummary } else { false }
        let isOpen = if case .struck = status { true } else { false }
        for reading in readings {
            switch reading {
            case .quantity(let quantity):
                results.append((claim, quantity, entry))
                if claim.reading.namedStrikes.contains(claim.position) {
                    operands.append(
                        Operand(
                            text: claim.figure.text,
                            values: [quantity.magnitude.approximation],
                            measure: .dollars,
                            ids: status.sources,
                            position: claim.position
                        )
                    )
                    return
                }
                if isOpen {
                    open.append(Open(claim: claim, quantity: quantity, entry: entry, isOther: isOther))
                } else {
                    add(quantity, claim, status, entry, number)
                }
                return
            case .contract(let contract) where !isOpen:
                let strike = contract.strike.approximation
                operands.append(
                    Operand(
                        text: claim.figure.text,
                        values: [strike],
                        measure: .dollars,
                        ids: status.sources,
                        position: claim.position
                    )
                )
                return
            case .date(let date) where !isOpen:
                if let year = date.year, let month = date.month, let day = date.day,
                    let date = TradingDate(year: year, month: month, day: day)
                {
                    self.dates.append(date)
                } else if date.day != nil || date.relative != nil || date.weekday != nil,
                    let known = status.sources.lazy.compactMap(dates).first(where: {
                        date.relative != nil || date.agrees(with: $0)
                    })
                {
                    self.dates.append(known)
                }
            case .date, .time, .contract: continue
            }
        }
    }

    private mutating func add(
        _ quantity: Figure.Quantity,
        _ claim: Claim,
        _ status: GroundingReport.Status,
        _ entry: Int,
        _ number: (String) -> (value: Double, unit: Fact.Unit)?
    ) {
        let written = quantity.magnitude.approximation
        let slack = quantity.slack.approximation + written * 1e-9
        var values: [Double] = []
        for id in status.sources {
            guard let value = number(id)?.value, abs(value.magnitude - written) <= slack, !values.contains(value) else {
                continue
            }
            values.append(value)
        }
        // "79k" beside the name of an amount is one.
        let isMoney =
            quantity.measure == .bare
            && status.sources.contains { id in
                number(id).map { $0.unit == .dollars || $0.unit == .dollarsPerShare } ?? false
            }
        if values.isEmpty { values = [quantity.sign == .minus ? -written : written] }
        operands.append(
            Operand(
                text: claim.figure.text,
                values: Array(values.prefix(4)),
                measure: isMoney && written > 0 ? .dollars : quantity.measure,
                ids: status.sources,
                position: claim.position,
                written: written,
                slack: slack,
                entry: entry
            )
        )
    }

    /// A number of shares and the price it is said to be at, directly before an amount: "200 shares at the $67.50 strike would
    /// bring in".
    func statedPrice(before position: Int) -> (count: Operand, price: Operand)? {
        let tokens = reading.tokens
        guard
            let price = operands.last(where: {
                !$0.isImplied && $0.position < position && ($0.measure == .dollars || $0.measure == .bare)
            }), price.position > 0, reading.part(of: position).contains(price.position),
            !tokens[(price.position + 1)..<position].contains(where: \.isNumeral),
            let at = tokens[max(0, price.position - 3)..<price.position].lastIndex(where: { $0.word == "at" }),
            tokens[(at + 1)..<price.position].allSatisfy({ ["the", "a", "its", "your"].contains($0.word) }),
            tokens[(price.position + 1)..<position].contains(where: { Self.bringing.contains($0.word) }),
            let count = operands.last(where: { $0.measure == .shares && $0.position < at && !$0.isImplied }),
            at - count.position <= 6, !tokens[(count.position + 1)..<at].contains(where: \.isNumeral)
        else { return nil }
        return (count, price)
    }

    /// Verbs before what a sale or purchase comes to.
    private static let bringing: Set<String> = [
        "bring", "brings", "raise", "raises", "cost", "costs", "fetch", "fetches", "come", "comes", "yield", "yields",
    ]

    /// Takes a figure that was computed as one that others may be computed from.
    mutating func compute(_ figure: Open, _ status: GroundingReport.Status, isMoney: Bool) {
        var quantity = figure.quantity
        // What is computed from amounts is one.
        if quantity.measure == .bare, isMoney, figure.claim.figure.mayBeAmount { quantity.measure = .dollars }
        add(quantity, figure.claim, status, figure.entry) { _ in nil }
        operands[operands.count - 1].isComputed = true
    }
}

extension GroundingReport.Status {
    /// The facts or passages it traces to.
    var sources: [String] {
        switch self {
        case .matched(let ids), .computed(_, let ids): ids
        case .quoted(let id), .citation(let id): [id]
        case .asked, .struck: []
        }
    }
}
