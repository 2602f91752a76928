/// The form a document's text comes in.
public enum DocumentFormat: String, Sendable, Hashable, CaseIterable {
    /// Markdown.
    case markdown
    /// Text without marks; form feeds part its pages.
    case plainText = "text"
    /// reStructuredText.
    case restructuredText = "restructured_text"
    /// HTML and XHTML.
    case html
    /// Values with commas, semicolons, bars or tabs between them, a record a line.
    case table
    /// One value of JSON.
    case json
    /// Values of JSON, one a line.
    case jsonLines = "json_lines"
    /// A program's source text.
    case sourceCode = "source_code"
    /// One message.
    case mail
    /// Many messages one after the other.
    case mailbox
    /// A book: XHTML in a ZIP archive.
    case epub
    /// Portable Document Format.
    case pdf
    /// Documents of word processors and other formats that pandoc reads.
    case office

    private static let endings: [DocumentFormat: String] = [
        .markdown: "md markdown mdown mkd",
        .plainText: "txt text log",
        .restructuredText: "rst rest",
        .html: "html htm xhtml",
        .table: "csv tsv",
        .json: "json geojson",
        .jsonLines: "jsonl ndjson",
        .sourceCode: """
        swift c h cc cpp cxx hpp m mm rs go py rb java kt kts scala js mjs ts tsx jsx cs fs php pl lua r jl sh bash \
        zsh fish sql hs ml ex exs erl clj el vim zig nim dart proto graphql toml yaml yml ini cfg conf cmake mk \
        gradle tf nix css scss
        """,
        .mail: "eml",
        .mailbox: "mbox",
        .epub: "epub",
        .pdf: "pdf",
        .office: "docx odt rtf fb2 org tex latex ipynb",
    ]

    private static let byEnding: [String: DocumentFormat] = {
        var formats: [String: DocumentFormat] = [:]
        for (format, endings) in endings {
            for ending in endings.split(separator: " ") { formats[String(ending)] = format }
        }
        return formats
    }()

    /// Files that are known by their whole name.
    private static let byName: [String: DocumentFormat] = [
        "readme": .plainText, "license": .plainText, "copying": .plainText, "changelog": .plainText,
        "authors": .plainText, "news": .plainText, "makefile": .sourceCode, "dockerfile": .sourceCode,
    ]

    /// What the name of a file says about its form; nil where it is none of these.
    public init?(path: String) {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
            guard let format = Self.byName[name] else { return nil }
            self = format
            return
        }
        // Written for machines alone.
        guard !name[..<dot].hasSuffix(".min"),
            let format = Self.byEnding[String(name[name.index(after: dot)...])]
        else { return nil }
        self = format
    }

    /// Endings of names of this form, without their dots, most usual first.
    public var endings: [String] {
        (Self.endings[self] ?? "").split(separator: " ").map(String.init)
    }

    /// The most bytes of a file of this form, where it has to be in memory as a whole, which takes several times that; nil where it
    /// is read part by part and may be of any length.
    var maximumBytes: Int? {
        switch self {
        case .plainText, .markdown, .table, .jsonLines, .sourceCode, .mailbox: nil
        case .epub, .pdf, .office: 64_000_000
        case .restructuredText: 32_000_000
        case .html, .json, .mail: 16_000_000
        }
    }

    /// Whether a long file of this form is read part by part.
    var isReadInParts: Bool { maximumBytes == nil }

    /// Raised when files of the form are read in another way, so that they are read anew; 0 for those of the first version.
    var version: Int {
        switch self {
        case .plainText: 0
        case .restructuredText: 2
        case .html, .mail, .mailbox, .epub: 3
        default: 1
        }
    }
}
