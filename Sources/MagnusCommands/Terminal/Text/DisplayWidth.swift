extension StringProtocol {
    /// The number of terminal columns the text takes: the sum over its characters (grapheme clusters).
    var displayWidth: Int {
        let bytes = utf8
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) { return bytes.count }
        return reduce(0) { $0 + $1.displayWidth }
    }
}

extension Character {
    /// The number of terminal columns the character takes: 0 for controls and lone combining marks, 2 for East Asian
    /// wide characters and emoji, otherwise 1 per spacing letter of the cluster.
    var displayWidth: Int {
        let scalars = unicodeScalars
        guard let first = scalars.first else { return 0 }
        if scalars.count == 1 { return first.displayWidth }
        if first.isRegionalIndicator { return 2 }
        if scalars.dropFirst().contains(where: \.makesEmoji), first.properties.isEmoji { return 2 }
        if first.properties.isEmojiPresentation { return 2 }
        return scalars.reduce(0) { $0 + $1.displayWidth }
    }
}

extension Unicode.Scalar {
    /// Whether two of these make a flag.
    fileprivate var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }

    /// Whether this, after an emoji, asks for its two-column picture: variation selector 16, a joiner or a skin tone.
    fileprivate var makesEmoji: Bool { value == 0xFE0F || value == 0x200D || (0x1F3FB...0x1F3FF).contains(value) }

    /// Columns of the scalar alone.
    fileprivate var displayWidth: Int {
        if (0x20..<0x7F).contains(value) { return 1 }
        if value < 0xA0 { return 0 }
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator, .control: return 0
        case .format: return Unicode.Scalar.visibleFormats.contains(value) ? 1 : 0
        default: break
        }
        // Vowels and finals of conjoining Hangul are drawn inside the leading consonant's two columns.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        return isWide ? 2 : 1
    }

    /// Format characters that are drawn: the Arabic and Syriac number signs.
    private static let visibleFormats: Set<UInt32> = [
        0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD,
    ]

    /// Whether the scalar is East Asian Wide or Fullwidth. Emoji are known to the standard library; the ranges are
    /// the rest of Unicode Standard Annex 11 (version 16), unassigned gaps inside a block included.
    private var isWide: Bool {
        if value < 0x1100 { return false }
        if properties.isEmojiPresentation { return !isRegionalIndicator }
        var low = 0
        var high = Unicode.Scalar.wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            let range = Unicode.Scalar.wideRanges[middle]
            if range.contains(value) { return true }
            if value < range.lowerBound { high = middle } else { low = middle + 1 }
        }
        return false
    }

    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x3247,
        0x3250...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B,
        0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D356, 0x1D360...0x1D376,
        0x1F200...0x1F202, 0x1F210...0x1F23B, 0x1F240...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265,
        0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
