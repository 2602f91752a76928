import Foundation
import Testing

/// The demonstration's tables, read here on their own: what facts say of their records is held against them.
struct DemoFiles {
    /// A row: the keys it may be called by, and everything it says.
    struct Record {
        var keys: Set<String> = []
        var values: [String] = []
    }

    /// The folder of the demonstration.
    static let folder = package.appendingPathComponent("demo")
    /// The folder of the package.
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private let files: [String: [Record]]

    init() throws {
        var files: [String: [Record]] = [:]
        for part in ["", "chains", "prices"] {
            let folder = part.isEmpty ? Self.folder : Self.folder.appendingPathComponent(part)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".csv") {
                let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                files[name] = Self.records(Self.rows(text), stem: String(name.dropLast(4)))
            }
        }
        self.files = files
    }

    /// The rows called `key` in the file a source names, `quotes.csv (mid)` or `activity.csv:12`; nil where it names none.
    func records(_ key: String, in source: String) -> [Record]? {
        files[Self.file(source)]?.filter { $0.keys.contains(key) }
    }

    /// The file a source names.
    static func file(_ source: String) -> String {
        String(source.split(whereSeparator: { $0 == " " || $0 == ":" }).first ?? "")
    }

    /// What the tables abbreviate, in the words of facts.
    private static let words = [
        "STO": "sell to open", "BTO": "buy to open", "STC": "sell to close", "BTC": "buy to close", "Buy": "buy",
        "Sell": "sell", "OASGN": "assignment", "OEXP": "expiration", "CDIV": "dividend", "amc": "after the close",
        "bmo": "before the open",
    ]

    private static func records(_ rows: [[String]], stem: String) -> [Record] {
        guard let header = rows.first else { return [] }
        return rows.dropFirst().filter { $0.count == header.count }.map { row in
            let cells = Dictionary(zip(header, row), uniquingKeysWith: { $1 })
            // Past prices have their ticker in the file's name alone.
            let symbol = cells["symbol"] ?? cells["Instrument"] ?? stem
            var record = Record(keys: [symbol])
            for (column, cell) in cells {
                record.values.append(date(cell) ?? words[cell] ?? cell)
                if column == "Amount", cell.isEmpty { record.values.append("0") }
            }
            if let expiration = cells["expiration"], let right = cells["type"], let strike = cells["strike"] {
                record.keys.insert(contract(symbol, expiration, right, strike))
            }
            if let bid = cells["bid"].flatMap({ Decimal(string: $0) }),
                let ask = cells["ask"].flatMap({ Decimal(string: $0) })
            {
                record.values.append("\((bid + ask) / 2)")
            }
            // `Option Expiration for KO 7/17/2026 Call $70.00`
            let named = (cells["Description"] ?? "").split(separator: " ").suffix(4).map(String.init)
            if named.count == 4, let day = date(named[1]), let strike = price(named[3]) {
                let right = named[2].lowercased()
                record.keys.insert(contract(named[0], day, right, strike))
                record.values += [strike, right, day, "\(named[0]) \(day) \(strike) \(right)"]
            }
            return record
        }
    }

    /// `11/4/2026` as `2026-11-04`.
    private static func date(_ text: String) -> String? {
        let parts = text.split(separator: "/").compactMap { Int($0) }
        guard parts.count == 3, parts[2] > 1_000 else { return nil }
        return String(format: "%04d-%02d-%02d", parts[2], parts[0], parts[1])
    }

    /// The symbol the options clearing house gives a contract, without its blanks.
    private static func contract(_ ticker: String, _ day: String, _ right: String, _ strike: String) -> String {
        let thousandths = NSDecimalNumber(decimal: (Decimal(string: strike) ?? 0) * 1_000).intValue
        let digits = String(format: "%08d", thousandths)
        return ticker + day.dropFirst(2).filter { $0 != "-" } + right.prefix(1).uppercased() + digits
    }

    /// `$67.50` as `67.5`.
    private static func price(_ text: String) -> String? {
        guard text.hasPrefix("$") else { return nil }
        var digits = text.dropFirst()
        if digits.contains(".") {
            while digits.hasSuffix("0") { digits = digits.dropLast() }
            if digits.hasSuffix(".") { digits = digits.dropLast() }
        }
        return String(digits)
    }

    /// Comma-separated rows, where quoted cells may go over lines.
    private static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                row.append(cell)
                cell = ""
            case "\n" where !isQuoted:
                rows.append(row + [cell])
                row = []
                cell = ""
            case "\r" where !isQuoted: break
            default: cell.unicodeScalars.append(scalar)
            }
        }
        return cell.isEmpty && row.isEmpty ? rows : rows + [row + [cell]]
    }
}
