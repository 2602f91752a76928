/// What becomes of each Unicode scalar before a text is cut into word pieces: control characters vanish, accents are
/// stripped after canonical decomposition, capitals are lowered, and punctuation and ideographs stand by themselves. Accents,
/// case and ideographs can be left alone.
struct ScalarTable: Sendable {
    /// What becomes of one scalar.
    enum Treatment: Equatable {
        /// It vanishes; what is before and after it stays together.
        case removed
        /// It ends a word.
        case space
        /// It is a word by itself, in the form given.
        case isolated(UInt32)
        /// It is part of a word, in the form given.
        case joined(UInt32)
        /// It is part of a word as several scalars.
        case expanded([UInt32])
    }

    private enum Kind {
        case removed, space, isolated, moved, expanded
    }

    /// Scalars treated alike: every `step`th from `first` to `last`.
    private struct Run {
        let first: UInt32
        let last: UInt32
        let step: UInt32
        let kind: Kind
        /// For `moved`, the distance; for `expanded`, the index in `expansions`.
        let value: Int32
    }

    /// Whether capitals are lowered.
    let lowersCase: Bool

    private let stripsAccents: Bool
    private let isolatesIdeographs: Bool
    private let runs: [Run]
    private let expansions: [[UInt32]]
    // What vanishes with accents alone; needed only where accents stay.
    private let marks: [ClosedRange<UInt32>]

    /// Decodes the table that comes with the program.
    ///
    /// - Precondition: accents are stripped only where case is lowered too.
    init(lowersCase: Bool = true, stripsAccents: Bool = true, isolatesIdeographs: Bool = true) {
        precondition(lowersCase || !stripsAccents, "Accents are stripped in lower case only.")
        self.lowersCase = lowersCase
        self.stripsAccents = stripsAccents
        self.isolatesIdeographs = isolatesIdeographs
        marks = stripsAccents ? [] : Self.decodedMarks
        var parser = Parser()
        Self.encoded.withUTF8Buffer { bytes in
            for byte in bytes { parser.read(byte) }
        }
        parser.finishEntry()
        runs = parser.runs
        expansions = parser.expansions
    }

    /// The treatment of a scalar.
    subscript(_ scalar: UInt32) -> Treatment {
        if scalar < 0x80 { return treatment(ascii: UInt8(scalar)) }
        return stripsAccents ? stripped(scalar) : kept(scalar)
    }

    /// The treatment of an ASCII character by this table.
    private func treatment(ascii byte: UInt8) -> Treatment {
        if case .joined = Self.treatment(ascii: byte), !lowersCase { return .joined(UInt32(byte)) }
        return Self.treatment(ascii: byte)
    }

    /// The treatment of a scalar beyond ASCII where accents are stripped.
    private func stripped(_ scalar: UInt32) -> Treatment {
        if (0xAC00...0xD7A3).contains(scalar) { return .expanded(Self.jamo(scalar)) }
        guard let run = run(containing: scalar) else {
            return isIsolatedIdeograph(scalar) ? .isolated(scalar) : .joined(scalar)
        }
        switch run.kind {
        case .removed: return .removed
        case .space: return .space
        case .isolated: return .isolated(scalar)
        case .expanded: return .expanded(expansions[Int(run.value)])
        case .moved:
            let result = UInt32(bitPattern: Int32(bitPattern: scalar) &+ run.value)
            return isIsolatedIdeograph(scalar) || isIsolated(result) ? .isolated(result) : .joined(result)
        }
    }

    /// The treatment of a scalar beyond ASCII where accents stay.
    private func kept(_ scalar: UInt32) -> Treatment {
        if isIsolatedIdeograph(scalar) { return .isolated(scalar) }
        switch run(containing: scalar)?.kind {
        case .isolated: return .isolated(scalar)
        case .space: return .space
        case .removed where !isMark(scalar): return .removed
        case .moved where Self.isPunctuation(scalar): return .isolated(scalar)
        default: break
        }
        guard lowersCase, let character = Unicode.Scalar(scalar) else { return .joined(scalar) }
        let lowered = character.properties.lowercaseMapping.unicodeScalars.map(\.value)
        return lowered.count == 1 ? .joined(lowered[0]) : .expanded(lowered)
    }

    private func isIsolatedIdeograph(_ scalar: UInt32) -> Bool {
        isolatesIdeographs && Self.isIdeograph(scalar)
    }

    private func isMark(_ scalar: UInt32) -> Bool {
        var (low, high) = (0, marks.count)
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < marks.count && marks[low].contains(scalar)
    }

    /// Whether a scalar that decomposes is punctuation before it does.
    private static func isPunctuation(_ scalar: UInt32) -> Bool {
        switch Unicode.Scalar(scalar)?.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    /// The marks that come with the program, in rising order.
    private static let decodedMarks: [ClosedRange<UInt32>] = {
        var ranges: [ClosedRange<UInt32>] = []
        var position: UInt32 = 0
        for entry in encodedMarks.description.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let numbers = entry.split(separator: ":").compactMap { UInt32($0, radix: 36) }
            guard let distance = numbers.first else { continue }
            let first = position + distance
            let last = first + (numbers.count > 1 ? numbers[1] : 1) - 1
            ranges.append(first...last)
            position = last + 1
        }
        return ranges
    }()

    /// The treatment of an ASCII character.
    static func treatment(ascii byte: UInt8) -> Treatment {
        switch byte {
        case 0x09, 0x0A, 0x0D, 0x20: .space
        case 0..<0x20, 0x7F: .removed
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .joined(UInt32(byte) + 0x20)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): .joined(UInt32(byte))
        default: .isolated(UInt32(byte))
        }
    }

    private func isIsolated(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return Self.treatment(ascii: UInt8(scalar)) == .isolated(scalar) }
        return run(containing: scalar)?.kind == .isolated
    }

    private func run(containing scalar: UInt32) -> Run? {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < scalar { low = middle + 1 } else { high = middle }
        }
        guard low < runs.count, runs[low].first <= scalar, (scalar - runs[low].first) % runs[low].step == 0 else {
            return nil
        }
        return runs[low]
    }

    /// The ranges the reference sets apart as Chinese characters. (Extension E proper begins at U+2B820; the reference
    /// has it begin later.)
    private static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default:
            false
        }
    }

    /// The canonical decomposition of a Hangul syllable (Unicode Standard, section 3.12).
    private static func jamo(_ syllable: UInt32) -> [UInt32] {
        let index = syllable - 0xAC00
        let pair = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
        return index % 28 == 0 ? pair : pair + [0x11A7 + index % 28]
    }

    /// Reads the encoded table, one entry after the other.
    private struct Parser {
        var runs: [Run] = []
        var expansions: [[UInt32]] = []

        private var position: UInt32 = 0x80
        private var mark: UInt8 = 0
        private var distance: UInt32 = 0
        private var numbers: [UInt32] = []
        private var count: UInt32 = 1
        private var step: UInt32 = 1
        private var number: UInt32 = 0
        private var isInEntry = false
        // What the number being read is: 0 the distance, else the character before it.
        private var role: UInt8 = 0

        mutating func read(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = number * 36 + UInt32(byte - UInt8(ascii: "0"))
                isInEntry = true
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                number = number * 36 + UInt32(byte - UInt8(ascii: "a")) + 10
                isInEntry = true
            case UInt8(ascii: " "), UInt8(ascii: "\n"):
                finishEntry()
            default:
                finishNumber()
                role = byte
                if byte != UInt8(ascii: "."), byte != UInt8(ascii: ":"), byte != UInt8(ascii: "/") { mark = byte }
            }
        }

        mutating func finishEntry() {
            guard isInEntry else { return }
            finishNumber()
            let first = position + distance
            let last = first + (count - 1) * step
            let kind: Kind
            var value: Int32 = 0
            switch mark {
            case UInt8(ascii: "!"): kind = .removed
            case UInt8(ascii: "_"): kind = .space
            case UInt8(ascii: "^"): kind = .isolated
            case UInt8(ascii: "="):
                kind = .expanded
                value = Int32(expansions.count)
                expansions.append(numbers)
            default:
                kind = .moved
                value = Int32(numbers[0]) * (mark == UInt8(ascii: "-") ? -1 : 1)
            }
            runs.append(Run(first: first, last: last, step: step, kind: kind, value: value))
            position = last + 1
            (count, step, role, isInEntry) = (1, 1, 0, false)
            numbers.removeAll(keepingCapacity: true)
        }

        private mutating func finishNumber() {
            switch role {
            case 0: distance = number
            case UInt8(ascii: ":"): count = number
            case UInt8(ascii: "/"): step = number
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "."): numbers.append(number)
            default: break
            }
            number = 0
        }
    }
}
