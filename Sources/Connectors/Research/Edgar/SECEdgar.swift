import Foundation
import JSON
import Markets
public import Transport

/// Filings and reported figures of companies, from the SEC's EDGAR (`data.sec.gov`).
///
/// Settings: `contact`, the address of electronic mail that the SEC asks every program to state; `url` and `files_url` for
/// other servers.
public struct SECEdgar: Connector {
    /// `sec`.
    public let name = "sec"
    /// `SEC EDGAR`.
    public let title = "SEC EDGAR"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// The SEC allows 10 requests a second; a question takes up to five of them.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 1, burst: 1)

    private let environment: ConnectorEnvironment
    private let data: ServiceAddress?
    private let files: ServiceAddress?
    private let directory = CompanyDirectory()

    /// The most files of older filings that are read for one question.
    private static let mostOlderFiles = 3
    /// The most bytes of one answer: the figures of a large bank are some 20 MB.
    private static let largestAnswer = 100_000_000

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        let settings = environment.settings
        data = ServiceAddress(settings, "sec", "url", default: "https://data.sec.gov")
        let www = settings["sec", "url"] ?? "https://www.sec.gov"
        files = ServiceAddress(settings, "sec", "files_url", default: www)
    }

    /// Whether a contact is stated.
    public var readiness: ConnectorReadiness {
        let readiness = environment.readiness(of: name, keys: [], addresses: [("url", data), ("files_url", files)])
        guard readiness.isReady, contact == nil else { return readiness }
        return .notConfigured(
            reason: "no contact, which the SEC asks for",
            nextStep: "set connectors.sec.contact to your mail address in config.yaml"
        )
    }

    private var contact: String? {
        guard let contact = environment.settings[name, "contact"], contact.contains("@"), contact.utf8.count < 200,
            contact.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else { return nil }
        return contact
    }

    /// The JSON at `url`.
    private func json(_ url: String) async throws -> WireValue {
        let client = ServiceClient(
            connector: name,
            environment: environment,
            headers: ["User-Agent": "Magnus \(contact ?? "")", "Accept": "application/json"]
        )
        var request = HTTPRequest(.get, url)
        request.maximumResponseBytes = Self.largestAnswer
        let response = try await client.exchange(request)
        if response.status == 403 { throw refusal(response) }
        guard response.isSuccess else { throw client.error(for: response) }
        guard let value = WireValue(json: response.body) else {
            throw ConnectorError(name, .unexpectedAnswer, "the answer is no JSON")
        }
        return value
    }

    /// The SEC answers 403 with a page both to programs that ask too often and to those that state no contact.
    private func refusal(_ response: HTTPResponse) -> ConnectorError {
        if String(decoding: response.body, as: UTF8.self).contains("Rate Threshold") {
            return ConnectorError(name, .rateLimited(retryAfter: .seconds(600)), "HTTP 403 (request rate exceeded)")
        }
        return ConnectorError(
            name,
            .forbidden,
            "HTTP 403",
            nextStep:
                "check connectors.sec.contact; after too many requests the SEC shuts an address out for ten minutes"
        )
    }

    /// The company with a ticker.
    private func company(_ symbol: String) async throws -> CompanyDirectory.Company {
        try readiness.require(name)
        let now = environment.clock()
        if !directory.isFresh(at: now) {
            guard let files else { throw ConnectorError(name, .notConfigured, "no address") }
            let answer = try await json(files.url("/files/company_tickers.json"))
            guard directory.fill(answer, at: now) else {
                throw ConnectorError(name, .unexpectedAnswer, "the list of companies has no 'ticker' and 'cik_str'")
            }
        }
        if let company = directory.company(symbol) { return company }
        throw ConnectorError(
            name,
            .notFound,
            "no company has the ticker \(DisplayText.line(symbol, limit: 20))",
            nextStep: "funds and foreign companies often do not file under a ticker"
        )
    }

    private func dataURL(_ path: String) throws -> String {
        guard let data else { throw ConnectorError(name, .notConfigured, "no address") }
        return data.url(path)
    }
}

extension SECEdgar: FilingSource {
    /// The latest filings, the latest first; older files are read where the first one has too few.
    public func filings(of symbol: String, forms: [String], limit: Int) async throws -> Sourced<[Filing]> {
        let company = try await company(symbol)
        let answer = try await json(try dataURL("/submissions/CIK\(company.paddedNumber).json"))
        var reader = RecordReader(name, service: title)
        let wanted = Set(forms.map { $0.uppercased() })
        let filed = try reader.member("filings", of: answer)
        let recent = try reader.member("recent", of: filed)
        var filings = try FilingColumns(recent, reader: &reader).filings(of: company, forms: wanted, &reader)
        var older = (filed["files"]?.items ?? []).filter { $0["name"]?.string != nil }
        older.sort { ($0["filingTo"]?.string ?? "") > ($1["filingTo"]?.string ?? "") }
        for file in older.prefix(Self.mostOlderFiles) where filings.count < limit {
            guard let name = file["name"]?.string, name.utf8.allSatisfy(Self.isNameByte) else { continue }
            let columns = try await json(try dataURL("/submissions/\(name)"))
            filings += try FilingColumns(columns, reader: &reader).filings(of: company, forms: wanted, &reader)
        }
        if filings.count < limit, older.count > Self.mostOlderFiles {
            reader.remark("older filings of \(company.symbol) were not looked at")
        }
        return Sourced(Array(filings.prefix(limit)), source: title, notes: reader.notes)
    }

    /// Figures of one concept, one a period and unit, the latest filed of each, the oldest period first.
    public func figures(of symbol: String, concept: String) async throws -> Sourced<[ReportedFigure]> {
        let company = try await company(symbol)
        let answer = try await json(try dataURL("/api/xbrl/companyfacts/CIK\(company.paddedNumber).json"))
        var reader = RecordReader(name, service: title)
        let facts = try CompanyFacts(try reader.member("facts", of: answer), reader)
        guard let found = try facts.concept(concept, reader) else {
            let near = facts.names(near: concept)
            throw ConnectorError(
                name,
                .notFound,
                "\(company.name) reports no '\(DisplayText.line(concept, limit: 60))'",
                nextStep: near.isEmpty ? "" : "it reports " + near.joined(separator: ", ")
            )
        }
        let figures = try found.figures(of: company.symbol, &reader)
        return Sourced(figures, source: title, notes: reader.notes)
    }

    /// Names of files are letters, digits, points and hyphens: nothing that leads elsewhere.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
