import Agents
import Encoder
import Evidence
import Foundation
import Retrieval
import Storage
import Synchronization

/// The documents: the index in the database, the embedding model that is installed or what the owner set in its place, and the
/// built-in knowledge, which is indexed on first use.
final class DocumentLibrary: PassageSource, Sendable {
    /// How many documents, chunks and vectors there are.
    struct Status: Sendable {
        var documents: Int
        var chunks: Int
        var vectors: Int
    }

    private struct State {
        var search: DocumentSearch?
        var encoder: LoadedEncoder?
        var hasReadKnowledge = false
        /// Whether vectors are being made.
        var isPreparing = false
        /// Chunks without a vector yet.
        var pending = 0
        /// How far the making of vectors has come, and when it began.
        var preparation: Preparation?
        /// What is set and cannot be used, with the reason.
        var notes: [String] = []
    }

    /// The model, or why there is none.
    private enum LoadedEncoder {
        case ready(any TextEncoder)
        case missing
        /// There, but damaged or not set up: search goes on by keywords.
        case unusable
    }

    let database: LazyDatabase
    let models: InstalledModels
    let encoderPrecision: EncoderPrecision
    private let services: SearchServices
    /// Reads what needs a program of its own to be read.
    let converter: (any DocumentConverter)?
    private let knowledgeFolder: String?
    let progress: ProgressReporter
    let clock: @Sendable () -> Date
    private let state = Mutex(State())

    /// A library over a database that is opened when it is first needed.
    init(
        database: LazyDatabase,
        models: InstalledModels,
        encoderPrecision: EncoderPrecision = .single,
        services: SearchServices = SearchServices(),
        converter: (any DocumentConverter)? = nil,
        knowledgeFolder: String?,
        progress: ProgressReporter,
        clock: @escaping @Sendable () -> Date
    ) {
        self.database = database
        self.models = models
        self.encoderPrecision = encoderPrecision
        self.services = services
        self.converter = converter
        self.knowledgeFolder = knowledgeFolder
        self.progress = progress
        self.clock = clock
    }

    /// Whether what is searched for goes to a service.
    var sendsQuestions: Bool { services.sendsQuestions }

    /// Whether texts are sent to a service to be encoded.
    var hasRemoteEncoder: Bool { services.encoder != nil }

    /// Which model is installed or set; nil for none.
    ///
    /// - Throws: `CommandError` where its files are damaged.
    func encoderIdentifier() throws -> String? {
        try state.withLock { try encoder(&$0)?.identifier }
    }

    /// The model, loaded when it is first needed; nil where it is not installed.
    ///
    /// - Throws: `EncoderError`, `StorageError`, `CommandError`.
    func encoder() throws -> (any TextEncoder)? {
        try state.withLock { try encoder(&$0) }
    }

    /// How much is indexed.
    func status() throws -> Status {
        let store = IndexStore(database: try database.open())
        let counts = try store.counts().values
        let chunks = counts.reduce(0) { $0 + $1.chunks }
        let pending = try encoderIdentifier().map { try store.pendingCount(encoder: $0) } ?? chunks
        return Status(documents: counts.reduce(0) { $0 + $1.documents }, chunks: chunks, vectors: chunks - pending)
    }

    /// The passages nearest to a query.
    ///
    /// On first use the built-in knowledge is read, which takes a blink, and searched by keywords; `finishPreparing`
    /// adds its vectors when nobody is waiting any more.
    func search(
        _ query: String,
        limit: Int,
        in collections: [String] = [],
        only filter: DocumentFilter? = nil
    ) async throws -> SearchResult {
        try readKnowledge()
        var notes = try checkCollections(collections)
        if let filter { notes += try checkPaths(of: filter) }
        var result = try await find(query, limit: limit, in: collections, only: filter).result
        result.notes = notes + result.notes
        return result
    }

    /// Which of the collections that are asked for there are not, a line each.
    /// - Throws: `CommandError` where there is none of them.
    private func checkCollections(_ names: [String]) throws -> [String] {
        let known = try IndexStore(database: try database.open()).collectionNames()
        let unknown = names.filter { name in
            !known.contains(name) && !DocumentCollection.builtIn.contains(DocumentCollection(rawValue: name))
        }
        return try notes(of: unknown.map { "there is no collection '\($0.prefix(64))'" }, areAll: unknown == names) {
            "there are \(known.joined(separator: ", ")); `magnus index PATH --collection NAME` makes one"
        }
    }

    /// Which of the paths that are asked for no document is at or below, a line each.
    /// - Throws: `CommandError` where there is a document at none of them.
    private func checkPaths(of filter: DocumentFilter) throws -> [String] {
        let documents = try IndexStore(database: try database.open()).documents()
        let unknown = filter.paths.filter { path in !documents.contains(where: DocumentFilter(paths: [path]).isWanted) }
        return try notes(of: unknown.map { "nothing is indexed of \($0)" }, areAll: unknown == filter.paths) {
            "`magnus index status` shows what is"
        }
    }

    /// What a search does not find because of how it was asked, as notes where there is more that it may find.
    private func notes(of problems: [String], areAll: Bool, hint: () -> String) throws -> [String] {
        guard areAll, !problems.isEmpty else { return problems }
        throw CommandError(.noData, type: "no_data", problems.joined(separator: "; "), hint: hint())
    }

    private func find(
        _ query: String,
        limit: Int,
        in collections: [String],
        only filter: DocumentFilter? = nil
    ) async throws -> (search: DocumentSearch, result: SearchResult) {
        let (search, notes) = try state.withLock { state -> (DocumentSearch, [String]) in
            let database = try database.open()
            try readKnowledge(&state, database)
            if let search = state.search { return (search, state.notes) }
            let store = IndexStore(database: database)
            let encoder = try servingEncoder(&state, store)
            let search = DocumentSearch(store: store, encoder: encoder, reranker: usableReranker(&state))
            state.search = search
            return (search, state.notes)
        }
        let wordsNote = try prepareWords()
        // Which documents are wanted is told by their collections as well.
        let chosen = try searched(collections, isFiltered: filter != nil)
        var result = try await current(limit) { hidden, limit in
            // A document that is read again is another one to the index.
            let search = try filter.map { try search.searching(documents(wantedBy: $0)) } ?? search
            return try await search.hiding(hidden).search(query, in: chosen, limit: limit)
        }
        result.notes = notes + (wordsNote.map { [$0] } ?? []) + result.notes
        return (search, result)
    }

    /// Finishes a full-text index that is being made anew, if few passages are left.
    /// - Returns: How far it is, where it is left for `magnus index`.
    private func prepareWords() throws -> String? {
        let database = try database.open()
        let store = IndexStore(database: database)
        guard let words = try store.fullTextProgress() else { return nil }
        if words.total - words.done <= Self.largestWords, database.access == .readWrite {
            defer { progress.finish() }
            do {
                try Indexer(store: store, encoder: nil).completeWords { report($0, "", "") }
                return nil
            } catch let error as StorageError {
                // A search needs to read alone.
                return "keywords are known of \(words.percent) % of the passages: \(error)"
            }
        }
        return
            "keywords are known of \(words.percent) % of the passages: `magnus index` goes on with the full-text index, "
            + "which is being made anew"
    }

    /// Passages whose words are made while a question waits: about a second.
    private static let largestWords = 10_000

    /// Whose vectors a search compares: the chosen encoder's; while most of them are missing, those of another model on this
    /// machine that the index has more of, else none.
    private func servingEncoder(_ state: inout State, _ store: IndexStore) throws -> (any TextEncoder)? {
        let encoder = usableEncoder(&state)
        guard state.pending > 0, let encoder else { return encoder }
        if let former = try former(besides: encoder.identifier, missingFewerThan: state.pending, store) {
            state.notes.append(
                "vectors by \(former.identifier) serve: \(state.pending) passages have none by \(encoder.identifier) yet, which "
                    + "`magnus index` makes"
            )
            return former
        }
        // With most vectors missing, those that are there would push their chunks up for no good reason.
        let chunks = try store.counts().values.reduce(0) { $0 + $1.chunks }
        guard state.pending * 2 > chunks else { return encoder }
        if hasRemoteEncoder {
            state.notes.append("keyword search alone was used: `magnus index` has the set encoder make the vectors")
        }
        return nil
    }

    private func documents(wantedBy filter: DocumentFilter) throws -> Set<Int64> {
        Set(try IndexStore(database: try database.open()).documents().filter(filter.isWanted).map(\.id))
    }

    /// The collections that a search is in: those that are named, or all but past answers, which are no source.
    private func searched(_ collections: [String], isFiltered: Bool) throws -> [DocumentCollection]? {
        let store = IndexStore(database: try database.open())
        if collections.contains(DocumentCollection.conversations.rawValue) { try readConversations() }
        guard collections.isEmpty else { return collections.map(DocumentCollection.init(rawValue:)) }
        let names = try store.collectionNames()
        guard isFiltered || names.contains(DocumentCollection.conversations.rawValue) else { return nil }
        return names.map(DocumentCollection.init(rawValue:)).filter { $0 != .conversations }
    }

    /// Brings the questions and answers of the log into the index, the latest ten thousand.
    private func readConversations() throws {
        let database = try database.open()
        let documents = try DecisionStore(database: database).exchanges(limit: 10_000).map { exchange in
            TextDocument(path: exchange.id, title: exchange.question, text: exchange.answer)
        }
        let indexer = Indexer(store: IndexStore(database: database), encoder: state.withLock { usableEncoder(&$0) })
        let report = try indexer.replace(.conversations, with: documents, now: clock())
        if report.isChanged { state.withLock { $0.pending = report.pending } }
    }

    /// What a search finds, of files as they are now.
    private func current(
        _ limit: Int,
        _ search: (HiddenPassages, Int) async throws -> SearchResult
    ) async throws -> SearchResult {
        let store = IndexStore(database: try database.open())
        let encoder = state.withLock { usableEncoder(&$0) }
        let indexer = Indexer(store: store, encoder: encoder, converter: converter)
        return try await indexer.current(limit: limit, now: clock()) {
            guard let encoder else { return }
            let pending = try store.pendingCount(encoder: encoder.identifier, trustsPacks: true)
            state.withLock { $0.pending = pending }
        } search: { hidden, limit in
            try await search(hidden, limit)
        }
    }

    /// Makes the vectors of the built-in knowledge that are missing. Stopping it loses nothing.
    ///
    /// What is left of a large index is for `magnus index` to finish, not for a question; so is all that a service encodes, for
    /// that costs money and sends texts away. Where none are missing, those that are not packed for searches yet are packed.
    ///
    /// - Parameters:
    ///   - isShown: Whether progress is shown.
    ///   - isWhole: Whether a large index is finished too.
    func finishPreparing(isShown: Bool = true, isWhole: Bool = false) async throws {
        guard !hasRemoteEncoder else { return try finishPacking() }
        let largest = isWhole ? Int.max : DocumentLibrary.largestPreparation
        let (pending, encoder) = state.withLock { state in
            if state.isPreparing || state.pending == 0 || state.pending > largest {
                return (0, nil as (any TextEncoder)?)
            }
            let encoder = usableEncoder(&state)
            state.isPreparing = encoder != nil
            return (state.pending, encoder)
        }
        guard pending > 0, let encoder else { return try finishPacking() }
        defer {
            state.withLock { state in
                state.isPreparing = false
                state.preparation = nil
            }
        }
        let start = ContinuousClock.now
        state.withLock { $0.preparation = Preparation(done: 0, total: pending, start: start) }
        let indexer = Indexer(store: IndexStore(database: try database.open()), encoder: encoder)
        defer { progress.finish() }
        try await indexer.encodePending { step in
            if case .encoding(let done, let total) = step {
                state.withLock { $0.preparation = Preparation(done: done, total: total, start: start) }
            }
            let label = services.model == nil ? "Preparing the built-in knowledge, once" : "Embedding"
            if isShown { report(step, "", label) }
        }
        state.withLock { state in
            state.pending = 0
            state.search = nil
            state.notes = []
        }
    }

    /// Puts the vectors side by side where a run that was to do it was broken off.
    private func finishPacking() throws {
        let identifier = state.withLock { state in
            // What is made now is packed when it is done; without a search there is nothing to gain.
            state.isPreparing || state.pending > 0 || state.search == nil ? nil : usableEncoder(&state)?.identifier
        }
        guard let identifier else { return }
        do {
            try IndexStore(database: try database.open()).packVectors(encoder: identifier)
        } catch is StorageError {
            // Searches are as right without it, only slower. Whoever writes to the index packs it; where nothing can be written the
            // next run tries again, and `magnus doctor` and `magnus index verify` name what is wrong with the disk or the database.
        }
    }

    /// How far the making of vectors in the background has come; nil where none are being made.
    var preparation: Preparation? { state.withLock { $0.preparation } }

    private static let largestPreparation = 1_000

    /// Reads the built-in knowledge where that has not been done in this run.
    func readKnowledge() throws {
        try state.withLock { try readKnowledge(&$0, try database.open()) }
    }

    /// Lets the built-in knowledge be read again.
    func forgetKnowledge() {
        state.withLock { $0.hasReadKnowledge = false }
    }

    /// Word pieces for each passage that an answer is given: more than a chunk has, so that tables and sentences can be made
    /// whole.
    private static let piecesPerPassage = 256

    /// What a search returns, as agents see it: what stands side by side is one passage, a table is whole and a sentence goes to
    /// its end where there is room.
    func passages(answering query: String, limit: Int, in collections: [String]) async throws -> PassageSearch {
        // The pages about the program are knowledge as well.
        let isKnowledge = collections == [DocumentCollection.concepts.rawValue]
        let collections = isKnowledge ? collections + [DocumentCollection.documentation.rawValue] : collections
        let (search, result) = try await find(query, limit: limit, in: collections)
        let passages = try search.context(of: result, within: max(1, limit) * Self.piecesPerPassage)
        let counts = try IndexStore(database: try database.open()).counts()
        let searched = counts.filter { collections.isEmpty || collections.contains($0.key) }
        var notes = result.notes
        if !result.usedVectors, !result.hits.isEmpty, !hasRemoteEncoder {
            switch state.withLock({ (usableEncoder(&$0) == nil, $0.encoder) }) {
            case (true, .unusable):
                notes.append(
                    "keyword search alone was used: the embedding model is damaged (`magnus doctor` says what to do)"
                )
            case (true, _):
                notes.append(
                    "keyword search alone was used: the embedding model is not installed (`magnus doctor` says how)"
                )
            case (false, _): break
            }
        }
        return PassageSearch(
            passages: passages,
            isAnswered: result.isAnswered,
            relevance: result.relevance,
            searchedChunks: searched.values.reduce(0) { $0 + $1.chunks },
            notes: notes
        )
    }

    private func encoder(_ state: inout State) throws -> (any TextEncoder)? {
        switch state.encoder {
        case .ready(let encoder): return encoder
        case .missing: return nil
        case .unusable, nil: break
        }
        if let service = services.encoder {
            let encoder = try service()
            state.encoder = .ready(encoder)
            return encoder
        }
        let model: EncoderFolder
        if let chosen = try services.model?() {
            model = chosen
        } else if models.contains(InstalledModels.standard) {
            model = try models.model(InstalledModels.standard)
        } else {
            state.encoder = .missing
            return nil
        }
        // The standard model as it was always used measures by itself.
        let isUsual = model.name == InstalledModels.standard && encoderPrecision == .single
        let encoder = try model.load(measuredBy: isUsual ? nil : models.measure(), precision: encoderPrecision)
        state.encoder = .ready(encoder)
        return encoder
    }

    /// The model where it can be used: a damaged one must not keep a question from being answered by keywords.
    private func usableEncoder(_ state: inout State) -> (any TextEncoder)? {
        if case .unusable = state.encoder { return nil }
        do {
            return try encoder(&state)
        } catch {
            state.encoder = .unusable
            if hasRemoteEncoder || services.model != nil {
                state.notes.append("keyword search alone was used: \(CommandError(error).description)")
            }
            return nil
        }
    }

    /// The reranker that is set, where it can be used.
    private func usableReranker(_ state: inout State) -> (any Reranker)? {
        do {
            return try services.reranker?()
        } catch {
            state.notes.append("the order is the built-in one: \(CommandError(error).description)")
            return nil
        }
    }

    /// Brings the text of the built-in knowledge up to date, once a run.
    private func readKnowledge(_ state: inout State, _ database: Database) throws {
        guard !state.hasReadKnowledge, let knowledgeFolder else { return }
        let indexer = Indexer(store: IndexStore(database: database), encoder: usableEncoder(&state))
        for source in knowledge(in: knowledgeFolder) {
            state.pending =
                try indexer.read(
                    [source.path],
                    excluding: source.excluded,
                    in: source.collection,
                    relativeTo: knowledgeFolder,
                    now: clock()
                ).pending
        }
        state.hasReadKnowledge = true
    }

    /// The folders of the built-in knowledge: what the program says about itself is a collection of its own.
    private func knowledge(
        in folder: String
    ) -> [(path: String, excluded: Set<String>, collection: DocumentCollection)] {
        let pages = folder + "/features"
        let concepts = (folder, Set([pages]), DocumentCollection.concepts)
        return FileManager.default.fileExists(atPath: pages)
            ? [concepts, (pages, Set<String>(), DocumentCollection.documentation)] : [concepts]
    }

    /// Cuts pages of the built-in knowledge anew that were measured by another model, when their new vectors are made.
    func recutKnowledge(_ indexer: Indexer) async throws {
        guard let knowledgeFolder else { return }
        for source in knowledge(in: knowledgeFolder) where try indexer.isOutdated(source.collection) {
            _ = try await indexer.index(
                [source.path],
                excluding: source.excluded,
                in: source.collection,
                relativeTo: knowledgeFolder,
                now: clock()
            ) { report($0, "Reading", "Embedding") }
        }
    }

    func report(_ step: IndexProgress, _ reading: String, _ encoding: String) {
        switch step {
        case .reading(let done, let total): progress.report(reading, done: done, total: total)
        case .readingLong(let path, let done, let total):
            let name = (path as NSString).lastPathComponent
            progress.report("\(reading) \(name), KB", done: done / 1_000, total: total / 1_000)
        case .words(let done, let total): progress.report("Words", done: done, total: total)
        case .encoding(let done, let total): progress.report(encoding, done: done, total: total)
        }
    }
}
