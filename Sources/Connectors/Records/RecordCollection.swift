/// A kind of record that a source offers.
public struct RecordCollection: Sendable, Hashable, Codable {
    /// Its name in queries: `alerts`.
    public var name: String
    /// Its name as the owner reads it.
    public var title: String
    /// The fields of its records.
    public var fields: [RecordField]
    /// The fields by which a record is recognised; empty where records are not told apart.
    public var key: [String]
    /// The field that says when a record was true; nil where there is none.
    public var timeField: String?

    /// A collection.
    public init(name: String, title: String, fields: [RecordField], key: [String] = [], timeField: String? = nil) {
        self.name = name
        self.title = title
        self.fields = fields
        self.key = key
        self.timeField = timeField
    }

    /// The field called `name`.
    public func field(_ name: String) -> RecordField? {
        fields.first { $0.name == name }
    }
}

/// A field of the records of a collection.
public struct RecordField: Sendable, Hashable, Codable {
    /// Its name: `entry_price`.
    public var name: String
    /// What it holds.
    public var kind: RecordValue.Kind
    /// The unit its numbers are in, as it is shown: `USD per share`, `%`; nil for none.
    public var unit: String?
    /// Whether a record without it is passed over.
    public var isRequired: Bool
    /// The values it may have; empty for any.
    public var values: [String]

    /// A field.
    public init(
        name: String,
        kind: RecordValue.Kind,
        unit: String? = nil,
        isRequired: Bool = false,
        values: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.isRequired = isRequired
        self.values = values
    }
}
