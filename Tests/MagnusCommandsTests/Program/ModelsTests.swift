import Foundation
import MagnusTestSupport
import Testing

/// The built program with language models: what it lists, what it asks, and what never leaves.
@Suite struct ModelsTests {
    private static let key = "sk-test-0123456789"

    private let home: ProgramHome
    private let server: LoopbackServer

    /// A server that plays OpenAI: a stream of two words, with its tokens counted.
    init() throws {
        home = try ProgramHome()
        server = try LoopbackServer { request in
            guard request.headers["authorization"] == "Bearer \(Self.key)" else {
                return .json(
                    #"{"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}"#,
                    status: 401
                )
            }
            guard request.path == "/v1/chat/completions" else { return LoopbackReply(status: 404) }
            func chunk(_ choices: String, _ usage: String = "null") -> String {
                #"data: {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", "choices": "#
                    + choices + #", "usage": "# + usage + "}\n\n"
            }
            return .events([
                chunk(#"[{"index": 0, "delta": {"role": "assistant", "content": "rea"}, "finish_reason": null}]"#),
                chunk(#"[{"index": 0, "delta": {"content": "dy"}, "finish_reason": "stop"}]"#),
                chunk("[]", #"{"prompt_tokens": 20, "completion_tokens": 2, "total_tokens": 22}"#), "data: [DONE]\n\n",
            ])
        }
    }

    private func run(
        _ arguments: String...,
        key: String? = Self.key,
        environment: [String: String] = [:],
        in folder: TemporaryFolder? = nil
    ) throws -> BuiltProgram.Run {
        var program = home.program
        program.environment["OPENAI_BASE_URL"] = server.baseURL + "/v1"
        program.environment["OPENAI_API_KEY"] = key
        // No server of the machine that runs the tests is asked.
        program.environment["OLLAMA_HOST"] = "127.0.0.1:1"
        program.environment.merge(environment) { $1 }
        return try program.run(arguments, currentFolder: folder?.url)
    }

    private func configure(_ text: String, file: String = "config.yaml") throws {
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: home.program.home + "/" + file))
    }

    private func providers(_ run: BuiltProgram.Run) throws -> [String: [String: Any]] {
        let data = try #require(try run.json()["data"] as? [String: Any])
        let list = try #require(data["providers"] as? [[String: Any]])
        return Dictionary(list.map { ($0["name"] as? String ?? "", $0) }, uniquingKeysWith: { $1 })
    }

    // MARK: - test

    @Test func aModelIsTriedOnce() throws {
        let run = try run("models", "test", "openai/gpt-4o-mini", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let data = try #require(try run.json()["data"] as? [String: Any])
        #expect(data["model"] as? String == "openai/gpt-4o-mini" && data["text"] as? String == "ready")
        #expect(data["input_tokens"] as? Int == 20 && data["output_tokens"] as? Int == 2)
        // 20 at 0.15 and 2 at 0.60 dollars a million.
        #expect((data["cost_dollars"] as? NSNumber)?.doubleValue == 0.0000042)
        #expect(data["price_as_of"] as? String == "2026-07-02")
        let asked = try #require(server.requests.first).json()
        #expect(asked["model"] as? String == "gpt-4o-mini" && asked["stream"] as? Bool == true)
        #expect(server.requests.count == 1)
        let words = try self.run("models", "test", "openai/gpt-4o-mini")
        #expect(words.output.contains("openai/gpt-4o-mini answered \"ready\" in "))
        #expect(words.output.contains("20 tokens read, 2 written; $0.0000042 by the prices of 2026-07-02"))
    }

    @Test func whatFailedIsSaidWithItsStatus() throws {
        let wrong = try run("models", "test", "openai/gpt-4o-mini", key: "sk-wrong")
        #expect(
            wrong.status == 7 && wrong.errors.contains("openai/gpt-4o-mini") && wrong.errors.contains("magnus keys set")
        )
        server.script("/v1/chat/completions", LoopbackReply(status: 503), LoopbackReply(status: 503))
        #expect(try run("models", "test", "openai/gpt-4o-mini").status == 5)
        // Once each, without repeats.
        #expect(server.requests.count == 2)
        let unreachable = try run("models", "test", "ollama/llama3.2", "--json")
        #expect(unreachable.status == 5)
        let error = try #require(try unreachable.json()["error"] as? [String: Any])
        #expect(error["type"] as? String == "model_unreachable")
        #expect(try run("models", "test", "nowhere/x").status == 7)
        #expect(try run("models", "test", "gpt-4o-mini").status == 2)
        for run in [wrong, unreachable] { #expect(!(run.output + run.errors).contains("sk-")) }
    }

    @Test(arguments: [
        ("length", "it reached its output limit after 512 tokens"), ("content_filter", "content filter stopped it"),
    ])
    func aReplyThatWasCutIsNoAnswer(reason: String, words: String) throws {
        let chunk = #"{"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": "#
        let reply = LoopbackReply.events([
            "data: " + chunk + #"[{"index": 0, "delta": {"content": "rea"}, "finish_reason": "\#(reason)"}]}"# + "\n\n",
            "data: " + chunk + #"[], "usage": {"prompt_tokens": 20, "completion_tokens": 512, "total_tokens": 532}}"#
                + "\n\n",
            "data: [DONE]\n\n",
        ])
        server.script("/v1/chat/completions", reply)
        let run = try run("models", "test", "openai/gpt-4o-mini")
        #expect(run.status == 5 && run.output.isEmpty)
        #expect(run.errors.contains(words) && run.errors.contains("until then it wrote \"rea\""), "\(run.errors)")
    }

    @Test func aMissingKeyIsNamed() throws {
        let run = try run("models", "test", "anthropic/claude-haiku-4-5")
        #expect(run.status == 7 && run.errors.contains("ANTHROPIC_API_KEY is not set"))
        #expect(server.connections == 0)
    }

    // MARK: - list

    @Test func everyProviderIsListedWithWhatItNeeds() throws {
        let run = try run("models", "list", "--json")
        let providers = try providers(run)
        #expect(providers["openai"]?["is_usable"] as? Bool == true)
        #expect(providers["openai"]?["host"] as? String == "127.0.0.1")
        #expect(providers["anthropic"]?["is_usable"] as? Bool == false)
        #expect(
            (providers["anthropic"]?["next_step"] as? String)?.hasPrefix("magnus keys set ANTHROPIC_API_KEY") == true
        )
        #expect((providers["ollama"]?["reason"] as? String)?.contains("no server answers") == true)
        let models = try #require(providers["openai"]?["models"] as? [[String: Any]])
        let mini = try #require(models.first { $0["name"] as? String == "gpt-4o-mini" })
        #expect(mini["tier"] as? String == "cheap" && mini["context_tokens"] as? Int == 128_000)
        let price = try #require(mini["price"] as? [String: Any])
        #expect((price["input_per_million"] as? NSNumber)?.doubleValue == 0.15)
        // A server on this machine is tried, and gets no key.
        #expect(server.requests.allSatisfy { $0.method == "GET" && !"\($0.headers)".contains("sk-") })
        #expect(!run.output.contains("sk-"))
        let services = try #require((try run.json()["data"] as? [String: Any])?["search_services"] as? [[String: Any]])
        let voyage = try #require(services.first { $0["name"] as? String == "voyage" })
        #expect(voyage["reason"] as? String == "VOYAGE_API_KEY is not set")
        #expect((voyage["rerankers"] as? [String])?.contains("rerank-2.5") == true)
        let words = try self.run("models")
        #expect(words.output.contains("openai/gpt-4o-mini") && words.output.contains("2026-07-02"))
        #expect(words.output.contains("No language model writes"))
    }

    @Test func aServerOfOnesOwnNamesItsModels() throws {
        let own = try LoopbackServer(routes: ["GET /api/tags": .json(#"{"models": [{"name": "tiny:1b"}]}"#)])
        let run = try run("models", "list", "--json", environment: ["OLLAMA_HOST": "127.0.0.1:\(own.port)"])
        let ollama = try #require(try providers(run)["ollama"])
        #expect(ollama["is_usable"] as? Bool == true)
        let models = try #require(ollama["models"] as? [[String: Any]])
        #expect(models.map { $0["name"] as? String } == ["tiny:1b"])
    }

    @Test func theOwnersFileAddsAServer() throws {
        try configure(
            """
            providers:
              office:
                protocol: openai
                base_url: \(server.baseURL)/v1
                keys: [OFFICE_KEY]
                models: {gpt-small: {price: {input: 1, output: 10, as_of: 2026-11-01, source: our list}}}
            """,
            file: "models.yaml"
        )
        let run = try run("models", "test", "office/gpt-small", "--json", environment: ["OFFICE_KEY": Self.key])
        let data = try #require(try run.json()["data"] as? [String: Any], "\(run.output)")
        // 20 at 1 and 2 at 10 dollars a million.
        #expect((data["cost_dollars"] as? NSNumber)?.doubleValue == 0.00004)
    }

    @Test func aBrokenFileIsNamedWithWhatToWrite() throws {
        try configure("providers: {openai: {protocol: smoke}}\n", file: "models.yaml")
        let run = try run("models", "list")
        #expect(run.status == 7)
        #expect(run.errors.contains("models.yaml line 1") && run.errors.contains("providers.openai.protocol"))
        #expect(run.errors.contains("choose from anthropic, openai, gemini, ollama"))
        // Whoever chose no model is not concerned.
        #expect(try self.run("ask", "what is theta?").status == 0)
        let doctor = try self.run("doctor")
        #expect(doctor.output.contains("providers.openai.protocol"))
    }

    // MARK: - Choosing

    @Test func aKeyAloneSendsNothing() throws {
        for arguments in [["ask", "what is theta?"], ["ask", "what is theta?", "--demo"], ["positions", "--demo"]] {
            var program = home.program
            program.environment["OPENAI_BASE_URL"] = server.baseURL + "/v1"
            program.environment["OPENAI_API_KEY"] = Self.key
            #expect(try program.run(arguments).status == 0)
        }
        #expect(server.connections == 0)
        let doctor = try run("doctor", "--json")
        let checks = try #require(try doctor.json()["data"] as? [[String: Any]])
        let models = try #require(checks.first { $0["name"] as? String == "models" })
        #expect(models["state"] as? String == "ok")
        #expect((models["details"] as? String)?.contains("no language model writes") == true)
        #expect((models["details"] as? String)?.contains("openai") == true)
        #expect(
            server.requests.allSatisfy { $0.method == "GET" && $0.body.isEmpty && !"\($0.headers)".contains("sk-") }
        )
    }

    @Test func whereNothingAnswersNothingIsReady() throws {
        try configure(
            """
            providers:
              mine: {protocol: openai, base_url: "http://127.0.0.1:9/v1", models: {small: {}}}
              vectors: {protocol: openai, base_url: "http://127.0.0.1:9/v1", embeddings: {e: {dimensions: 8}}}
            """,
            file: "models.yaml"
        )
        try configure("reranker: cohere/rerank-v3.5\nencoder: vectors/e\n")
        let dead = ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1"]
        let doctor = try run("doctor", "--json", environment: dead)
        let notes = try doctorsNotes(doctor)
        for name in ["openai", "mine"] {
            #expect(
                notes.contains { $0.hasPrefix("\(name) cannot be asked: no server answers at http://127.0.0.1:9/v1") }
            )
        }
        // One that only makes vectors is no language model.
        #expect(!notes.contains { $0.hasPrefix("vectors") })
        let checks = try #require(try doctor.json()["data"] as? [[String: Any]])
        let search = try #require(checks.first { $0["name"] as? String == "search" })
        #expect(search["state"] as? String == "missing")
        let next = try #require(search["next_step"] as? String)
        #expect(next.contains("reranker cohere/rerank-v3.5: COHERE_API_KEY or CO_API_KEY is not set"))
        #expect(next.contains("encoder vectors/e: no server answers at"))
        let listed = try providers(run("models", "list", "--json", environment: dead))
        #expect(listed["openai"]?["is_usable"] as? Bool == false && listed["vectors"] == nil)
        let words = try run("models", "list", environment: dead).output
        #expect(words.contains("Services of search") && words.contains("JINA_API_KEY is not set"))
    }

    /// What the doctor says of the providers that cannot be asked.
    private func doctorsNotes(_ run: BuiltProgram.Run) throws -> [String] {
        let checks = try #require(try run.json()["data"] as? [[String: Any]])
        return try #require(checks.first { $0["name"] as? String == "models" }?["notes"] as? [String])
    }

    @Test func theDoctorSaysOfEveryProviderWhyItCannotBeAsked() throws {
        let notes = try doctorsNotes(run("doctor", "--json"))
        let anthropic = notes.first { $0.hasPrefix("anthropic ") }
        #expect(anthropic?.hasPrefix("anthropic cannot be asked: ANTHROPIC_API_KEY is not set") == true)
        #expect(anthropic?.contains("(magnus keys set ANTHROPIC_API_KEY") == true)
        #expect(notes.contains { $0.hasPrefix("gemini cannot be asked: GOOGLE_API_KEY or GEMINI_API_KEY is not set") })
        #expect(notes.contains { $0.hasPrefix("ollama cannot be asked: no server answers at ") })
        #expect(!notes.contains { $0.hasPrefix("openai ") })
        #expect(try run("doctor").output.contains("anthropic cannot be asked: ANTHROPIC_API_KEY is not set"))

        try configure("privacy: local-only\n")
        let elsewhere = ["OPENAI_BASE_URL": "https://models.example/v1"]
        let refused = try doctorsNotes(run("doctor", "--json", environment: elsewhere))
        #expect(
            refused.contains {
                $0.hasPrefix("openai cannot be asked: nothing may leave this machine (privacy: local-only)")
            }
        )
        let listed = try providers(run("models", "list", "--json", environment: elsewhere))
        #expect(listed["openai"]?["is_usable"] as? Bool == false)
        #expect(try !doctorsNotes(run("doctor", "--json")).contains { $0.hasPrefix("openai ") })
    }

    @Test func whereNoModelIsChosenTheCatalogueIsNotEvenRead() throws {
        try FileManager.default.removeItem(atPath: home.folder.path("resources/models"))
        #expect(try run("ask", "what is theta?").status == 0)
        let list = try run("models", "list")
        #expect(list.status == 7 && list.errors.contains("models/catalogue.yaml"))
    }

    @Test(arguments: ["model: openai/gpt-4o", "models: [openai/gpt-4o]"])
    func aFolderHasNoSayOnModels(line: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(line + "\n", to: ".magnus.yaml")
        let run = try run("ask", "what is theta?", in: folder)
        #expect(run.status == 7 && run.errors.contains("which only your own config.yaml may"))
    }

    @Test func settingsAreShownWithTheirLayer() throws {
        try configure("model: openai/gpt-4o-mini\nmodels: [ollama/llama3.2]\n")
        let shown = try run("config", "show").output
        #expect(shown.contains("openai/gpt-4o-mini") && shown.contains("ollama/llama3.2"))
        let list = try run("models", "list", "--json")
        let data = try #require(try list.json()["data"] as? [String: Any])
        #expect(data["active"] as? [String] == ["openai/gpt-4o-mini", "ollama/llama3.2"])
        // Who names one for a run means that one.
        let named = try run("models", "list", "--json", environment: ["MAGNUS_MODEL": "openai/gpt-4o"])
        let active = try #require(try named.json()["data"] as? [String: Any])
        #expect(
            active["active"] as? [String] == ["openai/gpt-4o"] && active["active_from"] as? String == "MAGNUS_MODEL"
        )
        let offline = try run("models", "list", "--json", "--offline")
        #expect((try offline.json()["data"] as? [String: Any])?["active"] as? [String] == [])
    }

    @Test(arguments: ["gpt-4o", "openai/", "/x", ""]) func whatNamesNoModelIsRefused(name: String) throws {
        #expect(try run("ask", "what is theta?", "-m", name).status == 2)
        try configure("model: \"\(name)\"\n")
        #expect(try run("ask", "what is theta?").status == 7)
    }

    @Test func aModelThatIsNamedMustBeThere() throws {
        let keyless = try run("ask", "what is theta?", "-m", "anthropic/claude-haiku-4-5")
        #expect(keyless.status == 7 && keyless.errors.contains("ANTHROPIC_API_KEY is not set"))
        let offline = try run(
            "ask",
            "what is theta?",
            "-m",
            "groq/openai/gpt-oss-20b",
            "--offline",
            environment: ["GROQ_API_KEY": "k"]
        )
        #expect(offline.status == 7 && offline.errors.contains("offline"))
        let none = try run("ask", "what is theta?", "-m", "none")
        #expect(none.status == 0 && server.connections == 0)
    }
}
