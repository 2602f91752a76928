import Foundation
import JSON
import Synchronization

/// Which company has which ticker, kept in memory for a day.
final class CompanyDirectory: Sendable {
    /// A company.
    struct Company: Sendable {
        var symbol: String
        /// The Central Index Key.
        var number: Int
        var name: String

        /// The key as addresses have it, ten digits.
        var paddedNumber: String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
        }
    }

    private struct State {
        var filled: Date?
        var companies: [String: Company] = [:]
    }

    private let state = Mutex(State())

    /// Whether the directory was filled within a day before `now`.
    func isFresh(at now: Date) -> Bool {
        state.withLock { state in
            state.filled.map { now >= $0 && now.timeIntervalSince($0) < 86_400 } ?? false
        }
    }

    /// Fills the directory from `company_tickers.json`.
    ///
    /// - Returns: Whether there was a company in it.
    func fill(_ answer: WireValue, at now: Date) -> Bool {
        let records: [WireValue]
        switch answer {
        case .object(let members): records = Array(members.values)
        case .list(let elements): records = elements
        default: records = []
        }
        var companies: [String: Company] = [:]
        for record in records {
            guard let ticker = record["ticker"]?.string, let number = record["cik_str"]?.integer, number > 0 else {
                continue
            }
            let symbol = ticker.uppercased().replacing("-", with: ".")
            let name = DisplayText.line(record["title"]?.string ?? ticker)
            companies[symbol] = Company(symbol: symbol, number: number, name: name)
        }
        guard !companies.isEmpty else { return false }
        let filled = companies
        state.withLock { $0 = State(filled: now, companies: filled) }
        return true
    }

    /// The company with a ticker; a share class stands behind a point or a hyphen.
    func company(_ symbol: String) -> Company? {
        let symbol = symbol.uppercased().replacing("-", with: ".")
        return state.withLock { $0.companies[symbol] }
    }
}
