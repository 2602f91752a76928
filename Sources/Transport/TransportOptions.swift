/// What holds for all requests of a transport. Nothing of it is read from the process's environment; pass it in.
public struct TransportOptions: Sendable, Hashable {
    /// How the program names itself to servers: `magnus/1.2.0`.
    public var userAgent: String
    /// The proxies that requests go through.
    public var proxies: ProxySettings
    /// The path of a PEM file with the certificates that are trusted; nil for the system's.
    public var certificateFile: String?
    /// How many bytes of a streamed body wait for their reader before the server is held back.
    public var streamBufferBytes: Int

    /// Options with all their values.
    public init(
        userAgent: String = "magnus",
        proxies: ProxySettings = ProxySettings(),
        certificateFile: String? = nil,
        streamBufferBytes: Int = 262_144
    ) {
        self.userAgent = userAgent
        self.proxies = proxies
        self.certificateFile = certificateFile
        self.streamBufferBytes = streamBufferBytes
    }

    /// Options by the usual variables: those of `ProxySettings`, and `CURL_CA_BUNDLE`, else `SSL_CERT_FILE`.
    ///
    /// - Parameters:
    ///   - environment: The variables.
    ///   - version: The program's version, for `userAgent`.
    public init(environment: [String: String], version: String) {
        let file = [environment["CURL_CA_BUNDLE"], environment["SSL_CERT_FILE"]].compactMap(\.self)
        self.init(
            userAgent: "magnus/" + version,
            proxies: ProxySettings(environment: environment),
            certificateFile: file.first { !$0.isEmpty }
        )
    }
}
