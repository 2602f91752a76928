public import Foundation

/// What a model costs, in US dollars, by its service's price list of a day.
public struct ModelPrice: Hashable, Sendable, Codable {
    /// A million tokens read.
    public var inputPerMillion: Decimal
    /// A million tokens written, reasoning included.
    public var outputPerMillion: Decimal
    /// A million tokens read from the service's cache; nil where it is the price of those read.
    public var cachedInputPerMillion: Decimal?
    /// A million tokens written to the service's cache; nil where it is the price of those read.
    public var cacheWritePerMillion: Decimal?
    /// The day the prices were looked up: `2026-11-20`.
    public var asOf: String
    /// Where they were looked up.
    public var source: String

    /// A price with all its values.
    public init(
        inputPerMillion: Decimal,
        outputPerMillion: Decimal,
        cachedInputPerMillion: Decimal? = nil,
        cacheWritePerMillion: Decimal? = nil,
        asOf: String,
        source: String
    ) {
        self.inputPerMillion = inputPerMillion
        self.outputPerMillion = outputPerMillion
        self.cachedInputPerMillion = cachedInputPerMillion
        self.cacheWritePerMillion = cacheWritePerMillion
        self.asOf = asOf
        self.source = source
    }

    /// What a call cost, in dollars; nil where the service did not count its tokens.
    public func cost(of usage: TokenUsage) -> Decimal? {
        guard let input = usage.input, let output = usage.output else { return nil }
        let cached = min(usage.cachedInput ?? 0, input)
        let written = min(usage.cacheWriteInput ?? 0, input - cached)
        let plain = Decimal(input - cached - written) * inputPerMillion
        let fromCache = Decimal(cached) * (cachedInputPerMillion ?? inputPerMillion)
        let toCache = Decimal(written) * (cacheWritePerMillion ?? inputPerMillion)
        return (plain + fromCache + toCache + Decimal(output) * outputPerMillion) / 1_000_000
    }

    /// The most a call can cost, in dollars.
    public func largestCost(inputTokens: Int, maximumOutputTokens: Int) -> Decimal {
        let input = max(inputPerMillion, cacheWritePerMillion ?? 0)
        return (Decimal(inputTokens) * input + Decimal(maximumOutputTokens) * outputPerMillion) / 1_000_000
    }
}
