/// The readable text of a web page: headings, paragraphs, list items, code and tables, without navigation, banners and scripts.
struct HTMLOutline {
    /// A run of text that stands by itself.
    struct Block {
        enum Kind: Equatable {
            case heading(Int)
            case paragraph
            case item
            case row
            /// Text whose lines and blanks are as they are written.
            case code
        }

        var kind: Kind
        var text: String
        var place: ClosedRange<Int>
        var links = Links()
        /// Whether all of it is bold.
        var isBold = false
        /// The innermost part of the page it stands in that may be the site's.
        var aside: Int?
        /// The main part it stands in, and the article.
        var main: Int?
        var article: Int?
    }

    /// Links of a text.
    struct Links {
        var count = 0
        /// Letters and digits in links, and in those that lead to a place in the page.
        var weight = 0
        var anchors = 0

        mutating func add(_ other: Links) {
            count += other.count
            weight += other.weight
            anchors += other.anchors
        }
    }

    /// The outline of a page.
    static func outline(of text: String) -> DocumentOutline {
        var reader = HTMLReader(text)
        reader.read()
        var builder = OutlineBuilder()
        let kept = withoutEmptyContents(withHeadings(HTMLOutline(reader).readable()))
        add(kept, to: &builder, below: 0)
        let heading = kept.first { $0.kind == .heading(1) }?.text
        // A page's own heading is its title where the title only adds the site's name.
        let title = OutlineBuilder.oneLine(reader.title)
        let isWithin = heading.map { title.isEmpty || title.contains($0) } ?? false
        return builder.outline(title: isWithin ? heading : title.isEmpty ? nil : title)
    }

    /// Adds blocks under a heading of `level`.
    static func add(_ blocks: [Block], to builder: inout OutlineBuilder, below level: Int) {
        for (index, block) in blocks.enumerated() {
            switch block.kind {
            case .heading(let depth):
                builder.open(block.text, level: level + depth, at: block.place)
            case .code:
                let lines = block.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let isInStep = block.place.count >= lines.count
                builder.addCode(
                    lines.enumerated().map { number, line in
                        let own = block.place.lowerBound + number
                        return (line, isInStep ? own...own : block.place)
                    }
                )
            case .paragraph, .item, .row:
                let next = index + 1 < blocks.count ? blocks[index + 1].kind : .paragraph
                let isListed = block.kind != .paragraph && next == block.kind
                builder.add([(block.text, block.place)], breakStrength: isListed ? 2 : 3)
            }
        }
    }

    /// The blocks of a page in their order.
    static func blocks(of text: String) -> [Block] {
        var reader = HTMLReader(text)
        reader.read()
        return reader.blocks
    }

    /// The blocks of a part of a book, without what says that it leads elsewhere.
    static func blocks(ofChapter text: String) -> [Block] {
        var reader = HTMLReader(text)
        reader.read()
        return HTMLOutline(reader).withoutAsides()
    }

    /// Letters and digits of a text, in bytes.
    static func weight(_ text: String) -> Int {
        text.utf8.count { $0 >= 0x80 || ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }
    }

    /// Code as it is written, without blank lines around it, blanks at the ends of lines, and what breaks lines elsewhere.
    static func code(_ text: String) -> String {
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { line in
            String(line.map { $0.isNewline ? " " : $0 }.reversed().drop { $0.isWhitespace }.reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.drop(while: \.isEmpty).joined(separator: "\n")
    }

    // MARK: - What belongs to the page

    private let blocks: [Block]
    private let asides: [HTMLReader.Aside]

    private init(_ reader: HTMLReader) {
        (blocks, asides) = (reader.blocks, reader.asides)
    }

    private static func size(_ blocks: [Block]) -> Int { blocks.reduce(0) { $0 + $1.text.utf8.count } }

    /// The blocks that are of the page itself: those of its main part if it names one, and no menus.
    private func readable() -> [Block] {
        let own = withoutAsides()
        let main = own.filter { $0.main != nil || $0.article != nil }
        if Self.size(main) * 5 >= Self.size(blocks), Self.size(main) >= 100 {
            return Self.withoutMarks(
                Self.withoutTeasers(main.contains { $0.main != nil } ? main.filter { $0.main != nil } : main)
            )
        }
        let others = Self.withoutMarks(Self.withoutMenus(own))
        // What would leave next to nothing was a wrong guess.
        return Self.size(others) * 10 >= Self.size(blocks) ? others : blocks
    }

    /// The blocks that are in no part that is the site's. A form, or a part that only its name says is the site's, that holds the
    /// heading or is a form, and holds most of the page, is the page.
    private func withoutAsides() -> [Block] {
        var sizes = [Int](repeating: 0, count: asides.count)
        var linked = sizes
        var headings = [Bool](repeating: false, count: asides.count)
        for block in blocks {
            guard let aside = block.aside else { continue }
            sizes[aside] += block.text.utf8.count
            linked[aside] += block.links.weight
            if case .heading(let level) = block.kind, level <= 2 { headings[aside] = true }
        }
        // What a part holds the one around it holds too.
        for (aside, part) in asides.enumerated().reversed() {
            guard let outer = part.outer else { continue }
            sizes[outer] += sizes[aside]
            linked[outer] += linked[aside]
            if headings[aside] { headings[outer] = true }
        }
        let total = Self.size(blocks)
        var isSite: [Bool] = []
        for (aside, part) in asides.enumerated() {
            isSite.append(
                part.outer.map { isSite[$0] } == true || part.ground == .tag || !headings[aside]
                    || sizes[aside] * 2 < total || linked[aside] * 2 > sizes[aside]
            )
        }
        let kept = blocks.filter { block in block.aside.map { isSite[$0] } != true }
        // A heading in the site's header is the page's where there is no other.
        guard !kept.contains(where: { $0.kind == .heading(1) }), Self.size(kept) > 0,
            let index = blocks.firstIndex(where: { $0.kind == .heading(1) && $0.links.weight == 0 })
        else { return kept }
        return [blocks[index]] + kept
    }

    /// Without articles that are small beside the largest one: what else the site has to read.
    private static func withoutTeasers(_ blocks: [Block]) -> [Block] {
        var sizes: [Int: Int] = [:]
        for block in blocks { block.article.map { sizes[$0, default: 0] += block.text.utf8.count } }
        guard sizes.count > 1, let largest = sizes.values.max(), largest * 2 > size(blocks) else { return blocks }
        return blocks.filter { block in block.article.map { (sizes[$0] ?? 0) * 5 >= largest } ?? true }
    }

    /// Without runs of three and more blocks that are links and little else, and the headings of those.
    private static func withoutMenus(_ blocks: [Block]) -> [Block] {
        var kept: [Block] = []
        var index = 0
        while index < blocks.count {
            var end = index
            while end < blocks.count, isLinks(blocks[end]) { end += 1 }
            let links = blocks[index..<end].reduce(0) { $0 + $1.links.count }
            if links >= 3 {
                // A heading over a menu is the menu's, where nothing else stands under it.
                let isOver = end == blocks.count || blocks[end].isHeading
                if isOver, let last = kept.last, last.isHeading, last.kind != .heading(1) { kept.removeLast() }
            } else {
                kept += blocks[index..<end]
            }
            if end < blocks.count { kept.append(blocks[end]) }
            index = end + 1
        }
        return kept
    }

    /// Without headings over lists of contents that were left out: what follows is not under them.
    private static func withoutEmptyContents(_ blocks: [Block]) -> [Block] {
        blocks.enumerated().filter { index, block in
            guard block.isHeading, index + 1 < blocks.count, blocks[index + 1].isHeading else { return true }
            return !["table of contents", "contents", "on this page", "in this article"].contains(
                block.text.lowercased()
            )
        }
        .map(\.element)
    }

    /// Where a page marks no headings, as filings do not, short lines in bold are: parts, items, and what stands under those.
    private static func withHeadings(_ blocks: [Block]) -> [Block] {
        guard !blocks.contains(where: \.isHeading) else { return blocks }
        return blocks.enumerated().map { index, block in
            guard block.isBold, block.text.utf8.count <= 120, block.links.weight == block.links.anchors,
                index + 1 < blocks.count, block.text.utf8.last != UInt8(ascii: ".")
            else { return block }
            var heading = block
            let words = block.text.lowercased()
            heading.kind =
                words.wholeMatch(of: #/part\s+[ivx]+\b.*/#) != nil
                ? .heading(1) : words.wholeMatch(of: #/item\s*\d+[a-c]?\b.*/#) != nil ? .heading(2) : .heading(3)
            return heading
        }
    }

    private static func isLinks(_ block: Block) -> Bool {
        guard block.kind == .item || block.kind == .paragraph || block.kind == .row, block.links.count > 0 else {
            return false
        }
        let weight = weight(block.text)
        // Long links are sentences; several may have a word before them.
        let share = block.links.count < 3 ? 90 : 80
        return weight <= 60 * block.links.count && block.links.weight * 100 >= weight * share
    }

    /// Without links to places in the page that come again and again, as at the foot of each page of a filing.
    private static func withoutMarks(_ blocks: [Block]) -> [Block] {
        func isMark(_ block: Block) -> Bool {
            !block.isHeading && block.text.utf8.count < 60 && block.links.anchors > 0
                && block.links.anchors == weight(block.text)
        }
        var counts: [String: Int] = [:]
        for block in blocks where isMark(block) { counts[block.text, default: 0] += 1 }
        return blocks.filter { block in !isMark(block) || counts[block.text, default: 0] < 3 }
    }
}

extension HTMLOutline.Block {
    fileprivate var isHeading: Bool {
        if case .heading = kind { true } else { false }
    }
}
