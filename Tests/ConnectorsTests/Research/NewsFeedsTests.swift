import Connectors
import Foundation
import MagnusTestSupport
import Testing

@Suite struct NewsFeedsTests {
    /// The entries of one feed, all of them of 2026-11-24.
    static func news(
        _ feed: String,
        about symbols: [String] = [],
        tickers: [String] = [],
        headers: [String: String] = [:],
        since start: String = "2026-11-01T00:00:00Z"
    ) async throws -> Sourced<[NewsItem]> {
        try await news(body: Data(feed.utf8), about: symbols, tickers: tickers, headers: headers, since: start)
    }

    static func news(
        body: Data,
        about symbols: [String] = [],
        tickers: [String] = [],
        headers: [String: String] = [:],
        since start: String = "2026-11-01T00:00:00Z"
    ) async throws -> Sourced<[NewsItem]> {
        var service = try ResearchService("feeds") { _ in LoopbackReply(headers: headers, body: body) }
        service.environment.settings.set("feeds", "urls", [service.server.baseURL + "/news/feed.xml"])
        service.environment.settings.set("feeds", "tickers", tickers)
        var answer = try await NewsFeeds(service.environment)
            .news(about: symbols, since: moment(start), limit: 100)
        // The port differs from run to run.
        for index in answer.value.indices {
            answer.value[index].url = answer.value[index].url?
                .replacingOccurrences(of: service.server.baseURL, with: "http://feed")
        }
        return answer
    }

    static func rss(_ items: String, prologue: String = "") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>\(prologue)
        <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel><title>The Wire</title><link>https://wire.example</link>
        <atom:link href="https://wire.example/rss" rel="self"/><image><title>Logo</title></image>
        \(items)</channel></rss>
        """
    }

    static func item(_ title: String, _ rest: String = "") -> String {
        "<item><title>\(title)</title><pubDate>Tue, 24 Nov 2026 13:05:00 GMT</pubDate>\(rest)</item>"
    }

    @Test func readsRSS() async throws {
        let answer = try await Self.news(
            Self.rss(
                """
                <item><title>Nvidia beats &amp; raises</title><link>https://wire.example/1?a=1&amp;b=2</link>
                <guid isPermaLink="false">id-1</guid><pubDate>Tue, 24 Nov 2026 08:05:00 EST</pubDate>
                <description><![CDATA[<p>Revenue <b>rose</b>.</p><p>More&nbsp;&#8217;soon&#x2019;</p>]]></description>
                <source url="https://other.example/rss">Other Press</source></item>
                <item><title>Older</title><link>/2</link><pubDate>23 Nov 26 20:00 -0500</pubDate></item>
                """
            )
        )
        #expect(
            answer.value == [
                NewsItem(
                    identifier: "id-1",
                    headline: "Nvidia beats & raises",
                    summary: "Revenue rose. More ’soon’",
                    publisher: "Other Press",
                    published: try moment("2026-11-24T13:05:00Z"),
                    url: "https://wire.example/1?a=1&b=2"
                ),
                NewsItem(
                    identifier: "http://feed/2".replacingOccurrences(of: "http://feed", with: answer.base),
                    headline: "Older",
                    publisher: "The Wire",
                    published: try moment("2026-11-24T01:00:00Z"),
                    url: "http://feed/2"
                ),
            ]
        )
        #expect(answer.notes == [])
    }

    @Test func readsAtom() async throws {
        let answer = try await Self.news(
            """
            <?xml version='1.0'?><a:feed xmlns:a='http://www.w3.org/2005/Atom' xml:base='https://blog.example/feed/'>
            <a:title type='html'>&lt;b&gt;Blog&lt;/b&gt;</a:title>
            <a:entry xml:base='2026/'><a:id>tag:blog,1</a:id><a:title>1 &lt; 2 &amp;amp; so on</a:title>
            <a:link rel='enclosure' href='sound.mp3'/><a:link href='one.html'/><a:link rel='alternate' href='x'/>
            <a:updated>2026-11-24T14:00:00.5+01:00</a:updated><a:published>2026-11-24T13:00:00Z</a:published>
            <a:source><a:title>Elsewhere</a:title><a:updated>2020-01-01T00:00:00Z</a:updated></a:source>
            <a:content type='xhtml'><div>Body <em>text</em></div></a:content></a:entry>
            <a:entry><a:id>https://blog.example/two</a:id><a:title type='html'>Two &lt;i&gt;x&lt;/i&gt;</a:title>
            <a:updated>2026-11-24T12:00:00Z</a:updated></a:entry></a:feed>
            """
        )
        #expect(answer.value.map(\.headline) == ["1 < 2 &amp; so on", "Two x"])
        #expect(answer.value.map(\.url) == ["https://blog.example/feed/2026/one.html", "https://blog.example/two"])
        #expect(answer.value.map(\.publisher) == ["Blog", "Blog"])
        #expect(
            answer.value.map(\.published)
                == [try moment("2026-11-24T13:00:00Z"), try moment("2026-11-24T12:00:00Z")]
        )
        #expect(answer.value[0].summary == "Body text")
    }

    @Test func readsRDF() async throws {
        let answer = try await Self.news(
            """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
            <channel rdf:about="https://old.example"><title>Old</title><items><rdf:Seq/></items></channel>
            <item rdf:about="https://old.example/1"><title>One</title><link>https://old.example/1</link>
            <dc:date>2026-11-24</dc:date></item></rdf:RDF>
            """
        )
        #expect(answer.value.map(\.headline) == ["One"])
        #expect(answer.value.map(\.identifier) == ["https://old.example/1"])
        #expect(answer.value.map(\.published) == [try moment("2026-11-24T00:00:00Z")])
    }

    @Test(arguments: [
        ("Tue, 24 Nov 2026 13:05:00 GMT", "2026-11-24T13:05:00Z"), ("24 Nov 26 13:05 UT", "2026-11-24T13:05:00Z"),
        ("Tue, 24 Nov 2026 13:05:00 +0530", "2026-11-24T07:35:00Z"),
        ("24 Nov 2026 13:05:00 PDT", "2026-11-24T20:05:00Z"),
        ("Tue,  3 Nov 2026 13:05:00 -05:00", "2026-11-03T18:05:00Z"),
        ("tue, 24 november 2026 13:05 z", "2026-11-24T13:05:00Z"), ("2026-11-24T13:05Z", "2026-11-24T13:05:00Z"),
        ("2026-11-24T13:05:00-05:00", "2026-11-24T18:05:00Z"),
    ])
    func readsDates(_ text: String, _ expected: String) async throws {
        let feed = Self.rss("<item><title>T</title><pubDate>\n \(text) </pubDate></item>")
        #expect(try await Self.news(feed).value.map(\.published) == [moment(expected)])
    }

    @Test func leavesOutEntriesWithoutADateAndSaysSo() async throws {
        let feed = Self.rss(
            Self.item("Dated") + "<item><title>No</title></item><item><title>x</title><pubDate>soon</pubDate></item>"
        )
        let answer = try await Self.news(feed)
        #expect(answer.value.map(\.headline) == ["Dated"])
        #expect(answer.notes == ["feed 1 (127.0.0.1): 2 entries without a date are left out"])
    }

    @Test func forgivesWhatFeedsGetWrong() async throws {
        let feed = Self.rss(
            Self.item(
                "AT&T & <Friends> 3 < 4",
                "<link> https://wire.example/1\n</link><description>a<br>b<p>c</description>"
            )
                + Self.item("Second", "<link href=https://wire.example/2 ></foo><media:title>Picture</media:title>")
        )
        let answer = try await Self.news(feed)
        #expect(answer.value.map(\.headline).sorted() == ["AT&T & 3 < 4", "Second"])
        #expect(answer.value.first { $0.headline != "Second" }?.summary == "a b c")
        #expect(answer.value.first { $0.headline != "Second" }?.url == "https://wire.example/1")
    }

    @Test func readsOtherEncodings() async throws {
        let head = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"
        // Windows-1252, which goes by the name of ISO 8859-1 on the web: 0x80 is the euro sign.
        let latin = Data((head + Self.rss(Self.item("Caf\u{E9} \u{80}"))).unicodeScalars.map { UInt8($0.value) })
        #expect(try await Self.news(body: latin).value.map(\.headline) == ["Café €"])
        let wide = try #require(Self.rss(Self.item("Größe")).data(using: .utf16))
        #expect(try await Self.news(body: wide).value.map(\.headline) == ["Größe"])
    }

    @Test func findsSymbols() async throws {
        let feed = Self.rss(
            Self.item("Nvidia ($NVDA) up, costs $5 and $A", "<guid>1</guid>")
                + Self.item("Apple (NASDAQ: AAPL, MSFT) and Gold Fields (NYSE American: GFI) move", "<guid>2</guid>")
                + Self.item("Traders ARE all on AMD; AMDX is not", "<guid>3</guid>")
                + Self.item("THE AMD STOCK SOARS TODAY AGAIN", "<guid>4</guid>")
                + Self.item("Berkshire buys BRK.B. F gains", "<guid>5</guid>")
                + Self.item("Not (LSE: VOD), nor amd", "<guid>6</guid>")
        )
        let answer = try await Self.news(feed, tickers: ["AMD", "ARE", "BRK.B", "F"])
        let symbols = answer.value.sorted { $0.identifier < $1.identifier }.map(\.symbols)
        #expect(symbols == [["NVDA"], ["AAPL", "MSFT", "GFI"], ["AMD"], [], ["BRK.B"], []])
        let about = try await Self.news(feed, about: ["gfi", "F"])
        #expect(about.value.map(\.identifier) == ["2"])
    }

    @Test func asksOnlyForWhatHasChanged() async throws {
        var service = try ResearchService("feeds") { request in
            if request.headers["if-none-match"] == "\"v1\"", request.headers["if-modified-since"] == "yesterday" {
                return LoopbackReply(status: 304)
            }
            return LoopbackReply(
                headers: ["ETag": "\"v1\"", "Last-Modified": "yesterday"],
                Self.rss(Self.item("One"))
            )
        }
        service.environment.settings.set("feeds", "urls", [service.server.baseURL])
        let connector = NewsFeeds(service.environment)
        let start = try moment("2026-11-01T00:00:00Z")
        for _ in 0..<2 {
            #expect(try await connector.news(about: [], since: start, limit: 9).value.map(\.headline) == ["One"])
        }
        #expect(service.server.requests.map { $0.headers["if-none-match"] } == [nil, "\"v1\""])
    }

    @Test func goesOnWithoutAFeedThatFails() async throws {
        var service = try ResearchService("feeds") { request in
            switch request.path {
            case "/good":
                LoopbackReply(Self.rss(Self.item("Good", "<guid>g</guid>") + Self.item("Good", "<guid>g</guid>")))
            case "/page": LoopbackReply("<!DOCTYPE html><html><body>Hello</body></html>")
            default: LoopbackReply(status: 503)
            }
        }
        let base = service.server.baseURL
        service.environment.settings.set(
            "feeds",
            "urls",
            [base + "/token-SECRETWORDS", base + "/good", base + "/page", "file:///etc/passwd"]
        )
        let start = try moment("2026-11-01T00:00:00Z")
        let answer = try await NewsFeeds(service.environment).news(about: [], since: start, limit: 9)
        #expect(answer.value.map(\.headline) == ["Good"])
        #expect(answer.notes.contains("feed 1 (127.0.0.1) could not be read: HTTP 503"))
        #expect(
            answer.notes.contains("feed 3 (127.0.0.1) could not be read: the answer is no feed: it begins with <html>")
        )
        #expect(answer.notes.contains { $0.hasPrefix("feed 4 ()") })
        #expect(!answer.notes.joined().contains("SECRETWORDS"))
    }
}

extension Sourced where Value == [NewsItem] {
    /// The address of the server, from an identifier that was made of it.
    fileprivate var base: String {
        value.lazy.map(\.identifier).first { $0.hasPrefix("http://127.0.0.1") }.map { String($0.dropLast(2)) } ?? ""
    }
}
