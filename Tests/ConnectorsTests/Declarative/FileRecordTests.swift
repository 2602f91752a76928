import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Records of CSV and JSON files") struct FileRecordTests {
    private static let notes = """
        name: notes
        source: {csv: notes.csv}
        key: id
        time: at
        stale_after: 2d
        fields:
          - {name: id, type: text, required: true}
          - {name: weight, from: Mass, type: decimal, unit: kg}
          - {name: count, type: integer}
          - {name: day, type: date}
          - {name: at, type: instant}
          - {name: done, type: boolean}
          - {name: symbol, type: symbol}
          - name: mood
            type: text
            values: {good: happy, bad: sad}
        """

    @Test("Every type is read, with units, and what is blank has no value")
    func types() async throws {
        let source = try DescribedSource()
        try source.folder.write(
            """
            ID,mass,count,day,at,done,symbol,mood,extra
            a,"1,234.50",3,2026-11-18,2026-11-19T09:30:00-05:00,yes,brk/b,GOOD,x
            b,-0.1,,11/19/2026,2026-11-19T15:00Z,0,NVDA  270115P00170000,,
            """,
            to: "notes.csv"
        )
        let answer = try await source.connector(Self.notes).records(RecordQuery("notes"))
        #expect(answer.source == "notes.csv")
        #expect(answer.notes == [])
        let first = try #require(answer.value.first)
        #expect(first.decimal("weight") == Decimal(string: "1234.5"))
        #expect(first.fields.first { $0.name == "weight" }?.unit == "kg")
        #expect(first["count"] == .integer(3))
        #expect(first["day"] == TradingDate("2026-11-18").map(RecordValue.date))
        #expect(first["at"] == .instant(Date(timeIntervalSince1970: 1_795_098_600)))
        #expect(first["done"] == .boolean(true))
        #expect(first["symbol"] == .symbol("BRK.B"))
        #expect(first["mood"] == .text("happy"))
        let second = try #require(answer.value.last)
        #expect(second["count"] == nil)
        #expect(second["mood"] == nil)
        #expect(second["done"] == .boolean(false))
        #expect(second["symbol"] == .symbol("NVDA270115P00170000"))
        #expect(second.asOf == Date(timeIntervalSince1970: 1_795_100_400))
        #expect(answer.asOf == second.asOf)
    }

    @Test("Wrong values are named with their lines; a record without what it must have is passed over")
    func wrongValues() async throws {
        let source = try DescribedSource()
        try source.folder.write(
            """
            id,mass,count,day,at,done,symbol,mood
            a,heavy,1,2026-11-18,2026-11-19 10:00,true,A,good
            ,1,1,,,,,
            c,1,1.5,2026-02-30,,perhaps,$$,awful
            """,
            to: "notes.csv"
        )
        let answer = try await source.connector(Self.notes).records(RecordQuery("notes"))
        #expect(answer.value.map { $0.string("id") } == ["a", "c"])
        #expect(answer.value.first?["weight"] == nil)
        #expect(
            answer.notes == [
                "notes.csv line 2: weight is 'heavy', expected a number such as 12.50",
                "notes.csv line 2: at is '2026-11-19 10:00', expected a time with its zone, such as 2026-11-20T15:30:00Z",
                "notes.csv line 3 has no id and was passed over",
                "5 more values or records like these",
            ]
        )
    }

    @Test("Of records with one key the latest stays")
    func duplicates() async throws {
        let source = try DescribedSource()
        try source.folder.write(
            """
            id,mass,count,day,at,done,symbol,mood
            a,1,,,2026-11-19T12:00Z,,,
            b,2,,,2026-11-19T12:00Z,,,
            a,3,,,2026-11-18T12:00Z,,,
            b,4,,,2026-11-20T12:00Z,,,
            """,
            to: "notes.csv"
        )
        let answer = try await source.connector(Self.notes).records(RecordQuery("notes"))
        #expect(answer.value.map { $0.decimal("weight") } == [1, 4])
        #expect(answer.notes == ["2 records have the id of another; the latest was kept"])
    }

    @Test("A renamed column: one that may be missing is noted, one that must be there is an error")
    func renamedColumn() async throws {
        let source = try DescribedSource()
        try source.folder.write("id,weight_kg,count,day,at,done,symbol,mood\na,1,2,,,,,\n", to: "notes.csv")
        let answer = try await source.connector(Self.notes).records(RecordQuery("notes"))
        #expect(answer.notes == ["notes.csv has no 'Mass'"])
        #expect(answer.value.first?["count"] == .integer(2))
        try source.folder.write("number,mass\na,1\n", to: "notes.csv")
        let error = try await source.failure(Self.notes)
        #expect(error.code == .unexpectedAnswer)
        #expect(error.detail == "notes.csv has no 'id'; it has number, mass")
        #expect(error.nextStep == "correct 'from' of 'id' in its description")
    }

    @Test(
        "Files that cannot be read are told apart",
        arguments: [
            ("", ConnectorError.Code.unreadable, "has no rows"),
            ("id,mass\n\"a,1\n", .unreadable, "a quote is opened and never closed"),
            ("id,id,mass\na,b,1\n", .unreadable, "two columns are called"),
        ]
    )
    func unreadable(_ text: String, _ code: ConnectorError.Code, _ words: String) async throws {
        let source = try DescribedSource()
        try source.folder.write(text, to: "notes.csv")
        let error = try await source.failure(Self.notes)
        #expect(error.code == code)
        #expect(error.detail.contains(words), "\(error)")
    }

    @Test("Broken UTF-8, a folder and a missing file are told apart")
    func brokenFiles() async throws {
        let source = try DescribedSource()
        var error = try await source.failure(Self.notes)
        #expect(error.code == .notFound)
        #expect(error.detail.hasSuffix("notes.csv: no such file or folder"))
        let path = source.folder.path("notes.csv")
        try Data("id\na\u{0}".utf8 + [0xC3]).write(to: URL(fileURLWithPath: path))
        error = try await source.failure(Self.notes)
        #expect(error.code == .unreadable)
        #expect(error.detail.contains("notes.csv line 2"))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        error = try await source.failure(Self.notes)
        #expect(error.code == .unreadable)
        #expect(error.detail.hasSuffix("is a folder, not a file"))
    }

    @Test("A file that is too large is refused before it is read")
    func huge() async throws {
        let source = try DescribedSource()
        let path = try source.folder.write("id\n", to: "notes.csv")
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.truncate(atOffset: UInt64(ImportDraft.largestFile) + 1)
        try handle.close()
        let error = try await source.failure(Self.notes)
        #expect(error.code == .unreadable)
        #expect(error.detail.contains("more than the limit of 134.2 MB"))
    }

    @Test("A file that changes is read again, and one that does not is not")
    func changes() async throws {
        let source = try DescribedSource()
        let header = "id,mass,count,day,at,done,symbol,mood\n"
        let path = try source.folder.write(header + "a,1,,,,,,\n", to: "notes.csv")
        let connector = try source.connector(Self.notes)
        let query = RecordQuery("notes")
        #expect(try await connector.records(query).value.map { $0.decimal("weight") } == [1])
        // The same size and time of change: what was read stays.
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let changed = try #require(attributes[.modificationDate] as? Date)
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seek(toOffset: UInt64(header.utf8.count))
        try handle.write(contentsOf: Data("a,2".utf8))
        try handle.close()
        try FileManager.default.setAttributes([.modificationDate: changed], ofItemAtPath: path)
        let before = try await connector.records(query).value.map { $0.decimal("weight") }
        try FileManager.default.setAttributes([.modificationDate: changed.addingTimeInterval(5)], ofItemAtPath: path)
        let after = try await connector.records(query).value.map { $0.decimal("weight") }
        #expect(after == [2])
        // A file system that keeps times more exactly than Foundation sets them has read it again already.
        #expect(before == [1] || before == [2])
    }

    @Test("Several files make one collection, and old ones make it stale")
    func pattern() async throws {
        let source = try DescribedSource()
        let header = "id,mass,count,day,at,done,symbol,mood\n"
        try source.folder.write(header + "a,1,,,2026-11-10T12:00Z,,,\n", to: "notes-1.csv")
        try source.folder.write(header + "b,2,,,2026-11-12T12:00Z,,,\n", to: "notes-2.csv")
        try source.folder.write("nothing", to: "other.csv")
        let text = Self.notes.replacing("notes.csv", with: "notes-*.csv")
        let answer = try await source.connector(text).records(RecordQuery("notes"))
        #expect(answer.value.map { $0.string("id") } == ["a", "b"])
        #expect(answer.source == "notes")
        #expect(answer.notes == ["notes is stale: its latest time is 2026-11-12 07:00 ET"])
        let none = try await source.failure(Self.notes.replacing("notes.csv", with: "x-*.csv"))
        #expect(none.code == .notFound)
    }

    @Test("Filters, order and limit; a field or a type that cannot be is refused")
    func queries() async throws {
        let source = try DescribedSource()
        try source.folder.write(
            """
            id,mass,count,day,at,done,symbol,mood
            a,3,1,2026-11-18,2026-11-18T23:00:00-05:00,true,A,good
            b,1,2,2026-11-19,2026-11-19T10:00Z,false,B,bad
            c,2,,,,,,
            d,2,4,2026-11-20,2026-11-20T10:00Z,true,A,good
            """,
            to: "notes.csv"
        )
        let connector = try source.connector(Self.notes)
        func ids(_ filters: [RecordFilter], _ sort: [RecordSort] = [], _ limit: Int? = nil) async throws -> String {
            let query = RecordQuery("notes", filters: filters, sort: sort, limit: limit)
            return try await connector.records(query).value.compactMap { $0.string("id") }.joined()
        }
        let day = try #require(TradingDate("2026-11-18"))
        #expect(try await ids([.equal("symbol", .text("A"))]) == "ad")
        #expect(try await ids([.equal("done", .boolean(true)), .equal("count", .decimal(4))]) == "d")
        #expect(try await ids([RecordFilter("weight", from: .integer(2))]) == "acd")
        #expect(try await ids([RecordFilter("weight", to: .integer(2))]) == "bcd")
        #expect(try await ids([RecordFilter("at", to: .date(day))]) == "a")
        #expect(try await ids([RecordFilter("day", from: .date(day.adding(days: 1)))]) == "bd")
        #expect(try await ids([], [RecordSort("weight"), RecordSort("id", isDescending: true)]) == "bdca")
        #expect(try await ids([], [RecordSort("count", isDescending: true)]) == "dbac")
        #expect(try await ids([], [RecordSort("weight")], 2) == "bc")
        for bad in [
            RecordQuery("other"), RecordQuery("notes", filters: [.equal("nope", .integer(1))]),
            RecordQuery("notes", sort: [RecordSort("nope")]),
            RecordQuery("notes", filters: [.equal("day", .integer(1))]),
        ] {
            let error = try await #require(throws: ConnectorError.self) { try await connector.records(bad) }
            #expect(error.code == .notOffered)
        }
    }

    @Test("JSON is read by the way to its records and to their fields")
    func json() async throws {
        let source = try DescribedSource()
        let text = """
            name: notes
            source: {json: notes.json, records: "groups[*].items"}
            fields:
              - {name: id, type: text, required: true}
              - {name: price, from: "quote.last[0]", type: decimal}
              - {name: home, from: "teams[side=home].name", type: text}
              - {name: at, from: time, type: instant}
            """
        try source.folder.write(
            #"""
            {"groups": [
              {"items": [{"id": 7, "quote": {"last": [1.10, 2]}, "teams": [{"side": "away", "name": "X"},
                {"side": "home", "name": "Y"}], "time": 1763640000}]},
              {"items": {"id": "8", "quote": null, "time": "2026-11-20T12:00:00Z"}},
              {"items": [{"name": "no id"}, {"id": {"a": 1}}]}
            ]}
            """#,
            to: "notes.json"
        )
        let answer = try await source.connector(text).records(RecordQuery("notes"))
        #expect(answer.value.map { $0.string("id") } == ["7", "8"])
        #expect(answer.value.first?["price"] == Decimal(string: "1.1").map(RecordValue.decimal))
        #expect(answer.value.first?["home"] == .text("Y"))
        #expect(answer.value.first?["at"] == .instant(Date(timeIntervalSince1970: 1_763_640_000)))
        #expect(answer.value.last?["price"] == nil)
        #expect(
            answer.notes == [
                "notes.json record 3 has no id and was passed over",
                "notes.json record 4: id is a list or an object, expected a text; the record was passed over",
            ]
        )
        try source.folder.write(#"{"groups": [{"rows": []}]}"#, to: "notes.json")
        var error = try await source.failure(text)
        #expect(error.code == .unexpectedAnswer)
        #expect(error.detail == "notes.json has nothing at 'groups[*].items'")
        try source.folder.write(#"{"groups": [{"#, to: "notes.json")
        error = try await source.failure(text)
        #expect(error.code == .unreadable)
        #expect(error.detail == "notes.json is no JSON")
        try source.folder.write(#"{"groups": [{"items": [{"ID": 1}]}]}"#, to: "notes.json")
        error = try await source.failure(text)
        #expect(error.detail.hasPrefix("notes.json has no 'id'"))
    }

    @Test("Text from a source is one line without control characters")
    func text() async throws {
        let source = try DescribedSource()
        try source.folder.write("id\n\"a\u{1B}[31m\nb\u{202E}c\"\n", to: "notes.csv")
        let yaml = "name: notes\nsource: {csv: notes.csv}\nfields: [{name: id, type: text}]\n"
        let answer = try await source.connector(yaml).records(RecordQuery("notes"))
        #expect(answer.value.first?["id"] == .text("a [31m b c"))
    }
}
