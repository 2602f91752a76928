/// Reads a page into blocks, and notes which parts of the page each stands in.
struct HTMLReader {
    private struct Element {
        var name: String
        var isHidden: Bool
        /// The innermost part of the site it stands in.
        var aside: Int?
        /// What text that it holds is.
        var kind: HTMLOutline.Block.Kind
        var main: Int?
        var article: Int?
        var isLink: Bool
        /// Whether the link it is leads to a place in the page.
        var isAnchor: Bool
        var isQuoted: Bool
        var isBold: Bool
    }

    private(set) var blocks: [HTMLOutline.Block] = []
    private(set) var title = ""
    /// The parts that may be the site's, by the numbers that blocks have: why.
    private(set) var asides: [Aside] = []

    /// A part that may be the site's.
    struct Aside {
        /// Why it may.
        var ground: HTMLBoilerplate.Ground
        /// The part it stands in, which has a smaller number.
        var outer: Int?
    }

    private var scanner: HTMLScanner
    /// Which of the tables that follow lay the page out, the next one last.
    private var layouts: [Bool]
    private var stack: [Element] = []
    /// How many elements of a name are open.
    private var openCounts: [String: Int] = [:]
    private var tables: [HTMLTable] = []
    private var counter = 0
    private var text = ""
    /// Whether the text has more than blanks.
    private var hasWords = false
    private var links = HTMLOutline.Links()
    /// Letters and digits of the text in bold.
    private var bold = 0
    /// The links of the row that is being read.
    private var rowLinks = HTMLOutline.Links()
    private var start = 1
    private var end = 1
    private var isCell = false
    private var repeats = HTMLTable.Repeats()
    /// Bytes of text that no part of the site has.
    private var ownText = 0

    private static let empty: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]
    private static let hidden: Set<String> = [
        "script", "style", "template", "noscript", "svg", "math", "object", "iframe", "select", "button", "textarea",
        "head", "canvas", "audio", "video", "dialog",
    ]
    private static let inlineNames: Set<String> = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
        "time", "tt", "u", "var", "img", "wbr",
    ]
    private static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]

    /// Whether an element stands within a line; so do those of other vocabularies, as marked figures of a filing.
    private static func isInline(_ name: String) -> Bool {
        inlineNames.contains(name) || name.contains(":")
    }

    /// Texts of links that stand beside a heading for those who want its address.
    private static let anchorMarks: Set<String> = ["¶", "#", "§", "🔗", "\u{200B}"]

    init(_ text: String) {
        scanner = HTMLScanner(text)
        layouts = HTMLTable.layouts(in: text).reversed()
    }

    mutating func read() {
        while true {
            let line = scanner.line
            guard let token = scanner.next() else { break }
            switch token {
            case .text(let text): append(text, from: line)
            case .open(let name, let attributes, let isEmpty): open(name, attributes, isEmpty: isEmpty, line)
            case .close(let name): close(name, line)
            }
        }
        while !tables.isEmpty { endTable() }
        flush(kind)
    }

    private mutating func append(_ new: String, from line: Int) {
        if stack.last?.name == "title" { title += new }
        guard stack.last?.isHidden != true else { return }
        let isBlank = new.allSatisfy(\.isWhitespace)
        if stack.last?.isAnchor == true, Self.anchorMarks.contains(OutlineBuilder.oneLine(new)) { return }
        // Lines before the first word are not the text's, but those of code.
        if hasWords || !isBlank || kind == .code { text += new }
        if !isBlank {
            if !hasWords { start = line + new.prefix { $0.isWhitespace }.utf8.filter { $0 == 0x0A }.count }
            hasWords = true
            let trailing = new.reversed().prefix { $0.isWhitespace }.filter(\.isNewline).count
            end = max(start, scanner.line - trailing)
        }
        if stack.last?.isBold == true { bold += HTMLOutline.weight(new) }
        if let element = stack.last, element.isLink {
            let weight = HTMLOutline.weight(new)
            links.weight += weight
            if element.isAnchor { links.anchors += weight }
        }
    }

    private mutating func open(_ name: String, _ attributes: [String: String], isEmpty: Bool, _ line: Int) {
        if name == "img", let words = attributes["alt"], !words.isEmpty { append(" \(words) ", from: line) }
        if name == "br" { append(kind == .code ? "\n" : " ", from: line) }
        let isBlock = !Self.isInline(name)
        if isBlock, name != "br" { breakBlock(before: name, attributes, line) }
        guard !isEmpty, !Self.empty.contains(name) else { return }
        let outer = stack.last
        let isHidden =
            Self.hidden.contains(name) || name == "title" || attributes["hidden"] != nil
            || attributes["aria-hidden"] == "true" || HTMLBoilerplate.isUnread(attributes)
            || attributes["style"]?.filter({ !$0.isWhitespace }).lowercased().contains("display:none") == true
        var aside = outer?.aside
        let ground =
            isBlock
            ? HTMLBoilerplate.ground(
                name,
                attributes,
                isInMain: outer?.main != nil || outer?.article != nil,
                isQuoted: outer?.isQuoted ?? false,
                isBegun: ownText >= 200
            ) : nil
        if let ground {
            asides.append(Aside(ground: ground, outer: aside))
            aside = asides.count - 1
        }
        counter += 1
        let isMain = name == "main" || attributes["role"] == "main"
        if name == "a" { links.count += 1 }
        openCounts[name, default: 0] += 1
        stack.append(
            Element(
                name: name,
                // What stands in the head is not read, a body that follows without an end of the head is.
                isHidden: name == "body" ? false : (outer?.isHidden ?? false) || isHidden,
                aside: aside,
                kind: Self.kind(of: name, in: outer?.kind),
                main: outer?.main ?? (isMain ? counter : nil),
                article: outer?.article ?? (name == "article" ? counter : nil),
                isLink: (outer?.isLink ?? false) || name == "a",
                isAnchor: name == "a" ? attributes["href"]?.hasPrefix("#") == true : outer?.isAnchor ?? false,
                isQuoted: (outer?.isQuoted ?? false) || name == "blockquote",
                isBold: Self.isBold(name, attributes) ?? outer?.isBold ?? false
            )
        )
    }

    /// Whether an element's text is bold; nil where it is as that around it.
    private static func isBold(_ name: String, _ attributes: [String: String]) -> Bool? {
        if let style = attributes["style"]?.filter({ !$0.isWhitespace }).lowercased(),
            let weight = style.firstRange(of: "font-weight:").map({ style[$0.upperBound...].prefix { $0 != ";" } })
        {
            return ["bold", "bolder", "600", "700", "800", "900"].contains(weight)
        }
        return name == "b" || name == "strong" ? true : nil
    }

    private mutating func close(_ name: String, _ line: Int) {
        if !Self.isInline(name), name != "br" { endBlock(of: name, line) }
        // A heading ends with the end of any, as browsers have it.
        let isHeading = Self.headings.contains(name)
        let names = isHeading ? Self.headings : [name]
        guard names.contains(where: { openCounts[$0, default: 0] > 0 }) else { return }
        while let last = stack.last {
            pop()
            if names.contains(last.name) { break }
        }
    }

    private mutating func pop() {
        guard let last = stack.popLast() else { return }
        openCounts[last.name, default: 1] -= 1
    }

    // MARK: - Blocks

    private mutating func breakBlock(before name: String, _ attributes: [String: String], _ line: Int) {
        switch name {
        case "table":
            endCell()
            // A table within a table is laid out by the outer one, which then is none itself.
            if !tables.isEmpty { endRow() }
            flush(kind)
            tables.append(HTMLTable(isLayout: layouts.popLast() ?? false, start: line))
        case "tr" where tables.last?.isLayout == false:
            endCell()
            endRow()
            tables[tables.count - 1].start = line
        case "td" where tables.last?.isLayout == false, "th" where tables.last?.isLayout == false:
            endCell()
            isCell = true
            tables[tables.count - 1].open(isHead: name == "th", attributes)
        default:
            if isCell { append(" ", from: line) } else { flush(kind) }
        }
        // Elements whose end is left out end where the next one begins.
        if ["p", "li", "dt", "dd", "option", "tr", "td", "th"].contains(name), stack.last?.name == name {
            pop()
        }
        // A row ends its last cell too, and a part of a table its last row.
        let left = ["tr": ["td", "th", "tr"], "td": ["th"], "th": ["td"], "tbody": ["td", "th", "tr", "thead"]]
        while let last = stack.last?.name, left[name]?.contains(last) == true { pop() }
    }

    private mutating func endBlock(of name: String, _ line: Int) {
        switch name {
        case "table": endTable()
        case "tr" where tables.last?.isLayout == false:
            endCell()
            endRow()
        case "td" where isCell, "th" where isCell:
            endCell()
        case "script", "style", "head", "title", "template", "noscript", "svg":
            break
        default:
            if isCell { append(" ", from: line) } else { flush(kind) }
        }
    }

    /// What the text that is being read is, by the elements it stands in.
    private var kind: HTMLOutline.Block.Kind { stack.last?.kind ?? .paragraph }

    /// What the text of an element is, within one whose text is `outer`.
    private static func kind(of name: String, in outer: HTMLOutline.Block.Kind?) -> HTMLOutline.Block.Kind {
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6": .heading(name.utf8.last.map { Int($0) - 0x30 } ?? 1)
        case "li", "dt", "dd": .item
        case "pre": .code
        case "p", "div", "section": outer ?? .paragraph
        default: isInline(name) ? outer ?? .paragraph : .paragraph
        }
    }

    private mutating func clear() {
        (text, hasWords, links, bold) = ("", false, HTMLOutline.Links(), 0)
    }

    private mutating func flush(_ kind: HTMLOutline.Block.Kind) {
        defer { clear() }
        let words = kind == .code ? HTMLOutline.code(text) : OutlineBuilder.oneLine(text)
        guard !words.isEmpty else { return }
        add(kind, words, start...max(start, end), links)
    }

    private mutating func add(
        _ kind: HTMLOutline.Block.Kind,
        _ text: String,
        _ place: ClosedRange<Int>,
        _ links: HTMLOutline.Links
    ) {
        let element = stack.last
        if element?.aside == nil { ownText += text.utf8.count }
        blocks.append(
            HTMLOutline.Block(
                kind: kind,
                text: text,
                place: place,
                links: links,
                isBold: kind == .paragraph && bold > 0 && bold == HTMLOutline.weight(text),
                aside: element?.aside,
                main: element?.main,
                article: element?.article
            )
        )
    }

    // MARK: - Tables

    private mutating func endCell() {
        guard isCell, !tables.isEmpty else { return }
        isCell = false
        tables[tables.count - 1].fill(
            OutlineBuilder.oneLine(text),
            isBold: bold > 0 && bold == HTMLOutline.weight(text)
        )
        rowLinks.add(links)
        clear()
    }

    private mutating func endRow() {
        guard let last = tables.indices.last, !tables[last].cells.isEmpty else { return }
        defer { rowLinks = HTMLOutline.Links() }
        let place = tables[last].start...max(tables[last].start, scanner.line)
        if let paragraphs = tables[last].paragraphs(&repeats) {
            revise(tables[last].takeRevisions())
            for paragraph in paragraphs { add(.paragraph, paragraph, place, HTMLOutline.Links()) }
            return
        }
        let rows = tables[last].endRow(&repeats)
        revise(tables[last].takeRevisions())
        for row in rows {
            if row.kind == .head { tables[last].note(headBlock: blocks.count) }
            add(row.kind == .label ? .paragraph : .row, row.text, place, rowLinks)
        }
    }

    /// Changes blocks that were rows of heads; those without a row go.
    private mutating func revise(_ revisions: [(block: Int, row: HTMLTable.Row?)]) {
        for (block, row) in revisions.reversed() {
            let text = row?.text ?? ""
            if blocks[block].aside == nil { ownText += text.utf8.count - blocks[block].text.utf8.count }
            if let row {
                blocks[block].text = text
                blocks[block].kind = row.kind == .label ? .paragraph : .row
            } else {
                blocks.remove(at: block)
            }
        }
    }

    private mutating func endTable() {
        if tables.last?.isLayout == true {
            flush(kind)
        } else {
            endCell()
            endRow()
        }
        _ = tables.popLast()
        clear()
        isCell = false
    }
}
