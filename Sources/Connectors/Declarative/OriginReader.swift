import Foundation
import JSON
import Storage

/// Reads the records of one collection from where its description says they are.
struct OriginReader {
    let connector: String
    let title: String
    let collection: SourceDescription.Collection
    let folder: String
    let environment: ConnectorEnvironment
    let files: ParsedFiles<ParsedRecords>

    /// All records, and how their source is called.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func records() async throws -> (ParsedRecords, source: String) {
        do {
            switch collection.origin {
            case .csv(let path): return try await csv(path)
            case .json(let path, let records): return try await json(path, records)
            case .sqlite(let path, let query, let parameters, let isImmutable):
                return try await sqlite(path, query, parameters, isImmutable)
            case .http(let origin):
                let table = try await HTTPTable(
                    connector: connector,
                    title: title,
                    origin: origin,
                    fields: collection.fields,
                    environment: environment
                ).read()
                return (try parsed(table), title)
            case .postgres(let connection, let origin):
                let table = try await PostgresTable(
                    connector: connector,
                    database: PostgresDatabase(connection: try connection.filled(connector, environment)),
                    fields: collection.fields
                ).read(origin, parameters: { try value(of: $0) })
                return (try parsed(table), title)
            }
        } catch let error as StorageError {
            throw ConnectorError(connector, error)
        } catch let error as ImportError {
            throw ConnectorError(connector, .unreadable, error.description)
        }
    }

    private func parsed(_ table: RawTable) throws -> ParsedRecords {
        try ParsedRecords(table, collection, connector: connector)
    }

    // MARK: - Files

    private func csv(_ path: TemplateText) async throws -> (ParsedRecords, source: String) {
        let path = try full(path)
        let isPattern = path.contains { "*?[".contains($0) }
        let paths = isPattern ? try FileListing.paths(matching: path) : [path]
        guard !paths.isEmpty else {
            throw ConnectorError(connector, .notFound, "no file matches \(path)", nextStep: "check the path")
        }
        var all = ParsedRecords()
        for path in paths {
            try Task.checkCancellation()
            all.add(
                try await file(path) { data, name in
                    try CSVTable.read(Array(data), name: name, fields: collection.fields)
                }
            )
        }
        return (all, isPattern ? title : name(of: path))
    }

    private func json(_ path: TemplateText, _ records: RecordPath?) async throws -> (ParsedRecords, source: String) {
        let path = try full(path)
        let parsed = try await file(path) { data, name in
            guard let root = WireValue(json: data) else {
                throw ConnectorError(connector, .unreadable, "\(name) is no JSON", nextStep: "correct the file")
            }
            return try JSONTable.read([root], records: records, name: name, fields: collection.fields, connector)
        }
        return (parsed, name(of: path))
    }

    /// What is in a file, read again only after it was changed; its time is that of its last change.
    private func file(
        _ path: String,
        _ read: @Sendable (Data, String) throws -> RawTable
    ) async throws -> ParsedRecords {
        // One file may serve several collections.
        let cached = try await files.value(path, part: collection.collection.name) { stamp in
            let data = try FileReader(maximumBytes: ImportDraft.largestFile).read(path)
            var table = try read(data, name(of: path))
            table.asOf = Date(timeIntervalSince1970: Double(stamp.modifiedAt / 1_000_000_000))
            return try parsed(table)
        }
        return cached
    }

    private func sqlite(
        _ path: TemplateText,
        _ query: String,
        _ parameters: [QueryParameter],
        _ isImmutable: Bool
    ) async throws -> (ParsedRecords, source: String) {
        let path = try full(path)
        // What was written last may still be in the companion of the file.
        let companions = try FileListing.paths(matching: FileListing.escaped(path) + "-wal")
        let changes = try ([path] + companions).map { try FileStamp(path: $0).modifiedAt }
        let result = try await ForeignDatabase(path: path, isImmutable: isImmutable)
            .rows(query, parameters: try parameters.map { try value(of: $0) })
        var table = RawTable(result, name: name(of: path), fields: collection.fields)
        table.asOf = changes.max().map { Date(timeIntervalSince1970: Double($0 / 1_000_000_000)) }
        return (try parsed(table), name(of: path))
    }

    private func value(of parameter: QueryParameter) throws -> ForeignTable.Value {
        switch parameter {
        case .template(let template): return .text(try template.filled(connector, environment))
        case .fixed(.number(let number)): return .number(number)
        case .fixed(.text(let text)): return .text(text)
        case .fixed(.bool(let value)): return .boolean(value)
        case .fixed: return .null
        }
    }

    private func full(_ template: TemplateText) throws -> String {
        let path = try template.filled(connector, environment)
        return path.hasPrefix("/") ? path : folder + "/" + path
    }

    private func name(of path: String) -> String {
        DisplayText.line((path as NSString).lastPathComponent)
    }
}

extension ConnectorError {
    /// What a file or a database could not do, as a connector says it.
    init(_ connector: String, _ error: StorageError) {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .tooSlow: .timedOut
            case .unreachable, .locked: .unreachable
            case .notBuilt: .notConfigured
            default: .unreadable
            }
        let place = error.path.isEmpty ? "" : DisplayText.line(error.path, limit: 200) + ": "
        self.init(connector, code, place + DisplayText.line(error.message, limit: 300), nextStep: error.nextStep)
    }
}

extension RawTable {
    /// The columns that a description names of what a query returned.
    init(_ result: ForeignTable, name: String, fields: [FieldDescription]) {
        self.init(name: name)
        present = result.columns.map { DisplayText.line($0) }
        let places = Dictionary(
            result.columns.enumerated().map { ($1.lowercased(), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let columns = fields.map { places[$0.from.lowercased()] }
        for (index, column) in columns.enumerated() where column == nil { absent.insert(index) }
        rows = result.rows.enumerated().map { index, row in
            Row(place: "row \(index + 1)", values: columns.map { $0.map { WireValue(row[$0]) } })
        }
    }
}

extension WireValue {
    fileprivate init(_ value: ForeignTable.Value) {
        switch value {
        case .null: self = .null
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        case .boolean(let value): self = .bool(value)
        // No field can hold bytes; an empty list is refused by all of them.
        case .bytes: self = .list([])
        }
    }
}
