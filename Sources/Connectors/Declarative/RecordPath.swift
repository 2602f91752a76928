import JSON

/// The way to a value in JSON: `status.type.state`, `competitions[0].venue`, `competitors[homeAway=home].score`.
struct RecordPath: Sendable, Hashable {
    private enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
        /// The first element whose member has the text.
        case element(member: String, text: String)
        /// Every element.
        case all
    }

    /// As it is written.
    let text: String
    private let steps: [Step]

    /// The way `text`; nil where it is none. `[*]`, every element, is for the way to records only.
    init?(_ text: String, allowsAll: Bool = false) {
        var steps: [Step] = []
        for part in RecordPath.parts(text) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty || !steps.isEmpty || pieces.count > 1 else { return nil }
            if !name.isEmpty { steps.append(.member(String(name))) }
            if name.isEmpty, pieces.count == 1 { return nil }
            for piece in pieces.dropFirst() {
                guard piece.last == "]", let step = RecordPath.step(piece.dropLast()) else { return nil }
                if step == .all, !allowsAll { return nil }
                steps.append(step)
            }
        }
        guard !steps.isEmpty else { return nil }
        self.text = text
        self.steps = steps
    }

    /// Split at points outside of brackets.
    private static func parts(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case "." where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func step(_ text: Substring) -> Step? {
        if text == "*" { return .all }
        if let index = Int(text), index >= 0 { return .index(index) }
        let sides = text.split(separator: "=", maxSplits: 1)
        guard sides.count == 2 else { return nil }
        return .element(member: String(sides[0]), text: String(sides[1]))
    }

    /// The value there: null where it is null, nil where there is nothing.
    func value(in root: WireValue) -> WireValue? {
        var value = root
        for step in steps {
            switch (step, value) {
            case (.member(let name), .object(let members)):
                guard let member = members[name] else { return nil }
                value = member
            case (.index(let index), .list(let elements)):
                guard elements.indices.contains(index) else { return nil }
                value = elements[index]
            case (.element(let name, let text), .list(let elements)):
                guard let element = elements.first(where: { $0[name]?.string == text }) else { return nil }
                value = element
            case (_, .null): return .null
            default: return nil
            }
        }
        return value
    }

    /// The records there; nil where the way leads nowhere.
    func records(in root: WireValue) -> [WireValue]? {
        var values = [root]
        for step in steps {
            guard step == .all else {
                let single = RecordPath(text: text, steps: [step])
                values = values.compactMap { single.value(in: $0) }
                if values.isEmpty { return nil }
                continue
            }
            values = values.flatMap(\.items)
        }
        return values.flatMap(\.items)
    }

    private init(text: String, steps: [Step]) {
        self.text = text
        self.steps = steps
    }
}
