/// A text and where its lines begin and end. Lines end with a line feed, or carriage return and line feed.
struct TextLines {
    let text: String
    private let bounds: [Range<String.Index>]

    init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        var bounds: [Range<String.Index>] = []
        let bytes = text.utf8
        var start = bytes.startIndex
        var index = start
        var isAfterReturn = false
        while index < bytes.endIndex {
            let byte = bytes[index]
            let next = bytes.index(after: index)
            if byte == 0x0A {
                bounds.append(start..<(isAfterReturn ? bytes.index(before: index) : index))
                start = next
            }
            isAfterReturn = byte == 0x0D
            index = next
        }
        if start < bytes.endIndex {
            bounds.append(start..<(isAfterReturn ? bytes.index(before: bytes.endIndex) : bytes.endIndex))
        }
        self.text = text
        self.bounds = bounds
    }

    private init(text: String, bounds: [Range<String.Index>]) {
        self.text = text
        self.bounds = bounds
    }

    var count: Int { bounds.count }

    /// The first `count` lines.
    func prefix(_ count: Int) -> TextLines {
        TextLines(text: text, bounds: Array(bounds.prefix(count)))
    }

    /// The line at `index`, counted from 0, without its end.
    subscript(index: Int) -> Substring {
        text[bounds[index]]
    }

    func isBlank(_ index: Int) -> Bool {
        self[index].utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}
