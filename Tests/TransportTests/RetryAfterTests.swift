import Foundation
import Testing
import Transport

/// Reading hints needs no request before it: run alone, nothing here has opened libcurl.
@Suite struct RetryAfterTests {
    /// 2026-03-02 15:00:00 UTC.
    private let now = Date(timeIntervalSince1970: 1_772_463_600)

    @Test(
        arguments: [
            (["retry-after": "Mon, 02 Mar 2026 15:00:07 GMT"], 7_000),
            (["retry-after": "Monday, 02-Mar-26 15:00:07 GMT"], 7_000),
            (["retry-after": "Mon Mar  2 15:00:07 2026"], 7_000),
            (["retry-after": "Mon, 02 Mar 2026 14:00:00 GMT"], 0), (["retry-after": "1.5"], 1_500),
            (["retry-after-ms": "20", "retry-after": "9"], 20), (["retry-after": "soon"], nil),
            (["retry-after": "-1"], nil), ([:], nil),
        ] as [([String: String], Int?)]
    )
    func hints(fields: [String: String], milliseconds: Int?) {
        var headers = HTTPHeaders()
        for (name, value) in fields { headers[name] = value }
        #expect(headers.retryAfter(now: now) == milliseconds.map { .milliseconds($0) })
    }
}
