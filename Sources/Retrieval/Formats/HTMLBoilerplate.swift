/// What the tags of a page say about whose text it is: the page's own, or the site's around it.
///
/// Names of classes and ids are read word by word. Some words name a part of a site wherever they stand first or last; others are
/// also subjects (`share-repurchases`, `related-work`), and count only among words that name parts of a page.
enum HTMLBoilerplate {
    /// Why an element is the site's.
    enum Ground {
        /// It says so: `nav`, `footer`, a role.
        case tag
        /// Its class or its id says so, or it is a form; what holds most of a page is the page all the same.
        case name
    }

    private static let tags: Set<String> = ["nav", "aside", "footer", "menu"]
    private static let roles: Set<String> = [
        "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar",
    ]
    private static let strong: Set<String> = [
        "nav", "navbar", "topnav", "subnav", "sidenav", "navigation", "sidebar", "sphinxsidebar", "footer", "subfooter",
        "breadcrumb", "breadcrumbs", "masthead", "pagination", "paginator", "advert", "advertisement", "popup", "modal",
        "lightbox", "toc", "tableofcontents", "skiplink", "onetrust", "cookiebot",
    ]
    private static let weak: Set<String> = [
        "menu", "banner", "ad", "ads", "adsense", "promo", "promotion", "social", "share", "sharing", "related",
        "recommended", "newsletter", "subscribe", "signup", "skip", "toolbar", "pager", "consent", "cookie", "cookies",
        "gdpr", "search", "login", "topbar", "header",
    ]
    private static let neutral: Set<String> = [
        "site", "page", "main", "global", "top", "bottom", "left", "right", "upper", "lower", "primary", "secondary",
        "container", "wrapper", "wrap", "inner", "outer", "box", "block", "list", "links", "link", "widget", "widgets",
        "area", "col", "column", "row", "grid", "bar", "panel", "group", "item", "items", "mobile", "desktop", "sticky",
        "fixed", "toggle", "button", "buttons", "btn", "icons", "icon", "notice", "message", "overlay", "slot", "unit",
        "form", "input", "field", "content", "posts", "post", "articles", "stories", "news", "doc", "docs", "theme",
        "module", "component", "region", "sdk", "dialog", "media", "sub", "the", "layout",
    ]
    /// With these, a header is that of an article and not of the site.
    private static let ofArticles: Set<String> = [
        "page", "post", "entry", "article", "content", "title", "story", "doc",
    ]
    private static let notes: Set<String> = [
        "footnote", "footnotes", "endnote", "admonition", "note", "callout", "tip", "warning", "important", "caution",
        "topic", "example", "pullquote", "quote", "definition",
    ]
    private static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]
    private static let parts: Set<String> = ["tr", "th", "tbody", "thead", "tfoot", "caption", "pre", "code"]

    /// Names of what is not for reading: marks that link to a heading, numbers of lines, words for screen readers.
    private static let unread: Set<String> = [
        "headerlink", "hash-link", "header-anchor", "heading-anchor", "anchorjs-link", "anchor-link", "viewcode-link",
        "mw-editsection", "linenos", "lineno", "line-numbers-rows", "sr-only", "visually-hidden", "visuallyhidden",
        "screen-reader-text", "skip-link", "skip-to-content", "md-skip",
    ]

    /// Whether an element's text is not for reading by its class.
    static func isUnread(_ attributes: [String: String]) -> Bool {
        guard let names = attributes["class"] else { return false }
        return names.split(whereSeparator: \.isWhitespace).contains { unread.contains($0.lowercased()) }
    }

    /// Why an element is the site's; nil where nothing says so.
    /// - Parameters:
    ///   - isInMain: Whether it stands in what the page calls its main part.
    ///   - isQuoted: Whether it stands in a quotation.
    ///   - isBegun: Whether text of the page stands before it.
    static func ground(
        _ name: String,
        _ attributes: [String: String],
        isInMain: Bool,
        isQuoted: Bool,
        isBegun: Bool
    ) -> Ground? {
        if ["html", "body", "main", "article"].contains(name) { return nil }
        let classes = names(attributes["class"])
        if name == "aside" || attributes["role"] == "complementary", isInMain {
            let isNote =
                attributes["role"]?.hasPrefix("doc-") == true || classes.joined().contains(where: notes.contains)
            if isNote { return nil }
        }
        if name == "footer", isQuoted { return nil }
        if tags.contains(name) || roles.contains(attributes["role"] ?? "") { return .tag }
        if name == "header", !isInMain, !isBegun, ofArticles.isDisjoint(with: classes.joined()) { return .tag }
        if name == "form" { return .name }
        guard !headings.contains(name), !parts.contains(name) else { return nil }
        let isSection = name == "section" || classes.contains(["section"])
        // Ids of sections are made of their headings.
        let ids = isSection || isInMain ? [] : names(attributes["id"])
        let isCell = name == "td" || name == "table"
        let isNamed =
            classes.contains { isSite($0, isCell: isCell) || (!isInMain && isHeader($0)) }
            || ids.contains { isWholly($0) || isHeader($0) }
        return isNamed ? .name : nil
    }

    private static func isSite(_ words: [String], isCell: Bool) -> Bool {
        guard let first = words.first, let last = words.last else { return false }
        if isCell { return strong.contains(first) && first != "footer" && words.allSatisfy(isOfParts) }
        return strong.contains(first) || strong.contains(last) || isWholly(words)
    }

    /// Whether a name has a word for a part of a site, and no word for anything else.
    private static func isWholly(_ words: [String]) -> Bool {
        if words.contains("cookie") || words.contains("cookies"),
            words.contains(where: ["banner", "consent", "notice", "dialog", "bar", "popup", "modal"].contains)
        {
            return true
        }
        return words.contains { strong.contains($0) || (weak.contains($0) && $0 != "header") }
            && words.allSatisfy(isOfParts)
    }

    private static func isHeader(_ words: [String]) -> Bool {
        words.contains("header") && ofArticles.isDisjoint(with: words) && words.allSatisfy(isOfParts)
    }

    private static func isOfParts(_ word: String) -> Bool {
        strong.contains(word) || weak.contains(word) || neutral.contains(word) || word.utf8.count <= 2
            || word.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The names in a class or an id, each as its words in small letters: `siteNav`, `site-nav` and `site_nav` are the same.
    private static func names(_ attribute: String?) -> [[String]] {
        guard let attribute else { return [] }
        return attribute.split(whereSeparator: \.isWhitespace).compactMap { name in
            var words: [String] = []
            var word = ""
            var isAfterSmall = false
            for character in name {
                let isPart = character.isLetter || character.isNumber
                if !isPart || (isAfterSmall && character.isUppercase), !word.isEmpty {
                    words.append(word)
                    word = ""
                }
                if isPart { word += character.lowercased() }
                isAfterSmall = character.isLowercase
            }
            if !word.isEmpty { words.append(word) }
            // `with-sidebar` names what else there is; `tag-share` and `category-menu` what an article is about.
            guard let first = words.first, !["has", "with", "no", "without", "tag", "category", "is"].contains(first),
                !words.contains("with")
            else { return nil }
            if let index = words.indices.first(where: { words[$0...].starts(with: ["table", "of", "contents"]) }) {
                words.replaceSubrange(index..<index + 3, with: ["toc"])
            }
            return words
        }
    }
}
