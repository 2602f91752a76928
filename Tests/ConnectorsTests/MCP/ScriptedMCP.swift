import Connectors
import Foundation
import JSON
import MagnusTestSupport

/// The server side of the protocol over HTTP, for `LoopbackServer`.
enum ScriptedMCP {
    /// The reply to one request: greetings are returned, tools listed, calls answered by `call`.
    ///
    /// - Parameters:
    ///   - session: The session the server gives; nil for none.
    ///   - tools: JSON of the elements of the list of tools.
    ///   - call: Answers a call with the identifier and the parameters it has.
    static func reply(
        to request: LoopbackRequest,
        session: String? = nil,
        tools: String = #"{"name":"t","inputSchema":{"type":"object"}}"#,
        call: (_ id: Int, _ params: WireValue) -> LoopbackReply = { id, _ in .json(text(id, "ok")) }
    ) -> LoopbackReply {
        guard request.method == "POST", let message = WireValue(json: request.body) else {
            return LoopbackReply(status: 405)
        }
        guard let id = message["id"]?.integer, let method = message["method"]?.string else {
            return LoopbackReply(status: 202)
        }
        switch method {
        case "initialize":
            return .json(greeting(id), headers: session.map { ["Mcp-Session-Id": $0] } ?? [:])
        case "tools/list":
            return .json(result(id, #"{"tools":[\#(tools)]}"#))
        default:
            return call(id, message["params"] ?? .null)
        }
    }

    /// The answer to a greeting.
    static func greeting(_ id: Int) -> String {
        let server = #""serverInfo":{"name":"scripted","version":"1"}"#
        return result(id, #"{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},\#(server)}"#)
    }

    /// A result as a message.
    static func result(_ id: Int, _ json: String) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"result":\#(json)}"#
    }

    /// The answer of a tool that is one text.
    static func text(_ id: Int, _ text: String) -> String {
        let encoded = try? JSONEncoder().encode(text)
        return result(
            id,
            #"{"content":[{"type":"text","text":\#(String(decoding: encoded ?? Data(), as: UTF8.self))}]}"#
        )
    }

    /// Messages as a stream of events.
    static func events(_ messages: [String]) -> LoopbackReply {
        .events(messages.map { "event: message\ndata: \($0)\n\n" })
    }
}
