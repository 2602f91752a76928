import ArgumentParser
import Foundation
import Storage

/// `magnus encoder list`: the models that are there.
struct EncoderList: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the models on this machine, which of them are used, and whose vectors the index has.",
        discussion: "  magnus encoder list\n  magnus encoder list --json"
    )

    @OptionGroup var options: CommonOptions

    private struct Entry: Encodable {
        var name: String
        var kind: ModelTrial.Kind?
        var dimension: Int?
        var maximumTokens: Int?
        var vectors: Int?
        var use: String?
        var problem: String?
        var path: String
    }

    private struct Document: Encodable {
        struct Unfinished: Encodable {
            var name: String
            var bytes: Int
        }
        var models: [Entry]
        var unfinished: [Unfinished]
        var folder: String
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let models = InstalledModels(folder: workspace.locations.models)
        var standing: DocumentLibrary.Standing?
        do {
            standing = try workspace.library.standing()
        } catch {
            // What is set and not there is no reason not to tell what is there.
            try workspace.note(StyledText(CommandError(error).description, .warning, shape: .line))
        }
        let entries = try models.names().map { entry($0, models, standing, workspace) }
        let unfinished = try ModelIntake.unfinished(models)
        if options.json {
            let document = Document(
                models: entries,
                unfinished: unfinished.map { Document.Unfinished(name: $0.name, bytes: $0.bytes) },
                folder: models.folder
            )
            try workspace.show(try JSONEnvelope.success(schema: "magnus.encoders/1", document))
            return .answered
        }
        if entries.isEmpty {
            try workspace.show("there is no model in \(models.folder); search uses keywords alone")
        } else {
            var table = Table(columns: [
                Table.Column("Model", .label, priority: .essential),
                Table.Column("Kind", .label, priority: .essential),
                Table.Column("Numbers", .number, priority: .useful),
                Table.Column("Word pieces", .number, priority: .detail),
                Table.Column("Vectors", .number, priority: .useful),
                Table.Column("Use", .wrapping(minimumWidth: 12), priority: .essential),
            ])
            for entry in entries {
                table.add(row: [
                    StyledText(entry.name, .strong, shape: .line), StyledText(entry.kind?.rawValue ?? "unusable"),
                    StyledText(entry.dimension.map(String.init) ?? ""),
                    StyledText(entry.maximumTokens.map(String.init) ?? ""),
                    StyledText(entry.vectors.map(String.init) ?? ""),
                    entry.problem.map { StyledText($0, .warning, shape: .line) } ?? StyledText(entry.use ?? ""),
                ])
            }
            try workspace.show(table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs))
        }
        for (name, bytes) in unfinished {
            try workspace.note(
                StyledText(
                    "\(name) is not complete (\(bytes / 1_000) KB of its weights); the same pull goes on",
                    .muted
                )
            )
        }
        if let standing, standing.pending > 0 { try standing.show(in: workspace) }
        return .answered
    }

    private func entry(
        _ name: String,
        _ models: InstalledModels,
        _ standing: DocumentLibrary.Standing?,
        _ workspace: Workspace
    ) -> Entry {
        var entry = Entry(name: name, path: models.path(of: name))
        do {
            let folder = try models.model(name)
            if try folder.description().configuration.isClassifier {
                let encoder = try folder.loadCrossEncoder()
                (entry.kind, entry.maximumTokens) = (.reranker, encoder.maximumTokens)
                if workspace.configuration.reranker.value == .installed(name) { entry.use = "puts passages in order" }
            } else {
                let encoder = try folder.load(precision: workspace.configuration.encoderPrecision.value)
                (entry.kind, entry.dimension, entry.maximumTokens) = (
                    .encoder, encoder.dimension, encoder.maximumTokens
                )
                entry.vectors = try workspace.library.vectorCount(encoder: encoder.identifier)
                if standing?.encoder == encoder.identifier { entry.use = "encodes documents" }
                if standing?.former == encoder.identifier { entry.use = "serves meanwhile" }
            }
        } catch {
            entry.problem = CommandError(error).description
        }
        return entry
    }
}
