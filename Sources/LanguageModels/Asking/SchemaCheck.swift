import Foundation
public import JSON

/// Whether values match a JSON schema, and where they do not, in words that a model can mend them by.
///
/// It knows what schemas of tools and replies are written with: `type`, `nullable`, `enum`, `const`, `properties`, `required`,
/// `additionalProperties`, `items`, the limits of numbers, texts and lists, `anyOf`, `oneOf`, `allOf`, `not` and `$ref` within
/// the schema. What else a schema says, as `format` or `pattern`, is not checked.
public struct SchemaCheck: Sendable {
    /// One thing that is not as the schema wants it.
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// Where: `positions[0].symbol`; empty for the whole value.
        public var path: String
        /// What: `is missing`, `is a number and must be a string`.
        public var problem: String

        /// A fault.
        public init(path: String, problem: String) {
            self.path = path
            self.problem = problem
        }

        /// Where and what: `positions[0].symbol is missing`.
        public var description: String { (path.isEmpty ? "the value" : path) + " " + problem }
    }

    /// No more faults are told.
    private static let mostFaults = 20
    /// Schemas within schemas are followed so deep; those that refer to themselves have no end.
    private static let deepest = 64

    private let schema: JSONValue

    /// A check by a schema.
    public init(_ schema: JSONValue) {
        self.schema = schema
    }

    /// What is wrong with a value; nothing where it matches. At most twenty faults, in the order of the value.
    public func faults(in value: JSONValue) -> [Fault] {
        var walk = Walk(root: schema)
        walk.check(value, by: schema, at: "", depth: 0)
        return Array(walk.faults.prefix(Self.mostFaults))
    }

    /// The value that a model wrote, where it matches.
    ///
    /// Models that no service holds to a form put words or a code fence around it, so the outermost object is looked for.
    /// - Throws: `SchemaMismatch`, with the faults.
    public func value(in text: String) throws -> JSONValue {
        guard let value = Self.json(in: text) else {
            throw SchemaMismatch(faults: [Fault(path: "", problem: "is no JSON")])
        }
        let faults = faults(in: value)
        guard faults.isEmpty else { throw SchemaMismatch(faults: faults) }
        return value
    }

    private static func json(in text: String) -> JSONValue? {
        if let value = JSONValue(json: text) { return value }
        // From behind, for a model that thinks aloud writes its reply last.
        if let fence = text.range(of: "```", options: .backwards) {
            let before = text[..<fence.lowerBound]
            if let start = before.range(of: "```", options: .backwards) {
                let block = before[start.upperBound...].drop { $0.isLetter }
                if let value = JSONValue(json: String(block)) { return value }
            }
        }
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end else { return nil }
        return JSONValue(json: String(text[start...end]))
    }

    private struct Walk {
        let root: JSONValue
        var faults: [Fault] = []

        mutating func fault(_ path: String, _ problem: String) {
            guard faults.count < SchemaCheck.mostFaults else { return }
            faults.append(Fault(path: path, problem: problem))
        }

        mutating func check(_ value: JSONValue, by schema: JSONValue, at path: String, depth: Int) {
            guard faults.count < SchemaCheck.mostFaults else { return }
            guard depth < SchemaCheck.deepest else { return fault(path, "is nested too deep to be checked") }
            if schema == false { return fault(path, "must not be there") }
            guard case .object(let rules) = schema else { return }
            if value == .null, rules["nullable"] == true { return }
            if let reference = rules["$ref"]?.string {
                guard let target = target(of: reference) else {
                    return fault(path, "cannot be checked: the schema has no \(reference)")
                }
                check(value, by: target, at: path, depth: depth + 1)
            }
            guard checkType(value, rules, path) else { return }
            if let constant = rules["const"], constant != value { fault(path, "must be \(constant.json)") }
            if let choices = rules["enum"]?.array, !choices.contains(value) {
                fault(path, "is \(value.short) and must be one of \(choices.map(\.json).joined(separator: ", "))")
            }
            checkChoices(value, rules, path, depth)
            switch value {
            case .object(let members): check(members, rules, path, depth)
            case .array(let elements): check(elements, rules, path, depth)
            case .string(let text): check(Double(text.unicodeScalars.count), "Length", "characters", rules, path)
            case .number(let number): check(number, rules, path)
            case .null, .bool: break
            }
        }

        private func target(of reference: String) -> JSONValue? {
            guard reference.hasPrefix("#") else { return nil }
            return reference.dropFirst().split(separator: "/").reduce(root as JSONValue?) { value, name in
                value?[String(name).replacing("~1", with: "/").replacing("~0", with: "~")]
            }
        }

        private mutating func checkType(_ value: JSONValue, _ rules: [String: JSONValue], _ path: String) -> Bool {
            let types = rules["type"]?.array?.compactMap(\.string) ?? [rules["type"]?.string].compactMap { $0 }
            // Gemini's schemas shout.
            guard !types.isEmpty, !types.contains(where: { value.isOf(type: $0.lowercased()) }) else { return true }
            fault(path, "is \(value.kind) and must be \(types.map(JSONValue.kind).joined(separator: " or "))")
            return false
        }

        private mutating func checkChoices(
            _ value: JSONValue,
            _ rules: [String: JSONValue],
            _ path: String,
            _ depth: Int
        ) {
            for part in rules["allOf"]?.array ?? [] { check(value, by: part, at: path, depth: depth + 1) }
            for (name, isOnlyOne) in [("anyOf", false), ("oneOf", true)] {
                guard let choices = rules[name]?.array, !choices.isEmpty else { continue }
                let attempts = choices.map { choice in
                    var walk = Walk(root: root)
                    walk.check(value, by: choice, at: path, depth: depth + 1)
                    return walk.faults
                }
                let matches = attempts.count { $0.isEmpty }
                if matches == 0 {
                    // The choice that is missed by least is the one that was meant.
                    let closest = attempts.min { $0.count < $1.count } ?? []
                    for fault in closest { self.fault(fault.path, fault.problem) }
                } else if isOnlyOne, matches > 1 {
                    fault(path, "matches \(matches) of the choices and must match one")
                }
            }
            if let excluded = rules["not"] {
                var walk = Walk(root: root)
                walk.check(value, by: excluded, at: path, depth: depth + 1)
                if walk.faults.isEmpty { fault(path, "is what it must not be") }
            }
        }

        private mutating func check(
            _ members: [String: JSONValue],
            _ rules: [String: JSONValue],
            _ path: String,
            _ depth: Int
        ) {
            func inner(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
            for name in (rules["required"]?.array ?? []).compactMap(\.string) where members[name] == nil {
                fault(inner(name), "is missing")
            }
            var known: [String: JSONValue] = [:]
            if case .object(let properties)? = rules["properties"] { known = properties }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                if let schema = known[name] {
                    check(member, by: schema, at: inner(name), depth: depth + 1)
                } else if let others = rules["additionalProperties"] {
                    if others == false {
                        let names = known.keys.sorted().joined(separator: ", ")
                        fault(inner(name), "is not known" + (names.isEmpty ? "" : "; there are \(names)"))
                    } else {
                        check(member, by: others, at: inner(name), depth: depth + 1)
                    }
                }
            }
        }

        private mutating func check(
            _ elements: [JSONValue],
            _ rules: [String: JSONValue],
            _ path: String,
            _ depth: Int
        ) {
            check(Double(elements.count), "Items", "elements", rules, path)
            if rules["uniqueItems"] == true, Set(elements).count < elements.count {
                fault(path, "holds something twice")
            }
            guard let schema = rules["items"] else { return }
            for (index, element) in elements.enumerated() {
                check(element, by: schema, at: "\(path)[\(index)]", depth: depth + 1)
            }
        }

        /// The number of characters or elements.
        private mutating func check(
            _ count: Double,
            _ rule: String,
            _ what: String,
            _ rules: [String: JSONValue],
            _ path: String
        ) {
            if case .number(let least)? = rules["min" + rule], count < least {
                fault(
                    path,
                    "has \(JSONValue.number(count).json) \(what) and must have at least \(JSONValue.number(least).json)"
                )
            }
            if case .number(let most)? = rules["max" + rule], count > most {
                fault(
                    path,
                    "has \(JSONValue.number(count).json) \(what) and must have at most \(JSONValue.number(most).json)"
                )
            }
        }

        private mutating func check(_ number: Double, _ rules: [String: JSONValue], _ path: String) {
            func limit(_ rule: String) -> Double? { if case .number(let limit)? = rules[rule] { limit } else { nil } }
            func words(_ limit: Double) -> String { JSONValue.number(limit).json }
            let own = words(number)
            if let least = limit("minimum"), number < least {
                fault(path, "is \(own) and must be at least \(words(least))")
            }
            if let most = limit("maximum"), number > most {
                fault(path, "is \(own) and must be at most \(words(most))")
            }
            if let bound = limit("exclusiveMinimum"), number <= bound {
                fault(path, "is \(own) and must be more than \(words(bound))")
            }
            if let bound = limit("exclusiveMaximum"), number >= bound {
                fault(path, "is \(own) and must be less than \(words(bound))")
            }
        }
    }
}

/// A value does not match its schema.
public struct SchemaMismatch: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var faults: [SchemaCheck.Fault]

    /// What is wrong, in a line that a model can mend it by.
    public var description: String { faults.map(\.description).joined(separator: "; ") }
}

extension JSONValue {
    fileprivate func isOf(type: String) -> Bool {
        switch (type, self) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string), ("array", .array),
            ("object", .object):
            true
        case ("integer", .number(let number)): number.rounded() == number
        default: false
        }
    }

    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }

    fileprivate static func kind(_ type: String) -> String {
        switch type.lowercased() {
        case "boolean": "true or false"
        case "number": "a number"
        case "integer": "a whole number"
        case "string": "a string"
        case "array": "a list"
        case "object": "an object"
        default: type
        }
    }

    /// The value as JSON, cut to what a line can hold.
    fileprivate var short: String {
        let text = json
        return text.count > 60 ? text.prefix(59) + "…" : text
    }
}
