/// Why a figure cannot be computed from the market data at hand.
public struct DataGap: Error, Sendable, Hashable, CustomStringConvertible {
    /// The figure: `30-day implied volatility of AAPL`.
    public let figure: String
    /// What is missing or unusable, as a clause: `no expiration within 7 days of 30`.
    public let reason: String

    /// A figure that is missing for a reason.
    public init(_ figure: String, _ reason: String) {
        self.figure = figure
        self.reason = reason
    }

    /// Both in one line.
    public var description: String {
        "There is no \(figure): \(reason)."
    }
}
