public import Foundation

/// What a connector answered: a value, whose it is, and the time it was true at by its source.
public struct Sourced<Value: Sendable>: Sendable {
    /// The value.
    public var value: Value
    /// Where it came from, as it is shown to the owner: `Alpaca`, `watchlist.txt`.
    public var source: String
    /// The provider's time of the data as a whole, never the time it was fetched; nil where each record carries its own or
    /// the provider states none.
    public var asOf: Date?
    /// What the owner should know: fields that were renamed, rows that were passed over.
    public var notes: [String]

    /// A value with where it came from.
    public init(_ value: Value, source: String, asOf: Date? = nil, notes: [String] = []) {
        self.value = value
        self.source = source
        self.asOf = asOf
        self.notes = notes
    }
}

extension Sourced: Equatable where Value: Equatable {}
extension Sourced: Codable where Value: Codable {}
