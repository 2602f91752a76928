import Foundation

/// Reads symbols as TradingView writes them: `EXCHANGE:SYMBOL`, with commas or line breaks between them, `###NAME` before a
/// section.
enum TradingViewList {
    /// The most entries of one list.
    static let maximumEntries = 10_000

    /// The sections of a list file.
    ///
    /// - Parameter passedOver: Counts what is no symbol: a formula such as `NASDAQ:AAPL/NASDAQ:QQQ`.
    static func sections(_ text: String, passedOver: inout Int) -> [Watchlist.Section] {
        let items = text.split { $0 == "," || $0.isNewline }.map(String.init)
        return sections(items, passedOver: &passedOver)
    }

    /// The sections of a list given item by item.
    static func sections(_ items: [String], passedOver: inout Int) -> [Watchlist.Section] {
        var sections: [Watchlist.Section] = []
        var count = 0
        for item in items {
            let item = item.trimmingCharacters(in: .whitespaces.union(["\u{FEFF}"]))
            if item.isEmpty { continue }
            if item.hasPrefix("###") {
                sections.append(Watchlist.Section(title: DisplayText.line(item.dropFirst(3), limit: 60), entries: []))
                continue
            }
            guard count < maximumEntries, let entry = entry(item) else {
                passedOver += 1
                continue
            }
            count += 1
            if sections.isEmpty { sections.append(Watchlist.Section(title: "", entries: [])) }
            sections[sections.count - 1].entries.append(entry)
        }
        return sections
    }

    private static func entry(_ text: String) -> Watchlist.Entry? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let symbol = parts.last, isName(symbol), parts.count == 1 || isName(parts[0]) else {
            return nil
        }
        return Watchlist.Entry(
            exchange: parts.count == 2 ? parts[0].uppercased() : nil,
            symbol: symbol.uppercased()
        )
    }

    private static func isName(_ text: Substring) -> Bool {
        guard (1...32).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-") else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "A"..."Z", "a"..."z", "0"..."9", ".", "-", "_", "!", "&": true
            default: false
            }
        }
    }
}
