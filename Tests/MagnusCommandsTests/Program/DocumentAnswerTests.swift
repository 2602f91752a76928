import Foundation
import MagnusTestSupport
import Testing

/// What an answer is given of the owner's documents.
@Suite struct DocumentAnswerTests {
    /// The passages that the answer to a question quotes.
    private func quotes(_ home: ProgramHome, _ question: String) throws -> [String] {
        let run = try home.run("ask", "--demo", question, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let data = try #require(try run.json()["data"] as? [String: Any])
        let blocks = try #require(data["blocks"] as? [[String: Any]])
        return blocks.compactMap { block in
            ((block["quote"] as? [String: Any])?["_0"] as? [String: Any])?["text"] as? String
        }
    }

    private static let question =
        "According to my documents, how many tonnes of barley has Branch 33 of the cooperative?"

    private static let rows = (1...40).map {
        "| Branch \($0) of the cooperative | \($0 * 17) tonnes of barley | \($0 * 19) tonnes of oats |"
    }

    private static let harvest =
        "# Harvest by branch\n\nAccording to the documents of the mill, the cooperative weighed all grain in autumn.\n\n| Branch | Barley | Oats |\n"
        + "| --- | --- | --- |\n" + rows.joined(separator: "\n") + "\n\nAfterwards the scales were sealed.\n"

    @Test func aTableIsHandedToTheAnswerWhole() throws {
        let home = try ProgramHome()
        try home.folder.write(Self.harvest, to: "docs/harvest.md")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        let quotes = try quotes(home, Self.question)
        let tables = quotes.filter { $0.contains("| Branch 33 of") }
        #expect(tables.count == 1)
        let table = try #require(tables.first)
        // Header and all rows, in their order, each once.
        let lines = table.split(separator: "\n").map(String.init).filter { $0.hasPrefix("|") }
        #expect(lines == ["| Branch | Barley | Oats |", "| --- | --- | --- |"] + Self.rows)
    }

    @Test func whatTwoFilesSayAlikeIsQuotedOnce() throws {
        let home = try ProgramHome()
        let words =
            "According to the documents of the mill, barley of Branch 33 is dried: the cooperative dries it for nine days on the upper floor of the mill before it is sold."
        try home.folder.write("# Drying\n\n\(words)\n", to: "docs/drying.md")
        try home.folder.write("# Drying\n\n\(words) \n", to: "docs/copy.md")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        let quotes = try quotes(home, "According to my documents, how long is barley of Branch 33 dried?")
        #expect(quotes.filter { $0.contains("nine days") }.count == 1)
    }
}
