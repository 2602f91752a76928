import Agents
import Evidence
import Foundation

/// Answers about what happened in the accounts.
extension Composer {
    func activity() -> [Answer.Block] {
        var blocks: [Answer.Block] = []
        let entries = facts.decimal(FactLabel.entryCount) ?? 0
        if let net = facts.decimal(FactLabel.netAmount) {
            blocks.append(
                .paragraph(
                    "Net amount\(scopeWords)\(periodWords) is \(FigureFormat.dollars(net)), the sum of "
                        + "\(FigureFormat.count(entries)) entries."
                )
            )
        }
        let table = list(
            Listing(
                lead: "Trades and movements\(scopeWords)\(periodWords), the latest first:",
                nothing: "\(portfolioName) has no trades or movements\(scopeWords)\(periodWords).",
                key: FactLabel.action,
                columns: [
                    .init("Date", FactLabel.date, .date),
                    .init("Action", FactLabel.action, .text),
                    .init("Instrument", FactLabel.instrument, .text),
                    .init("Quantity", FactLabel.quantity, .count, dispensability: 1),
                    .init("Trade price", FactLabel.tradePrice, .price, dispensability: 2),
                    .init("Amount", FactLabel.amount, .dollars),
                    .init("Account", FactLabel.account, .text, dispensability: 3),
                ]
            )
        )
        let head = facts.subjects(with: FactLabel.action).isEmpty ? 1 : 2
        blocks += table.prefix(head)
        if request.symbols.isEmpty { blocks += balances() + pastBalances() }
        return blocks + table.dropFirst(head)
    }

    /// Balances as brokers report them, by account.
    func balances() -> [Answer.Block] {
        let accounts = facts.subjects(with: FactLabel.account).filter { facts.text(FactLabel.account, of: $0) == $0 }
        guard !accounts.isEmpty else { return [] }
        var table = AnswerTable(columns: [
            .init("Account", isNumeric: false), .init("Cash"), .init("Net liquidation value"),
            .init("Buying power", dispensability: 1), .init("Option buying power", dispensability: 2),
        ])
        table.rows = accounts.map { account in
            AnswerTable.Row(
                subject: account,
                cells: [
                    .init(account), dollars(FactLabel.cash, account), dollars(FactLabel.netLiquidation, account),
                    dollars(FactLabel.buyingPower, account), dollars(FactLabel.optionBuyingPower, account),
                ]
            )
        }
        return [.heading("Balances as the brokers report them"), .table(table)]
    }

    /// Balances of past days: those that were kept, or the cash the books lead to.
    func pastBalances() -> [Answer.Block] {
        let subjects = facts.subjects(with: FactLabel.balanceDate)
        guard !subjects.isEmpty else { return [] }
        let isOfBooks =
            subjects.allSatisfy { facts.fact(FactLabel.netLiquidation, of: $0) == nil }
            && subjects.allSatisfy { facts.fact(FactLabel.account, of: $0) == nil }
        let title =
            isOfBooks ? "Cash at the end of each month" : "Past balances, by the days on which they were looked at"
        let table = list(
            Listing(
                lead: "",
                nothing: "",
                key: FactLabel.balanceDate,
                columns: [
                    .init("Balance date", FactLabel.balanceDate, .date),
                    .init("Account", FactLabel.account, .text, dispensability: 1),
                    .init("Cash", FactLabel.cash, .dollars),
                    .init("Net liquidation value", FactLabel.netLiquidation, .dollars),
                    .init("Buying power", FactLabel.buyingPower, .dollars, dispensability: 2),
                ]
            )
        )
        return [.heading(title)] + table.dropFirst().prefix(1)
    }
}
