import Foundation
import Storage

extension ImportRecord {
    static func sample(_ name: String = "activity.csv", digest: String = "d1") -> ImportRecord {
        ImportRecord(
            importedAt: Date(timeIntervalSince1970: 1_790_000_000),
            fileName: name,
            fileDigest: digest,
            format: "robinhood"
        )
    }
}

extension TransactionRecord {
    /// One of many rows, each with an id of its own.
    static func sample(_ index: Int, date: String = "2026-11-18", kind: String = "sell_to_open") -> TransactionRecord {
        TransactionRecord(
            id: "row-\(index)",
            date: date,
            sequence: index,
            kind: kind,
            symbol: "NVDA261218P00120000",
            underlying: "NVDA",
            multiplier: 100,
            quantity: 1,
            price: Decimal(index) / 100,
            amount: Decimal(index) - Decimal(4) / 100,
            fees: Decimal(4) / 100,
            details: "NVDA 12/18/2026 Put $120.00",
            sourceFile: "activity.csv",
            sourceLine: index + 2
        )
    }
}

/// Failures met on several threads.
final class Failures: @unchecked Sendable {
    // Proof of safety: every access holds the lock.
    private let lock = NSLock()
    private var messages: [String] = []

    func append(_ message: String) {
        lock.withLock { messages.append(message) }
    }

    var all: [String] { lock.withLock { messages } }
}

/// Ways back to tables of older versions.
enum OlderSchema {
    /// Takes back what passages and files are held to.
    static let withoutChecksums = """
        ALTER TABLE chunks DROP COLUMN checksum; DROP INDEX documents_without_checksums;
        ALTER TABLE documents DROP COLUMN has_checksums; ALTER TABLE documents DROP COLUMN status_changed_at;
        """
}
