import Foundation

/// One thing a connection does.
enum LoopbackStep {
    case send(Data, isBody: Bool)
    case pause(Duration)
    case wait(LoopbackGate)
    case end(LoopbackReply.Ending)
}

extension LoopbackReply {
    /// What the connection does, in order.
    ///
    /// - Parameters:
    ///   - request: What is answered: `HEAD` gets no body.
    func steps(answering request: LoopbackRequest) -> [LoopbackStep] {
        var steps: [LoopbackStep] = []
        if delay > .zero { steps.append(.pause(delay)) }
        if let gate { steps.append(.wait(gate)) }
        steps.append(.send(rawHeader ?? header, isBody: false))
        let hasBody = request.method != "HEAD" && status >= 200 && status != 204 && status != 304
        if hasBody {
            for piece in pieces.prefix(piecesSent ?? pieces.count) {
                if pause > .zero { steps.append(.pause(pause)) }
                if let pieceGate { steps.append(.wait(pieceGate)) }
                steps.append(.send(isChunked ? chunk(piece) : piece, isBody: true))
            }
            if isChunked, piecesSent == nil { steps.append(.send(Data("0\r\n\r\n".utf8), isBody: true)) }
        }
        steps.append(.end(ending))
        return steps
    }

    private var header: Data {
        var lines = ["HTTP/1.1 \(status) \(status < 400 ? "OK" : "Refused")"]
        let names = Set(headers.keys.map { $0.lowercased() })
        if isChunked {
            if !names.contains("transfer-encoding") { lines.append("Transfer-Encoding: chunked") }
        } else if status >= 200, status != 204, status != 304, !names.contains("content-length") {
            lines.append("Content-Length: \(pieces.reduce(0) { $0 + $1.count })")
        }
        if ending == .close, !names.contains("connection") { lines.append("Connection: close") }
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private func chunk(_ piece: Data) -> Data {
        Data((String(piece.count, radix: 16) + "\r\n").utf8) + piece + Data("\r\n".utf8)
    }
}
