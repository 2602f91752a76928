import Foundation
import FoundationNetworking
import MagnusTestSupport
import Transport

/// Sends each request once, whatever the answer, so that a test counts what a connector asks for.
struct TestTransport: HTTPTransport {
    static let once = TestTransport()

    /// Lives as long as what asks it.
    var server: LoopbackServer?

    func response(to request: HTTPRequest) async throws -> HTTPResponse {
        guard let url = URL(string: request.url) else { throw TransportError(.badAddress, host: "", detail: "no URL") }
        var outgoing = URLRequest(url: url)
        outgoing.httpMethod = request.method.rawValue
        outgoing.httpBody = request.body
        outgoing.timeoutInterval = 5
        for field in request.headers.fields { outgoing.addValue(field.value, forHTTPHeaderField: field.name) }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        let session = URLSession(configuration: configuration)
        defer { session.finishTasksAndInvalidate() }
        do {
            let (body, answer) = try await session.data(for: outgoing)
            let response = answer as? HTTPURLResponse
            let fields = (response?.allHeaderFields ?? [:]).map { HTTPHeaders.Field("\($0.key)", "\($0.value)") }
            return HTTPResponse(status: response?.statusCode ?? 0, headers: HTTPHeaders(fields), body: body)
        } catch let error as URLError {
            let code: TransportError.Code = error.code == .timedOut ? .firstByteTimeout : .connectionLost
            throw TransportError(code, host: url.host ?? "", detail: error.localizedDescription)
        }
    }

    func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        throw TransportError(.shutDown, host: "", detail: "not used")
    }
}
