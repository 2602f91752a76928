import Foundation
public import Markets
import Storage
import Yams

/// The owner's own list of corporate actions, as CSV or YAML.
///
/// CSV has the header `symbol,date,action,value`, where the action is `split` with `7:1`, `special_dividend` with dollars per
/// share, or `symbol_change` with the new ticker. YAML is a list, also under the key `corporate_actions`, of entries with
/// `symbol`, `date` and one of `split`, `special_dividend` and `symbol_change`. Anything else is refused as a whole.
public struct CorporateActionFile: Sendable {
    /// The actions, in the file's order.
    public let actions: [CorporateAction]

    /// The actions in the file at `path`.
    ///
    /// - Throws: `StorageError` where it cannot be read, `ImportError` naming the line that is not understood.
    public init(path: String) throws {
        let data = try FileReader(maximumBytes: Self.largestFile).read(path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        try self.init(reading: Array(data), fileName: name)
    }

    /// The actions in the bytes of a file; a name that ends in `.csv` is read as CSV, any other as YAML.
    ///
    /// - Throws: `ImportError`.
    public init(reading bytes: [UInt8], fileName: String) throws {
        let file = DisplayText.line(fileName)
        if file.lowercased().hasSuffix(".csv") {
            actions = try Self.read(csv: bytes, file: file)
        } else {
            if let fault = UTF8Check.firstFault(in: bytes) {
                let code = ImportError.Code.notText(line: fault.line, offset: fault.offset, reason: fault.reason)
                throw ImportError(file: file, code: code)
            }
            actions = try Self.read(yaml: String(decoding: bytes, as: UTF8.self), file: file)
        }
    }

    private static let largestFile = 4 * 1024 * 1024
    private static let kinds = ["split", "special_dividend", "symbol_change", "merger", "spin_off"]

    // MARK: - Forms

    private static func read(csv bytes: [UInt8], file: String) throws -> [CorporateAction] {
        var reader = try CSVReader(bytes, file: file)
        let names = ["symbol", "date", "action", "value"]
        var isBelowHeader = false
        var actions: [CorporateAction] = []
        while let row = try reader.next() {
            if row.isBlank { continue }
            let fields = (0..<row.count).map { DisplayText.trimmed(row.text($0)) }
            guard fields.count == names.count else {
                let reason = "the row has \(fields.count) fields, \(names.joined(separator: ",")) are needed"
                throw ImportError(file: file, code: .malformed(line: row.line, reason: reason))
            }
            if !isBelowHeader {
                guard fields.map({ $0.lowercased() }) == names else {
                    throw ImportError(file: file, code: .unknownFormat(headerSeen: row.excerpt))
                }
                isBelowHeader = true
                continue
            }
            actions.append(
                try action(
                    Entry(line: row.line, symbol: fields[0], date: fields[1], kind: fields[2], value: fields[3]),
                    file
                )
            )
        }
        guard isBelowHeader else { throw ImportError(file: file, code: .empty) }
        return actions
    }

    private static func read(yaml: String, file: String) throws -> [CorporateAction] {
        func malformed(_ line: Int, _ reason: String) -> ImportError {
            ImportError(file: file, code: .malformed(line: line, reason: reason))
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw malformed(1, "it is not YAML")
        }
        guard let root else { return [] }
        var list = root.sequence
        if let mapping = root.mapping {
            guard mapping.count == 1, let named = mapping["corporate_actions"]?.sequence else {
                throw malformed(1, "it must hold a list under corporate_actions, and nothing else")
            }
            list = named
        }
        guard let list else { throw malformed(1, "it must hold a list of corporate actions") }
        return try list.map { node in
            let line = node.mark?.line ?? 1
            guard let fields = node.mapping else { throw malformed(line, "an entry is no list of names and values") }
            var values: [String: String] = [:]
            for (key, value) in fields {
                // As it is written: YAML would take 7:1 for a number of minutes.
                guard let name = key.scalar?.string, let text = value.scalar?.string, values[name] == nil,
                    ["symbol", "date"].contains(name) || kinds.contains(name)
                else { throw malformed(line, "an entry holds something else than symbol, date and one action") }
                values[name] = text
            }
            let given = kinds.filter { values[$0] != nil }
            guard given.count == 1, let kind = given.first else {
                throw malformed(line, "an entry needs exactly one of \(kinds.joined(separator: ", "))")
            }
            return try action(
                Entry(
                    line: line,
                    symbol: values["symbol"] ?? "",
                    date: values["date"] ?? "",
                    kind: kind,
                    value: values[kind] ?? ""
                ),
                file
            )
        }
    }

    // MARK: - Entries

    private struct Entry {
        var line: Int
        var symbol, date, kind, value: String
    }

    private static func action(_ entry: Entry, _ file: String) throws -> CorporateAction {
        func bad(_ column: String, _ value: String, _ expected: String) -> ImportError {
            let shown = DisplayText.line(value, limit: 40)
            return ImportError(
                file: file,
                code: .badValue(line: entry.line, column: column, value: shown, expected: expected)
            )
        }
        func ticker(_ text: String, _ column: String) throws -> String {
            guard let ticker = Ticker.normalised(Array(text.utf8)[...]) else {
                throw bad(column, text, "a ticker such as AAPL")
            }
            return ticker
        }
        guard let date = ImportDates.date(Array(entry.date.utf8)[...]) else {
            throw bad("date", entry.date, "a date that exists, such as 2014-06-09")
        }
        let change: CorporateAction.Change
        switch entry.kind.lowercased() {
        case "split":
            let parts = entry.value.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let new = parts[0], let old = parts[1], (1...1_000).contains(new),
                (1...1_000).contains(old), new != old
            else { throw bad("split", entry.value, "new shares for old ones such as 7:1, or 1:10 for a reverse split") }
            change = .split(new: new, old: old)
        case "special_dividend":
            guard let number = ExactNumber(Array(entry.value.utf8)[...]), number.significand > 0, !number.isNegative
            else { throw bad("special_dividend", entry.value, "dollars per share above 0") }
            change = .specialDividend(number.decimal)
        case "symbol_change":
            change = .symbolChange(to: try ticker(entry.value, "symbol_change"))
        case "merger":
            guard let merger = merger(entry.value) else {
                throw bad(
                    "merger",
                    entry.value,
                    "what each share became: 39.90 in cash, 0.8381 TLRY in shares, or 0.6272 TEVA + 39.90 @ 42.10, the last "
                        + "being the price of the new share then"
                )
            }
            change = .merger(merger)
        case "spin_off":
            guard let spinOff = spinOff(entry.value) else {
                throw bad(
                    "spin_off",
                    entry.value,
                    "new shares for each share and their part of the cost, such as 0.5 PSX 22.91%"
                )
            }
            change = .spinOff(spinOff)
        default:
            throw bad("action", entry.kind, kinds.joined(separator: ", "))
        }
        return CorporateAction(
            symbol: try ticker(entry.symbol, "symbol"),
            effective: date,
            change: change,
            source: file
        )
    }

    // MARK: - Mergers and spin-offs

    /// `39.90`, `0.8381 TLRY`, or `0.6272 TEVA + 39.90 @ 42.10`; shares and cash need the price.
    private static func merger(_ text: String) -> CorporateAction.Merger? {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var shares: Deliverable.Shares?
        var cash: Decimal = 0
        for part in halves[0].split(separator: "+", omittingEmptySubsequences: false) {
            let words = part.split(separator: " ")
            if let given = Self.shares(words) {
                guard shares == nil else { return nil }
                shares = given
            } else {
                guard words.count == 1, cash == 0, let amount = positive(words[0]) else { return nil }
                cash = amount
            }
        }
        var price: Decimal?
        if halves.count == 2 {
            let words = halves[1].split(separator: " ")
            guard words.count == 1, let given = positive(words[0]) else { return nil }
            price = given
        }
        guard (shares != nil && cash > 0) == (price != nil) else { return nil }
        return CorporateAction.Merger(shares: shares, cash: cash, price: price)
    }

    /// `0.5 PSX 22.91%`.
    private static func spinOff(_ text: String) -> CorporateAction.SpinOff? {
        let words = text.split(separator: " ")
        guard words.count == 3, words[2].hasSuffix("%"), let shares = Self.shares(words[..<2]),
            let percent = positive(words[2].dropLast()), percent < 100
        else { return nil }
        return CorporateAction.SpinOff(shares: shares, costFraction: percent / 100)
    }

    /// `0.5 PSX`.
    private static func shares(_ words: some Collection<Substring>) -> Deliverable.Shares? {
        guard words.count == 2, let first = words.first, let quantity = positive(first),
            let name = words.dropFirst().first, let ticker = Ticker.normalised(Array(name.utf8)[...])
        else { return nil }
        return Deliverable.Shares(quantity, of: ticker)
    }

    private static func positive(_ text: Substring) -> Decimal? {
        guard let number = ExactNumber(Array(text.utf8)[...]), number.significand > 0, !number.isNegative else {
            return nil
        }
        return number.decimal
    }
}
