import Foundation
import LanguageModels
import Testing

@Suite struct ModelCatalogueTests {
    private let shipped = ModelCatalogue.File(
        text: """
            providers:
              one:
                protocol: openai
                base_url: https://one.example/v1/
                keys: [ONE_KEY]
                models:
                  big: {context: 128_000, output: 4096, tier: strong, price: {input: 2.5, output: 10, cached_input: 1.25,
                    as_of: 2026-07-02, source: a list}}
                  small: {tier: cheap}
              here:
                protocol: ollama
                base_url: http://127.0.0.1:11434
                needs_key: false
            chains: {strong: [one/big], cheap: [one/small, here/x]}
            """,
        name: "catalogue.yaml"
    )

    private func overlaid(_ text: String) throws -> ModelCatalogue {
        try ModelCatalogue(shipped, owners: .init(text: text, name: "models.yaml"))
    }

    @Test func aFileIsReadWithWhatItLeavesOut() throws {
        let catalogue = try ModelCatalogue(shipped)
        #expect(catalogue.providers.map(\.name) == ["one", "here"])
        let one = try #require(catalogue.provider("one"))
        #expect(one.title == "one" && one.baseURL == "https://one.example/v1" && one.needsKey)
        #expect(one.keyNames == ["ONE_KEY"])
        let big = try #require(one.model("big"))
        #expect(big.contextTokens == 128_000 && big.maximumOutputTokens == 4096 && big.tier == .strong)
        #expect(big.price?.inputPerMillion == Decimal(string: "2.5") && big.price?.outputPerMillion == 10)
        #expect(big.price?.cachedInputPerMillion == Decimal(string: "1.25") && big.price?.cacheWritePerMillion == nil)
        #expect(big.price?.asOf == "2026-07-02" && big.price?.source == "a list")
        // A price that nobody stated is unknown, not nothing.
        #expect(one.model("small")?.price == nil && one.model("small")?.contextTokens == nil)
        #expect(catalogue.provider("here")?.needsKey == false)
        #expect(
            catalogue.chains[.cheap]?.map(\.description) == ["one/small", "here/x"] && catalogue.chains[.free] == nil
        )
    }

    @Test func theOwnersFileIsLaidOverKeyByKey() throws {
        let catalogue = try overlaid(
            """
            providers:
              one:
                base_url: https://mine.example/v1
                models:
                  big: {output: 8192, price: {input: 3, output: 12, as_of: 2026-11-01, source: my bill}}
                  small: null
                  new: {tier: free}
              two: {protocol: anthropic, base_url: https://two.example, keys: TWO_KEY}
            chains: {strong: [two/x]}
            """
        )
        let one = try #require(catalogue.provider("one"))
        #expect(one.baseURL == "https://mine.example/v1" && one.keyNames == ["ONE_KEY"])
        #expect(one.models.map(\.name) == ["big", "new"])
        let big = try #require(one.model("big"))
        #expect(big.contextTokens == 128_000 && big.maximumOutputTokens == 8192)
        // Nothing of the older price stays beside the newer one.
        #expect(big.price?.inputPerMillion == 3 && big.price?.cachedInputPerMillion == nil)
        #expect(catalogue.provider("two")?.needsKey == true)
        #expect(catalogue.chains == [.strong: [ModelName(provider: "two", model: "x")]])
    }

    @Test func aPriceCanBeTakenAway() throws {
        let catalogue = try overlaid("providers: {one: {models: {big: {price: null}}}}")
        #expect(catalogue.provider("one")?.model("big")?.price == nil)
        #expect(catalogue.provider("one")?.model("big")?.contextTokens == 128_000)
    }

    @Test(arguments: ["", "# nothing yet\n", "~"]) func anEmptyFileSaysNothing(text: String) throws {
        #expect(try overlaid(text) == ModelCatalogue(shipped))
    }

    @Test func traitsOfAModelRestOnItsProviders() throws {
        let catalogue = try overlaid(
            """
            providers:
              one:
                traits: {tools: false, body: {options: {num_ctx: 8192}, label: "7"}}
                models:
                  big: {traits: {temperature: false, completion_tokens: true, body: {think: true}}}
            """
        )
        let one = try #require(catalogue.provider("one"))
        #expect(!one.traits.callsTools && one.traits.takesTemperature)
        let big = try #require(one.model("big")).traits
        #expect(!big.callsTools && big.takesSchema && !big.takesTemperature && big.wantsCompletionTokens)
        #expect(big.extraBody == ["options": ["num_ctx": 8192], "label": "7", "think": true])
    }

    @Test(
        arguments: [
            ("providers: [", "models.yaml line 2", "no YAML"),
            ("- a", "models.yaml", "write `name: value` lines"),
            ("provider: {}", "provider is not known", "choose from providers, chains"),
            ("providers: {one: {base_ulr: x}}", "providers.one.base_ulr is not known", "choose from title, protocol"),
            ("providers: {two: {protocol: openai}}", "providers.two lacks 'base_url'", "https://api.example.com/v1"),
            ("providers: {two: {base_url: https://x.example}}", "providers.two lacks 'protocol'", "openai"),
            ("providers: {one: {protocol: grpc}}", "providers.one.protocol is 'grpc'", "choose from anthropic, openai"),
            ("providers: {one: {base_url: one.example}}", "providers.one.base_url is no address", "https://"),
            ("providers: {one: {base_url: https://u:p@x.example}}", "providers.one.base_url", "without a user name"),
            ("providers: {one: {keys: [], needs_key: true}}", "providers.one", "keys: [NAME_OF_THE_VARIABLE]"),
            ("providers: {one: {needs_key: maybe}}", "providers.one.needs_key is 'maybe'", "true or false"),
            ("providers: {one: {models: {big: {context: -5}}}}", "providers.one.models.big.context is '-5'", "128000"),
            (
                "providers: {one: {models: {big: {tier: best}}}}", "providers.one.models.big.tier is no tier",
                "free, cheap"
            ),
            (
                "providers: {one: {models: {big: {price: {input: 1, output: 2}}}}}", "models.big.price lacks 'as_of'",
                "as_of: 2026-11-26"
            ),
            (
                "providers: {one: {models: {big: {price: {input: 1, as_of: 2026-01-01, source: x}}}}}",
                "price lacks 'output'", "output: 0.60"
            ),
            (
                "providers: {one: {models: {big: {price: {input: $1, output: 2, as_of: 2026-01-01, source: x}}}}}",
                "price.input is '$1'", "0.15"
            ),
            (
                "providers: {one: {models: {big: {price: {input: 1, output: 2, as_of: 2026-13-01, source: x}}}}}",
                "price.as_of is no day", "2026-11-26"
            ),
            ("chains: {best: [one/big]}", "chains.best is no tier", "free, cheap, strong"),
            ("chains: {cheap: [big]}", "chains.cheap names 'big'", "provider/model"),
            ("chains: {cheap: [three/big]}", "there is no provider 'three'", "describe it under providers"),
            ("providers: {a/b: {protocol: openai}}", "has a name with a slash", "my-server"),
            ("providers: {one: {}, one: {}}", "stands twice", "leave one of them out"),
        ]
    )
    func whatIsNotUnderstoodIsNamedWithWhatToWrite(text: String, what: String, nextStep: String) throws {
        let error = try #require(throws: CatalogueError.self) { try overlaid(text) }
        #expect(error.file == "models.yaml")
        #expect("\(error)".contains(what), "\(error)")
        #expect("\(error)".contains(nextStep), "\(error)")
    }

    @Test func anErrorNamesTheFileItStandsIn() throws {
        let broken = ModelCatalogue.File(text: "providers:\n  one:\n    protocol: smoke\n", name: "catalogue.yaml")
        let error = try #require(throws: CatalogueError.self) {
            try ModelCatalogue(
                broken,
                owners: .init(text: "providers: {one: {base_url: https://x.example}}", name: "mine")
            )
        }
        #expect(error.file == "catalogue.yaml" && error.line == 3 && error.path == "providers.one.protocol")
    }
}
