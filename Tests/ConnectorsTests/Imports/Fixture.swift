import Connectors
import Foundation
import Markets
import Testing

/// Files and texts to import.
enum Fixture {
    /// The bytes of a file under `Fixtures/Imports`.
    static func bytes(_ name: String, filePath: String = #filePath) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: filePath).deletingLastPathComponent().deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent("Fixtures/Imports/\(name)")))
    }

    /// The draft of a file under `Fixtures/Imports`.
    static func draft(_ name: String) throws -> ImportDraft {
        try ImportDraft(reading: bytes(name), fileName: name)
    }

    /// The draft of a Robinhood activity report with these rows below the header.
    static func robinhood(_ rows: [String]) throws -> ImportDraft {
        try ImportDraft(reading: Array(robinhoodText(rows).utf8), fileName: "activity.csv")
    }

    static func robinhoodText(_ rows: [String]) -> String {
        let header =
            #""Activity Date","Process Date","Settle Date","Instrument","Description","#
            + #""Trans Code","Quantity","Price","Amount""#
        return ([header] + rows).joined(separator: "\n") + "\n"
    }

    /// One row of a Robinhood activity report.
    static func row(
        _ date: String,
        _ instrument: String,
        _ description: String,
        _ code: String,
        _ quantity: String = "",
        _ price: String = "",
        _ amount: String = ""
    ) -> String {
        let fields = [date, date, date, instrument, description, code, quantity, price, amount]
        return fields.map { "\"\($0)\"" }.joined(separator: ",")
    }

    /// The error that reading a text ends in.
    static func failure(_ text: String, fileName: String = "file.csv") throws -> ImportError {
        try failure(Array(text.utf8), fileName: fileName)
    }

    static func failure(_ bytes: [UInt8], fileName: String = "file.csv") throws -> ImportError {
        try #require(throws: ImportError.self) { try ImportDraft(reading: bytes, fileName: fileName) }
    }
}

/// The exact decimal a text stands for.
func decimal(_ text: String) throws -> Decimal {
    try #require(Decimal(string: text))
}
