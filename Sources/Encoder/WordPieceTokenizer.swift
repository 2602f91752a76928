/// A piece of a word that a model knows, and where it stands in the text.
public struct WordPiece: Hashable, Sendable {
    /// Its line in the vocabulary, from 0.
    public let id: Int32
    /// Its place in the text, as offsets in UTF-8. Pieces come in the order of the text; two pieces share a place only
    /// where one character of the text became several in the model's alphabet.
    public let range: Range<Int>

    /// A piece at a place.
    public init(id: Int32, range: Range<Int>) {
        self.id = id
        self.range = range
    }
}

/// Cuts text into the word pieces of a BERT or MPNet model, one that ignores case and accents unless told otherwise.
///
/// The outcome is that of the Hugging Face `BertTokenizer` with the same settings, piece by piece, without the `[CLS]` and
/// `[SEP]` that frame a sequence. A special token written out in the text (`[SEP]`, `[MASK]`, ...) is taken as that token.
public struct WordPieceTokenizer: Sendable {
    /// Word pieces in the vocabulary.
    public var vocabularySize: Int { vocabulary.count }
    /// The id of the token, `[CLS]` or the like, which begins a sequence.
    public let beginning: Int32
    /// The id of the token, `[SEP]` or the like, which ends a sequence.
    public let end: Int32
    /// The id of `[UNK]`, which stands for a word that cannot be composed of known pieces.
    public let unknown: Int32

    private let vocabulary: Vocabulary
    private let scanner: WordScanner

    /// Reads a vocabulary, the contents of `vocab.txt`: one word piece per line. The bytes are copied.
    ///
    /// - Throws: where it is not UTF-8, repeats a piece, or lacks one of the tokens that begin and end a sequence and stand for
    ///   unknown words.
    public init(
        vocabulary text: UnsafeRawBufferPointer,
        settings: TokenizerSettings = TokenizerSettings()
    ) throws(EncoderError) {
        let vocabulary = try Vocabulary(text: text)
        func required(_ token: String) throws(EncoderError) -> Int32 {
            guard let id = vocabulary.id(of: token) else {
                throw EncoderError(.vocabulary, "token \(token)", "it is missing")
            }
            return id
        }
        beginning = try required(settings.beginning)
        end = try required(settings.end)
        unknown = try required(settings.unknown)
        scanner = WordScanner(
            specials: settings.specials.compactMap { token in
                vocabulary.id(of: token).map { WordScanner.Special(literal: Array(token.utf8), id: $0) }
            },
            table: ScalarTable(
                lowersCase: settings.lowersCase,
                stripsAccents: settings.stripsAccents,
                isolatesIdeographs: settings.isolatesIdeographs
            )
        )
        self.vocabulary = vocabulary
    }

    /// Reads the vocabulary of a model, which has to have as many word pieces as the model.
    init(
        vocabulary text: UnsafeRawBufferPointer,
        settings: TokenizerSettings,
        for dimensions: EncoderConfiguration
    ) throws(EncoderError) {
        try self.init(vocabulary: text, settings: settings)
        guard vocabularySize == dimensions.vocabularySize else {
            let problem = "it has \(vocabularySize) word pieces, the model \(dimensions.vocabularySize)"
            throw EncoderError(.vocabulary, "", problem)
        }
    }

    /// The pieces of a text, in order, up to a limit.
    public func pieces(of text: some StringProtocol, limit: Int = .max) -> [WordPiece] {
        scan(text, limit: limit, collecting: [WordPiece]()) { $0.append(WordPiece(id: $1, range: $2)) }
    }

    /// The ids of a text's pieces, in order, up to a limit.
    public func ids(of text: some StringProtocol, limit: Int = .max) -> [Int32] {
        scan(text, limit: limit, collecting: [Int32]()) { ids, id, _ in ids.append(id) }
    }

    /// How many pieces a text has; no more than the limit are counted.
    public func count(_ text: some StringProtocol, limit: Int = .max) -> Int {
        scan(text, limit: limit, collecting: 0) { count, _, _ in count += 1 }
    }

    /// The words of a text as the model sees them, before they are cut into pieces: mostly in lower case and without accents,
    /// punctuation apart. Of a word of more than 100 characters only those are given.
    public func words(of text: some StringProtocol) -> [String] {
        var receiver = WordCollector()
        Self.withUTF8(text) { scanner.scan($0, into: &receiver) }
        return receiver.words
    }

    private func scan<Collection>(
        _ text: some StringProtocol,
        limit: Int,
        collecting start: Collection,
        _ collect: (inout Collection, Int32, Range<Int>) -> Void
    ) -> Collection {
        withoutActuallyEscaping(collect) { collect in
            var receiver = PieceCollector(
                vocabulary: vocabulary,
                unknown: unknown,
                remaining: limit,
                collected: start,
                collect: collect
            )
            if limit > 0 { Self.withUTF8(text) { scanner.scan($0, into: &receiver) } }
            return receiver.collected
        }
    }

    private static func withUTF8(_ text: some StringProtocol, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        if text.utf8.withContiguousStorageIfAvailable({ body($0) }) == nil {
            var contiguous = String(text)
            contiguous.withUTF8 { body($0) }
        }
    }
}

/// Collects words as they are.
private struct WordCollector: WordReceiver {
    var words: [String] = []

    mutating func receive(_ word: borrowing ScannedWord) -> Bool {
        words.append(String(decoding: word.bytes, as: UTF8.self))
        return true
    }

    mutating func receive(special id: Int32, at range: Range<Int>) -> Bool {
        true
    }
}

/// Cuts each word into the longest known pieces from its beginning.
private struct PieceCollector<Collected>: WordReceiver {
    let vocabulary: Vocabulary
    let unknown: Int32
    var remaining: Int
    var collected: Collected
    let collect: (inout Collected, Int32, Range<Int>) -> Void

    private var ids: [Int32] = []
    private var ends: [Int] = []
    private var hashes: [UInt32] = []

    init(
        vocabulary: Vocabulary,
        unknown: Int32,
        remaining: Int,
        collected: Collected,
        collect: @escaping (inout Collected, Int32, Range<Int>) -> Void
    ) {
        self.vocabulary = vocabulary
        self.unknown = unknown
        self.remaining = remaining
        self.collected = collected
        self.collect = collect
        hashes = [UInt32](repeating: 0, count: vocabulary.longestLine + 1)
    }

    mutating func receive(special id: Int32, at range: Range<Int>) -> Bool {
        add(id, range)
    }

    mutating func receive(_ word: borrowing ScannedWord) -> Bool {
        guard !word.isOverlong, cut(word.bytes) else { return add(unknown, word.range) }
        var start = 0
        for (id, end) in zip(ids, ends) {
            guard add(id, word.range(of: start..<end)) else { return false }
            start = end
        }
        return true
    }

    private mutating func add(_ id: Int32, _ range: Range<Int>) -> Bool {
        collect(&collected, id, range)
        remaining -= 1
        return remaining > 0
    }

    /// Puts the pieces of a word into `ids` and `ends`; false if it cannot be composed of known ones.
    private mutating func cut(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        ids.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        var start = 0
        while start < word.count {
            let longest = min(word.count - start, vocabulary.longestLine)
            hashes[0] = Vocabulary.seed(continues: start > 0)
            for offset in 0..<longest {
                hashes[offset + 1] = Vocabulary.hash(hashes[offset], word[start + offset])
            }
            var length = longest
            var found: Int32?
            while length > 0, found == nil {
                let piece = UnsafeBufferPointer(rebasing: word[start..<start + length])
                found = vocabulary.id(of: piece, continues: start > 0, hash: hashes[length])
                length -= found == nil ? 1 : 0
            }
            guard let found else { return false }
            ids.append(found)
            start += length
            ends.append(start)
        }
        return true
    }
}
