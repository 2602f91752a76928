public import Foundation
import JSON

extension Alpaca: NewsSource {
    /// Headlines, the latest first, without the articles.
    public func news(about symbols: [String], since start: Date, limit: Int) async throws -> Sourced<[NewsItem]> {
        let session = try session()
        var query = [
            ("start", start.formatted(.iso8601)), ("sort", "desc"), ("limit", "\(max(1, min(limit, 50)))"),
            ("include_content", "false"),
        ]
        if !symbols.isEmpty { query.append(("symbols", symbols.joined(separator: ","))) }
        var reader = reader
        var items: [NewsItem] = []
        var mark: String?
        repeat {
            let page = try await session.client.json(
                session.data.url("/v1beta1/news"),
                query: query + (mark.map { [("page_token", $0)] } ?? [])
            )
            let records = try reader.member("news", of: page).items
            items += try reader.records(records, "headlines", Self.item)
            // A page without headlines could promise another for ever.
            mark = records.isEmpty ? nil : page["next_page_token"]?.string
        } while mark != nil && items.count < limit
        let latest = items.filter { $0.published >= start }.sorted { $0.published > $1.published }.prefix(limit)
        return Sourced(Array(latest), source: title, notes: reader.notes)
    }

    private static func item(_ record: WireValue, _ drift: inout SchemaDrift) -> NewsItem? {
        guard let identifier = record.string("id", &drift), let headline = record.string("headline", &drift),
            let published = record.instant("created_at", &drift)
        else { return nil }
        return NewsItem(
            identifier: identifier,
            headline: PlainText.line(headline, limit: 300),
            summary: PlainText.line(record.string("summary", &drift) ?? "", limit: 1_000),
            publisher: DisplayText.line(record.string("source", &drift) ?? "", limit: 60),
            published: published,
            symbols: record.required("symbols", \.elements, &drift)?.compactMap(\.string) ?? [],
            url: record.string("url", &drift)
        )
    }
}
