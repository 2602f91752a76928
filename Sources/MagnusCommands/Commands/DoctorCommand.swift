import ArgumentParser
import Connectors
import Foundation
import LanguageModels
import Storage

/// `magnus doctor`: whether everything is in place, and what would get better.
struct DoctorCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that everything is in place, and say what to do where it is not.",
        discussion: "  magnus doctor\n  magnus doctor --repair\n  magnus doctor --json"
    )

    @OptionGroup var options: CommonOptions

    @Flag(name: .long, help: "Mend the database and the index of documents where they are damaged.")
    var repair = false

    /// One thing that was looked at.
    struct Check: Encodable, Sendable {
        /// How it stands.
        enum State: String, Encodable, Sendable {
            case good = "ok"
            case missing
            case failed
        }
        var name: String
        var state: State
        var details: String
        var nextStep: String?
        /// More about it, a line each; nil where there is no more.
        var notes: [String]?
        /// What the program ends with because of it; nil for what follows from its state.
        var status: ExitStatus?

        private enum CodingKeys: CodingKey {
            case name, state, details, nextStep, notes
        }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        // First, for the database is judged as the repair leaves it.
        let saved = Result { repair ? try workspace.library.salvageDatabase() : nil }
        let index = await index(workspace, isSaved: (try? saved.get()) != nil)
        var checks = [resources(workspace), database(workspace, saved)]
        checks += [encoder(workspace), index, portfolio(workspace), sources(workspace), agents(workspace)]
        checks += await models(workspace)
        let status: ExitStatus
        if checks.contains(where: { $0.state == .failed && ($0.name == "database" || $0.status == .storage) }) {
            status = .storage
        } else {
            status = checks.contains { $0.state == .failed } ? .configuration : .answered
        }
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.doctor/1", checks))
            return status
        }
        var lines: [StyledText] = []
        for check in checks {
            let style: Style = check.state == .good ? .positive : (check.state == .failed ? .negative : .warning)
            let mark = StyledText(check.state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0), style)
            let name = StyledText(check.name.padding(toLength: 12, withPad: " ", startingAt: 0), .strong)
            let indent = String(repeating: " ", count: 20)
            lines += (mark + name + StyledText(check.details, .plain, shape: .line))
                .wrapped(to: workspace.terminal.width, hangingIndent: StyledText(indent))
            for more in (check.nextStep.map { [$0] } ?? []) + (check.notes ?? []) {
                lines += StyledText(more, .muted, shape: .line)
                    .wrapped(
                        to: workspace.terminal.width,
                        indent: StyledText(indent),
                        hangingIndent: StyledText(indent)
                    )
            }
        }
        try workspace.show(lines)
        return status
    }

    /// A failure as anybody is told, without the advice to do what is being done.
    private static func failure(_ error: any Error) -> CommandError {
        var failure = CommandError(error)
        func shortened(_ words: String) -> String {
            words.replacing("; \(StorageError.savingAdvice)", with: "").replacing(
                "run `magnus doctor`, then ",
                with: ""
            )
            .replacing("; run `magnus doctor` if it happens again", with: "")
            .replacing("; run `magnus doctor`", with: "")
            .replacing("run `magnus doctor`", with: "")
        }
        failure.message = shortened(failure.message)
        failure.hint = shortened(failure.hint)
        return failure
    }

    private func resources(_ workspace: Workspace) -> Check {
        do {
            return Check(name: "resources", state: .good, details: try workspace.resources())
        } catch {
            let failure = Self.failure(error)
            return Check(
                name: "resources",
                state: .failed,
                details: failure.message,
                nextStep: failure.hint.isEmpty ? nil : failure.hint
            )
        }
    }

    private func database(_ workspace: Workspace, _ saved: Result<SalvageReport?, any Error>) -> Check {
        do {
            let saved = try saved.get()
            let health = try workspace.database().health()
            let details =
                "\(workspace.locations.database), schema \(health.schemaVersion), "
                + "\(health.sizeInBytes / 1_024) KiB, SQLite \(health.libraryVersion)"
            guard health.problems.isEmpty else {
                return Check(
                    name: "database",
                    state: .failed,
                    details:
                        "\(workspace.locations.database) is damaged: \(health.problems.prefix(3).joined(separator: "; "))",
                    nextStep: repair
                        ? "restore a backup, or move the file aside and import your files again"
                        : health.isIndexAlone ? "magnus doctor --repair mends it" : Self.saving
                )
            }
            guard let saved else { return Check(name: "database", state: .good, details: details) }
            return Check(
                name: "database",
                state: saved.losses.isEmpty ? .good : .missing,
                details: "\(details); it was damaged and made anew, the damaged file is \(saved.damagedFile)",
                notes: saved.sentences(naming: options.json || options.all ? .max : 3)
            )
        } catch {
            let failure = Self.failure(error)
            let isDamaged = failure.type == StorageError.Code.corrupt.rawValue && !repair
            return Check(
                name: "database",
                state: .failed,
                details: failure.description,
                nextStep: isDamaged ? Self.saving : nil
            )
        }
    }

    private static let saving = "magnus doctor --repair saves what can be read and keeps the damaged file"

    private func encoder(_ workspace: Workspace) -> Check {
        do {
            guard let identifier = try workspace.library.encoderIdentifier() else {
                return Check(
                    name: "encoder",
                    state: .missing,
                    details: "no embedding model in \(workspace.locations.encoder); search uses keywords alone",
                    nextStep: "scripts/run of the source folder fetches it"
                )
            }
            if workspace.library.hasRemoteEncoder {
                return Check(
                    name: "encoder",
                    state: .good,
                    details: "\(identifier), by a service; texts are sent there"
                )
            }
            guard identifier.hasPrefix(InstalledModels.standard + "@") else {
                return Check(name: "encoder", state: .good, details: identifier)
            }
            let checksum = try EncoderFolder(path: workspace.locations.encoder).checksum()
            guard checksum == EncoderFolder.standardChecksum else {
                return Check(
                    name: "encoder",
                    state: .failed,
                    details: "the weights in \(workspace.locations.encoder) are not those of all-MiniLM-L6-v2",
                    nextStep: "remove that folder and run scripts/run to fetch the model again"
                )
            }
            let calculation = (try workspace.library.encoder() as? InstalledEncoder).map { "; \($0.calculation)" } ?? ""
            return Check(name: "encoder", state: .good, details: "\(identifier), checksum as expected\(calculation)")
        } catch  where workspace.configuration.encoder.value != nil {
            let failure = CommandError(error)
            return Check(name: "encoder", state: .failed, details: failure.message, nextStep: failure.hint)
        } catch {
            return Check(
                name: "encoder",
                state: .failed,
                details: Self.failure(error).description,
                nextStep: "remove \(workspace.locations.encoder) and run scripts/run to fetch it again"
            )
        }
    }

    private func index(_ workspace: Workspace, isSaved: Bool) async -> Check {
        do {
            try workspace.library.database.requireSoundStructure()
            // Into an index that is damaged nothing can be read.
            var found = try workspace.library.verify(readsFiles: false)
            var mended = ""
            var notes: [String] = []
            if repair, !found.isSound {
                mended = "; \(found.defects.count) defects were mended"
                notes = try await workspace.library.repair(found).warnings
                found = try workspace.library.verify(readsFiles: false)
            }
            if found.isSound {
                // A doctor's visit is a good time for what would else be done at the first question.
                try workspace.library.readKnowledge()
                try await workspace.library.finishPreparing(isWhole: isSaved)
            }
            guard found.isSound else {
                return Check(
                    name: "index",
                    state: .failed,
                    details: found.defects.prefix(3).map(\.description).joined(separator: "; "),
                    nextStep: repair ? "magnus index rebuild" : "magnus doctor --repair mends it",
                    notes: notes.isEmpty ? nil : notes,
                    status: .storage
                )
            }
            let status = try workspace.library.status()
            var details =
                "\(status.documents) documents, \(status.chunks) chunks, \(status.vectors) with vectors" + mended
            let standing = try workspace.library.standing()
            if let standing, let former = standing.former {
                details += "; vectors by \(former) serve until \(standing.pending) more by \(standing.encoder) are made"
            }
            let stale = found.changed.count + found.missing.count
            guard stale == 0 else {
                return Check(
                    name: "index",
                    state: .good,
                    details: "\(details); \(stale) files have changed or are gone since",
                    nextStep: "magnus index status names them",
                    notes: notes.isEmpty ? nil : notes
                )
            }
            return Check(
                name: "index",
                state: .good,
                details: details,
                nextStep: standing?.former == nil ? nil : "magnus index makes them",
                notes: notes.isEmpty ? nil : notes
            )
        } catch {
            let failure = Self.failure(error)
            return Check(name: "index", state: .failed, details: failure.description, status: failure.status)
        }
    }

    private func portfolio(_ workspace: Workspace) -> Check {
        do {
            let store = PortfolioStore(database: try workspace.database())
            let count = try store.transactionCount()
            guard count > 0 else {
                return Check(
                    name: "portfolio",
                    state: .missing,
                    details: "nothing imported; questions at a terminal use the demo portfolio",
                    nextStep: "magnus import FILE.csv"
                )
            }
            return Check(name: "portfolio", state: .good, details: "\(count) transactions")
        } catch {
            let failure = Self.failure(error)
            return Check(name: "portfolio", state: .failed, details: failure.description, status: failure.status)
        }
    }

    private func sources(_ workspace: Workspace) -> Check {
        do {
            let house = SourceHouse(workspace)
            if let problem = house.problems().first {
                return Check(name: "sources", state: .failed, details: "\(problem)", nextStep: "magnus sources --all")
            }
            let statuses = try workspace.owners().status()
            let ready = statuses.filter(\.readiness.isReady)
            let failing = ready.filter { $0.lastFailure ?? .distantPast > $0.lastSuccess ?? .distantPast }
            let names = ready.map(\.name).joined(separator: ", ")
            let details = "\(ready.count) of \(statuses.count) set up: \(names)"
            guard failing.isEmpty else {
                let words = failing.map { "\($0.name) (\($0.lastFailureDetail ?? "failed"))" }.joined(separator: ", ")
                return Check(
                    name: "sources",
                    state: .missing,
                    details: details + "; last asked in vain: \(words)",
                    nextStep: "magnus sources"
                )
            }
            return Check(name: "sources", state: .good, details: details)
        } catch {
            return Check(name: "sources", state: .failed, details: Self.failure(error).description)
        }
    }

    /// Language models, and what searches beside the standard model.
    private func models(_ workspace: Workspace) async -> [Check] {
        do {
            let house = ModelHouse(workspace)
            let directory = try house.directory()
            let survey = await ModelSurvey(
                of: directory,
                through: house.transport,
                patience: .seconds(1),
                refusal: house.refusal
            )
            let search = self.search(workspace, survey)
            let usable = survey.entries.filter { $0.obstacle == nil }.map(\.provider.name)
            let ready = "ready: " + (usable.isEmpty ? "none" : usable.joined(separator: ", "))
            let notes = survey.entries.compactMap { entry in
                entry.obstacle.map { "\(entry.provider.name) cannot be asked: \($0.reason) (\($0.nextStep))" }
            }
            guard let (chain, layer) = house.selection else {
                let check = Check(
                    name: "models",
                    state: .good,
                    details: "no language model writes, answers are worded by rules; \(ready)",
                    nextStep: "magnus models list says what each provider needs and how to let a model write",
                    notes: notes.isEmpty ? nil : notes
                )
                return [check, search]
            }
            guard case .named(let names) = chain else {
                let check = Check(
                    name: "models",
                    state: usable.isEmpty ? .missing : .good,
                    details: "chosen by \(layer.description): auto; \(ready)",
                    nextStep: usable.isEmpty ? "magnus models list" : nil,
                    notes: notes.isEmpty ? nil : notes
                )
                return [check, search]
            }
            let problems = names.compactMap { name -> String? in
                guard let entry = survey.entries.first(where: { $0.provider.name == name.provider }) else {
                    let isKnown = survey.searchEntries.contains { $0.provider.name == name.provider }
                    return isKnown
                        ? "\(name.provider) has no language models" : "there is no provider \(name.provider)"
                }
                return entry.obstacle.map { "\(name.provider): \($0.reason) (\($0.nextStep))" }
            }
            let chosen = names.map(\.description).joined(separator: ", then ")
            let check = Check(
                name: "models",
                state: problems.isEmpty ? .good : .missing,
                details: "chosen by \(layer.description): \(chosen); \(ready)",
                nextStep: problems.isEmpty ? nil : problems.joined(separator: "; "),
                notes: notes.isEmpty ? nil : notes
            )
            return [check, search]
        } catch {
            let failure = CommandError(error)
            return [Check(name: "models", state: .failed, details: failure.message, nextStep: failure.hint)]
        }
    }

    /// What is set to search beside the standard model, and which services could.
    private func search(_ workspace: Workspace, _ survey: ModelSurvey) -> Check {
        let configuration = workspace.configuration
        var problems: [String] = []
        func check(_ setting: String, _ choice: SearchModelChoice?, _ names: (ModelProvider) -> [String]) {
            guard case .service(let name)? = choice else { return }
            guard let entry = survey.searchEntries.first(where: { $0.provider.name == name.provider }) else {
                return problems.append("\(setting) \(name): no service of search has the name \(name.provider)")
            }
            if let obstacle = entry.obstacle {
                problems.append("\(setting) \(name): \(obstacle.reason) (\(obstacle.nextStep))")
            } else if !names(entry.provider).contains(name.model) {
                problems.append("\(setting) \(name): the catalogue does not list it (describe it in models.yaml)")
            }
        }
        check("encoder", configuration.encoder.value) { $0.embeddings.map(\.name) }
        check("reranker", configuration.reranker.value) { $0.rerankers.map(\.name) }
        let usable = survey.searchEntries.filter { $0.obstacle == nil }.map(\.provider.name)
        let details = [
            "encoder: \(configuration.encoder.value?.description ?? "the standard model")",
            "reranker: \(configuration.reranker.value?.description ?? "none")",
            "services ready: " + (usable.isEmpty ? "none" : usable.joined(separator: ", ")),
        ]
        let notes = survey.searchEntries.filter(\.provider.onlySearches).compactMap { entry in
            entry.obstacle.map { "\(entry.provider.name) cannot be asked: \($0.reason) (\($0.nextStep))" }
        }
        return Check(
            name: "search",
            state: problems.isEmpty ? .good : .missing,
            details: details.joined(separator: "; "),
            nextStep: problems.isEmpty ? nil : problems.joined(separator: "; "),
            notes: notes.isEmpty ? nil : notes
        )
    }

    private func agents(_ workspace: Workspace) -> Check {
        do {
            _ = try workspace.assistant(usesModel: true)
            return Check(name: "agents", state: .good, details: "analyst, researcher, strategist, risk-manager")
        } catch {
            return Check(name: "agents", state: .failed, details: Self.failure(error).description)
        }
    }
}
