public import Foundation
public import Markets
public import Storage

/// What each account was worth on each day it was looked at, kept because brokers tell what is and not what was.
public struct BalanceSnapshots: BalanceHistorySource {
    /// Its name in settings.
    public let name = "balance_snapshots"
    /// Its name as the owner reads it.
    public let title = "Kept balances"
    /// Computed from holdings that were seen.
    public let kind = ConnectorKind.derived
    /// Always.
    public let readiness = ConnectorReadiness.ready
    /// Snapshots are read anew each time, for balances seen meanwhile add one.
    public let timesToLive: [DataKind: Duration] = [.balances: .zero]

    private let store: BalanceStore

    /// Balances kept in `store`.
    public init(store: BalanceStore) {
        self.store = store
    }

    /// Keeps the balances of accounts as a broker answered them; the last of a day stays.
    ///
    /// Their day is New York's at the broker's own time of them, or at `now` where it states none.
    /// - Throws: `StorageError`.
    public func keep(_ holdings: Sourced<[AccountHoldings]>, now: Date) throws {
        let records = holdings.value.compactMap { holdings -> (AccountHoldings, AccountBalances)? in
            holdings.balances.map { (holdings, $0) }
        }.map { account, balances in
            let asOf = balances.asOf ?? holdings.asOf ?? now
            return BalanceRecord(
                account: account.account.title,
                date: TradingDate(newYorkDateOf: asOf).description,
                cash: balances.cash,
                netLiquidation: balances.netLiquidation,
                buyingPower: balances.buyingPower,
                source: holdings.source,
                asOf: asOf
            )
        }
        if !records.isEmpty { try store.set(records) }
    }

    /// The balances of each account on each day, oldest first.
    ///
    /// - Throws: `ConnectorError` where the database cannot be read.
    public func balances(since start: TradingDate) async throws -> Sourced<[DailyBalance]> {
        do {
            let balances = try store.since(start.description).compactMap { record -> DailyBalance? in
                guard let date = TradingDate(record.date) else { return nil }
                return DailyBalance(
                    account: record.account,
                    date: date,
                    cash: record.cash,
                    netLiquidation: record.netLiquidation,
                    buyingPower: record.buyingPower,
                    source: record.source,
                    asOf: record.asOf
                )
            }
            return Sourced(balances, source: "kept balances")
        } catch {
            throw ConnectorError(name, .unreadable, "\(error)")
        }
    }
}
