import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Storage
import Testing

@Suite("Records of a SQLite file") struct SQLiteRecordTests {
    /// A database that this program itself writes is as good a SQLite file as any.
    private func source() throws -> DescribedSource {
        let source = try DescribedSource()
        let store = SettingsStore(database: try Database(path: source.folder.path("own.db")))
        try store.set("alpha", to: "1.50")
        try store.set("beta", to: "x")
        try store.set("gamma", to: "3")
        return source
    }

    private func description(_ query: String, _ rest: String = "") -> String {
        """
        name: notes
        source:
          sqlite: own.db
          query: \(query)
        \(rest)
        fields:
          - {name: id, from: key, type: text, required: true}
          - {name: amount, from: value, type: decimal}
        """
    }

    @Test("Rows of a query with bound parameters are records")
    func rows() async throws {
        let source = try source()
        let text = description(
            "SELECT key, value FROM settings WHERE key BETWEEN ?1 AND 'gz' AND ?2 > '2026-11-12' ORDER BY key",
            "  parameters: [beta, \"${today-7}\"]"
        )
        let answer = try await source.connector(text).records(RecordQuery("notes"))
        #expect(answer.value.map { $0.string("id") } == ["beta", "gamma"])
        #expect(answer.value.last?.decimal("amount") == 3)
        #expect(answer.notes == ["own.db row 1: amount is 'x', expected a number such as 12.50"])
        #expect(answer.source == "own.db")
        #expect(answer.asOf != nil)
    }

    @Test(
        "A query that writes, a table that is missing, a column that was renamed",
        arguments: [
            ("DELETE FROM settings", ConnectorError.Code.unreadable, "begin with SELECT"),
            ("SELECT key FROM setting", .unreadable, "no such table: setting"),
            ("SELECT value FROM settings", .unexpectedAnswer, "own.db has no 'key'; it has value"),
        ]
    )
    func faults(_ query: String, _ code: ConnectorError.Code, _ words: String) async throws {
        let error = try await source().failure(description(query))
        #expect(error.code == code)
        #expect(error.detail.contains(words), "\(error)")
    }
}
