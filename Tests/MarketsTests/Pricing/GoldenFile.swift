import Foundation
import Markets

/// Reference values computed by other libraries; each file says which and with what conventions.
enum GoldenFile {
    static func load<Content: Decodable>(_ name: String, in folder: String = "golden") throws -> Content {
        let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(folder)/\(name).json")
        return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
    }
}

/// One option with its reference price and sensitivities.
struct GoldenOption: Decodable {
    let id: String
    let type: OptionContract.Right
    let S: Double
    let K: Double
    let r: Double
    let q: Double
    let sigma: Double
    let T: Double
    let price: Double
    let delta: Double
    let gamma: Double
    let vega: Double
    let theta: Double
    let rho: Double?
    let d1: Double?
    let d2: Double?
    let prob_itm_rn: Double?
    let exercise_now: Bool?

    struct File: Decodable {
        let cases: [GoldenOption]
    }

    func terms(_ style: OptionTerms.Style) throws -> OptionTerms {
        try OptionTerms(style: style, right: type, spot: S, strike: K, rate: r, dividendYield: q, years: T)
    }
}

/// Whether two values agree to a relative or an absolute tolerance, whichever is wider.
func agree(_ value: Double, _ expected: Double, relative: Double, absolute: Double = 0) -> Bool {
    abs(value - expected) <= max(relative * abs(expected), absolute)
}
