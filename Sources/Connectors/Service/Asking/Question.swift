import Foundation

/// One question to any of several connectors, about one subject or about several at once.
struct Question<Value: Sendable>: Sendable {
    /// What is asked about.
    struct Subject: Sendable, Hashable {
        /// The subject within the kind of data, with everything the answer depends on.
        var key: String
        /// The symbols the answer is about.
        var symbols: [String]
    }

    /// The kind of data.
    var kind: DataKind
    /// What is asked for, in words: `quotes`.
    var words: String
    /// What is asked about.
    var subjects: [Subject]
    /// Subjects whose kept answers hold the answer about the only one of `subjects` as well: longer spans of time.
    var wider: [Subject] = []
    /// How answers are kept.
    var coding: CacheCoding<Value>
    /// Whether a connector can be asked this at all.
    var isOffered: @Sendable (any Connector) -> Bool
    /// Asks a connector about the subjects with the given keys; those it does not know are left out.
    var ask: @Sendable (any Connector, [String]) async throws -> Sourced<[String: Value]>
    /// Whether a value says nothing, so that the next connector is asked too.
    var isEmpty: @Sendable (Value) -> Bool = { _ in false }
    /// How two connectors' values differ; nil where they cannot be compared.
    var compare: (@Sendable (Value, Value) -> ComparedValues?)?
    /// How long it may take where that is less than questions may take in general.
    var limit: Duration?
    /// Whether it is one of very many, which should not push everything else out of the memory.
    var isScan = false

    /// What is asked, in words: `quotes of NVDA`.
    func title(_ subject: Subject) -> String {
        subject.symbols.isEmpty ? words : "\(words) of \(subject.symbols.joined(separator: ", "))"
    }
}

extension Question {
    /// A question to the connectors that are a `Source`, such as `(any QuoteSource).self`.
    init<Source>(
        kind: DataKind,
        words: String,
        subjects: [Subject],
        coding: CacheCoding<Value>,
        of source: Source.Type,
        ask: @escaping @Sendable (Source, [String]) async throws -> Sourced<[String: Value]>,
        isEmpty: @escaping @Sendable (Value) -> Bool = { _ in false },
        compare: (@Sendable (Value, Value) -> ComparedValues?)? = nil
    ) {
        self.init(
            kind: kind,
            words: words,
            subjects: subjects,
            coding: coding,
            isOffered: { $0 is Source },
            ask: { connector, keys in
                guard let source = connector as? Source else {
                    throw ConnectorError(connector.name, .notOffered, "does not offer \(words)")
                }
                return try await ask(source, keys)
            },
            isEmpty: isEmpty,
            compare: compare
        )
    }
}

/// How a question treats what is kept.
public enum CachePolicy: Sendable, Hashable {
    /// What is kept is served as long as it is fresh.
    case normal
    /// Sources are asked in any case; what is kept is served where none answers.
    case refresh
    /// No source is asked; what is kept is served, however old.
    case cachedOnly
}
