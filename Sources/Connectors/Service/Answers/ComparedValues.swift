import Foundation

/// One measure of which two sources were asked.
struct ComparedValues: Sendable, Hashable {
    /// What was compared: `last price of NVDA`.
    var measure: String
    /// What each says, as it is shown.
    var first, second: String
    /// The times of both values, where the sources give them.
    var firstAsOf, secondAsOf: Date?
    /// The difference in relation to the first: 0.01 is 1 %; nil where the values are not numbers and differ.
    var difference: Double?
}

/// Two sources that do not agree.
public struct Disagreement: Sendable, Hashable, Codable {
    /// What they do not agree on: `last price of NVDA`.
    public var measure: String
    /// Who said what: the source that is served first.
    public var sources: [String]
    /// What each says.
    public var values: [String]
    /// The difference in relation to the first value (0.01 is 1 %); nil where they are no numbers.
    public var difference: Double?
    /// All of that in a sentence, with the times of both.
    public var words: String
}
