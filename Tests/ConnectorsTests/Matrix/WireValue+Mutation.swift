import Foundation
import JSON

extension WireValue {
    /// The names of all fields in it, but not those that are data, such as symbols and moments.
    var fieldNames: Set<String> {
        switch self {
        case .list(let elements): elements.reduce(into: []) { $0.formUnion($1.fieldNames) }
        case .object(let members):
            members.reduce(into: []) { names, member in
                if member.key.contains(where: { $0.isLowercase }) { names.insert(member.key) }
                names.formUnion(member.value.fieldNames)
            }
        default: []
        }
    }

    /// Whether a field called `name` holds an object or a list.
    func isContainer(_ name: String) -> Bool {
        has(name) { value in
            switch value {
            case .object, .list: true
            default: false
            }
        }
    }

    /// Whether a field called `name` holds true or false.
    func isTruth(_ name: String) -> Bool {
        has(name) { value in
            if case .bool = value { true } else { false }
        }
    }

    private func has(_ name: String, _ condition: (WireValue) -> Bool) -> Bool {
        switch self {
        case .list(let elements): elements.contains { $0.has(name, condition) }
        case .object(let members):
            members.contains { ($0.key == name && condition($0.value)) || $0.value.has(name, condition) }
        default: false
        }
    }

    /// The value with each field called `name` under another name.
    func renaming(_ name: String) -> WireValue {
        mapMembers { key, value in (key == name ? key + "_renamed" : key, value) }
    }

    /// The value with `value` in each field called `name`.
    func replacing(_ name: String, with replacement: WireValue) -> WireValue {
        mapMembers { key, value in (key, key == name ? replacement : value) }
    }

    /// The value with its numbers written as texts.
    var withTextsForNumbers: WireValue {
        switch self {
        case .number(let number): .text(number.description)
        case .list(let elements): .list(elements.map(\.withTextsForNumbers))
        case .object(let members): .object(members.mapValues(\.withTextsForNumbers))
        default: self
        }
    }

    /// The value with the texts that are plain numbers written as numbers.
    var withNumbersForTexts: WireValue {
        switch self {
        case .text(let text):
            if let number = decimal, number.description == text { .number(number) } else { self }
        case .list(let elements): .list(elements.map(\.withNumbersForTexts))
        case .object(let members): .object(members.mapValues(\.withNumbersForTexts))
        default: self
        }
    }

    /// The names of fields that hold a list of one or more.
    var listNames: Set<String> {
        switch self {
        case .list(let elements): elements.reduce(into: []) { $0.formUnion($1.listNames) }
        case .object(let members):
            members.reduce(into: []) { names, member in
                if case .list(let elements) = member.value, !elements.isEmpty { names.insert(member.key) }
                names.formUnion(member.value.listNames)
            }
        default: []
        }
    }

    /// The value with each list called `name` cut to its first element, bare or in a list.
    func cutting(_ name: String, toBare isBare: Bool) -> WireValue {
        mapMembers { key, value in
            guard key == name, case .list(let elements) = value, let first = elements.first else { return (key, value) }
            return (key, isBare ? first : .list([first]))
        }
    }

    private func mapMembers(_ change: (String, WireValue) -> (String, WireValue)) -> WireValue {
        switch self {
        case .list(let elements): .list(elements.map { $0.mapMembers(change) })
        case .object(let members):
            .object(
                Dictionary(
                    members.map { key, value in
                        let changed = change(key, value)
                        return (changed.0, changed.1.mapMembers(change))
                    },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        default: self
        }
    }
}
