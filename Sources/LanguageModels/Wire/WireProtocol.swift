public import Foundation
public import JSON
public import Transport

/// How requests and replies of one kind of service are written: one conforming type a protocol, each in its own file.
///
/// It is pure: nothing is sent here.
public protocol WireProtocol: Sendable {
    /// The HTTP request that asks for a streamed reply.
    ///
    /// - Throws: `ModelError` where the protocol cannot say what is asked.
    func httpRequest(for request: ModelRequest, to endpoint: ModelEndpoint) throws -> HTTPRequest

    /// Reads the body of one reply (status 200 to 299), in pieces as they arrive.
    ///
    /// - Parameter contentType: The reply's; a service that was asked to stream may answer with plain JSON all the same.
    func replyReader(contentType: String?, from endpoint: ModelEndpoint) -> any ReplyReader

    /// What a failed answer (status 300 and above) means.
    func error(status: Int, headers: HTTPHeaders, body: Data, from endpoint: ModelEndpoint) -> ModelError
}

/// Reads one reply as its bytes arrive, however they are cut.
public protocol ReplyReader: Sendable {
    /// The events that `bytes` complete, in order.
    ///
    /// - Throws: `ModelError` for an error that the service sends in the middle of a reply, and for what is no reply.
    mutating func read(_ bytes: Data) throws -> [ModelEvent]

    /// What the end of the body completes, and the whole reply.
    ///
    /// - Throws: `ModelError`; `cutOff` where the body ended before the reply did.
    mutating func finish() throws -> (events: [ModelEvent], reply: ModelReply)

    /// How far the reply has come, also after an error; for the account of replies that break off.
    var progress: ReplyProgress { get }
}

extension ReplyReader {
    /// Nothing known.
    public var progress: ReplyProgress { ReplyProgress() }
}

/// How far a reply has come.
public struct ReplyProgress: Hashable, Sendable {
    /// What the service counted so far; most count at the end alone.
    public var usage: TokenUsage
    /// Bytes of words, thoughts and arguments so far, those of calls that are not complete included.
    public var bytesWritten: Int

    /// Progress; none unless it is given.
    public init(usage: TokenUsage = TokenUsage(), bytesWritten: Int = 0) {
        self.usage = usage
        self.bytesWritten = bytesWritten
    }
}

/// One model at one service, as a wire protocol needs to know it.
public struct ModelEndpoint: Sendable, Hashable {
    /// The model.
    public var name: ModelName
    /// The address that the protocol's paths are appended to: `https://api.anthropic.com`, `http://localhost:11434/v1`.
    public var baseURL: String
    /// The key; nil where none is needed.
    public var key: Secret?
    /// Header fields that the owner or the catalogue adds.
    public var headers: [String: String]
    /// What the model can and wants.
    public var traits: ModelTraits
    /// Tokens that the model reads and writes at most; nil where that is not known.
    public var contextTokens: Int?
    /// Whether the model runs on this machine, so that nothing leaves it; a server here may pass it on to another machine.
    public var isLocal: Bool

    /// An endpoint with all its values.
    ///
    /// - Parameter isLocal: Nil where the address alone tells.
    public init(
        name: ModelName,
        baseURL: String,
        key: Secret? = nil,
        headers: [String: String] = [:],
        traits: ModelTraits = ModelTraits(),
        contextTokens: Int? = nil,
        isLocal: Bool? = nil
    ) {
        self.name = name
        self.baseURL = baseURL
        self.key = key
        self.headers = headers
        self.traits = traits
        self.contextTokens = contextTokens
        self.isLocal = isLocal ?? LocalOnlyTransport.isLocal(baseURL)
    }
}

/// What a model can and wants, by the catalogue.
public struct ModelTraits: Sendable, Hashable {
    /// Whether it calls tools.
    public var callsTools: Bool
    /// Whether the service holds it to a JSON schema.
    public var takesSchema: Bool
    /// Whether a temperature may be given.
    public var takesTemperature: Bool
    /// Whether a call of a tool can be required of it, as it cannot of models that always think before they speak.
    public var forcesCalls: Bool
    /// Whether the output limit is called `max_completion_tokens`, as for reasoning models of OpenAI.
    public var wantsCompletionTokens: Bool
    /// Whether it may think without showing it, so that what a reply that breaks off has cost cannot be told from its words.
    public var hidesThoughts: Bool
    /// Tokens by which the output limit is raised, for what the model thinks counts towards it; 0 for models that do not think.
    public var thinkingTokens: Int
    /// Members that the catalogue adds to the request's body: `thinking`, `options`.
    public var extraBody: [String: JSONValue]

    /// Traits.
    public init(
        callsTools: Bool = true,
        takesSchema: Bool = true,
        takesTemperature: Bool = true,
        forcesCalls: Bool = true,
        wantsCompletionTokens: Bool = false,
        hidesThoughts: Bool = false,
        thinkingTokens: Int = 0,
        extraBody: [String: JSONValue] = [:]
    ) {
        self.callsTools = callsTools
        self.takesSchema = takesSchema
        self.takesTemperature = takesTemperature
        self.forcesCalls = forcesCalls
        self.wantsCompletionTokens = wantsCompletionTokens
        self.hidesThoughts = hidesThoughts
        self.thinkingTokens = thinkingTokens
        self.extraBody = extraBody
    }
}
