/// What a scan of a text delivers, in order. Either function may end the scan by returning false.
protocol WordReceiver {
    /// A word, lowered and stripped, that lives only until this returns.
    mutating func receive(_ word: borrowing ScannedWord) -> Bool
    /// A special token that stands in the text literally.
    mutating func receive(special id: Int32, at range: Range<Int>) -> Bool
}

/// A word as the model sees it, with the way back to the text.
struct ScannedWord: ~Copyable {
    /// The longest word that is looked up, in scalars; a longer one is unknown as a whole.
    static let longest = 100

    /// Scalars of the word; may exceed `longest`, while `bytes` then has only the beginning.
    fileprivate(set) var scalars = 0
    /// Bytes in UTF-8 of the lowered and stripped word.
    fileprivate(set) var count = 0

    private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    // For each byte, the place in the text of the scalar it came from.
    private let starts = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
    private let ends = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
    private var firstStart = 0
    private var lastEnd = 0

    private static let capacity = longest * 4

    fileprivate init() {}

    deinit {
        buffer.deallocate()
        starts.deallocate()
        ends.deallocate()
    }

    /// Whether it has more scalars than are looked up.
    var isOverlong: Bool { scalars > Self.longest }

    /// Its bytes in UTF-8.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: buffer, count: count) }

    /// The place in the text, as UTF-8 offsets.
    var range: Range<Int> { firstStart..<lastEnd }

    /// The place in the text of some of its bytes.
    func range(of part: Range<Int>) -> Range<Int> {
        starts[part.lowerBound]..<max(ends[part.upperBound - 1], starts[part.lowerBound])
    }

    fileprivate mutating func removeAll() {
        scalars = 0
        count = 0
    }

    fileprivate mutating func append(ascii byte: UInt8, at place: Int) {
        begin(at: place, end: place + 1)
        guard scalars <= Self.longest else { return }
        append(byte, place, place + 1)
    }

    fileprivate mutating func append(_ scalar: UInt32, from start: Int, to end: Int) {
        begin(at: start, end: end)
        guard scalars <= Self.longest, let scalar = Unicode.Scalar(scalar) else { return }
        for byte in scalar.utf8 { append(byte, start, end) }
    }

    private mutating func begin(at start: Int, end: Int) {
        if scalars == 0 { firstStart = start }
        lastEnd = end
        scalars += 1
    }

    private mutating func append(_ byte: UInt8, _ start: Int, _ end: Int) {
        buffer[count] = byte
        starts[count] = start
        ends[count] = end
        count += 1
    }
}

/// Cuts text into words as BERT's reference does, before words are cut into pieces.
struct WordScanner: Sendable {
    /// A token written in the text, such as `[SEP]`.
    struct Special: Sendable {
        let literal: [UInt8]
        let id: Int32
    }

    private enum ASCIIKind: UInt8 {
        case joined, isolated, space, removed
    }

    private let table: ScalarTable
    // Longest first, so that one that begins like another is told from it.
    private let specials: [Special]
    private let specialStarts: Set<UInt8>
    private let asciiKinds: [ASCIIKind]

    /// A scanner that recognises some special tokens, all of which begin with an ASCII punctuation mark.
    init(specials: [Special], table: ScalarTable = ScalarTable()) {
        self.specials = specials.sorted { $0.literal.count > $1.literal.count }
        self.table = table
        specialStarts = Set(specials.compactMap(\.literal.first))
        asciiKinds = (0..<0x80 as Range<UInt8>).map {
            switch ScalarTable.treatment(ascii: $0) {
            case .joined, .expanded: .joined
            case .isolated: .isolated
            case .space: .space
            case .removed: .removed
            }
        }
    }

    /// Delivers the words and special tokens of a text in valid UTF-8.
    func scan(_ text: UnsafeBufferPointer<UInt8>, into receiver: inout some WordReceiver) {
        var word = ScannedWord()
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte < 0x80 else {
                let (scalar, length) = Self.decode(text, at: index)
                guard take(scalar, from: index, to: index + length, &word, &receiver) else { return }
                index += length
                continue
            }
            switch asciiKinds[Int(byte)] {
            case .joined:
                word.append(ascii: table.lowersCase ? Self.lowered(byte) : byte, at: index)
            case .space:
                guard Self.finish(&word, &receiver) else { return }
            case .removed:
                break
            case .isolated:
                guard Self.finish(&word, &receiver) else { return }
                if specialStarts.contains(byte), let special = special(in: text, at: index) {
                    let end = index + special.literal.count
                    guard receiver.receive(special: special.id, at: index..<end) else { return }
                    index = end
                    continue
                }
                word.append(ascii: byte, at: index)
                guard Self.finish(&word, &receiver) else { return }
            }
            index += 1
        }
        _ = Self.finish(&word, &receiver)
    }

    /// Treats a scalar beyond ASCII; false if the receiver wants no more.
    private func take(
        _ scalar: UInt32,
        from start: Int,
        to end: Int,
        _ word: inout ScannedWord,
        _ receiver: inout some WordReceiver
    ) -> Bool {
        switch table[scalar] {
        case .removed:
            return true
        case .space:
            return Self.finish(&word, &receiver)
        case .isolated(let result):
            guard Self.finish(&word, &receiver) else { return false }
            word.append(result, from: start, to: end)
            return Self.finish(&word, &receiver)
        case .joined(let result):
            word.append(result, from: start, to: end)
            return true
        case .expanded(let results):
            for result in results { word.append(result, from: start, to: end) }
            return true
        }
    }

    private static func finish(_ word: inout ScannedWord, _ receiver: inout some WordReceiver) -> Bool {
        guard word.scalars > 0 else { return true }
        defer { word.removeAll() }
        return receiver.receive(word)
    }

    private func special(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Special? {
        specials.first { text[index...].starts(with: $0.literal) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Decodes one scalar of two to four bytes; the text is known to be valid.
    private static func decode(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> (scalar: UInt32, length: Int) {
        func trailing(_ offset: Int) -> UInt32 { UInt32(text[index + offset] & 0x3F) }
        let lead = UInt32(text[index])
        switch lead {
        case ..<0xE0: return ((lead & 0x1F) << 6 | trailing(1), 2)
        case ..<0xF0: return ((lead & 0x0F) << 12 | trailing(1) << 6 | trailing(2), 3)
        default: return ((lead & 0x07) << 18 | trailing(1) << 12 | trailing(2) << 6 | trailing(3), 4)
        }
    }
}
