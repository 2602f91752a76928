import CCurl
import CCurlShim
import Foundation

/// One request on the network thread. Nothing here is used by another thread, except the buffer, which is made for it.
final class CurlTransfer {
    /// What is to be sent, and where the answer goes.
    struct Order: Sendable {
        let id: Int
        let request: HTTPRequest
        let address: CurlAddress
        let options: TransportOptions
        let deadline: ContinuousClock.Instant?
        let buffer: ResponseBuffer
    }

    /// What is waited for.
    private enum Phase {
        case connecting
        case waiting
        case receiving
    }

    let handle: UnsafeMutableRawPointer
    let order: Order
    let proxy: String?
    var fields: UnsafeMutablePointer<curl_slist>?

    private var phase = Phase.connecting
    private var phaseStart = ContinuousClock.now
    private var isHeldBack = false
    private var parser = ResponseHeadParser()
    private var hasHead = false
    private var bodyBytes = 0
    private var pieces = 0
    private var hasUnannounced = false
    private var lastGap = Duration.zero
    private var sendings = 0
    private var failure: TransportError?

    /// Starts the request; nil where it cannot be, and the buffer says why.
    init?(_ order: Order, multi: UnsafeMutableRawPointer) {
        guard let handle = ccurl_easy_init() else {
            order.buffer.end(
                .failed(TransportError(.cannotConnect, host: order.address.host, detail: "out of memory"))
            )
            return nil
        }
        self.handle = handle
        self.order = order
        proxy = order.options.proxies.proxy(scheme: order.address.scheme, host: order.address.host)
        let result = configure()
        guard result == CURLE_OK, ccurl_multi_add_handle(multi, handle) == CURLM_OK else {
            fail(.cannotConnect, "curl does not take the request (error \(result.rawValue))")
            release()
            return nil
        }
    }

    /// Takes the request out of the thread's work. Where it is not complete, its connection is closed.
    func leave(_ multi: UnsafeMutableRawPointer) {
        ccurl_multi_remove_handle(multi, handle)
        release()
    }

    /// Nothing of curl's may be used after this: no callback comes any more, so the pointers to self are dead too.
    private func release() {
        ccurl_easy_cleanup(handle)
        ccurl_slist_free_all(fields)
        fields = nil
    }

    /// Ends the answer as curl says.
    func finish(_ result: CURLcode) {
        if let failure {
            order.buffer.end(.failed(failure))
        } else if result != CURLE_OK {
            let failure = CurlFailure(result, handle: handle, isBehindProxy: proxy != nil)
            fail(failure.code, failure.detail)
        } else if hasHead {
            order.buffer.end(.complete)
        } else {
            fail(.connectionLost, "the connection broke before the answer's header was complete")
        }
    }

    /// Ends the answer with an error.
    func fail(_ code: TransportError.Code, _ detail: String) {
        order.buffer.end(.failed(TransportError(code, host: order.address.host, detail: detail)))
    }

    /// Goes on after the reader has caught up; false where that ends it. Bytes that curl kept come during this call.
    func resume() -> Bool {
        guard isHeldBack else { return true }
        isHeldBack = false
        phaseStart = .now
        let result = ccurl_easy_resume(handle)
        if result != CURLE_OK { finish(result) }
        return result == CURLE_OK
    }

    /// A time limit, and what it means when it passes.
    struct Limit {
        let time: ContinuousClock.Instant
        let code: TransportError.Code
        let allowed: Duration?

        /// What happened, in a few words.
        var detail: String {
            let event =
                switch code {
                case .connectTimeout: "no connection"
                case .firstByteTimeout: "no answer"
                case .idleTimeout: "nothing more of the answer"
                default: "the answer was not complete"
                }
            guard let allowed else { return event + " in the time it was given" }
            let milliseconds = Int64(allowed / .milliseconds(1))
            let isWhole = milliseconds.isMultiple(of: 1000)
            return event + " within " + (isWhole ? "\(milliseconds / 1000) s" : "\(milliseconds) ms")
        }
    }

    /// The limit that passes first.
    var nextLimit: Limit? {
        let timeouts = order.request.timeouts
        let (allowed, code): (Duration?, TransportError.Code) =
            switch phase {
            case .connecting: (timeouts.connect, .connectTimeout)
            case .waiting: (timeouts.firstByte, .firstByteTimeout)
            // A server that is held back is not late.
            case .receiving: (isHeldBack ? nil : timeouts.idle, .idleTimeout)
            }
        let limit = allowed.map { Limit(time: phaseStart + $0, code: code, allowed: $0) }
        guard let deadline = order.deadline else { return limit }
        if let limit, limit.time <= deadline { return limit }
        return Limit(time: deadline, code: .totalTimeout, allowed: nil)
    }

    /// Tells the reader of what curl has handed over since the last time.
    func announce() {
        guard hasUnannounced else { return }
        hasUnannounced = false
        order.buffer.announce()
    }

    /// Until when what comes next may wait, because many small pieces come one soon after the other; nil where it may not.
    var restEnd: ContinuousClock.Instant? {
        guard let interval = order.request.coalescingInterval, phase == .receiving, !isHeldBack else { return nil }
        guard pieces >= CurlTransfer.promptPieces, lastGap < interval * 2 else { return nil }
        return phaseStart + interval
    }

    /// How many pieces of a body are handed on at once before any are gathered.
    private static let promptPieces = 2

    // MARK: What curl calls, on the network thread, only between `curl_multi_add_handle` and `release`

    /// Notes that the connection stands and the request goes out; false to break off.
    func isReady() -> Bool {
        phase = .waiting
        phaseStart = .now
        sendings += 1
        // curl sends again by itself where a kept connection breaks without an answer. Whether the server acted on the first
        // one is not known, so that is left to those who allow it.
        if sendings > 1, order.request.method.isUnsafe, !order.request.retry.repeatsUnsafeMethods {
            failure = error(.connectionLost, "the connection broke before an answer came")
            return false
        }
        return true
    }

    /// Takes a line of the header; false to break off.
    func take(line: UnsafeRawBufferPointer) -> Bool {
        noteReceived()
        // Fields behind the body are left out.
        if hasHead { return true }
        let head = parser.take(String(decoding: line, as: UTF8.self))
        if parser.isTooLarge {
            failure = error(.responseTooLarge, "its header is larger than \(ResponseHeadParser.maximumBytes) bytes")
            return false
        }
        if let head {
            hasHead = true
            order.buffer.put(head)
        }
        return true
    }

    /// What `take(body:)` tells curl.
    enum Taken {
        case all
        case holdBack
        case breakOff
    }

    /// Takes a piece of the body, decompressed.
    func take(body: UnsafeRawBufferPointer) -> Taken {
        let before = phaseStart
        noteReceived()
        lastGap = phaseStart - before
        pieces += 1
        guard bodyBytes + body.count <= order.request.maximumResponseBytes else {
            failure = error(.responseTooLarge, "its answer is larger than \(order.request.maximumResponseBytes) bytes")
            return .breakOff
        }
        guard order.buffer.put(body) else {
            isHeldBack = true
            return .holdBack
        }
        bodyBytes += body.count
        hasUnannounced = true
        return .all
    }

    private func noteReceived() {
        if phase != .receiving { order.buffer.noteReceived() }
        phase = .receiving
        phaseStart = .now
    }

    private func error(_ code: TransportError.Code, _ detail: String) -> TransportError {
        TransportError(code, host: order.address.host, detail: detail)
    }
}
