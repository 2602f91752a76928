/// One step of an expression in postfix order.
enum ScanInstruction: Sendable, Hashable {
    case number(Double)
    case text(String)
    case field(ScanField)
    case negate, add, subtract, multiply, divide
    case compare(ScanComparison)
    case compareText(isEqual: Bool)
    case between
    case inNumbers(Set<Double>)
    case inTexts(Set<String>)
    case and, or, not
}

/// Turns an expression into postfix order with a stack of operators (Dijkstra's shunting yard). Every word is pushed
/// and popped at most once, so time and memory are linear and nesting has no depth to overflow.
struct ScanCompiler {
    private enum Operator: Equatable {
        case open
        case or, and, not
        case compare(ScanComparison)
        case between(isNegated: Bool)
        case betweenEnd(isNegated: Bool)
        case plus, minus, times, over, negate

        var precedence: Int {
            switch self {
            case .open: 0
            case .or: 1
            case .and: 2
            case .not: 3
            case .compare, .between, .betweenEnd: 4
            case .plus, .minus: 5
            case .times, .over: 6
            case .negate: 7
            }
        }
    }

    /// What a part of the expression yields.
    private struct Operand {
        enum Kind { case number, text, truth }
        var kind: Kind
        var unit: ScanField.Unit?
        /// The instruction of a bare number, and whether it was written with a percent sign.
        var literal: (index: Int, isPercent: Bool)?
    }

    private let tokens: [ScanToken]
    private var index = 0
    private var operators: [(kind: Operator, position: Int)] = []
    private var operands: [Operand] = []
    private var code: [ScanInstruction] = []

    static func compile(_ text: String) throws(ScanExpressionError) -> [ScanInstruction] {
        var compiler = ScanCompiler(tokens: try ScanLexer.tokens(text))
        return try compiler.run()
    }

    private init(tokens: [ScanToken]) {
        self.tokens = tokens
    }

    private mutating func run() throws(ScanExpressionError) -> [ScanInstruction] {
        guard tokens.count > 1 else { throw ScanExpressionError(.empty, at: 0) }
        var expectsOperand = true
        while index < tokens.count {
            let token = tokens[index]
            index += 1
            if expectsOperand {
                expectsOperand = try operand(token)
            } else if case .end = token.kind {
                break
            } else {
                expectsOperand = try infix(token)
            }
        }
        let end = tokens[tokens.count - 1].position
        while let last = operators.popLast() {
            if case .open = last.kind { throw ScanExpressionError(.unbalanced, at: last.position) }
            try emit(last.kind, last.position)
        }
        guard operands.last?.kind == .truth else {
            throw ScanExpressionError(.expected("a comparison", found: "only a value"), at: end)
        }
        return code
    }

    /// Takes a word where a value must come; returns whether one must still come.
    private mutating func operand(_ token: ScanToken) throws(ScanExpressionError) -> Bool {
        switch token.kind {
        case .number(let value, let isPercent):
            operands.append(Operand(kind: .number, unit: nil, literal: (code.count, isPercent)))
            code.append(.number(isPercent ? value / 100 : value))
            return false
        case .text(let text):
            push(text)
            return false
        case .name(let name):
            if case .compare = operators.last?.kind, operands.last?.kind == .text {
                push(name)
            } else if let field = ScanField(named: name) {
                operands.append(Operand(kind: field.unit == .text ? .text : .number, unit: field.unit))
                code.append(.field(field))
            } else {
                let hint = ScanField.suggestion(for: name)
                throw ScanExpressionError(.unknownField(name, suggestion: hint), at: token.position)
            }
            return false
        case .minus:
            operators.append((.negate, token.position))
        case .plus:
            break
        case .not:
            operators.append((.not, token.position))
        case .open:
            operators.append((.open, token.position))
        default:
            throw ScanExpressionError(.expected("a value", found: token.title), at: token.position)
        }
        return true
    }

    private mutating func push(_ text: String) {
        operands.append(Operand(kind: .text, unit: .text))
        code.append(.text(text.lowercased()))
    }

    /// Takes a word after a value; returns whether a value must come next.
    private mutating func infix(_ token: ScanToken) throws(ScanExpressionError) -> Bool {
        switch token.kind {
        case .plus: try push(.plus, token)
        case .minus: try push(.minus, token)
        case .times: try push(.times, token)
        case .over: try push(.over, token)
        case .compare(let comparison): try push(.compare(comparison), token)
        case .or: try push(.or, token)
        case .and: try and(token)
        case .between: try push(.between(isNegated: false), token)
        case .isIn:
            try list(token, isNegated: false)
            return false
        case .not:
            let next = tokens[index]
            index += 1
            switch next.kind {
            case .isIn:
                try list(next, isNegated: true)
                return false
            case .between:
                try push(.between(isNegated: true), next)
            default:
                throw ScanExpressionError(.expected("'in' or 'between'", found: next.title), at: next.position)
            }
        case .close:
            try reduce(above: 0)
            guard operators.popLast() != nil else { throw ScanExpressionError(.unbalanced, at: token.position) }
            if let last = operands.indices.last { operands[last].literal = nil }
            return false
        default:
            throw ScanExpressionError(.expected("an operator", found: token.title), at: token.position)
        }
        return true
    }

    private mutating func push(_ new: Operator, _ token: ScanToken) throws(ScanExpressionError) {
        try reduce(above: new.precedence - 1)
        operators.append((new, token.position))
    }

    /// The `and` of a `between` that still lacks one, else the logical one.
    private mutating func and(_ token: ScanToken) throws(ScanExpressionError) {
        try reduce(above: 4)
        if case .between(let isNegated) = operators.last?.kind {
            operators[operators.count - 1].kind = .betweenEnd(isNegated: isNegated)
        } else {
            try push(.and, token)
        }
    }

    /// Emits the operators on top that bind tighter than `precedence`.
    private mutating func reduce(above precedence: Int) throws(ScanExpressionError) {
        while let last = operators.last, last.kind.precedence > precedence {
            operators.removeLast()
            try emit(last.kind, last.position)
        }
    }

    private mutating func emit(_ kind: Operator, _ position: Int) throws(ScanExpressionError) {
        switch kind {
        case .open:
            break
        case .or, .and:
            try take(2, .truth, "'and' and 'or' join comparisons", position)
            operands.append(Operand(kind: .truth))
            code.append(kind == .or ? .or : .and)
        case .not:
            try take(1, .truth, "'not' turns a comparison round", position)
            operands.append(Operand(kind: .truth))
            code.append(.not)
        case .negate:
            try take(1, .number, "a minus sign needs a number", position)
            operands.append(Operand(kind: .number))
            code.append(.negate)
        case .plus, .minus, .times, .over:
            try take(2, .number, "arithmetic needs numbers", position)
            operands.append(Operand(kind: .number))
            code.append(
                kind == .plus ? .add : (kind == .minus ? .subtract : (kind == .times ? .multiply : .divide))
            )
        case .compare(let comparison):
            try emit(comparison, position)
        case .between(let isNegated), .betweenEnd(let isNegated):
            guard case .betweenEnd = kind else {
                throw ScanExpressionError(.expected("'and' after 'between'", found: "none"), at: position)
            }
            guard operands.count >= 3 else {
                throw ScanExpressionError(.expected("a value", found: "none"), at: position)
            }
            let (value, low, high) = (operands[operands.count - 3], operands[operands.count - 2], operands.last)
            try fit(low, to: value, position)
            if let high { try fit(high, to: value, position) }
            try take(3, .number, "'between' needs numbers", position)
            operands.append(Operand(kind: .truth))
            code.append(.between)
            if isNegated { code.append(.not) }
        }
    }

    private mutating func emit(_ comparison: ScanComparison, _ position: Int) throws(ScanExpressionError) {
        guard operands.count >= 2 else {
            throw ScanExpressionError(.expected("a value", found: "none"), at: position)
        }
        let (left, right) = (operands[operands.count - 2], operands[operands.count - 1])
        if left.kind == .text, right.kind == .text {
            guard comparison == .equal || comparison == .unequal else {
                throw ScanExpressionError(.mismatch("Words are compared with = or != only"), at: position)
            }
            try take(2, .text, "", position)
            code.append(.compareText(isEqual: comparison == .equal))
        } else {
            try fit(right, to: left, position)
            try fit(left, to: right, position)
            try take(2, .number, "A comparison needs two numbers or two words; join comparisons with 'and'", position)
            code.append(.compare(comparison))
        }
        operands.append(Operand(kind: .truth))
    }

    /// Makes a bare number mean what the field it is held against means.
    private mutating func fit(_ literal: Operand, to other: Operand, _ position: Int) throws(ScanExpressionError) {
        guard let (place, isPercent) = literal.literal, let unit = other.unit, case .number(let value) = code[place]
        else { return }
        if let fitted = try Self.fitted(value, isPercent: isPercent, to: unit, position) {
            code[place] = .number(fitted)
        }
    }

    /// - Returns: nil when the number can stay as it is.
    private static func fitted(
        _ value: Double,
        isPercent: Bool,
        to unit: ScanField.Unit,
        _ position: Int
    ) throws(ScanExpressionError) -> Double? {
        switch (unit, isPercent) {
        case (.points, true):
            return value * 100
        case (.fraction, false) where value > 1:
            let percent = value == value.rounded() && value < 1e6 ? "\(Int(value))%" : "\(value)%"
            throw ScanExpressionError(
                .mismatch("The field is a fraction: write \(percent) for per cent, or a number up to 1"),
                at: position
            )
        case (.dollars, true), (.count, true):
            throw ScanExpressionError(.mismatch("The field is not a percentage"), at: position)
        default:
            return nil
        }
    }

    /// `in (…)`: literals only.
    private mutating func list(_ token: ScanToken, isNegated: Bool) throws(ScanExpressionError) {
        try reduce(above: 4)
        guard let left = operands.last, left.kind != .truth else {
            throw ScanExpressionError(.mismatch("'in' needs a field before it"), at: token.position)
        }
        guard case .open = tokens[index].kind else {
            throw ScanExpressionError(.expected("'('", found: tokens[index].title), at: tokens[index].position)
        }
        index += 1
        var numbers: Set<Double> = []
        var texts: Set<String> = []
        while true {
            var sign = 1.0
            if case .minus = tokens[index].kind, left.kind == .number {
                sign = -1
                index += 1
            }
            let entry = tokens[index]
            index += 1
            switch (entry.kind, left.kind) {
            case (.number(let value, let isPercent), .number):
                let plain = isPercent ? value / 100 : value
                let unit = left.unit ?? .ratio
                let fitted = try Self.fitted(plain, isPercent: isPercent, to: unit, entry.position)
                numbers.insert(sign * (fitted ?? plain))
            case (.name(let name), .text), (.text(let name), .text):
                texts.insert(name.lowercased())
            default:
                let wanted = left.kind == .text ? "a word" : "a number"
                throw ScanExpressionError(.expected(wanted, found: entry.title), at: entry.position)
            }
            let separator = tokens[index]
            index += 1
            if case .close = separator.kind { break }
            guard case .comma = separator.kind else {
                throw ScanExpressionError(.expected("',' or ')'", found: separator.title), at: separator.position)
            }
        }
        operands.removeLast()
        operands.append(Operand(kind: .truth))
        code.append(left.kind == .text ? .inTexts(texts) : .inNumbers(numbers))
        if isNegated { code.append(.not) }
    }

    private mutating func take(
        _ count: Int,
        _ kind: Operand.Kind,
        _ complaint: String,
        _ position: Int
    ) throws(ScanExpressionError) {
        guard operands.count >= count, operands.suffix(count).allSatisfy({ $0.kind == kind }) else {
            throw ScanExpressionError(.mismatch(complaint.prefix(1).uppercased() + complaint.dropFirst()), at: position)
        }
        operands.removeLast(count)
    }
}
