import Foundation
import MagnusTestSupport
import Testing

/// The built program with a model behind a server on this machine that speaks as OpenAI does.
@Suite struct ModelAnswerTests {
    private let home: ProgramHome

    init() throws {
        home = try ProgramHome()
    }

    /// A streamed reply in pieces of nine characters.
    private static func stream(_ text: String, finishing reason: String = "stop") -> LoopbackReply {
        func event(_ json: String) -> String { "data: \(json)\n\n" }
        var events: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let piece = rest.prefix(9).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
                "\n",
                with: "\\n"
            )
            events.append(
                event(
                    #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":""#
                        + piece + #""},"finish_reason":null}]}"#
                )
            )
            rest = rest.dropFirst(9)
        }
        events.append(
            event(
                #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":""#
                    + reason + #""}]}"#
            )
        )
        events.append(
            event(
                #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":900,"completion_tokens":40,"total_tokens":940}}"#
            )
        )
        return .events(events + ["data: [DONE]\n\n"])
    }

    private func run(_ server: LoopbackServer, _ arguments: String...) throws -> BuiltProgram.Run {
        var program = home.program
        program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:\(server.port)/v1"
        program.environment["OPENAI_API_KEY"] = "sk-test"
        return try program.run(arguments + ["--demo", "-m", "openai/gpt-4o-mini"])
    }

    @Test func theModelsWordsAreShownWithMagnussFigures() throws {
        let server = try LoopbackServer { _ in
            Self.stream("DIS shows an unrealised loss of {P1.23}. Its mark is $105.99.\n\n- INTC: mark {P1.35}")
        }
        let run = try run(server, "ask", "what positions do I have?")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("DIS shows an unrealised loss of $1,323.00. [unverified]\n\n- INTC: mark $33.85\n"))
        #expect(run.output.contains("HCKT is not priced"))
        // One line, for those who read lines.
        let status = try #require(run.errors.split(separator: "\n").last)
        #expect(status.hasPrefix("grounded ") && status.contains("by openai/gpt-4o-mini checked by Magnus"))
        #expect(status.contains(" · id ") && status.count > 100)
        #expect(run.errors.contains("900 in / 40 out"))
        #expect(run.errors.contains("1 statement of the model could not be traced to data: 0 replaced, 1 struck"))
        #expect(server.requests.count == 1)
        // What is shown later is what was shown then.
        let id = try #require(run.errors.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
        let show = try home.run("show", id)
        #expect(show.output.contains("Its mark is $105.99."))
        #expect(show.output.contains("$105.99: no data has this value"))
        #expect(show.output.contains("synthesiser: openai/gpt-4o-mini, 900 tokens read, 40 written"))
    }

    @Test func aReplyThatItsLimitCutIsShownWithoutItsTornEnd() throws {
        let server = try LoopbackServer { _ in
            Self.stream("DIS shows an unrealised loss of {P1.23}. And then the", finishing: "length")
        }
        for _ in 0..<2 {
            let run = try run(server, "ask", "what positions do I have?", "--no-log")
            #expect(run.status == 0 && run.output.contains("DIS shows an unrealised loss of $1,323.00."))
            #expect(!run.output.contains("And then"))
            #expect(run.errors.contains("warning: the model's reply is not complete: it reached its output limit"))
            // What is not recorded has no id.
            #expect(!run.errors.contains(" · id "))
        }
        // Nor is it kept.
        #expect(server.requests.count == 2)
        let json = try run(server, "ask", "what positions do I have?", "--no-log", "--json").json()
        let data = try #require(json["data"] as? [String: Any])
        #expect(data["id"] == nil || data["id"] is NSNull)
    }

    @Test func aReplyThatDidNotPassIsNotKept() throws {
        let server = try LoopbackServer { _ in Self.stream("DIS has a mark of {P1.21}.") }
        server.script("/v1/chat/completions", Self.stream("DIS has a mark of $999.99. DIS is held."))
        let first = try run(server, "ask", "what positions do I have?")
        #expect(first.output.contains("[unverified]"))
        let second = try run(server, "ask", "what positions do I have?")
        #expect(second.output.contains("DIS has a mark of $104.62.") && !second.output.contains("[unverified]"))
        let third = try run(server, "ask", "what positions do I have?")
        #expect(third.output == second.output && third.errors.contains(" · kept reply · $0.00 · "), "\(third.errors)")
        #expect(server.requests.count == 2)
    }

    @Test func aQuestionThatIsADocumentIsRefused() throws {
        let server = try LoopbackServer { _ in Self.stream("DIS has a mark of {P1.21}.") }
        var program = home.program
        program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:\(server.port)/v1"
        program.environment["OPENAI_API_KEY"] = "sk-test"
        for bytes in [300_000, 3_000_000] {
            let text = Data(String(repeating: "risk and ", count: bytes / 9).utf8)
            let run = try program.run(
                ["ask", "how risky is this?", "--demo", "-m", "openai/gpt-4o-mini"],
                input: text
            )
            #expect(run.status == 8 && run.errors.contains("at most 8000 "), "\(run.errors)")
            #expect(run.errors.contains("put documents into the index"))
        }
        #expect(server.connections == 0)
    }

    @Test func aModelThatThinksAllItsRoomAwayIsNotAskedAgain() throws {
        let server = try LoopbackServer { _ in Self.stream("", finishing: "length") }
        let run = try run(server, "ask", "how risky is my book?", "--no-log")
        #expect(run.status == 0)
        #expect(run.errors.contains("before the first word") && run.errors.contains("limit of 2048 tokens"))
        // Three agents and the writer, once each.
        #expect(server.requests.count == 4)
    }

    @Test func aModelThatFailsIsSaidAndMagnusAnswers() throws {
        let server = try LoopbackServer { _ in
            .json(
                #"{"error": {"message": "no such key", "type": "invalid_request_error", "code": "invalid_api_key"}}"#,
                status: 401
            )
        }
        let own = try home.run("ask", "how much cash do I have?", "--demo", "--quiet", "--no-log")
        let fallen = try run(server, "ask", "how much cash do I have?", "--no-log")
        #expect(fallen.status == 0)
        #expect(fallen.output == own.output)
        #expect(fallen.errors.contains("by deterministic composer (openai/gpt-4o-mini failed:"))
        let refused = try run(server, "ask", "how much cash do I have?", "--no-log", "--no-fallback")
        #expect(refused.status == 7)
        #expect(refused.output.isEmpty)
        let json = try run(server, "ask", "how much cash do I have?", "--no-log", "--json").json()
        let data = try #require(json["data"] as? [String: Any])
        #expect((data["provider"] as? String)?.hasPrefix("deterministic composer (openai/gpt-4o-mini failed:") == true)
    }

    @Test func aStrictAnswerWithAStruckFigureIsRefusedInJSONToo() throws {
        let server = try LoopbackServer { _ in
            Self.stream("DIS shows an unrealised loss of {P1.23}. Its mark is $105.99.")
        }
        let json = try run(server, "ask", "what positions do I have?", "--strict", "--json")
        #expect(json.status == 4)
        let answer = try json.json()
        #expect(answer["ok"] as? Bool == false && answer["data"] == nil)
        let error = try #require(answer["error"] as? [String: Any])
        #expect(error["type"] as? String == "refused")
        #expect((error["message"] as? String)?.contains("1 figure struck") == true)
        #expect((error["hint"] as? String)?.contains("without --strict") == true)
        #expect(!json.output.contains("1,323.00"))
        let words = try run(server, "ask", "what positions do I have?", "--strict")
        #expect(words.status == 4 && words.output.isEmpty && words.errors.contains("the answer was refused"))
    }

    @Test func aDryRunShowsEveryRequestThatIsKnownAndSendsNone() throws {
        let server = try LoopbackServer { _ in Self.stream("There is nothing to add.") }
        let run = try run(server, "ask", "how risky is my book?", "--dry-run", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let json = try run.json()
        #expect(json["schema"] as? String == "magnus.requests/1")
        let data = try #require(json["data"] as? [String: Any])
        let requests = try #require(data["requests"] as? [[String: Any]])
        #expect(
            requests.map { $0["agent"] as? String } == ["analyst", "strategist", "risk-manager", "synthesiser"]
        )
        let dependencies = requests.map { $0["depends_on"] as? [String] }
        #expect(
            dependencies == [
                [], ["analyst"], ["analyst", "strategist"], ["analyst", "strategist", "risk-manager"],
            ]
        )
        #expect(requests.allSatisfy { ($0["url"] as? String)?.hasPrefix(server.baseURL) == true })
        #expect((data["unknown"] as? [String])?.count == 3)
        #expect(!run.output.contains("sk-test") && run.output.contains("••••"))
        let words = try self.run(server, "ask", "how risky is my book?", "--dry-run")
        #expect(words.output.hasPrefix("# 1 of 4: analyst to openai/gpt-4o-mini; exactly this\nPOST "))
        #expect(words.output.contains("\n# 4 of 4: synthesiser to openai/gpt-4o-mini; this, with what the models of "))
        #expect(
            words.output.contains("\n# Not known before there are replies:\n# - analyst, strategist, risk-manager: ")
        )
        #expect(server.connections == 0)
        // What is exact is what is sent.
        _ = try self.run(server, "ask", "how risky is my book?", "--no-log")
        #expect(server.requests.first?.text == requests.first?["body"] as? String)
        let log = try home.run("log")
        #expect(!log.output.contains("risky"))
    }

    @Test func aKeyThatWasTypedForAQuestionIsNeitherSentNorKept() throws {
        let server = try LoopbackServer { _ in Self.stream("There is nothing to add.") }
        let key = "sk-proj-0123456789abcdef"
        for words in [["key", "set", "OPENAI_API_KEY", key], ["ask", "is \(key) a good key?"]] {
            for form in [[], ["--json"]] {
                var program = home.program
                program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:\(server.port)/v1"
                program.environment["OPENAI_API_KEY"] = "sk-test"
                let run = try program.run(words + ["--demo", "-m", "openai/gpt-4o-mini"] + form)
                #expect(run.status == 8, "\(run.errors)")
                let told = run.output + run.errors
                #expect(!told.contains(key) && told.contains("magnus keys set NAME"), "\(told)")
            }
        }
        #expect(server.connections == 0)
        let files = FileManager.default.enumerator(atPath: home.program.home)
        while let path = files?.nextObject() as? String {
            let data = FileManager.default.contents(atPath: home.program.home + "/" + path) ?? Data()
            #expect(data.range(of: Data(key.utf8)) == nil, "\(path)")
        }
    }

    @Test func whoFailedBeforeAnotherAnsweredIsSaid() throws {
        // Asked again it would only make the test wait.
        let down = try LoopbackServer { _ in LoopbackReply(status: 503, headers: ["x-should-retry": "false"], "down") }
        let server = try LoopbackServer { _ in Self.stream("DIS shows an unrealised loss of {P1.23}.") }
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
        func provider(_ server: LoopbackServer) -> String {
            "{protocol: openai, base_url: '\(server.baseURL)/v1', needs_key: false}"
        }
        let models = "providers: {first: \(provider(down)), second: \(provider(server))}\n"
        try Data(models.utf8).write(to: URL(fileURLWithPath: home.program.home + "/models.yaml"))
        let question = ["ask", "what positions do I have?", "--demo", "-m", "first/f1,second/f2"]
        let json = try home.program.run(question + ["--json"])
        #expect(json.status == 0, "\(json.errors)")
        let data = try #require(try json.json()["data"] as? [String: Any])
        let warnings = try #require(data["warnings"] as? [String])
        let told = warnings.filter { $0.hasPrefix("first/f1 failed: ") && $0.hasSuffix("; second/f2 answered instead") }
        #expect(told.count == 1 && told.first?.contains("503") == true, "\(warnings)")
        #expect(data["provider"] as? String == "second/f2 checked by Magnus")
        let words = try home.program.run(question)
        #expect(words.status == 0 && words.errors.contains("warning: first/f1 failed: "))
        // That is told at once too, for whoever waits.
        #expect(words.errors.hasPrefix("first/f1: overloaded; second/f2 is asked instead\n"), "\(words.errors)")
        #expect(!down.requests.isEmpty && server.requests.count == 1)
    }

    @Test func whereNothingPassesMagnusAnswersAndSaysSo() throws {
        let server = try LoopbackServer { _ in
            Self.stream("DIS has a mark of $999.99. INTC has a mark of $998.98.")
        }
        let own = try home.run("ask", "what positions do I have?", "--demo", "--quiet", "--no-log")
        let run = try run(server, "ask", "what positions do I have?", "--no-log")
        #expect(run.status == 0 && run.output == own.output)
        #expect(run.errors.contains("nothing that openai/gpt-4o-mini wrote passed the check (2 statements refused)"))
        #expect(
            run.errors.contains("by deterministic composer (nothing that openai/gpt-4o-mini wrote passed the check)")
        )
        #expect(run.errors.contains(" · 2 struck · "))
        let strict = try self.run(server, "ask", "what positions do I have?", "--no-log", "--strict")
        #expect(strict.status == 4 && strict.output.isEmpty)
        let alone = try self.run(server, "ask", "what positions do I have?", "--no-log", "--no-fallback")
        #expect(alone.status == 5 && alone.errors.contains("nothing that it wrote passed the check"))
    }

    // MARK: - Costs

    private func usage(_ run: BuiltProgram.Run) throws -> [String: Any] {
        let data = try #require(try run.json()["data"] as? [String: Any], "\(run.output)\(run.errors)")
        return try #require(data["usage"] as? [String: Any])
    }

    @Test func whatAnAnswerCostStandsInIt() throws {
        let server = try LoopbackServer { _ in Self.stream("DIS shows an unrealised loss of {P1.23}.") }
        let run = try run(server, "ask", "what positions do I have?", "--json")
        let told = try usage(run)
        #expect(told["input"] as? Int == 900 && told["output"] as? Int == 40)
        // 900 at 0.15 and 40 at 0.60 dollars a million.
        #expect((told["usd"] as? NSNumber)?.stringValue == "0.000159")
        #expect(told["is_upper_bound"] as? Bool == false)
        let data = try #require(try run.json()["data"] as? [String: Any])
        let shown = try usage(home.run("show", try #require(data["id"] as? String), "--json"))
        #expect((shown["usd"] as? NSNumber)?.stringValue == "0.000159")
        // The same question over the same facts is answered from what was kept, which costs nothing.
        let again = try self.run(server, "ask", "what positions do I have?", "--json")
        let kept = try #require(try again.json()["data"] as? [String: Any])
        #expect(server.requests.count == 1 && kept["answer"] as? String == data["answer"] as? String)
        #expect((try usage(again)["usd"] as? NSNumber)?.doubleValue == 0)
        _ = try self.run(server, "ask", "what positions do I have?", "--no-cache")
        #expect(server.requests.count == 2)
        let own = try usage(home.run("ask", "what positions do I have?", "--demo", "--json"))
        #expect((own["usd"] as? NSNumber)?.doubleValue == 0 && own["input"] as? Int == 0)
    }

    @Test func aCostThatIsNotKnownIsNull() throws {
        let server = try LoopbackServer { _ in Self.stream("DIS shows an unrealised loss of {P1.23}.") }
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
        let models = "providers: {office: {protocol: openai, base_url: '\(server.baseURL)/v1', needs_key: false}}\n"
        try Data(models.utf8).write(to: URL(fileURLWithPath: home.program.home + "/models.yaml"))
        let run = try home.run("ask", "what positions do I have?", "--demo", "-m", "office/small", "--json")
        let told = try usage(run)
        #expect(told["usd"] is NSNull && told["input"] as? Int == 900)
        let data = try #require(try run.json()["data"] as? [String: Any])
        #expect(try usage(home.run("show", try #require(data["id"] as? String), "--json"))["usd"] is NSNull)
    }

    @Test func tokensThatWereNotCountedCostAtMostWhatWasSetAside() throws {
        let whole =
            #"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"DIS: {P1.23}"},"finish_reason":"stop"}]}"#
        let server = try LoopbackServer { _ in .json(whole) }
        let told = try usage(run(server, "ask", "what positions do I have?", "--json"))
        #expect(told["is_upper_bound"] as? Bool == true && told["input"] is NSNull)
        #expect((told["usd"] as? NSNumber)?.doubleValue ?? 0 > 0)
        let words = try run(server, "ask", "what positions do I have?", "--no-cache")
        #expect(words.errors.contains("up to $") && words.errors.contains(" · tokens unknown · "))
        #expect(!words.errors.contains("0 in / 0 out"))
    }

    // MARK: - Stopping

    /// The server sends a word every tenth of a second for a minute, so that the words it got to send tell when the connection was
    /// closed.
    @Test func ctrlCClosesTheConnectionWhileTheServiceStillWrites() throws {
        func event(_ words: String) -> String {
            #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"\#(words)"},"finish_reason":null}]}"# + "\n\n"
        }
        let word = event("and ")
        let words = [event("DIS shows an unrealised loss of {P1.23}. ")] + Array(repeating: word, count: 600)
        let server = try LoopbackServer { _ in
            var reply = LoopbackReply.events(words)
            reply.pause = .milliseconds(100)
            return reply
        }
        var program = home.program
        program.environment["OPENAI_BASE_URL"] = server.baseURL + "/v1"
        program.environment["OPENAI_API_KEY"] = "sk-test"
        program.environment["OUT"] = home.folder.path("shown.txt")
        // With job control, for else a shell has what runs in the background ignore Ctrl-C. The heading comes with the first
        // sentence, whose line is not ended yet.
        let run = try program.runShell(
            #"""
            set -m
            : > "$OUT"
            "$MAGNUS" ask 'what positions do I have?' --demo -m openai/gpt-4o-mini > "$OUT" 2> /dev/null &
            pid=$!
            grep -m1 -q 'Demo portfolio' < <(tail -n +1 -f --pid=$pid "$OUT")
            kill -INT $pid
            wait $pid
            echo "status $?"
            cat "$OUT"
            """#
        )
        #expect(run.output.hasPrefix("status 130\n"), "\(run.output) \(run.errors)")
        #expect(run.output.contains("DIS shows an unrealised loss of $1,323.00."))
        #expect(run.output.contains("Interrupted: the answer stops here."))
        #expect(server.connections == 1 && server.requests.count == 1)
        // Half of the minute is far more than a shell needs to notice the first sentence, and the rest was never sent.
        #expect(server.bodyBytes < 300 * word.utf8.count, "\(server.bodyBytes / word.utf8.count) words")
        // What was read and written until then is on the bill.
        let told = try usage(home.run("show", try lastAnswer(), "--json"))
        #expect(told["is_upper_bound"] as? Bool == true && (told["usd"] as? NSNumber)?.doubleValue ?? 0 > 0)
    }

    private func lastAnswer() throws -> String {
        let log = try home.run("log", "--json").json()
        let entries = try #require(log["data"] as? [[String: Any]])
        return try #require(entries.first?["id"] as? String)
    }

    // MARK: - One run after another

    @Test func whatOneRunLearnsOfAServiceTheNextOneKnows() throws {
        // A server elsewhere, reached through a proxy here: what runs on this machine is asked each time.
        let server = try LoopbackServer { _ in Self.stream("ready") }
        server.script(
            "/v1/chat/completions",
            .json(
                #"{"error": {"message": "Too fast", "code": "rate_limit_exceeded"}}"#,
                status: 429,
                headers: ["Retry-After": "600"]
            )
        )
        var program = home.program
        program.environment["http_proxy"] = server.baseURL
        program.environment["OPENAI_BASE_URL"] = "http://service.example/v1"
        program.environment["OPENAI_API_KEY"] = "sk-test"
        let ask = ["ask", "what positions do I have?", "--demo", "-m", "openai/gpt-4o-mini", "--no-log"]
        let first = try program.run(ask)
        #expect(first.status == 0 && first.errors.contains("Too fast") && server.requests.count == 1)
        let second = try program.run(ask)
        #expect(second.status == 0 && second.output == first.output && server.requests.count == 1)
        #expect(second.errors.contains("its limit is reached for another"))
        let list = try program.run(["models", "list"])
        #expect(list.output.replacing("\n", with: " ").contains("openai/gpt-4o-mini: its service asked for another "))
        let resting = try #require(
            (try program.run(["models", "list", "--json"]).json()["data"] as? [String: Any])?["resting"]
                as? [[String: Any]]
        )
        #expect(resting.map { $0["model"] as? String } == ["gpt-4o-mini"])
        // Who tries it by name is told how it is now, and that counts for the runs that follow.
        let test = try program.run(["models", "test", "openai/gpt-4o-mini"])
        #expect(test.status == 0, "\(test.errors)")
        let third = try program.run(ask)
        #expect(third.status == 0 && server.requests.count == 3)
        #expect(third.errors.contains("by openai/gpt-4o-mini checked by Magnus"))
    }
}
