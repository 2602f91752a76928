import Foundation
import Markets
import Transport

extension SourceDescription {
    /// Reads the description of one source.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - file: Its name, for messages.
    ///   - folder: Its folder, against which paths are read.
    /// - Throws: `DescriptionError` for anything that is not understood.
    init(text: String, file: String, folder: String) throws {
        let root = try DescriptionNode(text: text, file: file)
        let single = ["fields", "key", "time", "stale_after"]
        let known = ["name", "title", "enabled", "ttl", "rate_limit", "source"]
        let several = try root.child("collections")
        try root.allowOnly(several == nil ? known + single : known + ["collections"])
        self.folder = folder
        name = try root.required("name").identifier(hyphens: true)
        title = try root.child("title")?.text() ?? name
        isEnabled = try root.child("enabled")?.flag() ?? true
        timeToLive = try root.child("ttl")?.duration()
        rateLimit = try root.child("rate_limit").map(RateLimit.init(reading:))
        let shared = try root.child("source")
        guard let several else {
            let collection = try Collection(root, name: name, title: title, own: shared, shared: nil)
            collections = [collection]
            return
        }
        collections = []
        for node in try several.list() {
            try node.allowOnly(["name", "title", "source"] + single)
            let name = try node.required("name").identifier()
            guard !collections.contains(where: { $0.collection.name == name }) else {
                throw node.error("two collections are called '\(name)'")
            }
            let title = try node.child("title")?.text() ?? name
            let own = try node.child("source")
            collections.append(try Collection(node, name: name, title: title, own: own, shared: shared))
        }
        guard !collections.isEmpty else { throw several.error("'collections' is empty") }
    }
}

extension SourceDescription.Collection {
    fileprivate init(
        _ node: DescriptionNode,
        name: String,
        title: String,
        own: DescriptionNode?,
        shared: DescriptionNode?
    ) throws {
        guard own != nil || shared != nil else { throw node.error("'\(name)' lacks the key 'source'") }
        origin = try SourceNodes(own: own, shared: shared).origin()
        staleAfter = try node.child("stale_after")?.duration()
        fields = []
        let list = try node.required("fields")
        for part in try list.list() {
            let field = try FieldDescription(part, isJSON: origin.isJSON)
            guard !fields.contains(where: { $0.field.name == field.field.name }) else {
                throw part.error("two fields are called '\(field.field.name)'")
            }
            fields.append(field)
        }
        guard !fields.isEmpty else { throw list.error("'fields' is empty") }
        let key = try Self.key(node, fields)
        // A record that lacks a part of its key cannot be recognised.
        for index in fields.indices where key.contains(fields[index].field.name) {
            fields[index].field.isRequired = true
        }
        collection = RecordCollection(
            name: name,
            title: title,
            fields: fields.map(\.field),
            key: key,
            timeField: try Self.time(node, fields)
        )
    }

    private static func key(_ node: DescriptionNode, _ fields: [FieldDescription]) throws -> [String] {
        guard let part = try node.child("key") else { return [] }
        let nodes = part.isList ? try part.list() : [part]
        var names: [String] = []
        for node in nodes {
            let name = try node.text()
            guard fields.contains(where: { $0.field.name == name }) else {
                throw node.error("'key' names '\(name)', which is no field")
            }
            guard !names.contains(name) else { throw node.error("'key' names '\(name)' twice") }
            names.append(name)
        }
        guard !names.isEmpty else { throw part.error("'key' is empty") }
        return names
    }

    private static func time(_ node: DescriptionNode, _ fields: [FieldDescription]) throws -> String? {
        guard let part = try node.child("time") else { return nil }
        let name = try part.text()
        guard let field = fields.first(where: { $0.field.name == name }) else {
            throw part.error("'time' names '\(name)', which is no field")
        }
        guard field.field.kind == .instant || field.field.kind == .date else {
            throw part.error("'time' names '\(name)', which is no instant or date")
        }
        return name
    }
}

extension FieldDescription {
    fileprivate init(_ node: DescriptionNode, isJSON: Bool) throws {
        try node.allowOnly(["name", "from", "type", "unit", "required", "values", "zone"])
        let name = try node.required("name").identifier()
        let typeNode = try node.required("type")
        let type = try typeNode.text()
        guard let kind = RecordValue.Kind(rawValue: type) else {
            let known = RecordValue.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw typeNode.error("'type' is '\(DisplayText.line(type))', expected one of \(known)")
        }
        let fromNode = try node.child("from")
        from = try fromNode?.text() ?? name
        path = RecordPath(from)
        if isJSON, path == nil { throw (fromNode ?? node).error("'from' is no way in JSON such as status.type.state") }
        let unitNode = try node.child("unit")
        if let unitNode, kind != .decimal, kind != .integer {
            throw unitNode.error("'unit' is for decimal and integer fields")
        }
        let zoneNode = try node.child("zone")
        zone = try zoneNode.map { node in
            guard kind == .instant else { throw node.error("'zone' is for instant fields") }
            guard let zone = Zone(rawValue: try node.text()) else { throw node.error("'zone' is utc or new_york") }
            return zone
        }
        let (words, values) = try FieldDescription.words(try node.child("values"), kind)
        self.words = words
        field = RecordField(
            name: name,
            kind: kind,
            unit: try unitNode?.text(),
            isRequired: try node.child("required")?.flag() ?? false,
            values: values
        )
    }

    /// The source's words, in lower case, with ours, and ours in order.
    private static func words(
        _ node: DescriptionNode?,
        _ kind: RecordValue.Kind
    ) throws -> (words: [String: String], values: [String]) {
        guard let node else { return ([:], []) }
        guard kind == .text || kind == .symbol else { throw node.error("'values' is for text and symbol fields") }
        var words: [String: String] = [:]
        var values: [String] = []
        let pairs: [(key: String, value: DescriptionNode)] =
            node.isMapping ? try node.pairs() : try node.list().map { (try $0.text(), $0) }
        for (word, value) in pairs {
            let ours = try value.text()
            guard words.updateValue(ours, forKey: word.lowercased()) == nil else {
                throw value.error("'values' has '\(word)' twice")
            }
            if !values.contains(ours) { values.append(ours) }
        }
        guard !values.isEmpty else { throw node.error("'values' is empty") }
        return (words, values)
    }
}

extension RateLimit {
    fileprivate init(reading node: DescriptionNode) throws {
        try node.allowOnly(["requests", "per", "burst"])
        let requests = try node.required("requests").integer(in: 1...100_000)
        let span = try node.required("per").duration()
        guard span > .zero else { throw node.error("'per' is no span of time") }
        let burst = try node.child("burst")?.integer(in: 1...100_000) ?? 1
        self.init(perSecond: Double(requests) / Double(span.components.seconds), burst: Double(burst))
    }
}
