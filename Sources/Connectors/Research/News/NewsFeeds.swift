public import Foundation
import Transport

/// Headlines from the RSS and Atom feeds that the owner lists.
///
/// Settings: `urls`, the feeds' addresses, and `tickers`, symbols that are recognised as whole words besides those asked
/// about. What a feed says is data: its text is made plain, and nothing it refers to is fetched.
public struct NewsFeeds: Connector {
    /// `feeds`.
    public let name = "feeds"
    /// `News feeds`.
    public let title = "News feeds"
    /// A service over HTTP.
    public let kind = ConnectorKind.api

    private let environment: ConnectorEnvironment
    private let memory = FeedMemory()
    private var urls: [String] { environment.settings.list(name, "urls") }

    /// The largest feed that is read, in bytes.
    private static let largestFeed = 8_000_000

    /// A connector that reads the feeds in the settings of `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
    }

    /// Whether the owner listed a feed.
    public var readiness: ConnectorReadiness {
        let readiness = environment.readiness(of: name, keys: [], addresses: [])
        guard readiness.isReady, urls.isEmpty else { return readiness }
        return .notConfigured(reason: "no feed", nextStep: "list addresses under connectors.feeds.urls in config.yaml")
    }

    /// The feed at `url`, asked for only if it has changed since it was last read.
    private func document(_ url: String) async throws -> FeedDocument {
        guard WebAddress.resolved(url) != nil else {
            let next = "correct connectors.feeds.urls in config.yaml"
            throw ConnectorError(name, .notConfigured, "its address is no http address", nextStep: next)
        }
        let kept = memory.kept(url)
        var request = HTTPRequest(.get, url)
        request.maximumResponseBytes = Self.largestFeed
        request.headers["Accept"] = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
        request.headers["If-None-Match"] = kept?.entityTag
        request.headers["If-Modified-Since"] = kept?.lastModified
        let client = ServiceClient(connector: name, environment: environment, keyAdvice: "check the feed's address")
        let response = try await client.exchange(request)
        if response.status == 304, let kept { return kept.document }
        guard response.isSuccess else {
            // An address may hold a token, and the server's words may repeat it.
            var error = client.error(for: response)
            error.detail = "HTTP \(response.status)"
            throw error
        }
        let text = FeedEncoding.utf8(response.body, contentType: response.headers["content-type"])
        let document: FeedDocument
        do {
            document = try FeedParser.document(text, url: url)
        } catch {
            let what = error.root.isEmpty ? "" : ": it begins with <\(DisplayText.line(error.root, limit: 20))>"
            throw ConnectorError(name, .unexpectedAnswer, "the answer is no feed\(what)")
        }
        if !document.isCut {
            let headers = response.headers
            memory.keep(
                FeedMemory.Kept(
                    entityTag: headers["etag"],
                    lastModified: headers["last-modified"],
                    document: document
                ),
                of: url
            )
        }
        return document
    }
}

extension NewsFeeds: NewsSource {
    /// Headlines of all feeds, those about `symbols` where any are given.
    ///
    /// An entry without a date is left out: it could not be said when it was news.
    public func news(about symbols: [String], since start: Date, limit: Int) async throws -> Sourced<[NewsItem]> {
        try readiness.require(name)
        let feeds = urls
        let gathered = try await Gathering(Array(feeds.indices), atOnce: 4) { try await document(feeds[$0]) }
        let wanted = Set(symbols.map { $0.uppercased() })
        let mentions = SymbolMentions(known: wanted.union(environment.settings.list(name, "tickers")))
        var notes = gathered.notes { "feed \($0 + 1) (\(ServiceAddress.host(of: feeds[$0])))" }
        var items: [NewsItem] = []
        var seen: Set<String> = []
        for (index, document) in gathered.answers {
            let host = ServiceAddress.host(of: feeds[index])
            if document.isCut { notes.append("feed \(index + 1) (\(host)) was cut short") }
            let undated = document.entries.count { $0.published == nil }
            if undated > 0 {
                notes.append("feed \(index + 1) (\(host)): \(undated) entries without a date are left out")
            }
            for entry in document.entries {
                guard let published = entry.published, published >= start, !entry.title.isEmpty else { continue }
                let found = mentions.symbols(in: entry.title + " . " + entry.summary)
                guard wanted.isEmpty || !wanted.isDisjoint(with: found) else { continue }
                guard seen.insert(entry.link ?? "\(host) \(entry.identifier)").inserted else { continue }
                let publisher = entry.source.isEmpty ? document.title : entry.source
                items.append(
                    NewsItem(
                        identifier: entry.identifier,
                        headline: entry.title,
                        summary: entry.summary,
                        publisher: publisher.isEmpty ? host : publisher,
                        published: published,
                        symbols: found,
                        url: entry.link
                    )
                )
            }
        }
        items.sort { ($1.published, $0.identifier) < ($0.published, $1.identifier) }
        return Sourced(Array(items.prefix(limit)), source: title, notes: notes)
    }
}
