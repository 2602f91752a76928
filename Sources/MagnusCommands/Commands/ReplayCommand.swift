import ArgumentParser
import Assistant
import Evidence
import Foundation
import Storage

/// `magnus replay`: one past answer, made anew from its record.
struct ReplayCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Make a past answer anew from its record, and compare it byte for byte.",
        discussion: """
            The recorded evidence is worded and checked as it was then, with the recorded replies where a model wrote;
            no source, service or file is asked. Exit status 10 says that the answer is not the recorded one: the record
            was changed, or this version of Magnus words it in another way.

              magnus replay last
              magnus replay 3f9c --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The answer's id, as the status line and `magnus log` show it, or `last`.")
    var id: String

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let log = DecisionLog(store: DecisionStore(database: try workspace.database()))
        let decision = try log.decision(id)
        let previous = decision.isExplanation ? try log.decision(before: decision) : nil
        let replay = try await DecisionReplay(decision, after: previous)
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.replay/1", ReplayDocument(replay)))
        } else {
            let renderer = AnswerRenderer(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs)
            try workspace.show(renderer.lines(replay.replayed.answer, evidence: decision.evidence))
            try workspace.note(StyledText(Self.words(replay), replay.differences.isEmpty ? .muted : .warning))
        }
        return replay.differences.isEmpty ? .answered : .alertsFound
    }

    private static func words(_ replay: DecisionReplay) -> String {
        let size = FigureFormat.count(Decimal(replay.recorded.text.utf8.count))
        guard !replay.differences.isEmpty else {
            return "replayed from its record: \(size) bytes, the same as recorded · id \(replay.recorded.id)"
        }
        return replay.differences.words + " · id \(replay.recorded.id)"
    }
}

/// `magnus verify`: whether records are as they were written, and their answers the same when they are made anew.
struct VerifyCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify past answers: records unchanged, figures traced, answers the same when made anew.",
        discussion: """
            Without ids all recorded answers are verified. Of each it says whether the record's content has the digest
            that is its id, how many figures of the answer trace to its evidence, and whether the answer made anew from
            the record is the same to the byte. Exit status 10 says that something is not.

              magnus verify
              magnus verify last
              magnus verify 3f9c a01b --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Ids of answers, as `magnus log` shows them, or `last`; none for all.")
    var ids: [String] = []

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let log = DecisionLog(store: DecisionStore(database: try workspace.database()))
        let wanted = try ids.isEmpty ? log.identifiers() : ids
        var documents: [ReplayDocument] = []
        let progress = ProgressReporter(workspace.errors, workspace.terminal, isQuiet: options.quiet)
        defer { progress.finish() }
        for id in wanted {
            try Task.checkCancellation()
            documents.append(try await document(id, log))
            progress.report("answers", done: documents.count, total: wanted.count)
        }
        progress.finish()
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.verify/1", documents))
        } else if documents.isEmpty {
            try workspace.note("no answers recorded yet")
        } else {
            try workspace.show(lines(documents, workspace))
        }
        return documents.allSatisfy(\.isVerified) ? .answered : .alertsFound
    }

    /// What is found of a record; one that cannot be read is told of, and the others are verified all the same.
    private func document(_ id: String, _ log: DecisionLog) async throws -> ReplayDocument {
        do {
            let decision = try log.decision(id)
            let previous = decision.isExplanation ? try log.decision(before: decision) : nil
            return ReplayDocument(try await DecisionReplay(decision, after: previous))
        } catch let error as StorageError where error.code == .corrupt && ids.isEmpty {
            return ReplayDocument(unreadable: id, error.message)
        } catch let error as AssistantError where ids.isEmpty {
            return ReplayDocument(unreadable: id, error.description)
        }
    }

    private func lines(_ documents: [ReplayDocument], _ workspace: Workspace) -> [StyledText] {
        var table = Table(columns: [
            Table.Column("Id", .label, priority: .essential),
            Table.Column("Question", .truncating(minimumWidth: 16), priority: .useful),
            Table.Column("Figures", .label, priority: .essential),
            Table.Column("Verdict", .wrapping(minimumWidth: 24), priority: .essential),
        ])
        for document in documents {
            table.add(row: [
                StyledText(document.id, .code),
                StyledText(document.question, .plain, shape: .line),
                StyledText("\(document.matched)/\(document.checked)"),
                StyledText(document.words, document.isVerified ? .positive : .warning, shape: .line),
            ])
        }
        let verified = documents.count(where: \.isVerified)
        return table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs)
            + ["", StyledText("verified \(verified)/\(documents.count)", .strong)]
    }
}

/// What a replay found, as `--json` prints it.
struct ReplayDocument: Encodable {
    /// The answer's id.
    var id: String
    var question: String
    /// Figures of the answer made anew that were checked, and those that trace to the evidence.
    var checked: Int
    var matched: Int
    /// Whether the record's content has its id.
    var isIntact: Bool
    /// Whether the answer made anew is the recorded one to the byte.
    var isSame: Bool
    /// What differs: `id`, `answer`, `text`, `grounding`, `confidence`, `writer`.
    var differences: [String]
    /// The answer made anew; nil where all are verified at once.
    var text: String?
    /// Why the record cannot be replayed; nil where it can.
    var failure: String?

    init(_ replay: DecisionReplay) {
        id = replay.recorded.id
        question = replay.recorded.request.question
        checked = replay.replayed.grounding.checked
        matched = replay.replayed.grounding.matched
        isIntact = replay.isIntact
        isSame = replay.isSame
        differences = replay.differences.map(\.rawValue)
        text = replay.replayed.text
        failure = nil
    }

    init(unreadable id: String, _ failure: String) {
        self.id = id
        question = ""
        (checked, matched) = (0, 0)
        (isIntact, isSame) = (false, false)
        differences = []
        self.failure = failure
    }

    /// Whether the record is as it was written and its answer the same when it is made anew.
    var isVerified: Bool { failure == nil && differences.isEmpty }

    /// The verdict in words.
    var words: String {
        if let failure { return failure }
        return differences.compactMap(DecisionReplay.Difference.init).words
    }
}

extension [DecisionReplay.Difference] {
    /// What they mean, for the owner.
    var words: String {
        if isEmpty { return "unchanged, the same when made anew" }
        let rest = filter { $0 != .id }
        let list = rest.map(\.words).joined(separator: ", ")
        guard contains(.id) else { return "unchanged, but this version of Magnus makes another answer of it: \(list)" }
        let change = "the record was changed after it was written"
        return rest.isEmpty ? change : change + "; made anew, it differs in \(list)"
    }
}

extension DecisionReplay.Difference {
    /// What differs.
    fileprivate var words: String {
        switch self {
        case .id: "the record"
        case .answer: "its blocks"
        case .text: "its text"
        case .grounding: "what the check finds"
        case .confidence: "its confidence"
        case .writer: "its writer"
        }
    }
}
