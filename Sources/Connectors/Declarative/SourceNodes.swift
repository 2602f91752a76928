import Foundation

/// The part `source` of a collection, and the one of the file that it may leave to speak for it.
struct SourceNodes {
    private static let kinds: [String: [String]] = [
        "csv": [],
        "json": ["records"],
        "sqlite": ["query", "parameters", "immutable"],
        "http": ["parameters", "headers", "format", "records", "paging", "maximum_pages"],
        "postgres": ["table", "query", "parameters"],
    ]

    private let own: DescriptionNode?
    private let shared: DescriptionNode?

    init(own: DescriptionNode?, shared: DescriptionNode?) {
        self.own = own
        self.shared = shared
    }

    private func child(_ key: String) throws -> DescriptionNode? {
        try own?.child(key) ?? shared?.child(key)
    }

    /// Where the records come from.
    func origin() throws -> RecordOrigin {
        guard let place = own ?? shared else { throw DescriptionError(file: "", line: nil, reason: "no source") }
        let kinds = try SourceNodes.kinds.keys.sorted().filter { try child($0) != nil }
        guard kinds.count == 1, let kind = kinds.first, let subject = try child(kind) else {
            throw place.error("'source' needs exactly one of csv, http, json, postgres, sqlite")
        }
        for node in [own, shared].compactMap({ $0 }) {
            try node.allowOnly([kind] + (SourceNodes.kinds[kind] ?? []))
        }
        switch kind {
        case "csv": return .csv(path: try path(subject))
        case "json": return .json(path: try path(subject), records: try records())
        case "sqlite":
            guard let query = try child("query") else { throw place.error("'source' lacks the key 'query'") }
            return .sqlite(
                path: try path(subject),
                query: try query.text(),
                parameters: try parameters(),
                isImmutable: try child("immutable")?.flag() ?? false
            )
        case "postgres": return try postgres(subject, place)
        default: return .http(try http(subject))
        }
    }

    private func postgres(_ subject: DescriptionNode, _ place: DescriptionNode) throws -> RecordOrigin {
        let connection = try template(subject, allowsSecrets: true)
        guard connection.holdsSecret else {
            throw subject.error(
                "'postgres' holds the connection in plain text",
                "keep it as a secret: postgres: ${secret:MAGNUS_POSTGRES}"
            )
        }
        let table = try child("table")
        switch (table, try child("query")) {
        case (let table?, nil):
            if let parameters = try child("parameters") { throw parameters.error("'parameters' belongs to a query") }
            return .postgres(connection: connection, .table(try table.text()))
        case (nil, let query?): return .postgres(connection: connection, .query(try query.text(), try parameters()))
        default: throw place.error("'source' needs a 'table' or a 'query'")
        }
    }

    private func http(_ subject: DescriptionNode) throws -> HTTPOrigin {
        let url = try template(subject, allowsSecrets: false)
        let text = try subject.text().lowercased()
        let isLocal = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { text.hasPrefix($0) }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") || text.hasPrefix("${setting:") else {
            throw subject.error("'http' is no address such as https://example.com/data")
        }
        let headers = try named("headers")
        let query = try named("parameters")
        let holdsSecret = (headers + query).contains { $0.value.holdsSecret }
        guard !holdsSecret || text.hasPrefix("https://") || isLocal else {
            throw subject.error("a secret would be sent without encryption", "use an address with https://")
        }
        var format = HTTPOrigin.Format.json
        if let node = try child("format") {
            guard let known = HTTPOrigin.Format(rawValue: try node.text()) else {
                throw node.error("'format' is json or csv")
            }
            format = known
        }
        let recordsNode = try child("records")
        let paging = try child("paging")
        if format == .csv, let wrong = recordsNode ?? paging {
            throw wrong.error("CSV has no 'records' and no 'paging'")
        }
        return HTTPOrigin(
            url: url,
            query: query,
            headers: headers,
            format: format,
            records: try records(),
            paging: try paging.map(HTTPOrigin.Paging.init(reading:)),
            maximumPages: try child("maximum_pages")?.integer(in: 1...1_000) ?? 20
        )
    }

    private func named(_ key: String) throws -> [(name: String, value: TemplateText)] {
        guard let node = try child(key) else { return [] }
        return try node.pairs().map { ($0.key, try template($0.value, allowsSecrets: true)) }
    }

    private func records() throws -> RecordPath? {
        guard let node = try child("records") else { return nil }
        guard let path = RecordPath(try node.text(), allowsAll: true) else {
            throw node.error("'records' is no way in JSON such as data.items")
        }
        return path
    }

    private func parameters() throws -> [QueryParameter] {
        guard let node = try child("parameters") else { return [] }
        return try node.list().map { element in
            let value = try element.scalar()
            guard case .text(let text) = value, text.contains("${") else { return .fixed(value) }
            return .template(try template(element, allowsSecrets: false))
        }
    }

    private func path(_ node: DescriptionNode) throws -> TemplateText {
        if try node.text().hasPrefix("~") { throw node.error("'~' is not replaced", "write the path in full") }
        return try template(node, allowsSecrets: false)
    }

    private func template(_ node: DescriptionNode, allowsSecrets: Bool) throws -> TemplateText {
        var reason = ""
        guard let template = TemplateText(try node.text(), reason: &reason) else { throw node.error(reason) }
        guard allowsSecrets || !template.holdsSecret else {
            throw node.error("a secret has no place here", "put it into headers or parameters of an http source")
        }
        return template
    }
}

extension RecordOrigin {
    /// Whether fields are found by a way in JSON.
    var isJSON: Bool {
        switch self {
        case .json: true
        case .http(let origin): origin.format == .json
        case .csv, .sqlite, .postgres: false
        }
    }
}

extension HTTPOrigin.Paging {
    fileprivate init(reading node: DescriptionNode) throws {
        func path(_ node: DescriptionNode) throws -> RecordPath {
            guard let path = RecordPath(try node.text()) else {
                throw node.error("it is no way in JSON such as meta.next")
            }
            return path
        }
        if let next = try node.child("next") {
            try node.allowOnly(["next"])
            self = .next(try path(next))
        } else if let cursor = try node.child("cursor") {
            try node.allowOnly(["cursor", "parameter"])
            self = .cursor(try path(cursor), parameter: try node.required("parameter").text())
        } else if let offset = try node.child("offset") {
            try node.allowOnly(["offset", "limit", "size"])
            self = .offset(
                parameter: try offset.text(),
                sizeParameter: try node.required("limit").text(),
                size: try node.required("size").integer(in: 1...10_000)
            )
        } else {
            throw node.error("'paging' needs one of next, cursor, offset")
        }
    }
}
