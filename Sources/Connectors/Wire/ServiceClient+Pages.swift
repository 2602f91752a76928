public import JSON

extension ServiceClient {
    /// All pages of a list, read with GET, each with the mark of the page before it.
    ///
    /// - Parameters:
    ///   - url: The list's address.
    ///   - query: What every request asks for.
    ///   - parameter: How the mark is called in a request: `page_token`.
    ///   - limit: The most pages that are read.
    ///   - next: The mark of the next page; nil on the last one.
    /// - Throws: `ConnectorError`, also where a mark comes twice or the pages do not end; `CancellationError`.
    public func pages(
        _ url: String,
        query: [(name: String, value: String)],
        parameter: String,
        limit: Int = 100,
        next: (WireValue) -> String?
    ) async throws -> [WireValue] {
        var pages: [WireValue] = []
        var marks: Set<String> = []
        var mark: String?
        repeat {
            guard pages.count < limit else {
                throw ConnectorError(connector, .unexpectedAnswer, "the list does not end after \(limit) pages")
            }
            let page = try await json(url, query: query + (mark.map { [(parameter, $0)] } ?? []))
            pages.append(page)
            mark = next(page)
            if let mark, !marks.insert(mark).inserted {
                throw ConnectorError(connector, .unexpectedAnswer, "the same page came twice")
            }
        } while mark != nil
        return pages
    }
}
