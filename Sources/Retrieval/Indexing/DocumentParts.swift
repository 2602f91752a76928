import Crypto
import Foundation
import Storage

/// Reads a long document part by part: each is as many whole lines as there are in a window of the file, without what may go on
/// behind it, which is left for the next one.
///
/// Where a part ends depends on nothing but the bytes from its beginning on, so that reading goes on from any part's beginning as
/// it would have without a break.
struct DocumentParts {
    /// The document is binary data.
    struct NoText: Error {}

    let source: any ByteSource
    let format: DocumentFormat
    /// What chunks are called where the document gives itself no title.
    let name: String
    let isTabbed: Bool
    let chunker: OutlineChunker
    /// Bytes of a window.
    let window: Int
    /// Where the next part begins.
    private(set) var position: ReadingPosition
    private var hash = SHA256()

    /// - Parameter position: Where an earlier reading of the same bytes ended; those before it are read to know their digest.
    init(
        _ source: any ByteSource,
        format: DocumentFormat,
        name: String,
        isTabbed: Bool,
        chunker: OutlineChunker,
        window: Int,
        from position: ReadingPosition = ReadingPosition()
    ) throws {
        self.source = source
        self.format = format
        self.name = name
        self.isTabbed = isTabbed
        self.chunker = chunker
        // Whole characters of UTF-16.
        self.window = max(64, window / 2 * 2)
        self.position = position
        var offset = 0
        while offset < position.offset {
            let piece = try source.bytes(at: offset, count: min(1 << 20, position.offset - offset))
            hash.update(data: piece)
            offset += piece.count
        }
    }

    /// What was odd about the bytes so far.
    var warning: String? {
        TextDecoding.warning(
            encoding: position.encoding ?? .utf8,
            hasMark: position.hasMark,
            repaired: position.repaired
        )
    }

    /// The chunks of the next part, with lines counted from 1; nil at the end of the document.
    /// - Throws: `StorageError`; `NoText`.
    mutating func next() throws -> [Chunk]? {
        guard position.offset < source.count else { return nil }
        var room = window
        while true {
            let length = min(room, source.count - position.offset)
            let bytes = try source.bytes(at: position.offset, count: length)
            if position.encoding == nil {
                position.encoding = TextDecoding.Encoding(of: bytes)
                if format == .mailbox, position.encoding == .utf8 { position.encoding = .bytes }
                position.hasMark = TextDecoding.hasMark(bytes)
                if LineReturns.areLineEnds(in: bytes, position.encoding ?? .utf8) { position.hasReturns = true }
            }
            let isEnd = position.offset + length == source.count
            let mayGrow = !isEnd && room < longestWindow
            let lines = try withLineFeeds(bytes)
            if let chunks = try read(lines, of: bytes, isEnd: isEnd, mayGrow: mayGrow) { return chunks }
            room *= 2
        }
    }

    /// A line may be as long as this, and a message of a mailbox.
    private var longestWindow: Int { window * (format == .mailbox ? 32 : 8) }

    /// The bytes of a window with line feeds where lines end. Further on a text may have both signs: one that was put together of
    /// several.
    private func withLineFeeds(_ window: Data) throws -> Data {
        guard position.hasReturns == true else { return window }
        let encoding = position.encoding ?? .utf8
        let end = position.offset + window.count
        let next = try source.bytes(at: end, count: min(encoding.width, source.count - end))
        return LineReturns.asLineFeeds(window, before: next, encoding)
    }

    /// - Parameter written: The bytes as they are in the file.
    /// - Returns: Nil where the window is to grow first, because a line or a record has no end in it.
    private mutating func read(_ bytes: Data, of written: Data, isEnd: Bool, mayGrow: Bool) throws -> [Chunk]? {
        let encoding = position.encoding ?? .utf8
        let lineEnds = Self.lineEnds(in: bytes, encoding)
        var end = bytes.count
        if !isEnd {
            if let last = lineEnds.last {
                end = last
            } else {
                if mayGrow { return nil }
                end = Self.placeToCut(bytes, encoding)
            }
        }
        guard let part = TextDecoding.decode(bytes.prefix(end), as: encoding) else { throw NoText() }
        let lines = TextLines(position.offset == 0 ? TextDecoding.withoutMark(part.text) : part.text)
        var following = position
        guard let (outlines, taken) = self.outlines(of: lines, isEnd: isEnd, mayGrow: mayGrow, &following) else {
            return nil
        }
        if following.title == nil { following.title = name }
        var chunks = outlines.flatMap { outline -> [Chunk] in
            var outline = outline
            outline.title = nil
            return chunker.chunks(of: outline, fallbackTitle: following.title ?? name).chunks
        }
        for index in chunks.indices {
            let own = chunks[index].lines
            chunks[index].lines = (own.lowerBound + position.line)...(own.upperBound + position.line)
        }
        let isWhole = taken >= lines.count || taken == 0
        let used = isWhole ? end : lineEnds[taken - 1]
        following.offset += used
        following.line += lineEnds.count { $0 <= used }
        following.repaired +=
            isWhole || part.repaired == 0
            ? part.repaired : TextDecoding.decode(bytes.prefix(used), as: encoding)?.repaired ?? 0
        following.chunks += chunks.count
        hash.update(data: written.prefix(used))
        following.digest = Data(hash.finalize())
        position = following
        return chunks
    }

    /// The outlines of what can be taken of some lines, and how many of them that is.
    private func outlines(
        of lines: TextLines,
        isEnd: Bool,
        mayGrow: Bool,
        _ position: inout ReadingPosition
    ) -> (outlines: [DocumentOutline], lines: Int)? {
        switch format {
        case .markdown: return markdown(lines, isEnd, &position)
        case .sourceCode: return Self.taken(lines, isEnd, SourceCodeOutline.outline(of:))
        case .jsonLines: return ([JSONOutline.outline(ofLines: lines)], lines.count)
        case .table: return table(lines, isEnd, mayGrow, &position)
        case .mailbox: return mailbox(lines, isEnd, mayGrow, &position)
        default:
            let page = position.page
            let part = Self.taken(lines, isEnd) { PlainTextOutline.outline(of: $0, firstPage: page) }
            position.page += part.outlines.reduce(0) { $0 + $1.sections.count - 1 }
            return part
        }
    }

    private func markdown(
        _ lines: TextLines,
        _ isEnd: Bool,
        _ position: inout ReadingPosition
    ) -> (outlines: [DocumentOutline], lines: Int) {
        let context = position.markdown
        let whole = MarkdownOutline(lines, after: context)
        if position.title == nil { position.title = whole.title }
        let count = isEnd ? lines.count : Self.placeToEnd(whole.sections, lines.count)
        let own = count == lines.count ? whole : MarkdownOutline(lines.prefix(count), after: context)
        position.markdown = own.context
        return ([DocumentOutline(title: nil, lines: lines, sections: own.sections)], count)
    }

    private func table(
        _ lines: TextLines,
        _ isEnd: Bool,
        _ mayGrow: Bool,
        _ position: inout ReadingPosition
    ) -> (outlines: [DocumentOutline], lines: Int)? {
        let isBeginning = position.table == nil
        let layout = position.table ?? TableOutline.layout(of: lines, isTabbed: isTabbed)
        var part = TableOutline.outline(of: lines, layout, isBeginning: isBeginning, isEnd: isEnd)
        if part.lines == 0, lines.count > 0 {
            if mayGrow { return nil }
            part = TableOutline.outline(of: lines, layout, isBeginning: isBeginning, isEnd: true)
        }
        position.table = layout
        return ([part.outline], part.lines)
    }

    private func mailbox(
        _ lines: TextLines,
        _ isEnd: Bool,
        _ mayGrow: Bool,
        _ position: inout ReadingPosition
    ) -> (outlines: [DocumentOutline], lines: Int)? {
        var starts = MailOutline.starts(in: lines)
        // The first line of a part counts as one after a blank one, and a part begins where a message does.
        if position.isInLongMessage, starts.isEmpty { return ([], lines.count) }
        let end = isEnd ? lines.count : starts.last ?? 0
        if end == 0 || (!isEnd && starts.count < 2 && !position.isInLongMessage) {
            // A message has no end in this window.
            if mayGrow { return nil }
            position.isInLongMessage = true
            return (Array(MailOutline.outlines(ofMailbox: lines, starts + [lines.count])), lines.count)
        }
        position.isInLongMessage = false
        if isEnd { starts.append(lines.count) }
        return (Array(MailOutline.outlines(ofMailbox: lines, starts)), end)
    }

    /// The outline of the lines up to the last good place to end.
    private static func taken(
        _ lines: TextLines,
        _ isEnd: Bool,
        _ outline: (TextLines) -> DocumentOutline
    ) -> (outlines: [DocumentOutline], lines: Int) {
        let whole = outline(lines)
        let count = isEnd ? lines.count : placeToEnd(whole.sections, lines.count)
        return ([count == lines.count ? whole : outline(lines.prefix(count))], count)
    }

    /// The line before which a part had best end, of `count` lines: that of the last heading if it is not in the first half, else
    /// that of the last block; `count` where there is but one.
    private static func placeToEnd(_ sections: [DocumentOutline.Section], _ count: Int) -> Int {
        let filled = sections.filter { !$0.blocks.isEmpty }
        guard let last = filled.last, let start = last.blocks.first?.lines.lowerBound else { return count }
        if filled.count > 1, start > count / 2 { return start }
        var index = last.blocks.count - 1
        // Headings stay with what stands under them.
        while index > 0, last.blocks[index - 1].breakStrength < 0 { index -= 1 }
        let block = last.blocks[index].lines.lowerBound
        return block > 0 ? block : count
    }

    /// Behind each line of `bytes` that has an end.
    private static func lineEnds(in bytes: Data, _ encoding: TextDecoding.Encoding) -> [Int] {
        var ends: [Int] = []
        bytes.withUnsafeBytes { raw in
            switch encoding {
            case .utf8, .bytes:
                for index in raw.indices where raw[index] == 0x0A { ends.append(index + 1) }
            case .utf16LittleEndian, .utf16BigEndian:
                let (first, second): (UInt8, UInt8) = encoding == .utf16LittleEndian ? (0x0A, 0) : (0, 0x0A)
                for index in stride(from: 0, to: raw.count - 1, by: 2)
                where raw[index] == first && raw[index + 1] == second {
                    ends.append(index + 2)
                }
            }
        }
        return ends
    }

    /// Where a line that is longer than any window is cut: behind a blank near the window's end, else between two characters.
    private static func placeToCut(_ bytes: Data, _ encoding: TextDecoding.Encoding) -> Int {
        let bytes = [UInt8](bytes)
        guard encoding.width == 1 else {
            let even = bytes.count / 2 * 2
            let high = bytes[encoding == .utf16LittleEndian ? even - 1 : even - 2]
            // The first half of a pair stays with the second.
            return (0xD8..<0xDC).contains(high) && even > 2 ? even - 2 : even
        }
        if let blank = bytes.suffix(4_096).lastIndex(of: 0x20) { return blank + 1 }
        var end = bytes.count
        while end > bytes.count - 4, end > 1, bytes[end - 1] & 0xC0 == 0x80 { end -= 1 }
        // Behind whole characters, `end` now stands behind the first byte of the last one, which may lack some.
        return end > 1 && bytes[end - 1] >= 0xC0 ? end - 1 : bytes.count
    }
}
