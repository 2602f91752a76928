import Foundation
public import Markets

extension OptionContract {
    /// A contract from a fact's subject: its description, `NVDA 2026-11-20 170 put`, or its OCC symbol; nil for any
    /// other text.
    public init?(subject: String) {
        // Split by bytes: names are many, and splitting by characters is slow.
        let parts = subject.utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) }
        if parts.count == 4, let expiration = TradingDate(parts[1]),
            let right = OptionContract.Right(rawValue: String(parts[3])),
            let strike = Decimal(string: String(parts[2]), locale: nil)
        {
            self.init(root: String(parts[0]), expiration: expiration, right: right, strike: strike)
        } else if subject.utf8.count >= 16, subject.utf8.count <= 21 {
            self.init(symbol: subject)
        } else {
            return nil
        }
    }
}
