import Foundation

/// Reads feeds.
struct FeedParser {
    /// What the document is instead of a feed: the name of its outermost element.
    struct NoFeed: Error {
        var root: String
    }

    /// A text that is being collected.
    private struct Capture {
        var field: Field
        var depth: Int
        var isHTML: Bool
        var text = ""
    }

    private enum Field {
        case feedTitle, title, link, identifier, summary, content, source, published, updated
    }

    private var document = FeedDocument()
    private var path: [String] = []
    private var prefix = ""
    private var hasRoot = false
    private var isAtom = false
    private var bases: [(depth: Int, base: String)]
    private var entry: FeedDocument.Entry?
    private var entryDepth = 0
    private var capture: Capture?
    private var content = ""
    private var updated: Date?

    /// The most entries that are read, the longest text that is kept, the deepest nesting that is followed.
    private static let mostEntries = 1_000
    private static let longestText = 40_000
    private static let deepest = 100

    private init(url: String) {
        bases = [(0, url)]
    }

    /// The feed in `text` (UTF-8), which was read at `url`.
    ///
    /// - Throws: `NoFeed`.
    static func document(_ text: [UInt8], url: String) throws(NoFeed) -> FeedDocument {
        var parser = FeedParser(url: url)
        var tokenizer = MarkupTokenizer(text)
        while parser.document.entries.count < mostEntries, let token = tokenizer.next() {
            switch token {
            case .open(let name, let attributes, let isEmpty): try parser.open(name, attributes, isEmpty)
            case .close(let name): parser.close(name)
            case .text(let text): parser.collect(text)
            }
        }
        guard parser.hasRoot else { throw NoFeed(root: "") }
        parser.document.isCut = parser.document.entries.count < mostEntries && !parser.path.isEmpty
        return parser.document
    }

    private mutating func open(_ name: String, _ attributes: [String: String], _ isEmpty: Bool) throws(NoFeed) {
        guard path.count < Self.deepest else { return }
        if !hasRoot {
            let local = Self.local(name).lowercased()
            guard ["rss", "feed", "rdf"].contains(local) else { throw NoFeed(root: name) }
            hasRoot = true
            isAtom = local == "feed"
            prefix = local == "rdf" ? "" : Self.prefix(name)
        }
        path.append(name)
        if let base = attributes["xml:base"] { bases.append((path.count, base)) }
        if let capture {
            // Markup that stands in a text unescaped; where it ends a word is seen later.
            if capture.isHTML { collect("<\(name)>") }
        } else {
            begin(name, attributes)
        }
        if isEmpty { close(name) }
    }

    /// Begins an entry or a field, where the element is one.
    private mutating func begin(_ name: String, _ attributes: [String: String]) {
        let isPlain = Self.prefix(name) == prefix
        let local = Self.local(name)
        if entry == nil {
            if isPlain, local == "item" || local == "entry" {
                entry = FeedDocument.Entry(identifier: attributes["rdf:about"] ?? "")
                entryDepth = path.count
                content = ""
                updated = nil
            } else if isPlain, local == "title", document.title.isEmpty, (2...3).contains(path.count) {
                capture = Capture(field: .feedTitle, depth: path.count, isHTML: isHTML(attributes))
            }
            return
        }
        guard path.count == entryDepth + 1, let field = field(local, isPlain: isPlain, name: name) else { return }
        if field == .link, let address = attributes["href"] {
            let relation = attributes["rel"] ?? "alternate"
            let link = resolved(address)
            if relation == "alternate", entry?.link == nil { entry?.link = link }
            return
        }
        capture = Capture(field: field, depth: path.count, isHTML: isHTML(attributes))
    }

    private func field(_ local: String, isPlain: Bool, name: String) -> Field? {
        if name == "dc:date" { return .published }
        if name == "content:encoded" { return .content }
        guard isPlain else { return nil }
        switch local {
        case "title": return .title
        case "link": return .link
        case "guid", "id": return .identifier
        case "description", "summary": return .summary
        case "content": return .content
        // Atom's source is a feed, not a name.
        case "source": return isAtom ? nil : .source
        case "pubDate", "published", "issued": return .published
        case "updated", "modified": return .updated
        default: return nil
        }
    }

    private mutating func collect(_ text: String) {
        guard var capture, capture.text.utf8.count < Self.longestText else { return }
        capture.text += text
        self.capture = capture
    }

    /// Closes the innermost open element of that name and all within it; a name that is not open closes nothing.
    private mutating func close(_ name: String) {
        guard let index = path.lastIndex(of: name) else { return }
        if let capture {
            if capture.depth > index { finish(capture) } else if capture.isHTML { collect("</\(name)>") }
        }
        if entry != nil, entryDepth > index { finishEntry() }
        path.removeLast(path.count - index)
        bases.removeAll { $0.depth > path.count }
    }

    private mutating func finish(_ capture: Capture) {
        self.capture = nil
        guard capture.field != .feedTitle else { return document.title = text(of: capture, limit: 100) }
        guard var entry else { return }
        switch capture.field {
        case .title: entry.title = text(of: capture, limit: 300)
        case .summary: entry.summary = text(of: capture, limit: 600)
        case .content: content = text(of: capture, limit: 600)
        case .source: entry.source = text(of: capture, limit: 100)
        case .link: entry.link = entry.link ?? resolved(capture.text)
        case .identifier: entry.identifier = DisplayText.line(capture.text, limit: 500)
        case .published: entry.published = FeedDate.instant(capture.text) ?? entry.published
        case .updated: updated = FeedDate.instant(capture.text)
        case .feedTitle: break
        }
        self.entry = entry
    }

    private func text(of capture: Capture, limit: Int) -> String {
        capture.isHTML
            ? PlainText.line(capture.text, limit: limit) : DisplayText.line(capture.text, limit: limit)
    }

    private mutating func finishEntry() {
        guard var entry else { return }
        self.entry = nil
        if entry.summary.isEmpty { entry.summary = content }
        entry.published = entry.published ?? updated
        // An identifier that is an address leads to the entry, unless there is a link.
        entry.link = entry.link ?? WebAddress.resolved(entry.identifier)
        if entry.identifier.isEmpty { entry.identifier = entry.link ?? entry.title }
        document.entries.append(entry)
    }

    private func resolved(_ link: String) -> String? {
        WebAddress.resolved(link, against: bases.reversed().map(\.base))
    }

    /// Whether a text is HTML: any in RSS may be, in Atom one that says so (RFC 4287, section 3.1.1).
    private func isHTML(_ attributes: [String: String]) -> Bool {
        !isAtom || ["html", "text/html", "xhtml"].contains(attributes["type"])
    }

    private static func prefix(_ name: String) -> String {
        name.firstIndex(of: ":").map { String(name[..<$0]) } ?? ""
    }

    private static func local(_ name: String) -> String {
        name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }
}
