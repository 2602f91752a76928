/// The readable text of a web page: headings, paragraphs, list items and tables, without navigation, banners and scripts.
struct HTMLOutline {
    /// A run of text that stands by itself.
    struct Block {
        enum Kind: Equatable {
            case heading(Int)
            case paragraph
            case item
            case row
        }

        var kind: Kind
        var text: String
        var place: ClosedRange<Int>
        /// Letters of the text that are in links.
        var linked: Int
        var isBoilerplate: Bool
        var isMain: Bool
    }

    /// The outline of a page.
    static func outline(of text: String) -> DocumentOutline {
        var reader = HTMLReader(text)
        reader.read()
        var builder = OutlineBuilder()
        let kept = readable(reader.blocks)
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

    /// The blocks that are of the page itself: those of its main part if it names one, and no menus.
    private static func readable(_ blocks: [Block]) -> [Block] {
        func size(_ blocks: [Block]) -> Int { blocks.reduce(0) { $0 + $1.text.utf8.count } }
        let main = blocks.filter { $0.isMain && !$0.isBoilerplate }
        if size(main) * 5 >= size(blocks), size(main) >= 100 { return main }
        let others = withoutMenus(blocks.filter { !$0.isBoilerplate })
        // What would leave next to nothing was a wrong guess.
        return size(others) * 10 >= size(blocks) ? others : blocks
    }

    /// Without runs of three and more items that are links and little else.
    private static func withoutMenus(_ blocks: [Block]) -> [Block] {
        var kept: [Block] = []
        var run: [Block] = []
        for block in blocks + [
            Block(kind: .paragraph, text: "", place: 1...1, linked: 0, isBoilerplate: false, isMain: false)
        ] {
            let isLink =
                block.kind == .item && block.text.utf8.count < 60 && block.linked * 10 >= block.text.utf8.count * 8
            if isLink {
                run.append(block)
            } else {
                if run.count < 3 { kept += run }
                run = []
                kept.append(block)
            }
        }
        return kept.filter { !$0.text.isEmpty }
    }
}
