import ArgumentParser
import Foundation
import LanguageModels
import Synchronization

/// `magnus models test`: one tiny call of a language model.
struct ModelsTest: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Make one tiny call of a language model, and tell how long it took and what it cost.",
        discussion: """
            Nothing of yours is sent: the question is a fixed sentence. It is asked once, without repeats and without others in its
            place, also where the service failed lately and is left alone for a while.

              magnus models test openai/gpt-4o-mini
              magnus models test ollama/llama3.2 --json

            A reply that its limit of tokens cut, or the service's filter, is no answer.

            Exit status: 0 it answered, 5 it failed, 6 the budget does not allow it, 7 its key or its configuration.
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("The model: provider/model.", valueName: "name"))
    var name: String

    private struct Document: Encodable {
        var model: String
        var text: String
        var firstTokenSeconds: Double?
        var seconds: Double
        var inputTokens: Int?
        var outputTokens: Int?
        var costDollars: Decimal?
        var priceAsOf: String?
    }

    /// What is asked.
    private static let request = ModelRequest(
        agent: "models-test",
        system: "You answer with one word.",
        messages: [ModelMessage(.user, text: "Reply with the word: ready")],
        // Models that think before they speak need room for it.
        maximumOutputTokens: 512
    )

    func run(in workspace: Workspace) async throws -> ExitStatus {
        guard let name = ModelName(name) else {
            throw CommandError(
                .usage,
                type: "usage",
                "'\(TerminalText.sanitised(String(self.name.prefix(60)), shape: .line))' is no provider/model",
                hint: "see `magnus models list`"
            )
        }
        let house = ModelHouse(workspace)
        let directory = try house.directory()
        let model = try directory.model(name)
        workspace.spending.begin(question: "models-test-" + UUID().uuidString.prefix(8).lowercased())
        let service = try house.service(
            directory,
            .named([name]),
            options: ModelServiceOptions(retries: 0, deadline: .seconds(120), asksResting: true),
            isCached: false
        )
        let clock = ContinuousClock()
        let start = clock.now
        let firstToken = Mutex<ContinuousClock.Instant?>(nil)
        let outcome = await workspace.interrupts.interruptible {
            try await service.reply(to: Self.request) { event in
                if case .began = event { return }
                firstToken.withLock { $0 = $0 ?? clock.now }
            }
        }
        let end = clock.now
        if outcome.wasInterrupted { throw CancellationError() }
        let reply = try outcome.result.get()
        if let shortfall = reply.shortfall {
            let said = TerminalText.sanitised(String(reply.text.prefix(60)), shape: .line)
            throw ModelError(
                reply.ending == .length ? .outputLimit : .malformedReply,
                provider: reply.model.provider,
                model: reply.model.model,
                detail: TerminalText.sanitised(String(shortfall.prefix(200)), shape: .line)
                    + (said.isEmpty ? "; it wrote nothing" : "; until then it wrote \"\(said)\"")
            )
        }
        let document = Document(
            model: reply.model.description,
            text: reply.text,
            firstTokenSeconds: firstToken.withLock { $0 }.map { ($0 - start) / .seconds(1) },
            seconds: (end - start) / .seconds(1),
            inputTokens: reply.usage.input,
            outputTokens: reply.usage.output,
            costDollars: model.price?.cost(of: reply.usage),
            priceAsOf: model.price?.asOf
        )
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.model_test/1", document))
        } else {
            try workspace.show(Self.sentence(document))
        }
        return .answered
    }

    private static func sentence(_ document: Document) -> String {
        func seconds(_ value: Double) -> String { String(format: "%.2f s", value) }
        let first = document.firstTokenSeconds.map { ", first token after \(seconds($0))" } ?? ""
        let tokens: String
        if let input = document.inputTokens, let output = document.outputTokens {
            tokens = "\(input) tokens read, \(output) written"
        } else {
            tokens = "it did not count its tokens"
        }
        let cost: String
        if let dollars = document.costDollars, let day = document.priceAsOf {
            cost = dollars == 0 ? "no cost" : "$\(dollars) by the prices of \(day)"
        } else {
            cost = "cost unknown"
        }
        let text = TerminalText.sanitised(String(document.text.prefix(60)), shape: .line)
        return "\(document.model) answered \"\(text)\" in \(seconds(document.seconds))\(first); \(tokens); \(cost)"
    }
}
