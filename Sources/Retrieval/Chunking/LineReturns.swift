import Foundation

/// Texts whose lines end with a carriage return alone, as old programs of the Macintosh wrote them.
enum LineReturns {
    /// Whether there are carriage returns in `data` and no line feed.
    static func areLineEnds(in data: Data, _ encoding: TextDecoding.Encoding) -> Bool {
        guard data.contains(0x0D) else { return false }
        guard encoding.width == 2 else { return !data.contains(0x0A) }
        return !positions(of: 0x0D, in: data, encoding).isEmpty && positions(of: 0x0A, in: data, encoding).isEmpty
    }

    /// `data` with each carriage return that no line feed follows as one: as many bytes, and what ends lines everywhere else.
    /// - Parameter next: The character behind `data`; empty at the end of the text.
    static func asLineFeeds(_ data: Data, before next: Data = Data(), _ encoding: TextDecoding.Encoding) -> Data {
        let whole = data + next
        var bytes = [UInt8](data)
        var feeds = positions(of: 0x0A, in: whole, encoding)[...]
        for index in positions(of: 0x0D, in: data, encoding) {
            feeds = feeds.drop { $0 < index }
            if feeds.first != index + encoding.width { bytes[index] = 0x0A }
        }
        return Data(bytes)
    }

    /// Where the byte of a control character is one by itself, counted from the beginning of `data`.
    private static func positions(of control: UInt8, in data: Data, _ encoding: TextDecoding.Encoding) -> [Int] {
        data.withUnsafeBytes { raw in
            guard encoding.width == 2 else { return raw.indices.filter { raw[$0] == control } }
            let (own, other) = encoding == .utf16LittleEndian ? (0, 1) : (1, 0)
            return stride(from: 0, to: raw.count - 1, by: 2)
                .filter { raw[$0 + own] == control && raw[$0 + other] == 0 }.map { $0 + own }
        }
    }
}
