import Foundation
import LanguageModels
import Yams

extension Budget {
    /// Reads the section `budget`: amounts in dollars, and what else there is to say about them.
    ///
    /// - Throws: `CommandError` naming the file and the setting.
    init(_ section: Node, file: String) throws {
        self.init()
        func refused(_ message: String, _ hint: String) -> CommandError {
            CommandError(.configuration, type: "configuration", "\(file): \(message)", hint: hint)
        }
        guard let members = section.mapping else {
            throw refused("budget must hold `name: value` lines", "for example: budget: {per_day: 1.00}")
        }
        for (key, value) in members {
            let name = key.string ?? ""
            let text = value.scalar?.string ?? ""
            func number(through most: Decimal, _ expectation: String) throws -> Decimal {
                guard let number = Budget.dollars(text), number <= most else {
                    throw refused(
                        "budget: \(name) is '\(text.prefix(60))', it must be \(expectation)",
                        "correct it there"
                    )
                }
                return number
            }
            func dollars() throws -> Decimal { try number(through: 1_000_000, "dollars from 0 to 1000000, as in 0.50") }
            switch name {
            case "per_question": perQuestion = try dollars()
            case "per_day": perDay = try dollars()
            case "per_month": perMonth = try dollars()
            case "warn_at": warnAt = try number(through: 1, "a part of the cap from 0 to 1")
            case "allow_unknown_price":
                guard let flag = ["true": true, "yes": true, "false": false, "no": false][text.lowercased()] else {
                    throw refused(
                        "budget: \(name) is '\(text.prefix(60))', it must be true or false",
                        "correct it there"
                    )
                }
                allowsUnknownPrice = flag
            default:
                throw refused(
                    "budget has no setting '\(name.prefix(60))'",
                    "there are \(Budget.names.joined(separator: ", "))"
                )
            }
        }
    }

    /// An amount from `0.50`; nil for what is no such number, or beyond a million.
    static func dollars(_ text: String) -> Decimal? {
        // Decimal reads the beginning of what is no number at all.
        let isNumber = text.utf8.contains { $0 != 46 } && text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        guard isNumber, text.count(where: { $0 == "." }) <= 1, let amount = Decimal(string: text, locale: nil) else {
            return nil
        }
        return amount <= 1_000_000 ? amount : nil
    }

    private static let names = ["per_question", "per_day", "per_month", "warn_at", "allow_unknown_price"]

    /// The caps, as they are shown: `per_day $1.00, per_month $20.00`, or `no cap`.
    var shown: String {
        let caps = [("per_question", perQuestion), ("per_day", perDay), ("per_month", perMonth)].compactMap {
            name,
            cap in
            cap.map { name + " " + DollarText.text($0) }
        }
        return caps.isEmpty ? "no cap" : caps.joined(separator: ", ")
    }
}
