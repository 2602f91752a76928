import Foundation
import LanguageModels
import MagnusTestSupport
import Testing
import Transport

@Suite struct ModelDirectoryTests {
    private static let text = """
        providers:
          cloud:
            protocol: openai
            base_url: https://cloud.example/v1
            base_url_variable: CLOUD_BASE_URL
            keys: [FIRST_KEY, SECOND_KEY]
            key_page: https://cloud.example/keys
            headers: {X-Fixed: "1"}
            header_variables: {X-Project: CLOUD_PROJECT}
            models: {known: {output: 100, tier: cheap, price: {input: 1, output: 2, as_of: 2026-01-01, source: x}}}
          other: {protocol: openai, base_url: https://other.example, keys: [OTHER_KEY], models: {good: {tier: strong}}}
          here:
            protocol: ollama
            base_url: http://127.0.0.1:11434
            host_variable: OLLAMA_HOST
            needs_key: false
            lists_models: true
            remote_suffixes: [-cloud]
            price: {input: 0, output: 0, as_of: 2026-01-01, source: own}
            embeddings: {senses: {dimensions: 3}, senses-cloud: {dimensions: 3}}
            rerankers: {last: {context: 400}, last-cloud: {context: 400}}
          strange: {protocol: gemini, base_url: https://strange.example, needs_key: false}
        chains: {free: [here/tiny], cheap: [cloud/known, strange/x], strong: [other/good, cloud/known]}
        """

    private func directory(
        _ variables: [String: String] = [:],
        keys: [String: String] = [:],
        isBroken: Bool = false
    ) throws -> ModelDirectory {
        ModelDirectory(
            catalogue: try ModelCatalogue(.init(text: Self.text, name: "catalogue.yaml")),
            variable: { variables[$0] },
            secrets: Secrets(values: keys, isBroken: isBroken),
            protocols: ["openai": PlainWire(), "ollama": PlainWire()]
        )
    }

    private func name(_ text: String) throws -> ModelName { try #require(ModelName(text)) }

    @Test func aModelComesWithAllThatACallNeeds() throws {
        let directory = try directory(["CLOUD_PROJECT": "p1"], keys: ["SECOND_KEY": "k2"])
        let model = try directory.model(name("cloud/known"))
        #expect(model.endpoint.baseURL == "https://cloud.example/v1" && model.endpoint.key?.revealed == "k2")
        #expect(model.endpoint.headers == ["X-Fixed": "1", "X-Project": "p1"])
        #expect(model.maximumOutputTokens == 100 && model.price?.inputPerMillion == 1 && !model.isLocal)
    }

    @Test func theFirstKeyThatIsSetCounts() throws {
        let directory = try directory(keys: ["FIRST_KEY": "k1", "SECOND_KEY": "k2"])
        #expect(try directory.model(name("cloud/known")).endpoint.key?.revealed == "k1")
        #expect(try self.directory().model(name("here/x")).endpoint.key == nil)
    }

    @Test func aModelThatIsNotListedIsCalledAllTheSame() throws {
        let model = try directory(keys: ["FIRST_KEY": "k"]).model(name("cloud/brand/new"))
        #expect(model.name.model == "brand/new" && model.price == nil && model.maximumOutputTokens == nil)
    }

    @Test func whatIsMissingIsSaid() throws {
        let unknown = try #require(throws: ModelError.self) { try directory().model(name("nowhere/x")) }
        #expect(unknown.code == .notConfigured && unknown.detail.contains("known are cloud, other, here, strange"))
        let almost = try #require(throws: ModelError.self) { try directory().model(name("Cl.oud/x")) }
        #expect(almost.detail.contains("is cloud meant? known are"))
        let keyless = try #require(throws: ModelError.self) { try directory().model(name("cloud/known")) }
        #expect(keyless.code == .keyRefused && keyless.detail == "FIRST_KEY or SECOND_KEY is not set")
        let broken = try #require(throws: ModelError.self) { try directory(isBroken: true).model(name("cloud/known")) }
        #expect(broken.code == .keyRefused && broken.detail.hasPrefix("its key cannot be read"))
        let unspoken = try #require(throws: ModelError.self) { try directory().model(name("strange/x")) }
        #expect(unspoken.code == .notConfigured)
    }

    @Test func theVariableOfAnAddressWins() throws {
        let keys = ["FIRST_KEY": "k"]
        let moved = try directory(["CLOUD_BASE_URL": "http://127.0.0.1:9/v1/"], keys: keys)
        #expect(try moved.model(name("cloud/known")).endpoint.baseURL == "http://127.0.0.1:9/v1")
        #expect(try moved.model(name("cloud/known")).isLocal)
        let broken = try directory(["CLOUD_BASE_URL": "https://u:p@cloud.example"], keys: keys)
        let error = try #require(throws: ModelError.self) { try broken.model(name("cloud/known")) }
        #expect(
            error.code == .notConfigured && error.detail.contains("CLOUD_BASE_URL") && !error.detail.contains("u:p")
        )
    }

    @Test func aServerOnThisMachineNeedsNoKey() throws {
        let moved = try directory(["CLOUD_BASE_URL": "http://localhost:9/v1"])
        #expect(try moved.model(name("cloud/known")).endpoint.key == nil)
        #expect(moved.obstacle(to: try #require(moved.catalogue.provider("cloud"))) == nil)
    }

    @Test(arguments: [
        ("here/tiny", nil, true), ("here/big-cloud", nil, false), ("here/tiny", "gpu.example", false),
        ("here/tiny", "localhost:9", true),
    ])
    func whatRunsHereCostsNothing(model: String, host: String?, isLocal: Bool) throws {
        let directory = try directory(host.map { ["OLLAMA_HOST": $0] } ?? [:])
        let model = try directory.model(name(model))
        #expect(model.isLocal == isLocal)
        #expect(model.price?.inputPerMillion == (isLocal ? 0 : nil))
    }

    @Test func whyAProviderCannotBeAsked() throws {
        let directory = try directory()
        func obstacle(_ name: String) throws -> ModelDirectory.Obstacle? {
            directory.obstacle(to: try #require(directory.catalogue.provider(name)))
        }
        #expect(
            try obstacle("cloud")
                == .init(
                    reason: "FIRST_KEY or SECOND_KEY is not set",
                    nextStep: "magnus keys set FIRST_KEY (a key is made at https://cloud.example/keys)"
                )
        )
        #expect(try obstacle("strange")?.reason == "the protocol gemini is not spoken")
        #expect(try obstacle("here") == nil)
    }

    @Test(
        arguments: [
            ([:], ModelTier.free, ["here/tiny"]), ([:], .strong, ["here/tiny"]),
            (["FIRST_KEY": "k"], .free, ["here/tiny"]), (["FIRST_KEY": "k"], .cheap, ["cloud/known", "here/tiny"]),
            (["FIRST_KEY": "k", "OTHER_KEY": "k"], .strong, ["other/good", "cloud/known", "here/tiny"]),
        ] as [([String: String], ModelTier, [String])]
    )
    func theChainOfATierHoldsWhatCanBeAsked(keys: [String: String], tier: ModelTier, names: [String]) throws {
        #expect(try directory(keys: keys).chain(for: tier).map(\.description) == names)
    }

    // MARK: - Asking a server

    @Test func aServerNamesItsModels() async throws {
        let server = try LoopbackServer(routes: [
            "GET /api/tags": .json(#"{"models": [{"name": "llama3.2:latest", "size": 1}, {"name": "qwen3:8b"}, {}]}"#),
            "GET /v1/models": .json(#"{"object": "list", "data": [{"id": "a", "object": "model"}, {"id": "b"}]}"#),
        ])
        let catalogue = try directory().catalogue
        let discovery = ModelDiscovery(transport: CurlTransport(), patience: .seconds(60))
        let here = try #require(catalogue.provider("here"))
        let own = try #require(ServerAddress(server.baseURL))
        #expect(try await discovery.models(of: here, at: own) == ["llama3.2:latest", "qwen3:8b"])
        let cloud = try #require(catalogue.provider("cloud"))
        let shaped = try #require(ServerAddress(server.baseURL + "/v1"))
        #expect(try await discovery.models(of: cloud, at: shaped, key: Secret("k")) == ["a", "b"])
        #expect(server.requests.last?.headers["authorization"] == "Bearer k")
    }

    @Test(arguments: [
        (LoopbackReply(status: 401), ModelError.Code.keyRefused), (LoopbackReply(status: 500), .malformedReply),
        (.json("[]"), .malformedReply), (LoopbackReply("hello"), .malformedReply), (.closed, .cutOff),
    ])
    func aServerThatNamesNone(reply: LoopbackReply, code: ModelError.Code) async throws {
        let server = try LoopbackServer { _ in reply }
        let discovery = ModelDiscovery(transport: CurlTransport(), patience: .seconds(60))
        let here = try #require(try directory().catalogue.provider("here"))
        let address = try #require(ServerAddress(server.baseURL))
        let error = await #expect(throws: ModelError.self) { try await discovery.models(of: here, at: address) }
        #expect(error?.code == code)
    }

    @Test(arguments: [
        ("senses", "last", "http://127.0.0.1:11434", true),
        ("senses-cloud", "last-cloud", "http://127.0.0.1:11434", false),
        ("senses", "last", "http://192.0.2.1:11434", false),
    ])
    func whatSearchesIsOfThisMachineUnlessItIsPassedOn(
        encoder: String,
        reranker: String,
        host: String,
        isLocal: Bool
    ) throws {
        let directory = try directory(["OLLAMA_HOST": host])
        var asked: [Bool] = []
        func connect(_ endpoint: ModelEndpoint) -> ServiceConnection {
            asked.append(endpoint.isLocal)
            return ServiceConnection(endpoint: endpoint, transport: OfflineTransport())
        }
        _ = try directory.encoder(name("here/" + encoder), connect: connect)
        _ = try directory.reranker(name("here/" + reranker), connect: connect)
        #expect(asked == [isLocal, isLocal])
    }

    @Test func anEncoderThatMayNotBeAskedIsNotMade() throws {
        #expect(throws: ModelError.self) {
            _ = try self.directory().encoder(name("here/senses-cloud")) { endpoint in
                guard endpoint.isLocal else { throw ModelError(.forbidden, detail: "elsewhere") }
                return ServiceConnection(endpoint: endpoint, transport: OfflineTransport())
            }
        }
    }

    @Test func theEndingCountsInAnyCase() throws {
        #expect(try !directory().model(name("here/big:20b-Cloud")).isLocal)
        #expect(try directory().model(name("here/cloudy")).isLocal)
    }
}
