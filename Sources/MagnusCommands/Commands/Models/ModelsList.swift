import ArgumentParser
import Foundation
import LanguageModels

/// `magnus models list`: every provider with its models, and what it needs.
struct ModelsList: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show every provider and model: tier, context, price with its date, and whether it can be asked.",
        discussion: """
            Servers on this machine (Ollama, llama.cpp, vLLM, LM Studio) are asked which models they have, others there are tried;
            nothing is sent elsewhere, and no key is checked (`magnus models test` does). Prices are US dollars for a million
            tokens; — is unknown. A models.yaml beside your config.yaml adds providers, models and prices.

              magnus models list
              magnus models list --json
            """
    )

    @OptionGroup var options: CommonOptions

    private struct Document: Encodable {
        struct Provider: Encodable {
            var name: String
            var title: String
            var host: String?
            var isLocal: Bool
            var isUsable: Bool
            var reason: String?
            var nextStep: String?
            var models: [Model]
        }

        struct Model: Encodable {
            var name: String
            var tier: ModelTier?
            var contextTokens: Int?
            var outputTokens: Int?
            var price: ModelPrice?
        }

        struct SearchService: Encodable {
            var name: String
            var title: String
            var isUsable: Bool
            var reason: String?
            var nextStep: String?
            /// Models that turn texts into vectors.
            var embeddings: [String]
            /// Models that put texts in order.
            var rerankers: [String]
        }

        struct Resting: Encodable {
            var provider: String
            var model: String?
            var until: Date
        }

        var active: [String]
        var activeFrom: String?
        var providers: [Provider]
        var searchServices: [SearchService]
        /// Who is left alone at the moment.
        var resting: [Resting]
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let house = ModelHouse(workspace)
        let directory = try house.directory()
        let survey = await ModelSurvey(
            of: directory,
            through: house.transport,
            patience: .seconds(2),
            refusal: house.refusal
        )
        let rests = rests(survey, workspace)
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.models/1", document(survey, house, rests)))
            return .answered
        }
        try workspace.show(table(survey, workspace))
        var lines: [StyledText] = []
        let missing = survey.entries.filter { $0.obstacle != nil }
        if !missing.isEmpty {
            lines += [StyledText(""), StyledText("Cannot be asked now", .heading)]
            for entry in missing {
                guard let obstacle = entry.obstacle else { continue }
                let name = entry.provider.name.padding(toLength: 14, withPad: " ", startingAt: 0)
                lines +=
                    (StyledText(name, .strong) + StyledText("\(obstacle.reason): \(obstacle.nextStep)", shape: .line))
                    .wrapped(
                        to: workspace.terminal.width,
                        hangingIndent: StyledText(String(repeating: " ", count: 14))
                    )
            }
        }
        lines += search(survey, workspace)
        if !rests.isEmpty {
            lines += [StyledText(""), StyledText("Left alone for now", .heading)]
            lines += rests.flatMap { rest in
                StyledText(sentence(rest, at: workspace.environment.clock()), shape: .line)
                    .wrapped(to: workspace.terminal.width)
            }
        }
        lines +=
            [StyledText("")]
            + StyledText(active(house, workspace), .muted, shape: .line)
            .wrapped(to: workspace.terminal.width)
        try workspace.show(lines)
        return .answered
    }

    /// The services of search, each with its models and how it stands.
    private func search(_ survey: ModelSurvey, _ workspace: Workspace) -> [StyledText] {
        guard !survey.searchEntries.isEmpty else { return [] }
        var lines = [StyledText(""), StyledText("Services of search", .heading)]
        for entry in survey.searchEntries {
            let provider = entry.provider
            let state = entry.obstacle.map { "\($0.reason): \($0.nextStep)" } ?? "ready"
            let models = [
                ("embeddings", provider.embeddings.map(\.name)), ("rerankers", provider.rerankers.map(\.name)),
            ]
            .filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
            let name = provider.name.padding(toLength: 14, withPad: " ", startingAt: 0)
            lines +=
                (StyledText(name, .strong)
                + StyledText(models.joined(separator: "; ") + "; " + state, shape: .line))
                .wrapped(
                    to: workspace.terminal.width,
                    hangingIndent: StyledText(String(repeating: " ", count: 14))
                )
        }
        return lines
    }

    /// Who is left alone at the moment; nobody where that cannot be read.
    private func rests(_ survey: ModelSurvey, _ workspace: Workspace) -> [ServiceRest] {
        // Looking makes no database.
        guard FileManager.default.fileExists(atPath: workspace.locations.database) else { return [] }
        do {
            return try StoredServiceMemory(database: workspace.openDatabase)
                .rests(of: survey.entries.map(\.provider.name), at: workspace.environment.clock())
        } catch {
            workspace.logger.warning("who is left alone cannot be read: \(error)")
            return []
        }
    }

    private func sentence(_ rest: ServiceRest, at now: Date) -> String {
        let seconds = Int(min(rest.until.timeIntervalSince(now), 1e6).rounded(.up))
        guard let model = rest.model else {
            return
                "\(rest.provider): it failed several times and rests for another \(seconds) s; `magnus models test` with one "
                + "of its models asks it at once"
        }
        let name = "\(rest.provider)/\(model)"
        return "\(name): its service asked for another \(seconds) s; `magnus models test \(name)` asks it at once"
    }

    private func active(_ house: ModelHouse, _ workspace: Workspace) -> String {
        guard let (chain, layer) = house.selection else {
            return
                "No language model writes: answers are worded by rules. To let one write, set model: provider/model in "
                + "\(workspace.locations.configurationFile), or use -m for one question."
        }
        switch chain {
        case .byTier: return "Writes: whichever of the catalogue's chains can be asked (\(layer.description))"
        case .named(let names):
            return "Writes: \(names.map(\.description).joined(separator: ", then ")) (\(layer.description))"
        }
    }

    private func table(_ survey: ModelSurvey, _ workspace: Workspace) -> [StyledText] {
        var table = Table(columns: [
            Table.Column("Model", .label, priority: .essential),
            Table.Column("Tier", .label, priority: .useful),
            Table.Column("Context", priority: .useful),
            Table.Column("In", priority: .essential),
            Table.Column("Out", priority: .essential),
            Table.Column("Price of", .label, priority: .essential),
            Table.Column("Ready", .label, priority: .essential),
        ])
        for entry in survey.entries {
            let state = StyledText(
                entry.obstacle == nil ? "yes" : "no",
                entry.obstacle == nil ? .positive : .muted
            )
            for model in entry.models {
                table.add(row: [
                    StyledText("\(entry.provider.name)/\(model.name)", .strong, shape: .line),
                    StyledText(model.tier?.rawValue ?? "—"),
                    StyledText(model.contextTokens.map(Self.tokens) ?? "—"),
                    StyledText(model.price.map { Self.dollars($0.inputPerMillion) } ?? "—"),
                    StyledText(model.price.map { Self.dollars($0.outputPerMillion) } ?? "—"),
                    StyledText(model.price?.asOf ?? "—", .muted),
                    state,
                ])
            }
        }
        table.notes = [StyledText("Prices in US dollars for a million tokens; — is unknown.", .muted)]
        return table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs)
    }

    /// A number of tokens, short: `131K`, `1M`.
    private static func tokens(_ count: Int) -> String {
        guard count >= 1_000_000 else { return "\((count + 500) / 1_000)K" }
        let tenths = (count + 50_000) / 100_000
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)M" : "\(tenths / 10).\(tenths % 10)M"
    }

    /// An amount with two to four digits behind the point.
    private static func dollars(_ amount: Decimal) -> String {
        "$"
            + amount.formatted(
                .number.precision(.fractionLength(2...4)).grouping(.never).locale(.init(identifier: "en_US"))
            )
    }

    private func document(_ survey: ModelSurvey, _ house: ModelHouse, _ rests: [ServiceRest]) -> Document {
        var active: [String] = []
        switch house.selection?.chain {
        case nil: break
        case .byTier?: active = ["auto"]
        case .named(let names)?: active = names.map(\.description)
        }
        return Document(
            active: active,
            activeFrom: house.selection?.layer.description,
            providers: survey.entries.map { entry in
                Document.Provider(
                    name: entry.provider.name,
                    title: entry.provider.title,
                    host: entry.address?.host,
                    isLocal: entry.address?.isLocal ?? false,
                    isUsable: entry.obstacle == nil,
                    reason: entry.obstacle?.reason,
                    nextStep: entry.obstacle?.nextStep,
                    models: entry.models.map {
                        Document.Model(
                            name: $0.name,
                            tier: $0.tier,
                            contextTokens: $0.contextTokens,
                            outputTokens: $0.maximumOutputTokens,
                            price: $0.price
                        )
                    }
                )
            },
            searchServices: survey.searchEntries.map { entry in
                Document.SearchService(
                    name: entry.provider.name,
                    title: entry.provider.title,
                    isUsable: entry.obstacle == nil,
                    reason: entry.obstacle?.reason,
                    nextStep: entry.obstacle?.nextStep,
                    embeddings: entry.provider.embeddings.map(\.name),
                    rerankers: entry.provider.rerankers.map(\.name)
                )
            },
            resting: rests.map { Document.Resting(provider: $0.provider, model: $0.model, until: $0.until) }
        )
    }
}
