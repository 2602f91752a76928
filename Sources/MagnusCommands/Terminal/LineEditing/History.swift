import Synchronization

/// Where the lines of a history are kept between sessions.
///
/// A store knows nothing of what lines mean. A file-backed one appends each with a single write in append mode, so that
/// two sessions never mix their lines, and may rewrite the file with ``History/kept(of:limit:)`` when it has grown.
protocol HistoryStore: Sendable {
    /// All stored lines, oldest first; damaged bytes may have become U+FFFD. Empty if there are none yet.
    func load() -> [String]

    /// Keeps one more line. It holds no line break.
    ///
    /// - Throws: the store's own error if it could not be kept.
    func append(_ line: String) throws
}

/// What the user has asked before: bounded, without repetitions, oldest first.
final class History: Sendable {
    /// How many entries are kept unless said otherwise.
    static let defaultLimit = 2_000

    private let store: any HistoryStore
    private let limit: Int
    private let remembered: Mutex<[String]>

    /// Reads the stored lines; damaged ones are passed over.
    init(store: any HistoryStore, limit: Int = defaultLimit) {
        self.store = store
        self.limit = limit
        remembered = Mutex(History.kept(of: store.load(), limit: limit).map(History.decoded))
    }

    /// The entries, oldest first.
    var entries: [String] { remembered.withLock { $0 } }

    /// Remembers an entry as the newest; an equal earlier one goes. Blank entries are not remembered.
    ///
    /// - Throws: the store's error; the entry is then remembered for this session only.
    func append(_ entry: String) throws {
        guard !entry.allSatisfy(\.isWhitespace) else { return }
        let isRepeated = remembered.withLock { entries in
            if entries.last == entry { return true }
            entries.removeAll { $0 == entry }
            entries.append(entry)
            if entries.count > limit { entries.removeFirst(entries.count - limit) }
            return false
        }
        if !isRepeated { try store.append(History.encoded(entry)) }
    }

    /// The stored lines worth keeping: undamaged, the last of equal ones, at most `limit`.
    static func kept(of lines: [String], limit: Int) -> [String] {
        var seen: Set<String> = []
        var kept: [String] = []
        for line in lines.reversed() where kept.count < limit {
            if isDamaged(line) || line.allSatisfy(\.isWhitespace) || !seen.insert(line).inserted { continue }
            kept.append(line)
        }
        return kept.reversed()
    }

    /// Whether a stored line holds bytes that no entry is written with.
    private static func isDamaged(_ line: String) -> Bool {
        if line.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return false }
        return line.unicodeScalars.contains { $0 == "\u{FFFD}" || $0.value < 0x20 || $0.value == 0x7F }
    }

    /// An entry as one line: a line break becomes `\n`, a backslash two, a tab a space.
    static func encoded(_ entry: String) -> String {
        var line = ""
        for character in TerminalText.sanitised(entry) {
            switch character {
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            default: line.append(character)
            }
        }
        return line
    }

    /// The entry a stored line stands for. A backslash before anything else stays as it is.
    static func decoded(_ line: String) -> String {
        guard line.utf8.contains(UInt8(ascii: "\\")) else { return TerminalText.sanitised(line) }
        var entry = ""
        var isEscaped = false
        for character in line {
            if isEscaped {
                switch character {
                case "n": entry += "\n"
                case "\\": entry += "\\"
                default: entry += "\\" + String(character)
                }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                entry.append(character)
            }
        }
        return TerminalText.sanitised(isEscaped ? entry + "\\" : entry)
    }
}

/// A history that ends with the program.
final class MemoryHistoryStore: HistoryStore {
    private let lines: Mutex<[String]>

    /// A store with some lines in it.
    init(_ lines: [String] = []) {
        self.lines = Mutex(lines)
    }

    func load() -> [String] { lines.withLock { $0 } }

    func append(_ line: String) { lines.withLock { $0.append(line) } }
}
