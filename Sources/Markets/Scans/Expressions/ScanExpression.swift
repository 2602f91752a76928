/// A condition on underlyings in words: `iv_rank > 50 and price between 20 and 100 and not sector in (Energy,
/// Utilities)`.
///
/// `and`, `or`, `not`, parentheses, comparisons, `+ - * /`, `between`, `in`. Missing values make three-valued logic:
/// what cannot be decided is unknown, never false.
public struct ScanExpression: Sendable, Hashable, CustomStringConvertible {
    /// The most characters an expression may have.
    public static let longest = 4096

    /// Whether a condition holds.
    public enum Truth: Sendable, Hashable, CaseIterable {
        /// It does not.
        case no
        /// It does.
        case yes
        /// A value is missing without which it cannot be decided.
        case unknown
    }

    /// As it was written.
    public let description: String
    /// The fields it asks for.
    public let fields: Set<ScanField>
    private let code: [ScanInstruction]

    /// Reads an expression. Time and memory grow with its length only, however it is nested.
    ///
    /// - Throws: ``ScanExpressionError`` with the position of what is wrong.
    public init(_ text: String) throws(ScanExpressionError) {
        guard text.utf8.count <= 4 * Self.longest, text.count <= Self.longest else {
            throw ScanExpressionError(.tooLong, at: Self.longest)
        }
        description = text
        code = try ScanCompiler.compile(text)
        fields = Set(
            code.compactMap { instruction in
                if case .field(let field) = instruction { return field }
                return nil
            }
        )
    }

    /// Whether the condition holds for a row. Linear in the expression's length.
    public func evaluate(_ row: ScanRow) -> Truth {
        var machine = ScanMachine(capacity: code.count)
        for instruction in code { machine.run(instruction, row) }
        return machine.result
    }

    /// What a scan by expression found.
    public struct Outcome: Sendable {
        /// The rows for which the condition holds, in their order.
        public var matches: [ScanRow] = []
        /// Rows looked at.
        public var examined = 0
        /// Rows that could not be decided and are left out.
        public var unknown = 0
        /// Of those, how many lack each field.
        public var missing: [ScanField: Int] = [:]
    }

    /// The rows for which the condition holds, and how many could not be decided.
    public func filter(_ rows: some Sequence<ScanRow>) -> Outcome {
        var outcome = Outcome()
        for row in rows {
            outcome.examined += 1
            switch evaluate(row) {
            case .yes:
                outcome.matches.append(row)
            case .no:
                break
            case .unknown:
                outcome.unknown += 1
                for field in fields where row[field] == nil { outcome.missing[field, default: 0] += 1 }
            }
        }
        return outcome
    }
}
