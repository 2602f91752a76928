import Foundation
import Markets

/// A text of a description with places to be filled: `${secret:NAME}`, `${setting:NAME}`, `${today}`, `${today-7}`.
struct TemplateText: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case plain(String)
        case secret(String)
        case setting(String)
        case today(offset: Int)
    }

    private let pieces: [Piece]

    /// Reads `text`.
    ///
    /// - Parameter reason: Set to what is wrong where the result is nil.
    init?(_ text: String, reason: inout String) {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let start = rest.range(of: "${") {
            if start.lowerBound > rest.startIndex { pieces.append(.plain(String(rest[..<start.lowerBound]))) }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                reason = "a '${' is not closed"
                return nil
            }
            let inner = rest[start.upperBound..<end]
            guard let piece = TemplateText.piece(inner) else {
                reason = "'${\(inner)}' is none of ${secret:NAME}, ${setting:NAME}, ${today}, ${today-7}"
                return nil
            }
            pieces.append(piece)
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append(.plain(String(rest))) }
        self.pieces = pieces
    }

    private static func piece(_ text: Substring) -> Piece? {
        if text.hasPrefix("today") {
            let offset = text.dropFirst(5)
            if offset.isEmpty { return .today(offset: 0) }
            guard let days = Int(offset), offset.first == "+" || offset.first == "-" else { return nil }
            return .today(offset: days)
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[1].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
        switch parts[0] {
        case "secret": return .secret(String(parts[1]))
        case "setting": return .setting(String(parts[1]))
        default: return nil
        }
    }

    /// Whether a secret goes into it.
    var holdsSecret: Bool {
        pieces.contains { if case .secret = $0 { true } else { false } }
    }

    /// What of the outside world it needs and is not there: readiness that says what to do.
    func missing(_ connector: String, _ environment: ConnectorEnvironment) -> ConnectorReadiness? {
        for piece in pieces {
            switch piece {
            case .plain, .today: continue
            case .setting(let name):
                if environment.settings[connector, name] != nil { continue }
                return .notConfigured(
                    reason: "'\(name)' is not set",
                    nextStep: "set connectors.\(connector).\(name) in config.yaml"
                )
            case .secret(let name):
                do {
                    if try environment.secrets.secret(name) != nil { continue }
                    return .notConfigured(reason: "no key \(name)", nextStep: "run `magnus keys set \(name)`")
                } catch {
                    return .notConfigured(reason: "\(name) cannot be read: \(error)", nextStep: "correct keys.yaml")
                }
            }
        }
        return nil
    }

    /// The text with all places filled.
    ///
    /// - Throws: `ConnectorError` of code `notConfigured` where something is missing.
    func filled(_ connector: String, _ environment: ConnectorEnvironment) throws -> String {
        if case .notConfigured(let reason, let nextStep)? = missing(connector, environment) {
            throw ConnectorError(connector, .notConfigured, reason, nextStep: nextStep)
        }
        return try pieces.map { piece in
            switch piece {
            case .plain(let text): return text
            case .secret(let name): return try environment.secrets.secret(name)?.revealed ?? ""
            case .setting(let name): return environment.settings[connector, name] ?? ""
            case .today(let offset):
                return TradingDate(newYorkDateOf: environment.clock()).adding(days: offset).description
            }
        }.joined()
    }
}
