import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct RedirectTests {
    @Test(arguments: [
        (301, HTTPRequest.Method.get, "GET"), (302, .get, "GET"), (303, .get, "GET"), (307, .get, "GET"),
        (308, .get, "GET"),
        (301, .post, "GET"), (302, .post, "GET"), (303, .post, "GET"), (307, .post, "POST"), (308, .post, "POST"),
        (301, .put, "PUT"), (302, .patch, "PATCH"), (303, .delete, "GET"), (308, .delete, "DELETE"),
        (303, .head, "HEAD"),
        (301, .head, "HEAD"),
    ])
    func methodAndBodyFollowTheStatus(status: Int, method: HTTPRequest.Method, expected: String) async throws {
        let server = try LoopbackServer { request in
            request.path == "/old"
                ? LoopbackReply(status: status, headers: ["Location": "/new?x=1"], "moved") : LoopbackReply("here")
        }
        let hasBody = method != .get && method != .head
        let request = HTTPRequest(
            method,
            server.baseURL + "/old",
            headers: ["Authorization": "Bearer s3cret", "Content-Type": "text/plain"],
            body: hasBody ? Data("payload".utf8) : nil
        )
        let response = try await CurlTransport().response(to: request)
        #expect(response.status == 200)
        let second = try #require(server.requests.last)
        #expect(server.requests.count == 2 && server.connections == 1)
        #expect(second.method == expected && second.target == "/new?x=1")
        #expect(second.text == (hasBody && expected != "GET" ? "payload" : ""))
        #expect(second.headers["authorization"] == "Bearer s3cret")
        #expect((second.headers["content-type"] == nil) == (expected == "GET" && method != .get))
    }

    @Test func relativeAddressesAndSpaces() async throws {
        let server = try LoopbackServer(routes: [
            "/a/b/c": LoopbackReply(status: 302, headers: ["Location": "../d e"]), "/a/d e": LoopbackReply("found"),
        ])
        #expect(try await CurlTransport().text(server.baseURL + "/a/b/c?q=1") == "found")
    }

    @Test func streamsFollowToo() async throws {
        let server = try LoopbackServer(routes: [
            "/old": LoopbackReply(status: 307, headers: ["Location": "/new"]), "/new": .chunked(["a", "b"]),
        ])
        let stream = try await CurlTransport().stream(HTTPRequest(.get, server.baseURL + "/old"))
        var body = Data()
        for try await piece in stream.body { body += piece }
        #expect(stream.status == 200 && body == Data("ab".utf8))
    }

    @Test(arguments: [
        "http://other.example/", "//other.example/x", "https://127.0.0.1/", "ftp://127.0.0.1/", "http://localhost/",
        "http://127.0.0.1@other.example/", "http://user:pw@127.0.0.1/", "file:///etc/passwd", "http://",
        "http:\\\\other.example", "http://127.0.0.1.other.example/",
    ])
    func otherHostsAreNotFollowed(location: String) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 302, headers: ["Location": location]) }
        let request = HTTPRequest(.get, server.baseURL + "/?token=s3cret", headers: ["Authorization": "Bearer s3cret"])
        let error = try await failure { _ = try await CurlTransport().response(to: request) }
        #expect(error?.code == .redirectRefused && error?.host == "127.0.0.1")
        #expect(error?.description.contains("s3cret") == false && error?.description.contains("pw") == false)
        #expect(server.requests.count == 1)
    }

    @Test func anotherPortIsAnotherServer() async throws {
        let other = try LoopbackServer { _ in LoopbackReply("stolen") }
        let server = try LoopbackServer { _ in LoopbackReply(status: 301, headers: ["Location": other.baseURL + "/"]) }
        let error = try await failure { _ = try await CurlTransport().text(server.baseURL + "/") }
        #expect(error?.code == .redirectRefused)
        #expect(other.connections == 0)
    }

    @Test func withLeaveAnotherHostIsToldOnlyWhatIsWanted() async throws {
        let other = try LoopbackServer { _ in LoopbackReply("weights") }
        let server = try LoopbackServer { _ in
            LoopbackReply(status: 302, headers: ["Location": other.baseURL + "/blob?signature=1"])
        }
        var request = HTTPRequest(
            .get,
            server.baseURL + "/",
            headers: ["Authorization": "Bearer s3cret", "X-Api-Key": "s3cret", "Cookie": "s3cret", "Range": "bytes=3-"]
        )
        request.redirects = .anyHostWithoutCredentials
        #expect(try await CurlTransport().response(to: request).body == Data("weights".utf8))
        let told = try #require(other.requests.first)
        #expect(told.target == "/blob?signature=1" && told.headers["range"] == "bytes=3-")
        #expect(!told.headers.values.contains { $0.contains("s3cret") })
        // Within the host it stays as it was.
        #expect(server.requests.first?.headers["authorization"] == "Bearer s3cret")
    }

    @Test func withLeaveABodyIsNotHandedOn() async throws {
        let other = try LoopbackServer { _ in LoopbackReply("stolen") }
        let server = try LoopbackServer { _ in LoopbackReply(status: 307, headers: ["Location": other.baseURL + "/"]) }
        var request = HTTPRequest(.post, server.baseURL + "/", body: Data("positions".utf8))
        request.redirects = .anyHostWithoutCredentials
        let asked = request
        let error = try await failure { _ = try await CurlTransport().response(to: asked) }
        #expect(error?.code == .redirectRefused && other.connections == 0)
    }

    @Test(arguments: ["https://other.example/", "http://other.example/", "https://10.0.0.1/"])
    func withLeaveNothingLeavesTheMachineOrComesIn(location: String) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 302, headers: ["Location": location]) }
        var request = HTTPRequest(.get, server.baseURL + "/")
        request.redirects = .anyHostWithoutCredentials
        let asked = request
        let error = try await failure { _ = try await LocalOnlyTransport(CurlTransport()).response(to: asked) }
        #expect(error?.code == .redirectRefused)
    }

    @Test(arguments: [(5, nil), (6, TransportError.Code.redirectRefused)])
    func atMostFiveInARow(count: Int, code: TransportError.Code?) async throws {
        let server = try LoopbackServer { request in
            let number = Int(request.path.dropFirst()) ?? 0
            return number < count
                ? LoopbackReply(status: 302, headers: ["Location": "/\(number + 1)"]) : LoopbackReply("end")
        }
        let error = try await failure {
            let text = try await CurlTransport().text(server.baseURL + "/0")
            #expect(text == "end")
        }
        #expect(error?.code == code)
        #expect(server.requests.count == 6)
    }

    @Test(arguments: [300, 304, 305, 399]) func otherStatusesOfTheKindAreAnswers(status: Int) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: status, headers: ["Location": "/new"]) }
        #expect(try await CurlTransport().response(to: HTTPRequest(.get, server.baseURL + "/")).status == status)
    }

    @Test func withoutAPlaceToGoItIsAnAnswer() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 302, "nowhere") }
        #expect(try await CurlTransport().text(server.baseURL + "/") == "nowhere")
    }
}
