import Foundation
import JSON
import Transport

/// Asks a service for records, page after page.
struct HTTPTable {
    let connector: String
    let title: String
    let origin: HTTPOrigin
    let fields: [FieldDescription]
    let environment: ConnectorEnvironment

    /// All records of the answer.
    ///
    /// - Throws: `ConnectorError`, `ImportError` for CSV that is no sound table, `CancellationError`.
    func read() async throws -> RawTable {
        let client = try client()
        let url = try origin.url.filled(connector, environment)
        guard origin.format == .json else {
            let response = try await client.response(to: request(url, try parameters()))
            return try CSVTable.read(Array(response.body), name: title, fields: fields)
        }
        var pages: [WireValue] = []
        var isComplete = true
        var step: Step? = try first(url)
        var asked: Set<Step> = []
        while let current = step {
            guard pages.count < origin.maximumPages else {
                isComplete = false
                break
            }
            guard asked.insert(current).inserted else {
                throw ConnectorError(connector, .unexpectedAnswer, "the pages of the answer lead in a circle")
            }
            let page = try await client.json(request(current.url, current.pairs))
            pages.append(page)
            step = try next(after: page, current)
        }
        var table = try JSONTable.read(pages, records: origin.records, name: title, fields: fields, connector)
        if !isComplete {
            table.issues.add("\(title) has more than \(origin.maximumPages) pages; the rest was not read")
        }
        return table
    }

    /// One page: an address and what is sent with it.
    private struct Step: Hashable {
        var url: String
        var names: [String]
        var values: [String]

        var pairs: [(name: String, value: String)] { zip(names, values).map { (name: $0, value: $1) } }

        init(_ url: String, _ pairs: [(name: String, value: String)]) {
            self.url = url
            names = pairs.map(\.name)
            values = pairs.map(\.value)
        }

        mutating func set(_ name: String, _ value: String) {
            if let index = names.firstIndex(of: name) {
                values[index] = value
            } else {
                names.append(name)
                values.append(value)
            }
        }
    }

    private func client() throws -> ServiceClient {
        var headers = HTTPHeaders()
        for (name, value) in origin.headers { headers.add(name, try value.filled(connector, environment)) }
        let accepted = origin.format == .json ? "application/json" : "text/csv"
        if headers["Accept"] == nil { headers.add("Accept", accepted) }
        let advice = "check the secrets its description names"
        return ServiceClient(connector: connector, environment: environment, headers: headers, keyAdvice: advice)
    }

    private func parameters() throws -> [(name: String, value: String)] {
        try origin.query.map { (name: $0.name, value: try $0.value.filled(connector, environment)) }
    }

    private func request(_ url: String, _ pairs: [(name: String, value: String)]) -> HTTPRequest {
        pairs.isEmpty ? HTTPRequest(.get, url) : HTTPRequest(.get, url, query: pairs)
    }

    private func first(_ url: String) throws -> Step {
        var step = Step(url, try parameters())
        if case .offset(let parameter, let sizeParameter, let size) = origin.paging {
            step.set(parameter, "0")
            step.set(sizeParameter, String(size))
        }
        return step
    }

    /// The page behind `page`; nil where it is the last.
    private func next(after page: WireValue, _ current: Step) throws -> Step? {
        var step = current
        switch origin.paging {
        case nil: return nil
        case .cursor(let path, let parameter):
            guard let cursor = path.value(in: page)?.string else { return nil }
            step.set(parameter, cursor)
            return step
        case .next(let path):
            guard let address = path.value(in: page)?.string else { return nil }
            return Step(try sameHost(address, as: current.url), [])
        case .offset(let parameter, _, let size):
            let records = try JSONTable.records(in: page, origin.records, title, connector)
            guard records.count >= size, let place = step.names.firstIndex(of: parameter) else { return nil }
            step.set(parameter, String((Int(step.values[place]) ?? 0) + records.count))
            return step
        }
    }

    /// The address of the next page, which may not lead the owner's key to another host.
    private func sameHost(_ address: String, as url: String) throws -> String {
        guard let base = URLComponents(string: url), let next = URL(string: address, relativeTo: base.url),
            let absolute = URLComponents(url: next, resolvingAgainstBaseURL: true), let text = absolute.string,
            absolute.scheme == base.scheme, absolute.host == base.host, absolute.port == base.port,
            absolute.user == nil, absolute.password == nil
        else {
            throw ConnectorError(connector, .unexpectedAnswer, "the next page is at another host, which is not asked")
        }
        return text
    }
}
