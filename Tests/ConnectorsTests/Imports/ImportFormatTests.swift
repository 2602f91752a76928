import Connectors
import Foundation
import Testing

struct ImportFormatTests {
    @Test(arguments: ImportFormat.allCases.filter { !$0.requiredColumns.isEmpty })
    func everyFormatIsRecognisedByItsColumnsInAnyOrder(_ format: ImportFormat) {
        #expect(ImportFormat.detect(header: format.requiredColumns) == format)
        #expect(ImportFormat.detect(header: format.requiredColumns.reversed()) == format)
        #expect(ImportFormat.detect(header: format.requiredColumns.map { " \($0.uppercased()) " }) == format)
        #expect(ImportFormat.detect(header: format.requiredColumns + (format.optionalColumns ?? [])) == format)
        #expect(!format.name.isEmpty)
    }

    @Test(arguments: [
        "Date,Action,Symbol,Description,Quantity,Price,Amount",
        "Run Date,Activity,Symbol,Description,Type,Quantity,Price ($)",
        "Statement,Header,Field Name,Field Value",
        "symbol,quantity,price,opened,market value",
        "symbol,as_of,bid,ask,delta",
        "date,open,high,low,close,symbol",
        "hello",
    ])
    func otherTablesAreNotGuessedAt(_ header: String) throws {
        let error = try Fixture.failure("\n\n\(header)\n1,2,3\n")
        guard case .unknownFormat(let seen) = error.code else {
            Issue.record("\(error)")
            return
        }
        #expect(header.hasPrefix(seen.replacingOccurrences(of: "…", with: "")))
        for format in ImportFormat.allCases { #expect(error.description.contains(format.name)) }
    }

    @Test func aMissingColumnIsNamed() throws {
        let header = "Activity Date,Process Date,Settle Date,Instrument,Description,Trans Code,Quantity,Price"
        let error = try Fixture.failure(header + "\n")
        #expect(error.code == .missingColumn("Amount", format: .robinhoodActivity))
        #expect(
            error.description == "file.csv looks like Robinhood activity, but has no column \"Amount\": "
                + "export it again with all columns"
        )
        let older = try Fixture.failure(
            "Date,Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price\n"
        )
        #expect(older.code == .missingColumn("Sub Type", format: .tastytradeTransactions))
    }

    @Test func columnsWithTheSameNameAreRefused() throws {
        let error = try Fixture.failure("symbol,as_of,last,Last\nSPY,2026-11-18,1,2\n")
        #expect(error.code == .malformed(line: 1, reason: "two columns are called \"Last\""))
    }

    @Test(arguments: ["", "\n\r\n , ,\n", "\u{FEFF}", "symbol,as_of,last\n", "symbol,as_of,last\n,,\n\n"])
    func aFileWithoutRowsIsEmpty(_ text: String) throws {
        #expect(try Fixture.failure(text).code == .empty)
    }

    @Test func aHugeFileIsRefusedBeforeItIsRead() throws {
        let bytes = [UInt8](repeating: 0, count: ImportDraft.largestFile + 1)
        let error = try Fixture.failure(bytes)
        #expect(error.code == .tooLarge(bytes: bytes.count, limit: ImportDraft.largestFile))
    }

    @Test func controlCharactersStayOutOfMessages() throws {
        let header = "symbol,as_of,last\n"
        let value = "\u{1B}[31m\u{7}\u{202E}ABC\u{0}1".replacingOccurrences(of: "\u{0}", with: "")
        let error = try Fixture.failure(
            header + "SPY,2026-11-18,\"\(value)\n\u{85}x\"\n",
            fileName: "a\u{1B}[2J\nb.csv"
        )
        let unsafe = error.description.unicodeScalars.filter { $0.properties.generalCategory == .control }
        #expect(unsafe.isEmpty)
        #expect(!error.description.unicodeScalars.contains("\u{202E}"))
        #expect(
            error.code == .badValue(line: 2, column: "last", value: "[31m ABC1 x", expected: "a price such as 12.50")
        )
        #expect(error.file == "a [2J b.csv")
    }

    @Test func theDigestIsTheFilesOwn() throws {
        // sha256sum of these bytes
        let text = "symbol,ex_date,amount\nKO,2026-11-20,0.53\n"
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "dividends.csv")
        #expect(draft.fileDigest == "4e20348adcc8f1434d8604c7ab32e9a8657e84ee310ffc3e275b36bd74550d61")
        #expect(draft.format == .dividendTable)
        #expect(draft.fileName == "dividends.csv")
    }
}
