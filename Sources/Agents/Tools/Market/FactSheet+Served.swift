import Connectors
import Evidence
import Foundation
import JSON
import Markets

/// Whose a value is, and how current.
struct Origin {
    /// Where it came from, as it is shown.
    var source: String
    /// The provider's time; nil where it states none.
    var asOf: Date?
    /// How current it is.
    var freshness: Freshness

    /// That of a served value.
    ///
    /// - Parameter asOf: The record's own time, where it has one.
    init<Value>(_ served: Served<Value>, asOf: Date? = nil, isDemo: Bool = false) {
        source = served.source
        self.asOf = asOf ?? served.asOf
        freshness = isDemo ? .demo : served.freshness
    }

    /// That of something computed from values of this origin.
    var computed: Origin {
        var origin = self
        origin.source = "computed"
        return origin
    }
}

extension FactSheet {
    /// Adds a value of a source; nothing where there is none.
    @discardableResult
    mutating func add(
        _ label: String,
        _ value: Fact.Value?,
        _ unit: Fact.Unit,
        of subjects: [String],
        _ origin: Origin,
        formula: String? = nil,
        inputs: [String] = [],
        record: RecordKey = .ofSubject
    ) -> String? {
        guard let value else { return nil }
        return add(
            Fact(
                label: label,
                subjects: subjects,
                value: value,
                unit: unit,
                source: origin.source,
                asOf: origin.asOf,
                freshness: origin.freshness,
                formula: formula,
                inputs: inputs
            ),
            record: record
        )
    }

    /// Adds a date that a source gives; it holds whenever it was asked, so it carries no time of its own.
    @discardableResult
    mutating func add(
        _ label: String,
        _ date: TradingDate?,
        of subjects: [String],
        _ origin: Origin,
        formula: String? = nil,
        record: RecordKey = .ofSubject
    ) -> String? {
        add(label, date.map(Fact.Value.date), .date, of: subjects, origin, formula: formula, record: record)
    }

    /// Adds a word of a source.
    @discardableResult
    mutating func add(
        _ label: String,
        _ text: String?,
        of subjects: [String],
        _ origin: Origin,
        formula: String? = nil,
        record: RecordKey = .ofSubject
    ) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return add(label, .text(text), .text, of: subjects, origin, formula: formula, record: record)
    }

    /// Notes what the owner should know of an answer: what failed on the way, what has changed, what two sources do not
    /// agree on, and how old it is where it should not be.
    mutating func note<Value>(_ served: Served<Value>) {
        note(served.failures)
        for note in served.notes { addGap(note) }
        if let disagreement = served.disagreement { addGap(disagreement.words) }
        if case .stale(let reason) = served.freshness { addGap("\(served.source) is not current: \(reason)") }
    }

    /// Notes sources that did not answer.
    mutating func note(_ failures: [ConnectorError]) {
        for failure in failures { addGap("no answer of \(failure)") }
    }
}

extension ToolContext {
    /// The sources of data.
    ///
    /// - Throws: `ToolError.unavailable` where the turn has none.
    func requireData(_ tool: String) throws -> DataService {
        guard let data else {
            throw ToolError.unavailable(tool: tool, reason: "no sources of data are connected here")
        }
        return data
    }

    /// The tickers given, or, where none is, everything that is held.
    func symbols(_ arguments: JSONValue) -> [String] {
        let named = arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? []
        guard named.isEmpty, let valuation else { return named }
        var seen: Set<String> = []
        return valuation.positions.map(\.position.instrument.underlying).filter { seen.insert($0).inserted }
    }
}

extension FactLabel {
    /// Whether a question to a source of data was answered: `yes` or `no`.
    public static let answered = "answered"
}

extension FactSheet {
    /// Runs a question to the sources of data; where none answers, that is what the evidence says.
    ///
    /// - Throws: `CancellationError`, and whatever is no failure of a source.
    mutating func gather<Value>(_ ask: () async throws -> Value) async throws -> Value? {
        do {
            let value = try await ask()
            addFixed(FactLabel.answered, .text("yes"), .text, source: "computed", formula: "whether a source answered")
            return value
        } catch let error as DataServiceError {
            addFixed(FactLabel.answered, .text("no"), .text, source: "computed", formula: "whether a source answered")
            addGap(error.description)
            return nil
        }
    }
}
