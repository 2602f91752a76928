/// Reads a page into blocks and marks those that are of the site rather than of the page.
struct HTMLReader {
    private struct Element {
        var name: String
        var isHidden: Bool
        var isBoilerplate: Bool
        var isMain: Bool
        var isLink: Bool
    }

    /// A table that is being read.
    private struct Table {
        var names: [String]?
        var cells: [String] = []
        var heads: [Bool] = []
        var start: Int
    }

    private(set) var blocks: [HTMLOutline.Block] = []
    private(set) var title = ""

    private var scanner: HTMLScanner
    private var stack: [Element] = []
    private var tables: [Table] = []
    private var text = ""
    private var linked = 0
    private var start = 1
    private var end = 1
    private var isCell = false

    private static let empty: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]
    private static let hidden: Set<String> = [
        "script", "style", "template", "noscript", "svg", "math", "object", "iframe", "select", "button", "textarea",
        "head", "canvas", "audio", "video", "dialog",
    ]
    private static let inline: Set<String> = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
        "time", "tt", "u", "var", "img", "wbr",
    ]
    private static let aside: Set<String> = ["nav", "aside", "footer", "form", "menu"]
    private static let asideRoles: Set<String> = [
        "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar",
    ]
    private static let asideWords: Set<String> = [
        "nav", "navbar", "navigation", "menu", "sidebar", "sphinxsidebar", "footer", "breadcrumb", "breadcrumbs",
        "cookie",
        "cookies", "consent", "banner", "ad", "ads", "advert", "advertisement", "promo", "social", "share", "sharing",
        "related", "newsletter", "subscribe", "popup", "modal", "skip", "pagination", "pager", "toolbar", "masthead",
    ]

    init(_ text: String) {
        scanner = HTMLScanner(text)
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
        flush(.paragraph)
    }

    private mutating func append(_ new: String, from line: Int) {
        if stack.last?.name == "title" { title += new }
        guard stack.last?.isHidden != true else { return }
        let isBlank = new.allSatisfy(\.isWhitespace)
        if text.isEmpty, !isBlank {
            // Lines before the first word are not the text's.
            start = line + new.prefix { $0.isWhitespace }.utf8.filter { $0 == 0x0A }.count
        }
        text += new
        if !isBlank {
            let trailing = new.reversed().prefix { $0.isWhitespace }.filter(\.isNewline).count
            end = max(start, scanner.line - trailing)
        }
        if stack.last?.isLink == true { linked += OutlineBuilder.oneLine(new).utf8.count }
    }

    private mutating func open(_ name: String, _ attributes: [String: String], isEmpty: Bool, _ line: Int) {
        if name == "img", let words = attributes["alt"], !words.isEmpty { append(" \(words) ", from: line) }
        if name == "br" { append(" ", from: line) }
        if !Self.inline.contains(name), name != "br" { breakBlock(before: name, line) }
        guard !isEmpty, !Self.empty.contains(name) else { return }
        let outer = stack.last
        let isFrame = ["html", "body", "main", "article"].contains(name)
        let isHeader = name == "header" && outer?.isMain != true
        let isHidden =
            Self.hidden.contains(name) || name == "title" || attributes["hidden"] != nil
            || attributes["aria-hidden"] == "true"
            || attributes["style"]?.filter({ !$0.isWhitespace }).lowercased().contains("display:none") == true
        let isAside =
            Self.aside.contains(name) || isHeader || Self.asideRoles.contains(attributes["role"] ?? "")
            || Self.namesAside(attributes)
        stack.append(
            Element(
                name: name,
                // What stands in the head is not read, a body that follows without an end of the head is.
                isHidden: name == "body" ? false : (outer?.isHidden ?? false) || isHidden,
                isBoilerplate: (outer?.isBoilerplate ?? false) || (!isFrame && isAside),
                isMain: (outer?.isMain ?? false) || ["main", "article"].contains(name) || attributes["role"] == "main",
                isLink: (outer?.isLink ?? false) || name == "a"
            )
        )
    }

    /// Whether a class or the id says that an element is no part of the text: its first or last word does.
    private static func namesAside(_ attributes: [String: String]) -> Bool {
        let names = [attributes["class"], attributes["id"]].compactMap(\.self).joined(separator: " ")
        return names.split(whereSeparator: \.isWhitespace).contains { name in
            let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
            guard let first = words.first, let last = words.last, !["has", "with", "no"].contains(first) else {
                return false
            }
            return asideWords.contains(first) || asideWords.contains(last)
        }
    }

    private mutating func close(_ name: String, _ line: Int) {
        if !Self.inline.contains(name), name != "br" { endBlock(of: name, line) }
        guard let index = stack.lastIndex(where: { $0.name == name }) else { return }
        stack.removeSubrange(index...)
    }

    // MARK: - Blocks

    private mutating func breakBlock(before name: String, _ line: Int) {
        switch name {
        case "table":
            endCell()
            // A table within a table is laid out by the outer one, which then is none itself.
            if !tables.isEmpty { endRow() }
            flush(.paragraph)
            tables.append(Table(start: line))
        case "tr":
            endCell()
            endRow()
            if !tables.isEmpty { tables[tables.count - 1].start = line }
        case "td", "th":
            endCell()
            isCell = !tables.isEmpty
            if isCell { tables[tables.count - 1].heads.append(name == "th") }
        default:
            if isCell { append(" ", from: line) } else { flush(kind) }
        }
        // Elements whose end is left out end where the next one begins.
        if ["p", "li", "dt", "dd", "option", "tr", "td", "th"].contains(name), stack.last?.name == name {
            stack.removeLast()
        }
    }

    private mutating func endBlock(of name: String, _ line: Int) {
        switch name {
        case "table":
            endTable()
        case "tr":
            endCell()
            endRow()
        case "td", "th":
            endCell()
        case "html", "body", "title":
            break
        default:
            if isCell { append(" ", from: line) } else { flush(kind) }
        }
    }

    /// What the text that is being read is, by the elements it stands in.
    private var kind: HTMLOutline.Block.Kind {
        for element in stack.reversed() where !Self.inline.contains(element.name) {
            switch element.name {
            case "h1", "h2", "h3", "h4", "h5", "h6":
                return .heading(element.name.utf8.last.map { Int($0) - 0x30 } ?? 1)
            case "li", "dt", "dd": return .item
            case "p", "div", "section": continue
            default: return .paragraph
            }
        }
        return .paragraph
    }

    private mutating func flush(_ kind: HTMLOutline.Block.Kind) {
        let words = OutlineBuilder.oneLine(text)
        defer { (text, linked) = ("", 0) }
        guard !words.isEmpty else { return }
        blocks.append(block(kind, words, start...max(start, end)))
    }

    private func block(_ kind: HTMLOutline.Block.Kind, _ text: String, _ place: ClosedRange<Int>) -> HTMLOutline.Block {
        HTMLOutline.Block(
            kind: kind,
            text: text,
            place: place,
            linked: linked,
            isBoilerplate: stack.last?.isBoilerplate ?? false,
            isMain: stack.last?.isMain ?? false
        )
    }

    // MARK: - Tables

    private mutating func endCell() {
        guard isCell, !tables.isEmpty else { return }
        isCell = false
        tables[tables.count - 1].cells.append(OutlineBuilder.oneLine(text))
        (text, linked) = ("", 0)
    }

    private mutating func endRow() {
        guard let table = tables.last, !table.cells.isEmpty else { return }
        (tables[tables.count - 1].cells, tables[tables.count - 1].heads) = ([], [])
        let place = table.start...max(table.start, scanner.line)
        let filled = table.cells.filter { !$0.isEmpty }
        guard !filled.isEmpty else { return }
        // Tables that hold paragraphs lay out a page.
        if filled.contains(where: { $0.utf8.count > 500 }) {
            for cell in filled { blocks.append(block(.paragraph, cell, place)) }
            return
        }
        if table.heads.allSatisfy(\.self), table.names == nil, table.cells.count > 1 {
            tables[tables.count - 1].names = table.cells
            return
        }
        var line = TableOutline.line(table.cells, names: table.names)
        if table.names == nil, table.heads.first == true, table.cells.count > 1, !table.cells[0].isEmpty {
            line = "\(table.cells[0]): " + TableOutline.line(Array(table.cells.dropFirst()), names: nil)
        }
        blocks.append(block(.row, line, place))
    }

    private mutating func endTable() {
        endCell()
        endRow()
        if let names = tables.last?.names, blocks.last?.kind != .row {
            // Names of columns without a row under them.
            let line = scanner.line
            blocks.append(block(.row, names.filter { !$0.isEmpty }.joined(separator: " | "), line...line))
        }
        _ = tables.popLast()
        (text, linked, isCell) = ("", 0, false)
    }
}
