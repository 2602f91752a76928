import Foundation

/// How exactly a figure is meant: "about $1,850", "just under $80", "more than 60%".
enum Hedge {
    case about, below, above

    /// The quantity with the room a hedge gives it: a round number is meant as exactly as its last digit that is not 0, and
    /// never less exactly than to one in forty, or in twenty where it has two digits: "about 40%" may be 41.8%. What is written with decimals is meant to them.
    func widened(_ quantity: Figure.Quantity) -> Figure.Quantity {
        let slack = quantity.slack.approximation
        let magnitude = quantity.magnitude.approximation
        let unit = 2 * slack
        guard magnitude > 0 else { return quantity }
        var digits = (magnitude / unit).rounded()
        // "Roughly 152.50" is meant to the dime.
        let isWhole = unit >= (quantity.measure == .fraction ? 0.0099 : 0.99)
        guard isWhole || digits.truncatingRemainder(dividingBy: 10) == 0 else { return quantity }
        var place = unit
        while digits >= 10, digits.truncatingRemainder(dividingBy: 10) == 0 {
            digits /= 10
            place *= 10
        }
        let room = min(
            self == .about ? place / 2 : place,
            magnitude / (self == .about && digits < 100 ? 20 : 40)
        )
        guard room > slack else { return quantity }
        var wide = quantity
        // What is "just over 20%" is not below it, but for what is lost in reckoning.
        let least = [.days, .span].contains(quantity.measure) ? slack : slack / 50
        switch self {
        case .about:
            wide.slack = Decimal(room)
        case .below:
            wide.magnitude = Decimal(magnitude - (room - least) / 2)
            wide.slack = Decimal((room + least) / 2)
        case .above:
            wide.magnitude = Decimal(magnitude + (room - least) / 2)
            wide.slack = Decimal((room + least) / 2)
        }
        return wide
    }

    fileprivate static let words: [String: Hedge] = [
        "about": .about, "roughly": .about, "around": .about, "approximately": .about, "approx": .about,
        "ca": .about,
        "circa": .about, "some": .about, "near": .about, "nearly": .below, "almost": .below,
        "under": .below,
        "below": .below, "over": .above, "above": .above, "barely": .above, "say": .about,
        "maybe": .about,
        "perhaps": .about,
        "approaching": .below, "topping": .above,
    ]
}

extension SentenceReading {
    /// What the words directly before a figure say of its exactness.
    func hedge(at position: Int) -> Hedge? {
        // "$120 or so", "40%, give or take"
        let after = tokens[(position + 1)...].prefix(3).map(\.word)
        if after.starts(with: ["or", "so"]) || after == ["give", "or", "take"] || after.first == "ish"
            || after.first == "odd" || after.dropFirst().starts(with: ["or", "so"])
        {
            return .about
        }
        guard position > 0, !tokens[position].isParted else { return nil }
        let before = tokens[position - 1].word
        let second = position > 1 ? tokens[position - 2].word : ""
        switch before {
        case "to": return second == "close" ? .about : nil
        case "of": return second == "shy" ? .below : second == "north" || second == "upwards" ? .above : nil
        case "than": return second == "more" ? .above : ["less", "fewer"].contains(second) ? .below : nil
        case "a", "an": return Hedge.words[second]
        default: return Hedge.words[before]
        }
    }
}

extension Figure {
    /// The figure as exactly as it is meant.
    func hedged(_ hedge: Hedge?) -> Figure {
        guard let hedge, case .value(let readings) = kind else { return self }
        var figure = self
        figure.kind = .value(
            readings.map { reading in
                if case .quantity(let quantity) = reading { .quantity(hedge.widened(quantity)) } else { reading }
            }
        )
        return figure
    }
}
