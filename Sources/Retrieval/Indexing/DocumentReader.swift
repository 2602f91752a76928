import Crypto
import Foundation
import Storage

/// Turns a file of any format into a document and its chunks.
struct DocumentReader {
    let size: ChunkSize
    let measure: ChunkMeasure
    let maximumBytes: Int
    /// Bytes of the parts in which long documents are read; those of more than four are long.
    let window: Int

    /// Takes text out of what needs a program of its own to be read.
    let converter: (any DocumentConverter)?

    /// What is made of a file.
    enum Reading {
        /// Title, chunks, which are cut as they are asked for where a file is long, and what was odd.
        case chunks(title: String, AnySequence<ChunkRecord>, warning: String?)
        /// It holds no text.
        case noText
        /// The program that reads such files cannot.
        case unconverted(ConversionError)
    }

    /// Names everything that decides how a file of a format is cut: another recipe means cutting it anew.
    func recipe(for format: DocumentFormat) -> String {
        let kind = format.version == 0 ? "" : " \(format.rawValue) \(format.version)"
        return "1 \(measure.name) \(size.target)/\(size.maximum)\(kind)"
    }

    /// Whether two recipes differ in nothing but how passages are measured and how long they are.
    static func haveSameForm(_ one: String, _ other: String) -> Bool {
        func form(_ recipe: String) -> (version: Substring?, kind: ArraySlice<Substring>)? {
            let words = recipe.split(separator: " ")
            let sizes = words.firstIndex { $0.contains("/") && $0.allSatisfy { $0 == "/" || $0.isNumber } }
            return sizes.map { (words.first, words[($0 + 1)...]) }
        }
        guard let one = form(one), let other = form(other) else { return false }
        return one.version == other.version && Array(one.kind) == Array(other.kind)
    }

    /// The recipe of the file at `path` that has `bytes` bytes.
    func recipe(for path: String, bytes: Int) -> String {
        let whole = recipe(for: DocumentFormat(path: path) ?? .plainText)
        return isLong(path, bytes: bytes) ? "\(whole) in parts 1 of \(window)" : whole
    }

    /// Whether the file at `path` is read part by part.
    func isLong(_ path: String, bytes: Int) -> Bool {
        bytes > 4 * window && (DocumentFormat(path: path) ?? .plainText).isReadInParts
    }

    /// The parts of a long document.
    /// - Parameter position: Where an earlier reading of the same bytes ended.
    /// - Throws: `StorageError`.
    func parts(
        of source: any ByteSource,
        path: String,
        format: DocumentFormat? = nil,
        from position: ReadingPosition = ReadingPosition()
    ) throws -> DocumentParts {
        try DocumentParts(
            source,
            format: format ?? DocumentFormat(path: path) ?? .plainText,
            name: Self.title(fromPath: path),
            isTabbed: path.lowercased().hasSuffix(".tsv"),
            chunker: OutlineChunker(size: size, measure: measure),
            window: window,
            from: position
        )
    }

    /// The bytes of a file at one moment and their digest.
    func read(_ path: String) throws -> (file: FileSnapshot, digest: Data) {
        let file = try FileReader(maximumBytes: maximumBytes).snapshot(of: path)
        return (file, Data(SHA256.hash(data: file.data)))
    }

    /// Title and chunks of a file of which `data` are the bytes.
    func chunks(of data: Data, path: String) throws -> Reading {
        let format = DocumentFormat(path: path) ?? .plainText
        let name = Self.title(fromPath: path)
        do {
            switch format {
            case .epub:
                guard let converter else { return .noText }
                let outline = try EPUBOutline.outline(of: path, converter, maximumBytes: maximumBytes)
                return chunks(of: outline, name: name, warning: nil)
            case .pdf:
                guard let converter else { return .noText }
                let text = try converter.output(of: .pdfText, path: path)
                return try chunks(ofConverted: text, format: .plainText, path: path)
            case .office:
                guard let converter else { return .noText }
                let ending = (path as NSString).pathExtension.lowercased()
                let text = try converter.output(of: .markdown(ending: ending), path: path)
                return try chunks(ofConverted: text, format: .markdown, path: path)
            default:
                if isLong(path, bytes: data.count) { return try chunks(ofLong: data, format: format, path: path) }
                guard let decoded = decoded(data, format) else { return .noText }
                return chunks(of: decoded, format: format, name: name, path: path)
            }
        } catch let error as ConversionError {
            return .unconverted(error)
        }
    }

    /// The text of a file; of a message, whose parts name encodings of their own, its bytes as characters.
    private func decoded(_ data: Data, _ format: DocumentFormat) -> TextDecoding.Decoded? {
        let encoding = TextDecoding.Encoding(of: data)
        let data = LineReturns.areLineEnds(in: data, encoding) ? LineReturns.asLineFeeds(data, encoding) : data
        guard format == .mail || format == .mailbox, encoding == .utf8 else { return TextDecoding.decode(data) }
        return TextDecoding.bytes(data).map { TextDecoding.Decoded(text: $0) }
    }

    /// What a program made of a file: text, of any length.
    private func chunks(ofConverted data: Data, format: DocumentFormat, path: String) throws -> Reading {
        if data.count > 4 * window { return try chunks(ofLong: data, format: format, path: path) }
        let text = String(decoding: data, as: UTF8.self)
        let name = Self.title(fromPath: path)
        return format == .markdown
            ? chunks(ofMarkdown: text, name: name, warning: nil) : chunks(ofPlainText: text, name: name, warning: nil)
    }

    /// A document in memory that is cut part by part, for its outline would take several times its bytes.
    private func chunks(ofLong data: Data, format: DocumentFormat, path: String) throws -> Reading {
        var parts = try parts(of: MemoryBytes(data: data), path: path, format: format)
        var all: [ChunkRecord] = []
        do {
            while let chunks = try parts.next() {
                all += records(of: chunks, title: parts.position.title ?? Self.title(fromPath: path))
            }
        } catch is DocumentParts.NoText {
            return .noText
        }
        let title = parts.position.title ?? Self.title(fromPath: path)
        return .chunks(title: title, AnySequence(all), warning: parts.warning)
    }

    private func chunks(
        of decoded: TextDecoding.Decoded,
        format: DocumentFormat,
        name: String,
        path: String
    ) -> Reading {
        let (text, warning) = (decoded.text, decoded.warning)
        switch format {
        case .markdown: return chunks(ofMarkdown: text, name: name, warning: warning)
        case .restructuredText:
            return chunks(of: RestructuredTextOutline.outline(of: text), name: name, warning: warning)
        case .html: return chunks(of: HTMLOutline.outline(of: text), name: name, warning: warning)
        case .table:
            let isTabbed = path.lowercased().hasSuffix(".tsv")
            return chunks(of: TableOutline.outlines(of: text, isTabbed: isTabbed), name: name, warning: warning)
        case .jsonLines: return chunks(of: JSONOutline.outlines(ofLines: text), name: name, warning: warning)
        case .json:
            do {
                return chunks(of: try JSONOutline.outline(of: text), name: name, warning: warning)
            } catch let fault as JSONOutline.Fault {
                let words = "is no JSON from line \(fault.line) on and was read as plain text"
                return chunks(ofPlainText: text, name: name, warning: warning ?? words)
            } catch {
                return chunks(ofPlainText: text, name: name, warning: warning)
            }
        case .sourceCode: return chunks(of: SourceCodeOutline.outline(of: text), name: name, warning: warning)
        case .mail: return chunks(of: MailOutline.outline(ofMessage: text), name: name, warning: warning)
        case .mailbox: return chunks(of: MailOutline.outlines(ofMailbox: text), name: name, warning: warning)
        default: return chunks(ofPlainText: text, name: name, warning: warning)
        }
    }

    /// The chunks of a document that comes in several outlines, each made when it is asked for.
    private func chunks(
        of outlines: some Sequence<DocumentOutline>,
        name: String,
        warning: String?
    ) -> Reading {
        let chunker = OutlineChunker(size: size, measure: measure)
        let cut = outlines.lazy.flatMap { outline in
            records(of: chunker.chunks(of: outline, fallbackTitle: name), title: name)
        }
        return .chunks(title: name, AnySequence(cut), warning: warning)
    }

    private func chunks(of outline: DocumentOutline, name: String, warning: String?) -> Reading {
        let document = OutlineChunker(size: size, measure: measure).chunks(of: outline, fallbackTitle: name)
        return reading(document, name: name, warning: warning)
    }

    private func chunks(ofMarkdown text: String, name: String, warning: String?) -> Reading {
        let document = MarkdownChunker(size: size, measure: measure).chunks(of: text, fallbackTitle: name)
        return reading(document, name: name, warning: warning)
    }

    private func chunks(ofPlainText text: String, name: String, warning: String?) -> Reading {
        reading(
            PlainTextChunker(size: size, measure: measure).chunks(of: text, title: name),
            name: name,
            warning: warning
        )
    }

    private func reading(_ document: ChunkedDocument, name: String, warning: String?) -> Reading {
        let title = document.title ?? name
        return .chunks(title: title, AnySequence(records(of: document, title: title)), warning: warning)
    }

    /// The chunks of a document that comes as text.
    func chunks(of document: TextDocument) -> [ChunkRecord] {
        let chunker = PlainTextChunker(size: size, measure: measure)
        return records(of: chunker.chunks(of: document.text, title: document.title), title: document.title)
    }

    private func records(of document: ChunkedDocument, title: String) -> [ChunkRecord] {
        records(of: document.chunks, title: title)
    }

    /// The chunks as they are kept.
    func records(of chunks: [Chunk], title: String) -> [ChunkRecord] {
        chunks.map { chunk in
            var record = ChunkRecord(
                title: title,
                headings: chunk.headings,
                text: chunk.text,
                lines: chunk.lines,
                hash: Data()
            )
            record.hash = Self.digest(of: record)
            return record
        }
    }

    /// The digest that a chunk and its vector are kept under: that of what the encoder is given.
    static func digest(of chunk: ChunkRecord) -> Data {
        let input = EncoderInput.text(title: chunk.title, headings: chunk.headings, text: chunk.text)
        return Data(SHA256.hash(data: Data(input.utf8)).prefix(16))
    }

    /// `BOEING_2022_10K.txt` as `BOEING 2022 10K`.
    static func title(fromPath path: String) -> String {
        let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        return String(name.map { "_-".contains($0) ? " " : $0 })
    }
}

/// What the encoder is given for a chunk.
enum EncoderInput {
    /// Title and headings, then the text without the headings it begins with.
    static func text(title: String, headings: [String], text: String) -> String {
        let prefix = ChunkPrefix.text(title: title, headings: headings)
        var body = text[...]
        while body.first == "#" {
            let end = body.firstIndex(of: "\n") ?? body.endIndex
            body = body[end...].drop(while: \.isNewline)
        }
        return body.isEmpty ? prefix : "\(prefix)\n\(body)"
    }
}
