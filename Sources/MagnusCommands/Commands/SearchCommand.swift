import ArgumentParser
import Evidence
import Foundation
import Retrieval
import Storage

/// `magnus search`: passages, no answer.
struct SearchCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search the built-in knowledge and the indexed documents.",
        discussion: "  magnus search \"early assignment dividend\" -k 5\n  magnus search assignment --json\n"
            + "  magnus search roll --collection handbook --collection documents\n"
            + "  magnus search roll --path ./docs --since 2026-11-01"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("What to search for.", valueName: "words"))
    var words: [String]

    @Option(
        name: [.customShort("k"), .customLong("limit")],
        help: ArgumentHelp("At most so many passages.", valueName: "count")
    )
    var limit = 8

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this collection: documents, concepts, documentation (of Magnus itself), conversations (past answers), "
                + "or one of your own; may be repeated.",
            valueName: "name"
        )
    )
    var collection: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Only this file, what is below this folder, or what matches a pattern; may be repeated.")
    )
    var path: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Only files that were changed on this day or later (YYYY-MM-DD).", valueName: "date")
    )
    var since: DateArgument?

    @Option(name: .long, help: ArgumentHelp("Only files that were changed on this day or earlier.", valueName: "date"))
    var until: DateArgument?

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("-k is \(limit), it must be from 1 to 200") }
    }

    private struct Document: Encodable {
        struct Hit: Encodable {
            var document: String
            var collection: String
            var title: String
            var headings: [String]
            var lines: String
            var score: Double
            var cosine: Double?
            var lexicalRank: Int?
            var rerankScore: Double?
            var text: String
        }
        var query: String
        var answered: Bool
        var relevance: Double
        var usedVectors: Bool
        /// Whose vectors were compared.
        var encoder: String?
        var notes: [String]
        var hits: [Hit]
    }

    /// Which documents are asked for; nil for all.
    private func filter(_ workspace: Workspace) -> DocumentFilter? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = workspace.environment.timeZone
        func start(_ day: DateArgument?, plus days: Int) -> Date? {
            guard let (year, month, dayOfMonth) = day?.date.civil else { return nil }
            return calendar.date(from: DateComponents(year: year, month: month, day: dayOfMonth + days))
        }
        let filter = DocumentFilter(
            paths: path.map { StandardPath.of(workspace.environment.absolute($0)) },
            since: start(since, plus: 0),
            before: start(until, plus: 1)
        )
        return filter.isEmpty ? nil : filter
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let query = words.joined(separator: " ")
        // On this machine alone, a search is how its owner finds a key that stands in a document.
        if workspace.library.sendsQuestions { try Conversation.refuseSecrets(in: query) }
        let result = try await workspace.library.search(query, limit: limit, in: collection, only: filter(workspace))
        if options.json {
            let document = Document(
                query: query,
                answered: result.isAnswered,
                relevance: result.relevance.rounded(toPlaces: 4),
                usedVectors: result.usedVectors,
                encoder: result.encoder,
                notes: result.notes,
                hits: result.hits.map { hit in
                    Document.Hit(
                        document: hit.passage.document,
                        collection: hit.collection.rawValue,
                        title: hit.passage.title,
                        headings: hit.passage.headings,
                        lines: "\(hit.passage.lines.lowerBound)-\(hit.passage.lines.upperBound)",
                        score: hit.score.rounded(toPlaces: 4),
                        cosine: hit.cosine?.rounded(toPlaces: 4),
                        lexicalRank: hit.lexicalRank,
                        rerankScore: hit.rerankScore?.rounded(toPlaces: 4),
                        text: hit.passage.text
                    )
                }
            )
            try workspace.show(try JSONEnvelope.success(schema: "magnus.search/1", document))
            try await workspace.library.finishPreparing()
            return result.hits.isEmpty ? .noData : .answered
        }
        guard !result.hits.isEmpty else {
            for note in result.notes { try workspace.note(StyledText(note, .warning, shape: .line)) }
            throw CommandError(
                .noData,
                type: "no_data",
                "nothing matches '\(query.prefix(60))'",
                hint: "try other words"
            )
        }
        let width = workspace.terminal.width
        var lines: [StyledText] = []
        for (rank, hit) in result.hits.enumerated() {
            let passage = hit.passage
            let place = "\(passage.document):\(passage.lines.lowerBound)-\(passage.lines.upperBound)"
            let title = ([passage.title] + passage.headings.filter { $0 != passage.title }).joined(separator: " › ")
            lines += (StyledText("\(rank + 1). ") + StyledText(title, .heading, shape: .line)).wrapped(to: width)
            let reranked = hit.rerankScore.map { "  reranked \($0.rounded(toPlaces: 2))" } ?? ""
            let score = "   \(place)  score \(hit.score.rounded(toPlaces: 2))\(reranked)"
            lines.append(StyledText(score, .citation, shape: .line))
            let text = passage.text.split(whereSeparator: \.isNewline).joined(separator: " ")
            let shown = text.count > 300 ? text.prefix(300) + workspace.terminal.glyphs.ellipsis : text[...]
            lines += StyledText(String(shown), .plain, shape: .line).wrapped(
                to: width,
                indent: "   ",
                hangingIndent: "   "
            )
            lines.append("")
        }
        try workspace.show(lines)
        for note in result.notes { try workspace.note(StyledText(note, .warning, shape: .line)) }
        if !result.usedVectors, !workspace.library.hasRemoteEncoder, try workspace.library.encoder() == nil {
            try workspace.note(
                StyledText("keyword search alone: the embedding model is not installed (see magnus doctor)")
            )
        }
        try await workspace.library.finishPreparing()
        return .answered
    }
}
