import Foundation
import MagnusTestSupport
import Testing

@Suite struct EvalTests {
    private func home() throws -> (ProgramHome, [String]) {
        let home = try ProgramHome()
        let corpus = """
            {"_id": "a", "title": "Wheel", "text": "The wheel sells puts until assigned."}
            {"_id": "b", "title": "", "text": "Time decay is fastest in the last weeks."}
            """
        let files = [
            ("corpus", "c.jsonl", corpus),
            ("queries", "q.jsonl", #"{"_id": "q1", "text": "When is time decay fastest?"}"#),
            ("qrels", "r.tsv", "query-id\tcorpus-id\tscore\nq1\tb\t1\n"),
        ]
        var arguments = ["eval", "retrieval"]
        for (option, name, text) in files {
            try home.folder.write(text, to: name)
            arguments += ["--" + option, home.folder.path(name)]
        }
        return (home, arguments)
    }

    @Test func aCollectionIsMeasuredAndItsRunIsWritten() throws {
        let (home, arguments) = try home()
        try home.folder.write(#"{"_id": "x", "text": "Who baked the bread?"}"#, to: "other.jsonl")
        let run = try home.program.run(
            arguments + [
                "--run", home.folder.path("o.trec"), "--unanswerable", home.folder.path("other.jsonl"), "--json",
            ]
        )
        #expect(run.status == 0, "\(run.errors)")
        let data = try #require(try run.json()["data"] as? [String: Any])
        #expect(data["ndcg_at10"] as? Double == 1)
        #expect(data["recall_at100"] as? Double == 1)
        #expect(data["refused"] as? Double == 0)
        #expect(data["unanswerable_refused"] as? Double == 1)
        let trec = try String(contentsOfFile: home.folder.path("o.trec"), encoding: .utf8)
        #expect(trec.hasPrefix("q1 Q0 b 1 "))
        #expect(try home.program.run(arguments).output.contains("nDCG@10     1.0000"))
        let parts = try #require(
            try home.program.run(arguments + ["--ablation", "--json"]).json()["data"] as? [String: Any]
        )
        let ablations = try #require(parts["ablations"] as? [[String: Any]])
        #expect(ablations.first?["name"] as? String == "all parts")
        #expect(ablations.first?["ndcg_at10"] as? Double == data["ndcg_at10"] as? Double)
        #expect(ablations.count > 5)
        // The owner's own index has none of it.
        #expect(try home.run("search", "decay", "--collection", "documents").status == 3)
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let (home, arguments) = try home()
        try home.folder.write("{\"_id\": \"q1\"}\n", to: "q.jsonl")
        let run = try home.program.run(arguments)
        #expect(run.status == 8)
        #expect(run.errors.contains("q.jsonl, line 1"))
        try home.folder.write(#"{"_id": "q9", "text": "x"}"#, to: "q.jsonl")
        let unjudged = try home.program.run(arguments + ["--json"])
        #expect(unjudged.status == 8)
        #expect((try unjudged.json()["error"] as? [String: Any])?["type"] as? String == "no_judgements")
    }
}
