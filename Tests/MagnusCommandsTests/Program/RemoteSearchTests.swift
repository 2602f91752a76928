import Foundation
import MagnusTestSupport
import Testing

/// The program with services on this machine that make vectors and put passages in order.
@Suite struct RemoteSearchTests {
    /// Vectors by the sense of a few words, whatever the words are: (pets, money, other).
    private static func embeddings(_ request: LoopbackRequest) -> LoopbackReply {
        let input = ((try? request.json()) ?? [:])["input"] as? [String] ?? []
        let items = input.enumerated().map { index, text in
            let text = text.lowercased()
            let isPet = ["cat", "kitten"].contains { text.contains($0) }
            let isMoney = ["dividend", "payout"].contains { text.contains($0) }
            return #"{"index": \#(index), "embedding": [\#(isPet ? 2 : 0), \#(isMoney ? 2 : 0), 1]}"#
        }
        return .json(#"{"data": [\#(items.joined(separator: ","))], "usage": {"total_tokens": \#(input.count)}}"#)
    }

    /// The last document is the best.
    private static func scores(_ request: LoopbackRequest) -> LoopbackReply {
        let count = (((try? request.json()) ?? [:])["documents"] as? [String] ?? []).count
        let items = (0..<count).map { #"{"index": \#($0), "relevance_score": \#(Double($0 + 1) / 100)}"# }
        return .json(#"{"results": [\#(items.joined(separator: ","))]}"#)
    }

    private func server() throws -> LoopbackServer {
        try LoopbackServer { request in
            switch request.path {
            case "/v1/embeddings": RemoteSearchTests.embeddings(request)
            case "/v1/rerank": RemoteSearchTests.scores(request)
            default: LoopbackReply(status: 404)
            }
        }
    }

    private func home(_ server: LoopbackServer, _ settings: String) throws -> ProgramHome {
        let home = try ProgramHome()
        try home.folder.write(settings, to: "home/config.yaml")
        try home.folder.write(
            """
            providers:
              here:
                protocol: openai
                base_url: \(server.baseURL)/v1
                keys: [HERE_KEY]
                needs_key: false
                remote_suffixes: [-cloud]
                embeddings:
                  senses: {dimensions: 3}
                  senses-cloud: {dimensions: 3}
                  narrow: {dimensions: 3, context: 40}
                  wrong: {dimensions: 4}
                rerankers:
                  last: {context: 4000}
            """,
            to: "home/models.yaml"
        )
        try home.folder.write("# Pets\n\nThe kitten slept on the sofa.\n", to: "docs/pets.md")
        try home.folder.write("# Payouts\n\nA company shares its profit.\n", to: "docs/payouts.md")
        return home
    }

    private func search(_ home: ProgramHome, _ arguments: String...) throws -> [String: Any] {
        let run = try home.program.run(["search"] + arguments + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        return try #require(try run.json()["data"] as? [String: Any])
    }

    private func documents(_ data: [String: Any]) -> [String] {
        (data["hits"] as? [[String: Any]] ?? []).compactMap {
            ($0["document"] as? String).map { ($0 as NSString).lastPathComponent }
        }
    }

    @Test func aServiceEncodesWhereTheOwnerSaysSo() throws {
        let server = try server()
        let home = try home(server, "encoder: here/senses\n")
        let run = try home.run("index", home.folder.path("docs"))
        #expect(run.status == 0, "\(run.errors)")
        // Two documents and the two pages of the built-in knowledge.
        #expect(run.output.contains("4 embedded"))
        let found = try search(home, "cat")
        #expect(found["used_vectors"] as? Bool == true)
        #expect(documents(found).first == "pets.md")
        #expect((found["notes"] as? [String]) == [])
        // The question was sent as it is, and a second index run has nothing to send.
        let count = server.requests.count
        #expect(try home.run("index", home.folder.path("docs")).output.contains("2 unchanged"))
        #expect(server.requests.count == count)
        #expect(try home.run("doctor").output.contains("here/senses@3"))
    }

    @Test func aSearchMakesNoVectorsByItself() throws {
        let server = try server()
        let home = try home(server, "encoder: here/senses\n")
        let found = try search(home, "theta")
        #expect(server.requests.isEmpty)
        #expect((found["notes"] as? [String])?.first?.contains("magnus index") == true)
        #expect(try home.run("index").output.contains("2 embedded"))
        #expect(try search(home, "theta")["used_vectors"] as? Bool == true)
        #expect(server.requests.count == 2)
    }

    @Test func aKeyIsSoughtOnThisMachineAlone() throws {
        let server = try server()
        let key = "sk-ant-api03-AbCdEf0123456789"
        let remote = try home(server, "reranker: here/last\n")
        let refused = try remote.run("search", "where is", key)
        #expect(refused.status == 8)
        #expect(!(refused.output + refused.errors).contains(key))
        #expect(server.requests.isEmpty)
        let local = try home(server, "")
        try local.folder.write("# Old notes\n\nThe key was \(key).\n", to: "docs/notes.md")
        #expect(try local.run("index", local.folder.path("docs")).status == 0)
        #expect(documents(try search(local, key)).first == "notes.md")
    }

    @Test func aServiceThatIsAwayLeavesKeywordSearch() throws {
        let server = try server()
        let home = try home(server, "encoder: here/senses\nreranker: here/last\n")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        server.stop()
        let run = try home.run("search", "kitten profit")
        #expect(run.status == 0)
        #expect(run.output.contains("pets.md"))
        #expect(run.errors.contains("keyword search alone was used"))
        #expect(run.errors.contains("the order is the built-in one"))
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        try home.folder.write("# New\n\nA new page.\n", to: "docs/new.md")
        let failed = try home.run("index", home.folder.path("docs"))
        #expect(failed.status == 5)
        #expect(failed.errors.contains("here/senses"))
    }

    @Test func aRerankerDecidesTheOrder() throws {
        let server = try server()
        let home = try home(server, "reranker: here/last\n")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        #expect(server.requests.isEmpty)
        let plain = try home.program.run(["search", "kitten profit option", "--json"]).output
        let found = try search(home, "kitten profit option")
        let hits = try #require(found["hits"] as? [[String: Any]])
        let scores = hits.compactMap { $0["rerank_score"] as? Double }
        #expect(scores.count == hits.count && hits.count > 2)
        #expect(scores == scores.sorted(by: >))
        let text = try home.run("search", "kitten profit option").output
        #expect(text.contains("reranked 0.0"))
        #expect(!plain.isEmpty)
        // Turned off for one run.
        var program = home.program
        program.environment["MAGNUS_RERANKER"] = "none"
        let off = try #require(
            try program.run(["search", "kitten profit option", "--json"]).json()["data"] as? [String: Any]
        )
        #expect(documents(off) == documents(found).reversed())
    }

    /// Its pages are cut anew for another encoder after the files that were asked for.
    @Test func knowledgeThatCannotBeCutAnewFailsNoIndexRun() throws {
        let server = try LoopbackServer { request in
            let input = ((try? request.json()) ?? [:])["input"] as? [String] ?? []
            // The end of the page by itself is what it is cut into, and not what it was.
            let isCut = input.contains { $0.contains("omega") && !$0.contains("alpha") }
            return isCut ? LoopbackReply(status: 400) : RemoteSearchTests.embeddings(request)
        }
        let home = try home(server, "")
        let sentences = (1...8).map { "Sentence \($0) says what an option costs on each day." }
        try home.folder.write(
            "# Long\n\nThe alpha. \(sentences.joined(separator: " ")) The omega.\n",
            to: "resources/knowledge/long.md"
        )
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        try home.folder.write("encoder: here/narrow\n", to: "home/config.yaml")
        let run = try home.run("index", home.folder.path("docs"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("the built-in knowledge stays as it was cut before"))
        #expect(documents(try search(home, "omega")).first == "long.md")
    }

    @Test func vectorsOfTwoEncodersDoNotMix() throws {
        let server = try server()
        let home = try home(server, "encoder: here/senses\n")
        #expect(try home.run("index", home.folder.path("docs")).output.contains("4 embedded"))
        try home.folder.write("encoder: here/wrong\n", to: "home/config.yaml")
        let run = try home.run("index", home.folder.path("docs"))
        #expect(run.status == 5)
        #expect(run.errors.contains("3 numbers and not 4"))
        #expect(try search(home, "kitten")["used_vectors"] as? Bool == false)
        try home.folder.write("encoder: here/senses\n", to: "home/config.yaml")
        #expect(try search(home, "cat")["used_vectors"] as? Bool == true)
    }

    @Test(arguments: [
        ("encoder: here/unknown\n", "models.yaml"), ("encoder: nobody/e\n", "nobody"),
        ("encoder: senses\n", "provider/model"),
        ("encoder: voyage/voyage-3.5\n", "VOYAGE_API_KEY"),
    ])
    func whatCannotBeUsedIsExplained(settings: String, says: String) throws {
        let home = try home(server(), settings)
        let run = try home.run("index", home.folder.path("docs"))
        #expect(run.status == 7)
        #expect(run.errors.contains(says), "\(run.errors)")
    }

    @Test func aFolderCannotSayWhereTextsAreSent() throws {
        let server = try server()
        let home = try home(server, "")
        let folder = try TemporaryFolder()
        try folder.write("encoder: here/senses\n", to: ".magnus.yaml")
        let run = try home.run(in: folder, "search", "theta")
        #expect(run.status == 7)
        #expect(run.errors.contains("only your own config.yaml"))
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["privacy: local-only\n", "offline: true\n"])
    func nothingLeavesWhereNothingMay(setting: String) throws {
        let home = try home(server(), setting + "encoder: openai/text-embedding-3-small\n")
        var program = home.program
        program.environment["OPENAI_API_KEY"] = "sk-0123456789"
        // An address of no machine: nothing could answer.
        program.environment["OPENAI_BASE_URL"] = "http://192.0.2.1/v1"
        let run = try program.run(["index", home.folder.path("docs")])
        #expect(run.status == 7)
        #expect(run.errors.contains("nothing may leave this machine"), "\(run.errors)")
        #expect(!run.errors.contains("0123456789"))
    }

    /// A server on this machine may pass a model on to another one.
    @Test(arguments: ["privacy: local-only\n", "offline: true\n"])
    func whatIsPassedOnLeavesToo(setting: String) throws {
        let server = try server()
        let home = try home(server, setting + "encoder: here/senses-cloud\n")
        let run = try home.run("index", home.folder.path("docs"))
        #expect(run.status == 7 && run.errors.contains("nothing may leave this machine"), "\(run.errors)")
        #expect(server.requests.isEmpty)
        let local = try self.home(server, setting + "encoder: here/senses\n")
        #expect(try local.run("index", local.folder.path("docs")).status == 0)
        #expect(!server.requests.isEmpty)
    }

    @Test func callsAreBooked() throws {
        let server = try server()
        let home = try home(server, "encoder: here/senses\n")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        let usage = try home.run("usage", "--json")
        #expect(usage.output.contains("senses"), "\(usage.output)")
    }
}
