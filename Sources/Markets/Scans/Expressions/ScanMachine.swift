/// Runs the steps of an expression over one row, with a stack of values of which any may be missing.
struct ScanMachine {
    private enum Slot {
        case number(Double)
        case text(String)
        case truth(Bool)
        case missing
    }

    private var stack: [Slot] = []

    init(capacity: Int) {
        stack.reserveCapacity(capacity)
    }

    var result: ScanExpression.Truth {
        guard case .truth(let holds) = stack.last else { return .unknown }
        return holds ? .yes : .no
    }

    mutating func run(_ instruction: ScanInstruction, _ row: ScanRow) {
        switch instruction {
        case .number(let value): stack.append(.number(value))
        case .text(let text): stack.append(.text(text))
        case .field(let field): stack.append(Self.slot(row[field]))
        case .negate:
            let value = pop()
            stack.append(Self.number(value, .number(0)) { left, _ in -left })
        case .add: arithmetic { $0 + $1 }
        case .subtract: arithmetic { $0 - $1 }
        case .multiply: arithmetic { $0 * $1 }
        case .divide: arithmetic { $0 / $1 }
        case .compare(let comparison):
            let (right, left) = (pop(), pop())
            stack.append(Self.decide(left, right) { comparison.holds($0, $1) })
        case .compareText(let isEqual):
            let (right, left) = (pop(), pop())
            guard case .text(let first) = left, case .text(let second) = right else { return stack.append(.missing) }
            stack.append(.truth((first == second) == isEqual))
        case .between:
            let (high, low, value) = (pop(), pop(), pop())
            stack.append(Self.both(Self.decide(value, low) { $0 >= $1 }, Self.decide(value, high) { $0 <= $1 }))
        case .inNumbers(let values):
            guard case .number(let value) = pop() else { return stack.append(.missing) }
            stack.append(.truth(values.contains(value)))
        case .inTexts(let texts):
            guard case .text(let text) = pop() else { return stack.append(.missing) }
            stack.append(.truth(texts.contains(text)))
        case .not:
            guard case .truth(let holds) = pop() else { return stack.append(.missing) }
            stack.append(.truth(!holds))
        case .and:
            let (right, left) = (pop(), pop())
            stack.append(Self.both(left, right))
        case .or:
            let (right, left) = (pop(), pop())
            stack.append(Self.either(left, right))
        }
    }

    private mutating func pop() -> Slot {
        stack.popLast() ?? .missing
    }

    private mutating func arithmetic(_ operation: (Double, Double) -> Double) {
        let (right, left) = (pop(), pop())
        stack.append(Self.number(left, right, operation))
    }

    private static func slot(_ value: ScanRow.Value?) -> Slot {
        switch value {
        case .number(let value): value.isFinite ? .number(value) : .missing
        case .text(let text): .text(text.lowercased())
        case nil: .missing
        }
    }

    /// Missing where either is, or where the result is not finite, as after a division by 0.
    private static func number(_ left: Slot, _ right: Slot, _ operation: (Double, Double) -> Double) -> Slot {
        guard case .number(let first) = left, case .number(let second) = right else { return .missing }
        let value = operation(first, second)
        return value.isFinite ? .number(value) : .missing
    }

    private static func decide(_ left: Slot, _ right: Slot, _ relation: (Double, Double) -> Bool) -> Slot {
        guard case .number(let first) = left, case .number(let second) = right else { return .missing }
        return .truth(relation(first, second))
    }

    /// False if either is false, else missing if either is missing.
    private static func both(_ left: Slot, _ right: Slot) -> Slot {
        switch (left, right) {
        case (.truth(false), _), (_, .truth(false)): .truth(false)
        case (.truth(true), .truth(true)): .truth(true)
        default: .missing
        }
    }

    /// True if either is true, else missing if either is missing.
    private static func either(_ left: Slot, _ right: Slot) -> Slot {
        switch (left, right) {
        case (.truth(true), _), (_, .truth(true)): .truth(true)
        case (.truth(false), .truth(false)): .truth(false)
        default: .missing
        }
    }
}
