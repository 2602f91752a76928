import Foundation
import LanguageModels
import Testing

@Suite struct ShippedCatalogueTests {
    private let catalogue: ModelCatalogue

    init() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: package.appendingPathComponent("models/catalogue.yaml"), encoding: .utf8)
        catalogue = try ModelCatalogue(.init(text: text, name: "catalogue.yaml"))
    }

    @Test func itHoldsTheProvidersThatAreSpokenOf() {
        let names = catalogue.providers.map(\.name)
        for name in [
            "anthropic", "openai", "gemini", "groq", "deepseek", "mistral", "xai", "openrouter", "ollama", "llama.cpp",
            "vllm", "lmstudio",
        ] {
            #expect(names.contains(name))
        }
    }

    /// Addresses and variables as the services' own libraries have them.
    @Test(arguments: [
        ("anthropic", "https://api.anthropic.com", ["ANTHROPIC_API_KEY"]),
        ("openai", "https://api.openai.com/v1", ["OPENAI_API_KEY"]),
        ("gemini", "https://generativelanguage.googleapis.com", ["GOOGLE_API_KEY", "GEMINI_API_KEY"]),
        ("groq", "https://api.groq.com/openai/v1", ["GROQ_API_KEY"]),
        ("deepseek", "https://api.deepseek.com", ["DEEPSEEK_API_KEY"]),
    ])
    func addressesAndKeys(name: String, address: String, keys: [String]) throws {
        let provider = try #require(catalogue.provider(name))
        #expect(provider.baseURL == address && provider.keyNames == keys && provider.needsKey)
    }

    @Test func anthropicsTokenIsHonouredAsItsLibraryDoes() throws {
        #expect(try #require(catalogue.provider("anthropic")).bearerNames == ["ANTHROPIC_AUTH_TOKEN"])
    }

    @Test func everyModelOfAChainIsListedOrRunsHere() throws {
        for name in catalogue.chains.values.joined() {
            let provider = try #require(catalogue.provider(name.provider))
            #expect(provider.listsModels || provider.model(name.model) != nil, "\(name)")
        }
    }

    @Test func pricesAreSoundAndDated() {
        for model in catalogue.providers.flatMap(\.models) {
            guard let price = model.price else { continue }
            #expect(price.inputPerMillion > 0 && price.outputPerMillion >= price.inputPerMillion, "\(model.name)")
            #expect((price.cachedInputPerMillion ?? 0) < price.inputPerMillion, "\(model.name)")
            #expect(!price.source.isEmpty && price.asOf <= "2026-12-31")
        }
    }

    @Test func onlyServersOfOnesOwnCostNothing() {
        for provider in catalogue.providers {
            #expect((provider.localPrice != nil) == !provider.needsKey, "\(provider.name)")
        }
    }
}
