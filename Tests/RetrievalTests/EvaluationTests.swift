import Foundation
import Retrieval
import Storage
import Testing

@Suite struct EvaluationTests {
    @Test func measuresAreThoseOfTheTextbook() {
        // (2 / log2 3 + 1 / log2 5) / (2 / log2 2 + 1 / log2 3 + 1 / log2 4)
        let metrics = RankingMetrics(of: ["x", "a", "y", "b"], grades: ["a": 2, "b": 1, "c": 1, "x": 0])
        #expect(abs(metrics.discountedGain - 0.5405861) < 1e-6)
        #expect(metrics.reciprocalRank == 0.5)
        #expect(abs(metrics.recall - 2.0 / 3) < 1e-12)
        #expect(metrics.hitsAtFive == 1)
    }

    @Test func whatStandsBehindTheCutsDoesNotCount() {
        let tenth = (1...9).map { "x\($0)" } + ["a"]
        #expect(RankingMetrics(of: tenth, grades: ["a": 1]).reciprocalRank == 0.1)
        #expect(abs(RankingMetrics(of: tenth, grades: ["a": 1]).discountedGain - 0.2890648) < 1e-6)
        #expect(RankingMetrics(of: tenth, grades: ["a": 1]).hitsAtFive == 0)
        let eleventh = ["x0"] + tenth
        #expect(RankingMetrics(of: eleventh, grades: ["a": 1]).reciprocalRank == 0)
        #expect(RankingMetrics(of: eleventh, grades: ["a": 1]).discountedGain == 0)
        #expect(RankingMetrics(of: eleventh, grades: ["a": 1]).recall == 1)
        let far = (0..<100).map { "x\($0)" } + ["a"]
        #expect(RankingMetrics(of: far, grades: ["a": 1]).recall == 0)
        // Twelve relevant documents: the best there could be has ten of them.
        let many = Dictionary(uniqueKeysWithValues: (0..<12).map { ("d\($0)", 1) })
        #expect(RankingMetrics(of: (0..<10).map { "d\($0)" }, grades: many).discountedGain == 1)
    }

    @Test func anotherPageOfTheRightReportIsItsReport() {
        let grades = ["a#p1": 1, "b#p2": 0]
        #expect(RankingMetrics(of: ["a#p9", "a#p1"], grades: grades).wholeFirst == 1)
        #expect(RankingMetrics(of: ["b#p2", "a#p1"], grades: grades).wholeFirst == 0)
        #expect(RankingMetrics(of: ["ab#p1", "a#p1"], grades: grades).wholeFirst == 0)
        #expect(RankingMetrics(of: ["x"], grades: ["x": 1]).wholeFirst == 1)
        #expect(RankingMetrics(of: [], grades: grades).wholeFirst == 0)
    }

    @Test func noRelevantDocumentIsNoDivisionByZero() {
        let metrics = RankingMetrics(of: ["a"], grades: ["a": 0])
        #expect(
            metrics
                == RankingMetrics(discountedGain: 0, reciprocalRank: 0, recall: 0, hitsAtFive: 0, wholeFirst: 0)
        )
        #expect(RankingMetrics(meanOf: []).discountedGain == 0)
    }

    @Test(arguments: [
        "query-id\tcorpus-id\tscore\nq1\ta\t1\nq1\tb\t0\nq2\tc\t2\n", "q1 0 a 1\nq1 0 b 0\nq2 0 c 2",
        "q1\ta\t1\r\nq1\tb\t0\r\nq2\tc\t2\r\n",
    ])
    func judgementsAreReadInBothForms(text: String) throws {
        let judgements = try RelevanceJudgements(text: text, name: "qrels.tsv")
        #expect(judgements.grades == ["q1": ["a": 1, "b": 0], "q2": ["c": 2]])
        #expect(judgements.questions == ["q1", "q2"])
    }

    @Test func aLineThatIsNoJudgementIsNamed() {
        #expect {
            try RelevanceJudgements(text: "q1\ta\t1\nq1\tb\n", name: "qrels.tsv")
        } throws: { error in
            "\(error)".hasPrefix("qrels.tsv, line 2:")
        }
        #expect {
            try BenchmarkLines.questions(
                in: Data("{\"_id\":\"1\",\"text\":\"x\"}\n\n{\"_id\":\"a b\",\"text\":\"\"}".utf8),
                named: "q"
            )
        } throws: { error in
            "\(error)".hasPrefix("q, line 3:")
        }
    }

    @Test func aCollectionIsJudgedAsTheProgramSearchesIt() async throws {
        let store = IndexStore(database: try Database())
        let indexer = Indexer(store: store, encoder: FakeEncoder())
        let now = Date(timeIntervalSince1970: 0)
        var documents = [
            TextDocument(path: "a", title: "Wheel", text: "The wheel sells puts until assigned."),
            TextDocument(path: "b", title: "", text: "Time decay is fastest in the last weeks.\n\nIt is called theta."),
        ]
        #expect(try indexer.replace(.documents, with: documents, now: now).added == 2)
        try await indexer.encodePending()
        let search = DocumentSearch(store: store, encoder: FakeEncoder())
        let evaluation = try await RetrievalEvaluation(
            of: search,
            questions: [("q1", "when is time decay fastest"), ("q2", "who baked the bread")],
            judgements: RelevanceJudgements(grades: ["q1": ["b": 1]])
        )
        #expect(evaluation.judged == 1)
        #expect(evaluation.mean.discountedGain == 1)
        #expect(evaluation.refused == 0.5)
        let run = evaluation.run(named: "test").split(separator: "\n")
        #expect(run.first?.hasPrefix("q1 Q0 b 1 ") == true)
        #expect(run.first?.hasSuffix(" test") == true)
        // A second time nothing is read; a changed text and one that is gone are seen.
        #expect(try indexer.replace(.documents, with: documents, now: now).unchanged == 2)
        documents.removeLast()
        documents[0].text = "Something else."
        let report = try indexer.replace(.documents, with: documents, now: now)
        #expect((report.updated, report.removed, report.pending) == (1, 1, 1))
    }
}
