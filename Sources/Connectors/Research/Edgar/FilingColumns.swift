import Foundation
import JSON
import Markets

/// Filings as EDGAR lists them: one array for each field, a filing being the same place in all of them.
struct FilingColumns {
    private let columns: [String: [WireValue]]
    private let count: Int

    private static let required = ["accessionNumber", "form", "filingDate"]
    private static let optional = ["reportDate", "primaryDocument", "primaryDocDescription"]

    /// The columns in `value`.
    ///
    /// - Throws: `ConnectorError` with `unexpectedAnswer` where one is missing without which there is no filing.
    init(_ value: WireValue, reader: inout RecordReader) throws {
        var columns: [String: [WireValue]] = [:]
        for name in Self.required {
            guard let list = try reader.member(name, of: value).elements else {
                throw ConnectorError("sec", .unexpectedAnswer, "'\(name)' is no list")
            }
            columns[name] = list
        }
        for name in Self.optional {
            columns[name] = value.required(name, \.elements, &reader.drift)
        }
        columns["items"] = value.optional("items", \.elements, &reader.drift)
        let lengths = Self.required.map { columns[$0]?.count ?? 0 }
        let shortest = lengths.min() ?? 0
        if lengths.contains(where: { $0 != shortest }) { reader.remark("SEC EDGAR's list of filings is ragged") }
        self.columns = columns
        count = shortest
    }

    /// The filings of the wanted forms, in EDGAR's order; all where none is wanted.
    func filings(
        of company: CompanyDirectory.Company,
        forms: Set<String>,
        _ reader: inout RecordReader
    ) throws -> [Filing] {
        let places = (0..<count).filter { forms.isEmpty || forms.contains(text("form", $0).uppercased()) }
        let filings = places.compactMap { filing(of: company, $0) }
        if filings.count < places.count {
            reader.remark("\(places.count - filings.count) filings of SEC EDGAR could not be read and are left out")
        }
        return filings
    }

    private func filing(of company: CompanyDirectory.Company, _ place: Int) -> Filing? {
        let accession = text("accessionNumber", place)
        guard let filed = TradingDate(text("filingDate", place)), !accession.isEmpty else { return nil }
        let document = text("primaryDocument", place)
        let folder = accession.filter { $0 != "-" }
        let archive = "https://www.sec.gov/Archives/edgar/data/\(company.number)/\(folder)/"
        return Filing(
            symbol: company.symbol,
            form: DisplayText.line(text("form", place), limit: 20),
            accession: accession,
            filed: filed,
            period: TradingDate(text("reportDate", place)),
            title: title(place),
            url: archive + (document.isEmpty ? "\(accession)-index.htm" : document)
        )
    }

    /// What a filing is called, and which items an 8-K has: `8-K (items 2.02, 9.01)`.
    private func title(_ place: Int) -> String {
        let form = text("form", place)
        let description = DisplayText.line(text("primaryDocDescription", place), limit: 100)
        let items = text("items", place).split(separator: ",").joined(separator: ", ")
        return (description.isEmpty ? form : description) + (items.isEmpty ? "" : " (items \(items))")
    }

    private func text(_ column: String, _ place: Int) -> String {
        guard let values = columns[column], place < values.count else { return "" }
        return values[place].string ?? ""
    }
}
