import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct ProxyTests {
    private func through(_ proxies: ProxySettings) -> CurlTransport {
        CurlTransport(options: TransportOptions(proxies: proxies))
    }

    @Test func theProxySeesTheWholeAddress() async throws {
        let proxy = try LoopbackServer { request in LoopbackReply(request.path + " by proxy") }
        let transport = through(ProxySettings(http: proxy.baseURL))
        #expect(try await transport.text("http://service.example:8080/a?b=c") == "/a by proxy")
        let seen = try #require(proxy.requests.first)
        #expect(seen.target == "http://service.example:8080/a?b=c" && seen.headers["host"] == "service.example:8080")
    }

    @Test func aLoginInTheProxysAddressIsSent() async throws {
        let proxy = try LoopbackServer { _ in LoopbackReply("ok") }
        let address = proxy.baseURL.replacingOccurrences(of: "//", with: "//user:pass@")
        _ = try await through(ProxySettings(http: address)).text("http://service.example/")
        // base64 of user:pass
        #expect(proxy.requests.first?.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz")
    }

    @Test func theProxyOfAllServesWhereThereIsNoOther() async throws {
        let (one, all) = (
            try LoopbackServer { _ in LoopbackReply("one") }, try LoopbackServer { _ in LoopbackReply("all") }
        )
        #expect(
            try await through(ProxySettings(http: one.baseURL, all: all.baseURL)).text("http://a.example/") == "one"
        )
        #expect(
            try await through(ProxySettings(https: one.baseURL, all: all.baseURL)).text("http://a.example/") == "all"
        )
    }

    @Test(arguments: [
        ("service.invalid", "http://service.invalid/"), (".invalid", "http://service.invalid/"),
        ("*", "http://x.invalid/"),
        ("a.example, invalid", "http://service.invalid/"),
    ])
    func excludedHostsAreReachedDirectly(excluded: String, url: String) async throws {
        let proxy = try LoopbackServer { _ in LoopbackReply("by proxy") }
        let transport = through(ProxySettings(http: proxy.baseURL, excluded: excluded))
        #expect(try await failure { _ = try await transport.text(url) }?.code == .hostNotFound)
        #expect(proxy.connections == 0)
    }

    @Test func thisMachineIsReachedDirectly() async throws {
        let (server, proxy) = (try LoopbackServer { _ in LoopbackReply("direct") }, try LoopbackServer())
        let transport = through(ProxySettings(all: proxy.baseURL))
        #expect(try await transport.text(server.baseURL + "/") == "direct")
        #expect(try await transport.text("http://localhost:\(server.port)/") == "direct")
        #expect(proxy.connections == 0)
    }

    @Test(arguments: [
        (407, "the proxy asks for a login"), (403, "the proxy refused with status 403"),
        (502, "the proxy refused with status 502"),
    ])
    func theWayToHTTPSIsRefused(status: Int, detail: String) async throws {
        let proxy = try LoopbackServer { _ in LoopbackReply(status: status) }
        let request = HTTPRequest(
            .get,
            "https://service.example/secret",
            headers: ["Authorization": "Bearer s3cret"],
            retry: .never
        )
        let transport = through(ProxySettings(https: proxy.baseURL))
        let error = try await failure { _ = try await transport.response(to: request) }
        #expect(error == TransportError(.cannotConnect, host: "service.example", detail: detail))
        let seen = try #require(proxy.requests.first)
        #expect(seen.method == "CONNECT" && seen.target == "service.example:443")
        #expect(seen.headers["authorization"] == nil)
    }

    @Test func aProxyThatIsNotThere() async throws {
        let proxy = try LoopbackServer()
        proxy.stop()
        let request = HTTPRequest(.get, "http://service.example/", retry: .never)
        var error: TransportError?
        repeat {
            error = try await failure {
                _ = try await through(ProxySettings(http: proxy.baseURL)).response(to: request)
            }
        } while error?.code == .connectionLost
        #expect(error == TransportError(.cannotConnect, host: "service.example", detail: "the proxy does not answer"))
        let unknown = through(ProxySettings(http: "http://no-such-proxy.invalid:3128"))
        let other = try await failure { _ = try await unknown.response(to: request) }
        #expect(other?.detail == "the proxy's name is not known")
    }

    @Test func settingsComeFromTheVariablesThatArePassedIn() {
        let environment = [
            "http_proxy": "http://a:1", "HTTP_PROXY": "http://ignored:1", "HTTPS_PROXY": "http://b:2",
            "https_proxy": "",
            "all_proxy": "socks5h://c:3", "NO_PROXY": "d.example", "SSL_CERT_FILE": "/ca/one.pem",
        ]
        let options = TransportOptions(environment: environment, version: "1.2.3")
        let proxies = ProxySettings(
            http: "http://a:1",
            https: "http://b:2",
            all: "socks5h://c:3",
            excluded: "d.example"
        )
        #expect(options.proxies == proxies)
        #expect(options.certificateFile == "/ca/one.pem" && options.userAgent == "magnus/1.2.3")
        let both = environment.merging(["CURL_CA_BUNDLE": "/ca/two.pem"]) { $1 }
        #expect(TransportOptions(environment: both, version: "").certificateFile == "/ca/two.pem")
        #expect(TransportOptions(environment: ["HTTP_PROXY": "http://a:1"], version: "").proxies == ProxySettings())
    }

    /// In a process of its own, because variables are the whole process's.
    @Test func theProcessesOwnVariablesAreNotRead() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackServer { _ in LoopbackReply("by proxy") }
            for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, proxy.baseURL, 1) }
            let error = try await failure { _ = try await CurlTransport().text("http://own-variables.invalid/") }
            #expect(error?.code == .hostNotFound && proxy.connections == 0)
        }
    }
}
