public import Evidence
import Foundation
public import JSON

/// Passages of the indexed documents.
public struct SearchDocumentsTool: Tool {
    /// `search_documents`.
    public let name = "search_documents"
    /// What it returns.
    public let summary = "Passages of the built-in knowledge and of the owner's documents that answer a question"
    /// The question, and where to look.
    public let parameters = ParameterSchema([
        .init("query", "The question in words", .string, isRequired: true),
        .init("limit", "At most so many passages", .integer(1...20)),
        .init("collections", "Collections to search; all when absent or empty", .strings),
    ])
    /// Documents.
    public let domain = ToolDomain.documents

    /// The tool.
    public init() {}

    /// The passages, most relevant first, and whether they are likely to answer.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let query = arguments["query"]?.string ?? ""
        let collections = arguments["collections"]?.array?.compactMap(\.string) ?? []
        let result = try await context.documents.passages(
            answering: query,
            limit: arguments["limit"]?.integer ?? 6,
            in: collections
        )
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: false)
        sheet.addFixed(
            "answered",
            .text(result.isAnswered ? "yes" : "no"),
            .text,
            source: "computed",
            formula: "whether the relevance is that of an answer"
        )
        sheet.addFixed(
            "relevance",
            .number(result.relevance),
            .fraction,
            source: "computed",
            formula: "estimate from word coverage and vector similarity"
        )
        sheet.addFixed(
            "chunks searched",
            .decimal(Decimal(result.searchedChunks)),
            .count,
            source: "computed",
            formula: "count of the chunks of the collections asked for"
        )
        for passage in result.passages {
            sheet.add(passage)
        }
        for note in result.notes {
            sheet.addGap(note)
        }
        return sheet.evidence(summary: "\(result.passages.count) passages of \(result.searchedChunks) chunks")
    }
}
