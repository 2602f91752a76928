import Foundation
import Storage
public import Transport

/// A source that the owner described in a YAML file: CSV, JSON, SQLite, PostgreSQL, or a service over HTTP.
public struct DeclarativeConnector: RecordSource {
    private let description: SourceDescription
    private let environment: ConnectorEnvironment
    private let files = ParsedFiles<ParsedRecords>(capacity: 64)

    /// The source described in the file at `path`.
    ///
    /// - Parameter dataFolder: Against which paths in the description are read; nil for the file's own folder.
    /// - Throws: `DescriptionError` for anything in the file that is not understood, `StorageError` where it cannot be
    ///   read.
    public init(path: String, dataFolder: String? = nil, environment: ConnectorEnvironment) throws {
        let data = try FileReader(maximumBytes: 1_000_000).read(path)
        let file = (path as NSString).lastPathComponent
        guard let text = String(validating: data, as: UTF8.self) else {
            throw DescriptionError(file: file, line: nil, reason: "the file is no UTF-8 text")
        }
        let folder = dataFolder ?? (path as NSString).deletingLastPathComponent
        description = try SourceDescription(text: text, file: file, folder: folder)
        self.environment = environment
    }

    /// Its name in settings.
    public var name: String { description.name }
    /// Its name as the owner reads it.
    public var title: String { description.title }
    /// A file, a database or a service.
    public var kind: ConnectorKind {
        switch description.collections.first?.origin {
        case .http: .api
        case .sqlite, .postgres: .database
        case .csv, .json, nil: .file
        }
    }
    /// How often it may be asked.
    public var rateLimit: RateLimit? { description.rateLimit }
    /// Its own time to live, where the description gives one.
    public var timesToLive: [DataKind: Duration] {
        description.timeToLive.map { [.records: $0] } ?? [:]
    }
    /// What it offers.
    public var collections: [RecordCollection] { description.collections.map(\.collection) }

    /// Whether it is switched on and all settings and secrets it needs are there.
    public var readiness: ConnectorReadiness {
        guard environment.settings.isEnabled(name) ?? description.isEnabled else {
            return .disabled(nextStep: "set connectors.\(name).enabled: true in config.yaml")
        }
        for collection in description.collections {
            if case .postgres = collection.origin, !PostgresDatabase.isBuilt {
                return .notConfigured(
                    reason: "this build cannot read PostgreSQL",
                    nextStep: "install libpq-dev and build with `swift build -c release --traits Postgres`"
                )
            }
            for template in collection.origin.templates {
                if let missing = template.missing(name, environment) { return missing }
            }
        }
        return .ready
    }

    /// The records of a collection that match.
    ///
    /// Files are read once and kept until they change; a database or a service is asked every time.
    /// - Throws: `ConnectorError`, `CancellationError`.
    public func records(_ query: RecordQuery) async throws -> Sourced<[DataRecord]> {
        guard let collection = description.collections.first(where: { $0.collection.name == query.collection }) else {
            let known = collections.map(\.name).joined(separator: ", ")
            throw ConnectorError(
                name,
                .notOffered,
                "there is no collection '\(DisplayText.line(query.collection))'",
                nextStep: "use one of \(known)"
            )
        }
        switch readiness {
        case .ready: break
        case .disabled(let nextStep): throw ConnectorError(name, .notConfigured, "switched off", nextStep: nextStep)
        case .notConfigured(let reason, let nextStep):
            throw ConnectorError(name, .notConfigured, reason, nextStep: nextStep)
        }
        let reader = OriginReader(
            connector: name,
            title: title,
            collection: collection,
            folder: description.folder,
            environment: environment,
            files: files
        )
        var (parsed, source) = try await reader.records()
        parsed.removeDuplicates(by: collection.collection.key)
        let asOf = time(of: parsed, collection)
        var notes = parsed.notes + parsed.issues.notes
        if let staleAfter = collection.staleAfter, let asOf {
            let age = environment.clock().timeIntervalSince(asOf)
            if age > Double(staleAfter.components.seconds) {
                notes.append("\(source) is stale: its latest time is \(RecordValue.instant(asOf))")
            }
        }
        let records = try query.apply(to: parsed.records, of: collection.collection, connector: name)
        return Sourced(records, source: source, asOf: asOf, notes: notes)
    }

    /// The latest time of a record that is not in the future; without times of records, the time of the whole.
    private func time(of parsed: ParsedRecords, _ collection: SourceDescription.Collection) -> Date? {
        guard collection.collection.timeField != nil else { return parsed.asOf }
        let now = environment.clock()
        return parsed.records.lazy.compactMap(\.asOf).filter { $0 <= now }.max()
    }
}

extension RecordOrigin {
    /// All texts that are to be filled.
    fileprivate var templates: [TemplateText] {
        switch self {
        case .csv(let path), .json(let path, _): [path]
        case .sqlite(let path, _, let parameters, _): [path] + parameters.compactMap(\.template)
        case .http(let origin): [origin.url] + origin.headers.map(\.value) + origin.query.map(\.value)
        case .postgres(let connection, .table): [connection]
        case .postgres(let connection, .query(_, let parameters)): [connection] + parameters.compactMap(\.template)
        }
    }
}

extension QueryParameter {
    fileprivate var template: TemplateText? {
        if case .template(let template) = self { return template }
        return nil
    }
}
