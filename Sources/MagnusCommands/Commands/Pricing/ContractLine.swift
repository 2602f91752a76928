import Foundation
import Markets

/// One option as a line of JSON gives it to `magnus price` and `magnus iv`.
struct ContractLine: Decodable {
    /// A cash dividend on one share.
    struct Dividend: Decodable {
        /// Years to the ex-date.
        var years: Double
        /// Dollars per share.
        var amount: Double
    }

    var style: String
    var type: String
    var spot: Double
    var strike: Double
    var rate: Double
    var dividendYield: Double?
    var dividends: [Dividend]?
    var years: Double
    var volatility: Double?
    var price: Double?

    private enum CodingKeys: String, CodingKey {
        case style, type, spot, strike, rate
        case dividendYield = "dividend_yield"
        case dividends, years, volatility, price
    }

    /// Why a line is no contract, in one line.
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    /// Reads one line.
    ///
    /// - Throws: `Refusal`.
    init(json: Data) throws {
        do {
            self = try JSONDecoder().decode(ContractLine.self, from: json)
        } catch let error as DecodingError {
            throw Refusal(description: Self.reason(error))
        }
    }

    /// A contract from values already read.
    init(style: String, type: String, spot: Double, strike: Double, rate: Double, years: Double) {
        self.style = style
        self.type = type
        self.spot = spot
        self.strike = strike
        self.rate = rate
        self.years = years
    }

    /// What a pricing model needs to know.
    ///
    /// - Throws: `Refusal`, `PricingError`.
    func terms() throws -> OptionTerms {
        guard let style = OptionTerms.Style(rawValue: style) else {
            throw Refusal(description: "style is neither \"american\" nor \"european\"")
        }
        guard let right = OptionContract.Right(rawValue: type) else {
            throw Refusal(description: "type is neither \"call\" nor \"put\"")
        }
        return try OptionTerms(
            style: style,
            right: right,
            spot: spot,
            strike: strike,
            rate: rate,
            dividendYield: dividendYield ?? 0,
            dividends: (dividends ?? []).map { .init(years: $0.years, amount: $0.amount) },
            years: years
        )
    }

    private static func reason(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            return keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(path(context, key)) is missing"
        case .valueNotFound(_, let context) where !context.codingPath.isEmpty:
            return "\(path(context)) is null"
        case .typeMismatch(let type, let context) where !context.codingPath.isEmpty:
            let kind = type == Double.self ? "a number" : type == String.self ? "a string" : "of the right form"
            return "\(path(context)) is not \(kind)"
        case .typeMismatch, .valueNotFound:
            return "the line is no JSON object"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            return "\(path(context)) is not a number that a Double holds"
        default:
            return "the line is no JSON"
        }
    }
}
