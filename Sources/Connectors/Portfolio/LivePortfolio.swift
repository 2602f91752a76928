import Foundation
public import Markets

/// The owner's portfolio as brokers report it now: positions of all accounts together, valued by quotes.
///
/// What was imported keeps its part: the history for income and realised gains, dividends, and quotes of what no source
/// quotes.
public struct LivePortfolio: Sendable {
    private let accounts: [AccountHoldings]

    /// The holdings of `accounts`.
    public init(accounts: [AccountHoldings]) {
        self.accounts = accounts
    }

    /// Tickers and option symbols whose quotes a valuation needs: everything held and every underlying, each once, in order.
    public var symbols: [String] {
        var seen: Set<String> = []
        return accounts.flatMap(\.positions).map(\.instrument)
            .flatMap { [$0.symbol, $0.underlying] }
            .filter { seen.insert($0).inserted }
            .sorted()
    }

    /// The holdings as a portfolio.
    ///
    /// What one account is long and another short is netted, at no known price.
    /// - Parameter name: What the owner calls them.
    public func portfolio(name: String = "Your portfolio") -> Portfolio {
        var lots: [Instrument: [Lot]] = [:]
        for held in accounts.flatMap(\.positions) where held.quantity != 0 {
            let instrument = held.instrument
            lots[instrument, default: []].append(
                Lot(instrument: instrument, quantity: held.quantity, price: held.averagePrice, opened: held.opened)
            )
        }
        var positions: [Position] = []
        var issues: [LedgerIssue] = []
        for (instrument, lots) in lots {
            let isHeldBothWays = Set(lots.map { $0.quantity > 0 }).count == 2
            guard isHeldBothWays else {
                let ordered = lots.sorted {
                    ($0.opened ?? .beforeHistory, $0.quantity) < ($1.opened ?? .beforeHistory, $1.quantity)
                }
                positions.append(Position(instrument: instrument, lots: ordered))
                continue
            }
            issues.append(
                LedgerIssue(
                    kind: .heldBothWays,
                    instrument: instrument,
                    message: "\(instrument) is held long in one account and short in another; shown net, without a cost"
                )
            )
            let net = lots.reduce(Decimal(0)) { $0 + $1.quantity }
            guard net != 0 else { continue }
            let lot = Lot(instrument: instrument, quantity: net, price: nil, opened: nil)
            positions.append(Position(instrument: instrument, lots: [lot]))
        }
        return Portfolio(
            name: name,
            positions: positions.sorted { $0.precedes($1) },
            cash: cash,
            issues: issues.sorted { $0.message < $1.message }
        )
    }

    /// Cash of all accounts; unknown where one does not tell.
    private var cash: Portfolio.Cash {
        var sum: Decimal = 0
        for holdings in accounts {
            guard let cash = holdings.balances?.cash else {
                return .unknown(reason: "\(holdings.account.title) gives no cash balance")
            }
            sum += cash
        }
        return .known(sum)
    }
}
