public import Foundation
public import Markets

/// One record of a source that the owner described: typed values by the names of their fields.
public struct DataRecord: Sendable, Hashable, Codable {
    /// A value and the unit it is in.
    public struct Field: Sendable, Hashable, Codable {
        /// The field's name.
        public var name: String
        /// Its value.
        public var value: RecordValue
        /// The unit a number is in; nil for none.
        public var unit: String?

        /// A field.
        public init(_ name: String, _ value: RecordValue, unit: String? = nil) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    /// The collection it belongs to.
    public var collection: String
    /// Its fields in the order of the collection's; those without a value are missing.
    public var fields: [Field]
    /// When it was true by its source; nil where the source does not say.
    public var asOf: Date?

    /// A record.
    public init(collection: String, fields: [Field], asOf: Date? = nil) {
        self.collection = collection
        self.fields = fields
        self.asOf = asOf
    }

    /// The value of the field `name`; nil where it has none.
    public subscript(name: String) -> RecordValue? {
        fields.first { $0.name == name }?.value
    }

    /// The text or symbol in the field `name`.
    public func string(_ name: String) -> String? { self[name]?.string }

    /// The number in the field `name`.
    public func decimal(_ name: String) -> Decimal? { self[name]?.decimal }

    /// The day in the field `name`.
    public func date(_ name: String) -> TradingDate? { self[name]?.date }
}
