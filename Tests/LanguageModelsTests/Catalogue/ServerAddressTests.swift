import LanguageModels
import Testing

@Suite struct ServerAddressTests {
    /// Worked out by the rules of Ollama's own client: scheme http, host 127.0.0.1 and port 11434 are what is missing; a written
    /// scheme brings its own port; a port that is none is the default one.
    @Test(
        arguments: [
            ("example.com", "http://example.com:11434"), ("example.com:1234", "http://example.com:1234"),
            (":1234", "http://127.0.0.1:1234"), ("1.2.3.4", "http://1.2.3.4:11434"),
            ("http://example.com", "http://example.com:80"), ("https://example.com", "https://example.com:443"),
            ("https://example.com:1234", "https://example.com:1234"),
            ("http://example.com:8080/ollama/", "http://example.com:8080/ollama"),
            ("example.com:99999", "http://example.com:11434"), ("example.com:x", "http://example.com:11434"),
            ("[::1]", "http://[::1]:11434"), ("[::1]:1234", "http://[::1]:1234"), ("::1", "http://[::1]:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"), ("0.0.0.0:8000", "http://127.0.0.1:8000"),
            (" \"example.com\" ", "http://example.com:11434"), ("'localhost:11435'", "http://localhost:11435"),
        ]
    )
    func aHostIsReadAsOllamaReadsIt(text: String, address: String) throws {
        let standard = try #require(ServerAddress("http://127.0.0.1:11434"))
        #expect(ServerAddress(host: text, like: standard)?.text == address)
    }

    @Test(arguments: ["ftp://example.com", "a b", "http://user:secret@example.com", "user@example.com", "x?y=1"])
    func whatIsNoHost(text: String) throws {
        let standard = try #require(ServerAddress("http://127.0.0.1:11434"))
        #expect(ServerAddress(host: text, like: standard) == nil)
    }

    @Test(arguments: [
        ("https://api.example.com/v1/", "https://api.example.com/v1", "api.example.com"),
        ("HTTP://LOCALHOST:80", "HTTP://LOCALHOST:80", "localhost"), ("http://[::1]:8080/", "http://[::1]:8080", "::1"),
    ])
    func anAddress(text: String, address: String, host: String) throws {
        let read = try #require(ServerAddress(text))
        #expect(read.text == address && read.host == host)
    }

    @Test(arguments: [
        "", "example.com", "file:///etc/passwd", "https://", "https://user@example.com", "https://example.com?key=1",
        "https://example.com#x",
    ])
    func whatIsNoAddress(text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test(arguments: [
        ("http://localhost:1", true), ("http://127.0.0.1", true), ("http://127.8.9.10/x", true), ("http://[::1]", true),
        ("http://a.localhost", false), ("http://localhost.example.com", false), ("http://127.0.0.1.example.com", false),
        ("http://128.0.0.1", false), ("http://10.0.0.1", false), ("http://0127.0.0.1.x", false),
    ])
    func whetherItIsThisMachine(text: String, isLocal: Bool) throws {
        #expect(try #require(ServerAddress(text)).isLocal == isLocal)
    }
}
