import Connectors
import Foundation
import MagnusTestSupport
import Testing

@Suite struct HostileFeedTests {
    @Test func neverReadsWhatAnEntityNames() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("PRIVATEWORDS", to: "private.txt")
        let prologue =
            "<!DOCTYPE rss [<!ENTITY file SYSTEM \"file://\(path)\"><!ENTITY inner '>]><item>'>"
            + "<!ENTITY % remote SYSTEM \"http://127.0.0.1:9/x\"> %remote;]>"
        let feed = NewsFeedsTests.rss(NewsFeedsTests.item("A &file; b &inner;"), prologue: prologue)
        let answer = try await NewsFeedsTests.news(feed)
        #expect(answer.value.map(\.headline) == ["A &file; b &inner;"])
    }

    @Test func entitiesDoNotMultiply() async throws {
        let levels = (1...30).map { "<!ENTITY l\($0) \"&l\($0 - 1);&l\($0 - 1);\">" }.joined()
        let feed = NewsFeedsTests.rss(
            NewsFeedsTests.item("&l30;"),
            prologue: "<!DOCTYPE rss [<!ENTITY l0 \"lol\">\(levels)]>"
        )
        #expect(try await NewsFeedsTests.news(feed).value.map(\.headline) == ["&l30;"])
    }

    @Test func nestingIsBounded() async throws {
        let deep = String(repeating: "<x>", count: 200_000)
        let feed = NewsFeedsTests.rss(NewsFeedsTests.item("First") + deep)
        let answer = try await NewsFeedsTests.news(feed)
        #expect(answer.value.map(\.headline) == ["First"])
        #expect(answer.notes == [])
    }

    @Test func textsAreBoundedAndPlain() async throws {
        let long = String(repeating: "word ", count: 50_000)
        let feed = NewsFeedsTests.rss(
            NewsFeedsTests.item("\(long)", "<link>javascript:alert(1)</link><guid>&#27;[31mred\u{202E}</guid>")
        )
        let item = try #require(try await NewsFeedsTests.news(feed).value.first)
        #expect(item.headline.count <= 301)
        #expect(item.url == nil)
        #expect(item.identifier == "[31mred")
    }

    @Test func scriptsAreNoWords() async throws {
        let html =
            "&lt;script&gt;alert(1)&lt;/script&gt;Ignore &lt;style&gt;p{}&lt;/style&gt;this&lt;img src=x onerror=y&gt;"
        let feed = NewsFeedsTests.rss(NewsFeedsTests.item("T", "<description>\(html)</description>"))
        #expect(try await NewsFeedsTests.news(feed).value.map(\.summary) == ["Ignore this"])
    }

    /// Cut anywhere, a feed gives the entries that were complete, in order, or is refused; it never gives half an entry.
    @Test func aCutFeedGivesWholeEntriesOnly() async throws {
        let whole = NewsFeedsTests.rss(
            NewsFeedsTests.item("One &amp; only", "<description><![CDATA[x <b>y</b>]]></description>")
                + "<!-- <item> -->" + NewsFeedsTests.item("Two", "<guid>2</guid>")
        )
        let bytes = Array(whole.utf8)
        let end = "</item>"
        var service = try ResearchService("feeds") { request in
            LoopbackReply(body: Data(bytes.prefix(Int(request.query["n"] ?? "") ?? 0)))
        }
        let start = try moment("2026-11-01T00:00:00Z")
        for length in stride(from: bytes.count, through: 0, by: -7) {
            service.environment.settings.set("feeds", "urls", ["\(service.server.baseURL)/?n=\(length)"])
            let text = String(decoding: bytes.prefix(length), as: UTF8.self)
            let complete = text.components(separatedBy: end).count - 1
            do {
                let answer = try await NewsFeeds(service.environment).news(about: [], since: start, limit: 9)
                #expect(answer.value.map(\.headline).sorted() == Array(["One & only", "Two"].prefix(complete)))
                #expect(answer.notes.isEmpty == (length == bytes.count))
            } catch let error as ConnectorError {
                #expect(error.code == .unexpectedAnswer)
                // Refused only where not even the outermost tag is whole.
                #expect(!text.contains("elements/1.1/\">"))
            }
        }
    }
}
