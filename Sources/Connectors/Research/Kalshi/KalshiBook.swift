public import Foundation
import JSON

/// An order book as Kalshi sends it: bids alone, on both sides, in either of two forms.
struct KalshiBook {
    private let yes: [PredictionBook.Level]
    private let no: [PredictionBook.Level]
    private let notes: [String]

    /// The book in an answer.
    ///
    /// - Throws: `ConnectorError` with `unexpectedAnswer` where it holds none.
    init(_ answer: WireValue, reader: RecordReader) throws {
        var reader = reader
        if let book = answer["orderbook_fp"] {
            yes = try Self.levels(book, ["yes_dollars"], &reader)
            no = try Self.levels(book, ["no_dollars"], &reader)
        } else {
            let book = try reader.member(answer["orderbook"] == nil ? "orderbook_fp" : "orderbook", of: answer)
            yes = try Self.levels(book, ["yes_dollars", "yes"], &reader)
            no = try Self.levels(book, ["no_dollars", "no"], &reader)
        }
        notes = reader.notes
    }

    /// The book of `ticker`.
    func sourced(ticker: String, _ source: String) -> Sourced<PredictionBook> {
        Sourced(PredictionBook(ticker: ticker, yesBids: yes, noBids: no), source: source, notes: notes)
    }

    /// The levels under the first of `names` that is there, the highest price first. Null is an empty side.
    private static func levels(
        _ book: WireValue,
        _ names: [String],
        _ reader: inout RecordReader
    ) throws -> [PredictionBook.Level] {
        guard case .object(let members) = book, let name = names.first(where: { members[$0] != nil }) else {
            reader.drift.note(names[0])
            return []
        }
        let unit: Decimal = name.hasSuffix("_dollars") ? 1 : 100
        guard case .list(let records)? = book[name] else {
            if members[name] != .null { reader.drift.note(name) }
            return []
        }
        let levels = try reader.records(records, "levels") { record, drift in
            guard case .list(let pair) = record, pair.count >= 2, let price = pair[0].decimal.map({ $0 / unit }),
                let quantity = pair[1].decimal, price > 0, price < 1, quantity >= 0
            else {
                drift.note(name)
                return PredictionBook.Level?.none
            }
            return PredictionBook.Level(price: price, quantity: quantity)
        }
        return levels.filter { $0.quantity > 0 }.sorted { $0.price > $1.price }
    }
}

extension PredictionBook {
    /// The best offer for yes: one dollar less the best bid for no; nil where nobody bids for no.
    public var yesAsk: Decimal? { noBids.first.map { 1 - $0.price } }
    /// The best offer for no: one dollar less the best bid for yes; nil where nobody bids for yes.
    public var noAsk: Decimal? { yesBids.first.map { 1 - $0.price } }
}
