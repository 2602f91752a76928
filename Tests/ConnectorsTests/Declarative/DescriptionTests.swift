import Connectors
import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite("Descriptions of sources") struct DescriptionTests {
    private static let sound = """
        name: notes
        title: My notes
        source:
          csv: notes.csv
        fields:
          - {name: id, type: text, required: true}
          - {name: weight, type: decimal, unit: kg}
          - {name: at, type: instant}
        key: id
        time: at
        ttl: 2m
        stale_after: 1d
        rate_limit: {requests: 60, per: 1m, burst: 5}
        """

    @Test("A sound description says what it says")
    func reading() throws {
        let connector = try DescribedSource().connector(Self.sound)
        #expect(connector.name == "notes")
        #expect(connector.title == "My notes")
        #expect(connector.kind == .file)
        #expect(connector.readiness == .ready)
        #expect(connector.rateLimit == RateLimit(perSecond: 1, burst: 5))
        #expect(connector.timesToLive == [.records: .seconds(120)])
        let collection = try #require(connector.collections.first)
        #expect(connector.collections.count == 1)
        #expect(collection.name == "notes")
        #expect(collection.key == ["id"])
        #expect(collection.timeField == "at")
        #expect(collection.fields.map(\.name) == ["id", "weight", "at"])
        #expect(collection.fields.map(\.kind) == [.text, .decimal, .instant])
        #expect(collection.fields.map(\.unit) == [nil, "kg", nil])
    }

    /// What is replaced in the sound description, by what, the line of the error, and words that stand in it.
    private static let faults: [(String, String, Int?, String)] = [
        ("ttl: 2m", "tll: 2m", 11, "no key 'tll'"),
        ("{name: id, type: text, required: true}", "{name: id, kind: text}", 6, "no key 'kind'"),
        ("ttl: 2m", "ttl: soon", 11, "expected a span"),
        ("ttl: 2m", "ttl: [2m]", 11, "is a list"),
        ("stale_after: 1d", "stale_after: 1d\nttl: 3m", nil, "'ttl' stands twice"),
        ("name: notes", "name: My Notes", 1, "a name in lower case"),
        ("name: notes\n", "", 1, "lacks the key 'name'"),
        ("type: decimal", "type: money", 7, "expected one of text, decimal"),
        ("type: text, required: true", "type: text, required: maybe", 6, "expected true or false"),
        ("type: text, required: true", "type: text, required: \"true\"", 6, "expected true or false"),
        ("name: weight", "name: id", 7, "two fields are called 'id'"),
        ("type: instant", "type: instant, unit: h", 8, "'unit' is for decimal and integer"),
        ("type: decimal, unit: kg", "type: decimal, values: [1]", 7, "'values' is for text"),
        ("key: id", "key: no", 9, "names 'no', which is no field"),
        ("key: id", "key: [id, id]", 9, "names 'id' twice"),
        ("time: at", "time: weight", 10, "is no instant or date"),
        ("time: at", "time: when", 10, "is no field"),
        ("csv: notes.csv", "csv: notes.csv\n  json: notes.json", 4, "exactly one of csv, http"),
        ("csv: notes.csv", "csv: notes.csv\n  query: SELECT 1", 5, "no key 'query'"),
        ("csv: notes.csv", "ftp: notes.csv", 4, "exactly one of csv, http"),
        ("csv: notes.csv", "csv: ~/notes.csv", 4, "'~' is not replaced"),
        ("csv: notes.csv", "csv: ${secret:A}.csv", 4, "a secret has no place here"),
        ("csv: notes.csv", "csv: ${home}/notes.csv", 4, "'${home}' is none of"),
        ("csv: notes.csv", "csv: \"${setting:path\"", 4, "not closed"),
        ("csv: notes.csv", "csv:", 4, "expected a text"),
        ("csv: notes.csv", "http: example.com/data", 4, "no address"),
        ("csv: notes.csv", "http: http://example.com\n  headers: {K: \"${secret:A}\"}", 4, "without encryption"),
        ("csv: notes.csv", "http: https://a.b/c\n  format: xml", 5, "json or csv"),
        ("csv: notes.csv", "http: https://a.b/c\n  paging: {page: p}", 5, "one of next, cursor, offset"),
        ("csv: notes.csv", "json: a.json\n  records: \"a[\"", 5, "no way in JSON"),
        ("csv: notes.csv", "sqlite: a.db", 4, "lacks the key 'query'"),
        ("csv: notes.csv", "postgres: \"host=a password=b\"\n  table: t", 4, "in plain text"),
        ("csv: notes.csv", "postgres: \"${secret:A}\"", 4, "a 'table' or a 'query'"),
        ("requests: 60", "requests: 0", 13, "a whole number from 1"),
        ("source:", "source: [", nil, "no YAML"),
        (sound, "", nil, "the file is empty"),
        (sound, "- a\n- b\n", 1, "expected keys with values"),
    ]

    @Test("A fault names its file, its line and what is wrong", arguments: faults)
    func fault(_ part: String, _ replacement: String, _ line: Int?, _ words: String) throws {
        let text = Self.sound.replacing(part, with: replacement)
        #expect(text != Self.sound)
        let problem = try DescribedSource().problem(text)
        #expect(problem.file == "source.yaml")
        if let line { #expect(problem.line == line, "\(problem)") }
        #expect("\(problem)".contains(words), "\(problem)")
    }

    @Test("A file that is no text is told so")
    func notText() throws {
        let source = try DescribedSource()
        let path = source.folder.path("bad.yaml")
        try Data([0x6E, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: path))
        let problem = try #require(throws: DescriptionError.self) {
            try DeclarativeConnector(path: path, environment: source.environment)
        }
        #expect("\(problem)" == "bad.yaml: the file is no UTF-8 text")
    }

    @Test("Collections share the file's source and add their own")
    func collections() throws {
        let text = """
            name: ledger
            source: {sqlite: ledger.db}
            collections:
              - name: accounts
                source: {query: SELECT name FROM accounts}
                fields: [{name: name, type: text}]
              - name: entries
                source: {query: SELECT amount FROM entries}
                fields: [{name: amount, type: decimal}]
            """
        let connector = try DescribedSource().connector(text)
        #expect(connector.collections.map(\.name) == ["accounts", "entries"])
        #expect(connector.kind == .database)
        let doubled = text.replacing("name: entries", with: "name: accounts")
        let problem = try DescribedSource().problem(doubled)
        #expect(problem.line == 7)
        #expect("\(problem)".contains("two collections are called 'accounts'"))
    }

    @Test("What is missing to be asked is told before asking")
    func readiness() throws {
        var source = try DescribedSource()
        let text = """
            name: notes
            source: {http: "https://example.com/${setting:place}", headers: {X-Key: "${secret:NOTES_KEY}"}}
            fields: [{name: id, type: text}]
            """
        #expect(
            try source.connector(text).readiness
                == .notConfigured(
                    reason: "'place' is not set",
                    nextStep: "set connectors.notes.place in config.yaml"
                )
        )
        source.settings.set("notes", "place", ["here"])
        #expect(
            try source.connector(text).readiness
                == .notConfigured(reason: "no key NOTES_KEY", nextStep: "run `magnus keys set NOTES_KEY`")
        )
        source.secrets["NOTES_KEY"] = "k"
        #expect(try source.connector(text).readiness == .ready)
        source.settings.set("notes", "enabled", ["false"])
        #expect(
            try source.connector(text).readiness
                == .disabled(nextStep: "set connectors.notes.enabled: true in config.yaml")
        )
    }

    @Test("A folder of descriptions: the owner's come first, and a bad one takes no other down")
    func folders() throws {
        let source = try DescribedSource()
        func write(_ name: String, _ title: String, to file: String) throws {
            try source.folder.write(
                "name: \(name)\ntitle: \(title)\nsource: {csv: a.csv}\nfields: [{name: id, type: text}]\n",
                to: file
            )
        }
        try write("tasks", "Shipped tasks", to: "shipped/tasks.yaml")
        try write("games", "Games", to: "shipped/games.yml")
        try write("tasks", "My tasks", to: "own/my-tasks.yaml")
        try write("tasks", "Second", to: "own/second.yaml")
        try write("alpaca", "Not mine", to: "own/z.yaml")
        try source.folder.write("name: [", to: "own/broken.yaml")
        try source.folder.write("name: hidden", to: "own/notes.txt")
        let sources = DeclarativeSources(
            own: source.folder.path("own"),
            shipped: source.folder.path("shipped"),
            reserved: ["alpaca"],
            environment: source.environment
        )
        #expect(sources.connectors.map(\.name) == ["games", "tasks"])
        #expect(sources.connectors.last?.title == "My tasks")
        #expect(sources.problems.map(\.file) == ["broken.yaml", "second.yaml", "z.yaml"])
        #expect(sources.problems.last?.reason == "the name 'alpaca' belongs to another connector")
        let none = DeclarativeSources(
            own: source.folder.path("missing"),
            shipped: nil,
            environment: source.environment
        )
        #expect(none.connectors.isEmpty)
        #expect(none.problems.isEmpty)
    }
}
