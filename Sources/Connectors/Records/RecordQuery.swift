/// Which records to return.
public struct RecordQuery: Sendable, Hashable, Codable {
    /// The collection.
    public var collection: String
    /// All of them must hold.
    public var filters: [RecordFilter]
    /// The order; the source's own where empty.
    public var sort: [RecordSort]
    /// At most so many, after sorting; nil for all.
    public var limit: Int?

    /// A query.
    public init(
        _ collection: String,
        filters: [RecordFilter] = [],
        sort: [RecordSort] = [],
        limit: Int? = nil
    ) {
        self.collection = collection
        self.filters = filters
        self.sort = sort
        self.limit = limit
    }
}

/// What a field's value must be. A record without a value does not match.
public struct RecordFilter: Sendable, Hashable, Codable {
    /// The field.
    public var field: String
    /// The least and the greatest value, both included; nil for no bound.
    public var least, greatest: RecordValue?

    /// Values from `least` to `greatest`.
    public init(_ field: String, from least: RecordValue? = nil, to greatest: RecordValue? = nil) {
        self.field = field
        self.least = least
        self.greatest = greatest
    }

    /// One value.
    public static func equal(_ field: String, _ value: RecordValue) -> RecordFilter {
        RecordFilter(field, from: value, to: value)
    }
}

/// An order of records by one field; records without a value come last.
public struct RecordSort: Sendable, Hashable, Codable {
    /// The field.
    public var field: String
    /// Whether the greatest comes first.
    public var isDescending: Bool

    /// An order.
    public init(_ field: String, isDescending: Bool = false) {
        self.field = field
        self.isDescending = isDescending
    }
}

extension RecordQuery {
    /// The records of `collection` that match, in order.
    ///
    /// - Throws: `ConnectorError` of code `notOffered` for a field that `collection` does not have, or a bound of another
    ///   type.
    func apply(to records: [DataRecord], of collection: RecordCollection, connector: String) throws -> [DataRecord] {
        for filter in filters {
            let field = try known(filter.field, collection, connector)
            for bound in [filter.least, filter.greatest].compactMap({ $0 })
            where !RecordQuery.isComparable(bound.kind, field.kind) {
                throw ConnectorError(
                    connector,
                    .notOffered,
                    "the field '\(field.name)' holds a \(field.kind.rawValue), not a \(bound.kind.rawValue)"
                )
            }
        }
        for order in sort { _ = try known(order.field, collection, connector) }
        var matching = records.filter { record in filters.allSatisfy { $0.matches(record) } }
        if !sort.isEmpty {
            // Equal records keep the source's order.
            matching = matching.enumerated().sorted { first, second in
                for order in sort {
                    if let isBefore = order.isBefore(first.element, second.element) { return isBefore }
                }
                return first.offset < second.offset
            }.map(\.element)
        }
        return limit.map { Array(matching.prefix(max(0, $0))) } ?? matching
    }

    private func known(_ name: String, _ collection: RecordCollection, _ connector: String) throws -> RecordField {
        if let field = collection.field(name) { return field }
        let known = collection.fields.map(\.name).joined(separator: ", ")
        throw ConnectorError(
            connector,
            .notOffered,
            "\(collection.name) has no field '\(name)'",
            nextStep: "use one of \(known)"
        )
    }

    private static func isComparable(_ first: RecordValue.Kind, _ second: RecordValue.Kind) -> Bool {
        func family(_ kind: RecordValue.Kind) -> Int {
            switch kind {
            case .text, .symbol: 0
            case .decimal, .integer: 1
            case .date, .instant: 2
            case .boolean: 3
            }
        }
        return family(first) == family(second)
    }
}

extension RecordFilter {
    fileprivate func matches(_ record: DataRecord) -> Bool {
        guard let value = record[field] else { return false }
        // A day as the greatest value takes in the whole day.
        if let least, (bounded(value, by: least)).isBefore(least) != false { return false }
        if let greatest, greatest.isBefore(bounded(value, by: greatest)) != false { return false }
        return true
    }

    private func bounded(_ value: RecordValue, by bound: RecordValue) -> RecordValue {
        if case .date = bound, let date = value.date { return .date(date) }
        return value
    }
}

extension RecordSort {
    /// Whether `first` comes before `second`; nil where this order does not tell them apart.
    fileprivate func isBefore(_ first: DataRecord, _ second: DataRecord) -> Bool? {
        switch (first[field], second[field]) {
        case (nil, nil): return nil
        case (nil, _): return false
        case (_, nil): return true
        case (let left?, let right?):
            if left.isBefore(right) == true { return !isDescending }
            if right.isBefore(left) == true { return isDescending }
            return nil
        }
    }
}
