import Encoder
import Foundation
import Retrieval
import Storage

/// What is told of the change from one model to another.
extension DocumentLibrary {
    /// How the chosen encoder stands to the index.
    struct Standing: Sendable {
        /// The chosen encoder.
        var encoder: String
        /// Passages that have no vector by it yet.
        var pending: Int
        /// Whose vectors serve meanwhile; nil where the chosen one's do, or keywords alone.
        var former: String?
    }

    /// How far the making of vectors has come.
    struct Preparation: Sendable {
        /// Vectors made.
        var done: Int
        /// Vectors to make.
        var total: Int
        /// When it began.
        var start: ContinuousClock.Instant
    }

    /// How the chosen encoder stands to the index; nil where there is none.
    ///
    /// - Parameter model: The model that is asked about, in place of the chosen one.
    /// - Throws: `CommandError`, `EncoderError`, `StorageError`.
    func standing(choosing model: EncoderFolder? = nil) throws -> Standing? {
        try readKnowledge()
        guard let encoder = try model?.identifier(precision: encoderPrecision) ?? encoderIdentifier() else {
            return nil
        }
        let store = IndexStore(database: try database.open())
        let pending = try store.pendingCount(encoder: encoder)
        let former = pending == 0 ? nil : try former(besides: encoder, missingFewerThan: pending, store)
        return Standing(encoder: encoder, pending: pending, former: former?.identifier)
    }

    /// How many passages have a vector by an encoder.
    ///
    /// - Throws: `StorageError`.
    func vectorCount(encoder identifier: String) throws -> Int {
        try IndexStore(database: try database.open()).summaries(encoder: identifier).reduce(0) { $0 + $1.vectors }
    }

    /// The model on this machine, besides the chosen encoder, that the fewest passages lack a vector of.
    ///
    /// A service's vectors are not compared any more once another encoder is chosen: it would read the questions.
    /// - Parameters:
    ///   - chosen: What the chosen encoder's vectors are kept under.
    ///   - pending: Only a model of which fewer vectors are missing.
    /// - Throws: `StorageError`.
    func former(
        besides chosen: String,
        missingFewerThan pending: Int,
        _ store: IndexStore
    ) throws -> InstalledEncoder? {
        let kept = Set(try store.encoderIdentifiers())
        var best: (folder: EncoderFolder, precision: EncoderPrecision, pending: Int)?
        for name in try models.names() where kept.contains(where: { $0.hasPrefix(name + "@") && $0 != chosen }) {
            let folder = try models.model(name)
            for precision in EncoderPrecision.allCases {
                // A model that was damaged since serves no more; `magnus encoder list` says so.
                guard let identifier = try? folder.identifier(precision: precision), identifier != chosen,
                    kept.contains(identifier)
                else { continue }
                let missing = try store.pendingCount(encoder: identifier)
                if missing < best?.pending ?? pending { best = (folder, precision, missing) }
            }
        }
        guard let best else { return nil }
        do {
            return try best.folder.load(precision: best.precision)
        } catch {
            // Keywords serve; the chosen model's vectors are being made all the same.
            return nil
        }
    }
}

extension DocumentLibrary.Standing {
    /// Tells what is missing, who serves meanwhile and what to do.
    func show(in workspace: Workspace) throws {
        let serving = former.map { "vectors by \($0) serve meanwhile" } ?? "keywords alone serve for what has none"
        try workspace.note(
            StyledText(
                "\(pending) passages have no vector by \(encoder) yet: `magnus index` makes them; \(serving)",
                .muted,
                shape: .line
            )
        )
    }
}

extension DocumentLibrary.Preparation {
    /// `1,234 of 5,000 vectors (24 %), 120 a second, 31 s left`.
    var sentence: String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var text = "\(done.formatted(.number)) of \(total.formatted(.number)) vectors"
        guard done > 0, seconds > 0 else { return text }
        let rate = Double(done) / seconds
        text +=
            " (\(done * 100 / max(total, 1)) %), \(rate.formatted(.number.precision(.fractionLength(0...1)))) a second"
        let left = Double(total - done) / rate
        return text + ", \(left.formatted(.number.precision(.fractionLength(0)))) s left"
    }
}
