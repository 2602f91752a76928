import Crypto
import Foundation
import Storage

/// Turns a file into a document and its chunks.
struct DocumentReader {
    let size: ChunkSize
    let measure: ChunkMeasure
    let maximumBytes: Int

    /// Names everything that decides how a file is cut: another recipe means cutting it anew.
    var recipe: String {
        "1 \(measure.name) \(size.target)/\(size.maximum)"
    }

    /// The bytes of a file and their digest.
    func read(_ path: String) throws -> (data: Data, digest: Data) {
        let data = try FileReader(maximumBytes: maximumBytes).read(path)
        return (data, Data(SHA256.hash(data: data)))
    }

    /// Title, chunks and what was odd; nil if the data is not text.
    func chunks(of data: Data, path: String) -> (title: String, chunks: [ChunkRecord], warning: String?)? {
        guard let decoded = TextDecoding.decode(data) else { return nil }
        let name = Self.title(fromPath: path)
        let isMarkdown = ["md", "markdown"].contains((path as NSString).pathExtension.lowercased())
        let document =
            isMarkdown
            ? MarkdownChunker(size: size, measure: measure).chunks(of: decoded.text, fallbackTitle: name)
            : PlainTextChunker(size: size, measure: measure).chunks(of: decoded.text, title: name)
        let title = document.title ?? name
        return (title, records(of: document, title: title), decoded.warning)
    }

    /// The chunks of a document that comes as text.
    func chunks(of document: TextDocument) -> [ChunkRecord] {
        let chunker = PlainTextChunker(size: size, measure: measure)
        return records(of: chunker.chunks(of: document.text, title: document.title), title: document.title)
    }

    private func records(of document: ChunkedDocument, title: String) -> [ChunkRecord] {
        document.chunks.map { chunk in
            let input = EncoderInput.text(title: title, headings: chunk.headings, text: chunk.text)
            return ChunkRecord(
                title: title,
                headings: chunk.headings,
                text: chunk.text,
                lines: chunk.lines,
                hash: Data(SHA256.hash(data: Data(input.utf8)).prefix(16))
            )
        }
    }

    /// `BOEING_2022_10K.txt` as `BOEING 2022 10K`.
    private static func title(fromPath path: String) -> String {
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
