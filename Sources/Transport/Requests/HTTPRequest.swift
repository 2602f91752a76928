public import Foundation

/// One HTTP request: where it goes, what it carries, and how long it may take.
public struct HTTPRequest: Sendable {
    /// What is asked of the server.
    public enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case head = "HEAD"
    }

    /// What is asked of the server.
    public var method: Method
    /// An `http` or `https` address, percent-encoded.
    public var url: String
    /// Header fields. `Authorization` and other secrets are never written to logs or errors.
    public var headers: HTTPHeaders
    /// What is sent; nil for no body.
    public var body: Data?
    /// How long each part may take.
    public var timeouts: HTTPTimeouts
    /// The largest body that is accepted, in bytes, after decompression.
    public var maximumResponseBytes: Int
    /// When and how often the request is sent again.
    public var retry: RetryPolicy
    /// For a stream of many small pieces: how long those that come may be gathered before they are handed on together, so
    /// that the threads do not wake for each. The first two, and pieces that are rarer, are handed on at once; nil for
    /// all of them.
    public var coalescingInterval: Duration?
    /// Where the server may send the request on to.
    public var redirects = RedirectPolicy.sameHost

    /// A request with sensible limits: 10 s to connect, 60 s in all, 32 MB, two retries of what is safe to repeat.
    public init(
        _ method: Method = .get,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: Data? = nil,
        timeouts: HTTPTimeouts = HTTPTimeouts(),
        maximumResponseBytes: Int = 32_000_000,
        retry: RetryPolicy = RetryPolicy()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.maximumResponseBytes = maximumResponseBytes
        self.retry = retry
    }

    /// A request of the address `url` with `query` behind it, each name and value percent-encoded.
    public init(
        _ method: Method = .get,
        _ url: String,
        query: [(name: String, value: String)],
        headers: HTTPHeaders = [:]
    ) {
        self.init(method, url + (url.contains("?") ? "&" : "?") + FormEncoding.encode(query), headers: headers)
    }
}

/// Where a request may be sent on to when the server redirects it.
public enum RedirectPolicy: Sendable, Hashable {
    /// The host it was meant for, at most from `http` to `https`.
    case sameHost
    /// Any host over `https` for what has no body, with none of the header fields but those that say which part of what is
    /// wanted in which form. Neither out of this machine nor into it.
    case anyHostWithoutCredentials
}

/// How long the parts of an exchange may take; nil for no limit.
public struct HTTPTimeouts: Sendable, Hashable {
    /// Until the connection stands, name lookup and TLS included.
    public var connect: Duration?
    /// From the connection to the first byte of the answer.
    public var firstByte: Duration?
    /// Between two pieces of the body.
    public var idle: Duration?
    /// For the whole exchange, redirects included and retries not.
    public var total: Duration? {
        didSet { isTotalGiven = true }
    }
    private var isTotalGiven: Bool

    /// Limits with a total of 60 s for a whole answer, and none for a stream.
    public init(
        connect: Duration? = .seconds(10),
        firstByte: Duration? = .seconds(30),
        idle: Duration? = .seconds(30)
    ) {
        self.init(connect: connect, firstByte: firstByte, idle: idle, total: .seconds(60))
        isTotalGiven = false
    }

    /// Limits; the total holds for streams too.
    public init(
        connect: Duration? = .seconds(10),
        firstByte: Duration? = .seconds(30),
        idle: Duration? = .seconds(30),
        total: Duration?
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
        isTotalGiven = true
    }

    /// The total of a stream.
    var streamTotal: Duration? { isTotalGiven ? total : nil }
}

/// When a request is sent again: a refused or broken connection before any byte came, and the statuses 408, 425, 429, 500,
/// 502, 503, 504 and 529; the server's own hints (`retry-after-ms`, `retry-after`, with 429 `x-ratelimit-reset`) set the
/// wait, and `x-should-retry: true` or `false` decides over the status.
public struct RetryPolicy: Sendable, Hashable {
    /// Sent again at most so often.
    public var retries: Int
    /// The first wait without a hint; doubled each time, with jitter.
    public var base: Duration
    /// No single wait is longer; a hint that is longer ends the retries, and the answer is returned as it is.
    public var longestWait: Duration
    /// Whether methods that change something (POST, PATCH) are repeated too.
    public var repeatsUnsafeMethods: Bool

    /// A policy.
    public init(
        retries: Int = 2,
        base: Duration = .milliseconds(250),
        longestWait: Duration = .seconds(10),
        repeatsUnsafeMethods: Bool = false
    ) {
        self.retries = retries
        self.base = base
        self.longestWait = longestWait
        self.repeatsUnsafeMethods = repeatsUnsafeMethods
    }

    /// Sent once and never again.
    public static let never = RetryPolicy(retries: 0)
}
