import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Whole pages as programs and people make them: all that is theirs is read, in its order, and nothing of the site around it.
///
/// Beside each page of the fixtures stands what is to be read of it, put down by hand: its title, headings in brackets, lines.
@Suite struct WebPageTests {
    private static let pages = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Pages")

    /// The text of a document as the expectations are written.
    private static func reading(_ title: String, _ chunks: [ChunkRecord]) -> String {
        var lines = ["= \(title)"]
        var headings: [String] = []
        for chunk in chunks {
            if chunk.headings != headings { lines.append("[\(chunk.headings.joined(separator: " > "))]") }
            headings = chunk.headings
            lines += chunk.text.split(separator: "\n").map(String.init)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(arguments: [
        "sphinx", "mkdocs", "docusaurus", "news", "blog", "plain-divs", "table-layout", "filing", "form-page", "manual",
    ])
    func aPageIsReadWholeAndAlone(name: String) throws {
        let path = Self.pages.appendingPathComponent("\(name).html").path
        let store = IndexStore(database: try Database())
        let report = try Indexer(store: store, encoder: nil).read(
            [path],
            in: .documents,
            now: Date(timeIntervalSince1970: 0)
        )
        #expect(report.added == 1)
        let document = try #require(try store.documents().first)
        let chunks = try store.chunks(ofDocument: document.id)
        let expected = try String(contentsOf: Self.pages.appendingPathComponent("\(name).txt"), encoding: .utf8)
        #expect(Self.reading(document.title, chunks) == expected)
        // Every passage stands where it says: its first word is in those lines.
        let lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        for chunk in chunks {
            let place = lines[(chunk.lines.lowerBound - 1)..<chunk.lines.upperBound].joined(separator: "\n")
            let word = try #require(chunk.text.split { !$0.isLetter && !$0.isNumber }.first)
            #expect(place.contains(word))
        }
    }
}
