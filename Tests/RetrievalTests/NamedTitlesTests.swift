import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Whom and what period a question is about, told by titles and by the documents' own words.
@Suite struct NamedTitlesTests {
    private let store: IndexStore

    init() throws {
        store = IndexStore(database: try Database())
    }

    /// Indexes documents of a title and a text; of equal texts, which only their titles tell apart.
    private func index(_ documents: [(title: String, text: String)]) async throws {
        let texts = documents.enumerated().map { number, document in
            TextDocument(path: "\(number) \(document.title)", title: document.title, text: document.text)
        }
        let indexer = Indexer(store: store, encoder: FakeEncoder())
        _ = try indexer.replace(.documents, with: texts, now: Date(timeIntervalSince1970: 0)) { _ in }
        try await indexer.encodePending { _ in }
    }

    private func first(_ question: String) async throws -> String? {
        let ranking = try await DocumentSearch(store: store, encoder: FakeEncoder()).ranking(for: question)
        return ranking.documents.first.map { String($0.document.drop { $0 != " " }.dropFirst()) }
    }

    private static let text = "Net sales of the segment rose and the margin of the segment fell in the year."

    @Test(arguments: [
        ("segment margin of Tall Oak Works", "TALLOAKWORKS 2022"), ("segment margin of Riverbank", "River Bank 2022"),
        ("segment margin of RiBa", "River Bank 2022"), ("segment margin of Northwind", "NORTHWIND 2022"),
        ("segment margin of North Wind", "NORTHWIND 2022"),
    ])
    func namesMayBeRunTogetherApartOrShort(question: String, title: String) async throws {
        let titles = ["Alder 2022", "NORTHWIND 2022", "River Bank 2022", "TALLOAKWORKS 2022", "Zephyr 2022"]
        try await index(titles.map { ($0, Self.text) })
        #expect(try await first(question) == title)
    }

    @Test(arguments: [
        ("Did the segment margin of HGRN fall?", "Harlow Grain 10k"), ("segment margin of hgrn", "Harlow Grain 10k"),
        ("Did the segment margin of H&G fall?", "Harbour & Green 10k"),
    ])
    func anAbbreviationIsLearntFromTheTextsThatHaveIt(question: String, title: String) async throws {
        // Both names have the letters of both abbreviations in their order; only the covers tell which is whose.
        let symbols = [("Harbour & Green 10k", "H&G"), ("Harlow Grain 10k", "HGRN"), ("Alder 10k", "ALD")]
        try await index(symbols.map { ($0.0, Self.text) } + symbols.map { ($0.0, "Cover: registered as \($0.1).") })
        let ranking = try await DocumentSearch(store: store, encoder: FakeEncoder()).ranking(for: question)
        // The first three are the pages with the text.
        let page = try #require(ranking.documents.first { ["0", "1", "2"].contains($0.document.prefix(1)) })
        #expect(page.document.hasSuffix(title))
    }

    @Test(arguments: ["segment margin of E\u{301}tailBleu", "segment margin of \u{C9}tailBleu"])
    func lettersMayBePutTogetherInTwoWays(question: String) async throws {
        for title in ["E\u{301}tail Bleu 2022", "\u{C9}tail Bleu 2022"] {
            try await index(["Alder 2022", "Northwind 2022", title, "Zephyr 2022"].map { ($0, Self.text) })
            #expect(try await first(question) == title)
        }
    }

    @Test func anOrdinaryWordIsNoAbbreviation() async throws {
        try await index([
            ("Netwell 2022", "Net income of Netwell."),
            ("Alder 2022", "What is left of income after taxes is income, net."),
            ("Birch 2022", "Oaks."),
        ])
        #expect(try await first("What is left of income after taxes, the net one?") == "Alder 2022")
    }

    @Test(arguments: [
        // A report has the years before its own too.
        ("How did the segment margin of Alder change between FY2021 and FY2022?", "Alder 10k 2022"),
        ("3 year average of Alder's segment margin from FY2020 to FY2021", "Alder 10k 2021"),
        ("segment margin of Alder in FY20", "Alder 10k 2020"),
        // A year that it has no report of is not the one asked about.
        ("As of FY2021, what segment margin does Alder expect in 2025?", "Alder 10k 2021"),
        // Where no period is named the latest one is meant.
        ("segment margin of Alder", "Alder 10k 2022"),
    ])
    func ofSeveralYearsTheLatestIsMeant(question: String, title: String) async throws {
        let titles = [2020, 2022, 2021].map { "Alder 10k \($0)" } + ["Birch 10k 2025", "Birch 10k 2022"]
        try await index(titles.map { ($0, Self.text) })
        #expect(try await first(question) == title)
    }

    @Test(arguments: [
        ("segment sales of Alder in Q2 of FY2023", "Alder 2023 Q2 10Q"),
        ("segment sales of Alder in 2023Q1", "Alder 2023 Q1 10Q"),
        ("segment sales of Alder in FY2023Q1", "Alder 2023 Q1 10Q"),
        ("segment sales of Alder in 2Q23", "Alder 2023 Q2 10Q"),
        ("segment sales in the 10-K of Alder for 2023", "Alder 2023 10K"),
    ])
    func aReportIsOfTheQuarterAndKindAskedFor(question: String, title: String) async throws {
        let titles = ["Alder 2023 10K", "Alder 2023 Q1 10Q", "Alder 2023 Q2 10Q", "Birch 2023 Q2 10Q"]
        try await index(titles.map { ($0, Self.text) })
        #expect(try await first(question) == title)
    }

    /// Titles that run year and quarter together, as names of files do.
    @Test(arguments: [
        ("segment sales of Alder in Q2 of FY2023", "Alder_2023Q2_10Q"),
        ("segment sales of Alder in the first quarter of 2023, Q1 2023", "Alder_2023Q1_10Q"),
        ("segment sales of Alder in 2023Q1", "Alder_2023Q1_10Q"),
        ("segment sales in the 10-K of Alder for 2023", "Alder_2023_10K"),
    ])
    func aQuarterRunTogetherInATitleIsKnown(question: String, title: String) async throws {
        let titles = ["Alder_2023_10K", "Alder_2023Q1_10Q", "Alder_2023Q2_10Q", "Birch_2023Q2_10Q"]
        try await index(titles.map { ($0, Self.text) })
        #expect(try await first(question) == title)
    }

    @Test func aWordThatManyNamesShareNamesNoneOfThem() async throws {
        try await index([
            ("Alder handbook", "How to plant a tree."), ("Birch handbook", "How to plant a hedge."),
            ("Cedar handbook", "Fell a tree in winter."),
        ])
        #expect(try await first("How does the handbook say to fell a tree?") == "Cedar handbook")
    }
}
