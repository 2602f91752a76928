/// Counts word pieces, or estimates them where there is no tokenizer.
public struct ChunkMeasure: Sendable {
    /// Names the way of counting: chunks cut by another one are cut anew.
    public let name: String
    private let count: @Sendable (String) -> Int

    /// Counts by `count`, which a tokenizer provides.
    public init(name: String, count: @escaping @Sendable (String) -> Int) {
        self.name = name
        self.count = count
    }

    /// An estimate from the lengths of words, a little above what WordPiece makes of English prose.
    public static let estimate = ChunkMeasure(name: "estimate") { text in
        var pieces = 0
        var letters = 0
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
                letters += 1
                continue
            case 0x80...:
                // Of other scripts about every third byte begins a letter, which is often a piece of its own.
                letters += 2
                continue
            case 0x09...0x0D, 0x20:
                break
            default:
                pieces += 1
            }
            pieces += (letters + 5) / 6
            letters = 0
        }
        return pieces + (letters + 5) / 6
    }

    /// The word pieces of `text`, and never less than a tenth of its bytes: a tokenizer may take a "word" of any length
    /// for one unknown piece.
    public func pieces(in text: some StringProtocol) -> Int {
        max(count(String(text)), text.utf8.count / 10)
    }
}
