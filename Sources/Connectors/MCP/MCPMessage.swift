import Foundation
public import JSON

/// A JSON-RPC 2.0 message from a server.
public enum MCPMessage: Sendable, Hashable {
    /// The answer to one of our requests.
    case result(id: Int, WireValue)
    /// The refusal of one of our requests; of all that wait where the server could not tell which (a null id).
    case failure(id: Int?, code: Int, message: String)
    /// A request of the server's own.
    case request(id: WireValue, method: String)
    /// A notification.
    case notification(method: String, params: WireValue)
    /// Something else.
    case unknown

    /// The messages in `json`: one, or several where the server sends a batch, as revision 2025-03-26 allows.
    ///
    /// - Returns: nil where it is no JSON.
    static func messages(in json: Data) -> [MCPMessage]? {
        guard let value = WireValue(json: json) else { return nil }
        guard case .list(let elements) = value else { return [MCPMessage(value)] }
        return elements.map(MCPMessage.init(_:))
    }

    private init(_ value: WireValue) {
        guard case .object(let members) = value, members["jsonrpc"] == .text("2.0") else {
            self = .unknown
            return
        }
        if case .text(let method) = members["method"] ?? .null {
            if let id = members["id"] {
                self = .request(id: id, method: method)
            } else {
                self = .notification(method: method, params: members["params"] ?? .null)
            }
            return
        }
        // An identifier of ours is a whole number; one in quotes is not ours.
        var id: Int?
        if case .number = members["id"] ?? .null { id = members["id"]?.integer }
        if let error = value["error"] {
            let isForAll = members["id"] == .null || members["id"] == nil
            guard id != nil || isForAll else {
                self = .unknown
                return
            }
            self = .failure(id: id, code: error["code"]?.integer ?? 0, message: error["message"]?.string ?? "")
        } else if let result = members["result"], let id {
            self = .result(id: id, result)
        } else {
            self = .unknown
        }
    }

    // MARK: What is sent

    static func request(_ id: Int, _ method: String, _ params: WireValue) -> Data {
        encode(["id": .number(Decimal(id)), "method": .text(method), "params": params])
    }

    static func notification(_ method: String, _ params: WireValue? = nil) -> Data {
        var members: [String: WireValue] = ["method": .text(method)]
        members["params"] = params
        return encode(members)
    }

    /// The answer to a request of the server's: a ping is answered, anything else is not offered here.
    static func reply(to method: String, id: WireValue) -> Data {
        if method == "ping" { return encode(["id": id, "result": .object([:])]) }
        let error: WireValue = .object(["code": .number(-32_601), "message": .text("Method not found")])
        return encode(["id": id, "error": error])
    }

    private static func encode(_ members: [String: WireValue]) -> Data {
        Data(WireValue.object(members.merging(["jsonrpc": .text("2.0")]) { $1 }).json.utf8)
    }
}
