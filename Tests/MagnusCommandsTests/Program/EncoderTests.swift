import Foundation
import MagnusTestSupport
import Testing

/// `magnus encoder` with models on this machine.
@Suite struct EncoderTests {
    @Test(arguments: [
        ("bert-mean-cased", "encoder, bert, 24 numbers, pooled by mean, texts of up to 20 word pieces"),
        ("bert-cls-accents", "encoder, bert, 16 numbers, pooled by cls, texts of up to 40 word pieces"),
        ("mpnet-mean", "encoder, mpnet, 24 numbers, pooled by mean, texts of up to 178 word pieces"),
        ("cross-encoder", "reranker, bert, pairs of up to 60 word pieces"),
    ])
    func aModelIsTriedAndTakenIn(name: String, says: String) throws {
        let models = try TinyModels()
        let run = try models.run("encoder", "add", TinyModels.fixtures + "/" + name, "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.replacingOccurrences(of: "\n", with: " ").contains(says), "\(run.output)")
        #expect(run.output.contains("magnus encoder use \(name)"))
        #expect(try models.names() == [name])
        let again = try models.run("encoder", "add", TinyModels.fixtures + "/" + name)
        #expect(again.status == 8)
        #expect(again.errors.contains("already"))
        #expect(try models.run("encoder", "rm", name).status == 0)
        #expect(try models.names() == [])
    }

    @Test func whatCannotBeRunIsRefusedWithTheReasonAndLeavesNothing() throws {
        let models = try TinyModels()
        let other = try models.copy("bert-mean-cased", to: models.home.folder.path("other"))
        func refusal() throws -> String {
            let run = try models.run("encoder", "add", other)
            #expect(run.status == 7 || run.status == 8)
            #expect(try models.names() == [])
            return run.errors
        }
        try models.change(other + "/config.json", #""model_type": "bert""#, #""model_type": "xlm-roberta""#)
        #expect(try refusal().contains("\"xlm-roberta\" is not supported, only \"bert\" and \"mpnet\""))
        try models.change(other + "/config.json", "xlm-roberta", "bert")
        try models.change(
            other + "/1_Pooling/config.json",
            #""pooling_mode_mean_tokens": true"#,
            #""pooling_mode_lasttoken": true"#
        )
        #expect(try refusal().contains("the pooling lasttoken is not supported, only cls or mean"))
        try FileManager.default.removeItem(atPath: other + "/1_Pooling/config.json")
        try models.change(other + "/vocab.txt", "theta\n", "")
        #expect(try refusal().contains("vocab.txt: it has 157 word pieces, the model 158"))
        try FileManager.default.removeItem(atPath: other + "/vocab.txt")
        #expect(try refusal().contains("has no vocab.txt"))
        let nowhere = try models.run("encoder", "add", models.home.folder.path("nowhere"))
        #expect(nowhere.status == 8)
        #expect(try models.run("encoder", "add", other, "--name", "../up").status == 2)
        #expect(try models.run("encoder", "use", "nobody").status == 7)
        #expect(try models.run("encoder", "rm", "nobody").status == 7)
    }

    @Test func aLinkedModelStaysWhereItIs() throws {
        let models = try TinyModels()
        let source = try models.copy("mpnet-mean", to: models.home.folder.path("source"))
        #expect(try models.run("encoder", "add", source, "--link", "--name", "linked").status == 0)
        #expect(try models.names() == ["linked"])
        #expect(try models.run("encoder", "use", "linked").status == 0)
        #expect(try models.data("search", "theta")["encoder"] == nil)
        #expect((try models.data("search", "theta")["encoder"] as? String)?.hasPrefix("linked@") == true)
        #expect(try models.run("encoder", "use", "all-MiniLM-L6-v2").status == 7)
        #expect(try models.run("encoder", "rm", "linked").status == 8)
        try FileManager.default.removeItem(atPath: models.program.home + "/config.yaml")
        #expect(try models.run("encoder", "rm", "linked").status == 0)
        #expect(FileManager.default.fileExists(atPath: source + "/model.safetensors"))
    }

    @Test func theOldVectorsServeUntilTheNewOnesAreMade() throws {
        let models = try TinyModels(standard: "mpnet-mean")
        let home = models.home.folder
        try home.write("# Pets\n\nThe kitten slept on the sofa.\n", to: "docs/pets.md")
        try home.write("# risk\nrisk_free_rate: 0.03 # as of today\n", to: "home/config.yaml")
        #expect(try models.run("index", home.path("docs")).output.contains("3 embedded"))
        let old = try #require(try models.data("search", "kitten")["encoder"] as? String)
        #expect(old.hasPrefix("all-MiniLM-L6-v2@"))

        // The same weights, used in another way, make other vectors.
        let other = try models.copy("mpnet-mean", to: home.path("other"))
        try models.change(other + "/1_Pooling/config.json", #"mean_tokens": true"#, #"mean_tokens": false"#)
        try models.change(other + "/1_Pooling/config.json", #"cls_token": false"#, #"cls_token": true"#)
        #expect(try models.run("encoder", "add", other).status == 0)
        let use = try models.run("encoder", "use", "other")
        #expect(use.status == 0, "\(use.errors)")
        #expect(use.errors.contains("3 passages have no vector by other@"), "\(use.errors)")
        let settings = try String(contentsOfFile: models.program.home + "/config.yaml", encoding: .utf8)
        #expect(settings == "# risk\nrisk_free_rate: 0.03 # as of today\nencoder: other\n")

        let status = try models.data("index", "status")
        #expect((status["encoder"] as? String)?.hasPrefix("other@") == true)
        #expect(status["serving"] as? String == old)
        #expect(status["pending"] as? Int == 3)
        // Nothing is cut anew.
        let dry = try models.run("index", home.path("docs"), "--dry-run")
        #expect(dry.output.contains("1 unchanged"), "\(dry.output)")
        let listed = try models.run("encoder", "list")
        #expect(listed.output.contains("serves"))
        #expect(try models.run("encoder", "rm", "all-MiniLM-L6-v2").status == 8)

        // The first search is served by the old vectors and says so; then the few that are missing are made.
        let first = try models.data("search", "kitten")
        #expect(first["encoder"] as? String == old)
        #expect((first["notes"] as? [String])?.contains { $0.contains(old) && $0.contains("magnus index") } == true)
        #expect(try models.run("index").output.contains("0 embedded"))
        let second = try models.data("search", "kitten")
        #expect((second["encoder"] as? String)?.hasPrefix("other@") == true)
        #expect(second["notes"] as? [String] == [])
        #expect(try models.data("index", "status")["serving"] == nil)

        // The way back finds the vectors there.
        #expect(try models.run("encoder", "use", "all-MiniLM-L6-v2").status == 0)
        #expect(try models.data("search", "kitten")["encoder"] as? String == old)
        let removed = try models.run("encoder", "rm", "other")
        #expect(removed.output.contains("3 vectors with it"), "\(removed.output)")
    }

    @Test func theIndexMakesTheNewVectorsAndTheDoctorTells() throws {
        let models = try TinyModels(standard: "mpnet-mean")
        #expect(try models.run("index").output.contains("2 embedded"))
        let other = try models.copy("mpnet-mean", to: models.home.folder.path("other"))
        try models.change(other + "/sentence_bert_config.json", "178", "170")
        #expect(try models.run("encoder", "add", other).status == 0)
        // For one run alone.
        var program = models.program
        program.environment["MAGNUS_ENCODER"] = "other"
        #expect(try program.run(["index"]).output.contains("2 embedded"))
        let shown = try program.run(["--demo"], input: Data("/index\n".utf8))
        #expect(shown.output.contains("all passages have a vector by other@"), "\(shown.output) \(shown.errors)")
        #expect(try program.run(["doctor"]).output.contains("other@"))
        // One of the kind that reranks makes no vectors.
        #expect(try models.run("encoder", "add", TinyModels.fixtures + "/cross-encoder").status == 0)
        program.environment["MAGNUS_ENCODER"] = "cross-encoder"
        let refused = try program.run(["index"])
        #expect(refused.status == 7)
        #expect(refused.errors.contains("makes no vectors"))
    }

    @Test func aCrossEncoderPutsPassagesInOrder() throws {
        let models = try TinyModels(standard: "mpnet-mean")
        let home = models.home.folder
        for word in ["call", "put", "dividend", "premium"] {
            try home.write("# \(word)\n\nThe \(word) of the option closes above the strike.\n", to: "docs/\(word).md")
        }
        #expect(try models.run("index", home.path("docs")).status == 0)
        func scores(_ run: [String: Any]) -> [Double] {
            (run["hits"] as? [[String: Any]] ?? []).compactMap { $0["rerank_score"] as? Double }
        }
        #expect(scores(try models.data("search", "option strike")).isEmpty)
        #expect(try models.run("encoder", "add", TinyModels.fixtures + "/cross-encoder").status == 0)
        let use = try models.run("encoder", "use", "cross-encoder")
        #expect(use.output.contains("puts the first passages in order"))
        let found = scores(try models.data("search", "option strike"))
        #expect(found.count >= 4)
        #expect(found == found.sorted(by: >))
        #expect(Set(found).count > 1)
        #expect(try models.run("encoder", "use", "none").status == 0)
        #expect(scores(try models.data("search", "option strike")).isEmpty)
        // By its path, too.
        try home.write("reranker: \(TinyModels.fixtures)/cross-encoder\n", to: "home/config.yaml")
        #expect(scores(try models.data("search", "option strike")) == found)
        // One that cannot score leaves the order as it is.
        try home.write("reranker: \(TinyModels.fixtures)/mpnet-mean\n", to: "home/config.yaml")
        let plain = try models.data("search", "option strike")
        #expect(scores(plain).isEmpty)
        #expect((plain["notes"] as? [String])?.contains { $0.contains("scores no pairs") } == true)
    }

    @Test func aSettingsFileThatCannotBeChangedLineByLineStays() throws {
        let models = try TinyModels(standard: "mpnet-mean")
        let text = "{risk_free_rate: 0.03}\n"
        try models.home.folder.write(text, to: "home/config.yaml")
        #expect(try models.run("encoder", "add", TinyModels.fixtures + "/mpnet-mean").status == 0)
        let run = try models.run("encoder", "use", "mpnet-mean")
        #expect(run.status == 7)
        #expect(run.errors.contains("encoder: mpnet-mean"))
        #expect(try String(contentsOfFile: models.program.home + "/config.yaml", encoding: .utf8) == text)
    }
}
