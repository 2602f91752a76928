/// The whole state of one prompt: what has been typed, where in the history the user is, what is being searched or
/// completed. Pure: keys go in, effects come out, and what should be seen can be read from it at any time.
struct LineState: Sendable {
    /// What the surrounding loop has to do after a key.
    enum Effect: Sendable, Equatable {
        /// Show the state again.
        case redraw
        /// The line is complete.
        case submit(String)
        /// Ctrl-C on text: leave it on the screen, start afresh.
        case abandoned
        /// Ctrl-C on an empty line.
        case interrupted
        /// Ctrl-D on an empty line.
        case endOfInput
        /// Ctrl-L.
        case clearScreen
        /// Ctrl-Z.
        case suspend
        /// The key has no meaning here.
        case bell
    }

    private enum Mode {
        case editing
        case browsing(HistoryBrowser)
        case searching(HistorySearch)
        case completing(CompletionCycle)
    }

    /// The text and cursor.
    private(set) var buffer = LineBuffer()
    private var mode = Mode.editing
    private var killed = ""
    private var isKilling = false
    private let history: [String]
    private let completer: Completer

    /// An empty prompt.
    ///
    /// - Parameters:
    ///   - history: earlier lines, oldest first.
    ///   - completer: asked when Tab is pressed.
    init(history: [String] = [], completer: @escaping Completer = { _ in .none }) {
        self.history = history
        self.completer = completer
    }

    /// What stands in place of the prompt while searching, or nil.
    var searchPrompt: String? {
        guard case .searching(let search) = mode else { return nil }
        return "(\(search.isFailing ? "nothing found" : "history")) \(search.query): "
    }

    /// The candidates to list below the line and the one chosen, or nil.
    var candidates: (all: [String], chosen: Int?)? {
        guard case .completing(let cycle) = mode else { return nil }
        return (cycle.candidates, cycle.chosen)
    }

    /// Does what a key stands for.
    mutating func apply(_ key: KeyPress) -> Effect {
        let wasKilling = isKilling
        isKilling = false
        if case .searching(let search) = mode {
            if let effect = continueSearch(search, with: key) { return effect }
            accept(search)
        }
        if case .completing(let cycle) = mode {
            if let effect = continueCompletion(cycle, with: key) { return effect }
            mode = .editing
        }
        switch key {
        case .up, .control("p"): return moveUp()
        case .down, .control("n"): return moveDown()
        default: break
        }
        if let effect = finish(with: key) ?? move(with: key) { return effect }
        mode = .editing
        return edit(with: key, wasKilling: wasKilling) ?? .bell
    }

    private mutating func finish(with key: KeyPress) -> Effect? {
        switch key {
        case .enter: return submit()
        case .control("c"):
            if buffer.isEmpty { return .interrupted }
            buffer = LineBuffer()
            return .abandoned
        case .control("d") where buffer.isEmpty: return .endOfInput
        case .control("l"): return .clearScreen
        case .control("z"): return .suspend
        default: return nil
        }
    }

    /// An odd number of backslashes at the end means that the line goes on; the last one becomes the line break.
    private mutating func submit() -> Effect {
        let backslashes = buffer.characters.reversed().prefix { $0 == "\\" }.count
        guard backslashes % 2 == 1 else {
            buffer.move(to: buffer.characters.count)
            return .submit(buffer.text)
        }
        buffer = LineBuffer(String(buffer.characters.dropLast()) + "\n")
        return .redraw
    }

    private mutating func move(with key: KeyPress) -> Effect? {
        switch key {
        case .left, .control("b"): buffer.move(to: buffer.cursor - 1)
        case .right, .control("f"): buffer.move(to: buffer.cursor + 1)
        case .wordLeft, .alt("b"): buffer.move(to: buffer.wordStart)
        case .wordRight, .alt("f"): buffer.move(to: buffer.wordEnd)
        case .home, .control("a"): buffer.move(to: buffer.lineStart)
        case .end, .control("e"): buffer.move(to: buffer.lineEnd)
        case .alt("<"): buffer.move(to: 0)
        case .alt(">"): buffer.move(to: buffer.characters.count)
        default: return nil
        }
        return .redraw
    }

    private mutating func edit(with key: KeyPress, wasKilling: Bool) -> Effect? {
        let cursor = buffer.cursor
        switch key {
        case .text(let scalar): buffer.insert(String(scalar))
        case .paste(let text): buffer.insert(text)
        case .alt("\n"), .control("o"): buffer.insert("\n")
        case .backspace: buffer.remove(max(0, cursor - 1)..<cursor)
        case .delete, .control("d"): buffer.remove(cursor..<cursor + 1)
        case .control("k"):
            let end = buffer.lineEnd
            kill(cursor..<(end == cursor ? end + 1 : end), forward: true, joining: wasKilling)
        case .control("u"):
            let start = buffer.lineStart
            kill((start == cursor ? max(0, start - 1) : start)..<cursor, forward: false, joining: wasKilling)
        case .control("w"): kill(buffer.spacedWordStart..<cursor, forward: false, joining: wasKilling)
        case .altBackspace: kill(buffer.wordStart..<cursor, forward: false, joining: wasKilling)
        case .alt("d"): kill(cursor..<buffer.wordEnd, forward: true, joining: wasKilling)
        case .control("y"): buffer.insert(killed)
        case .control("t"): buffer.transpose()
        case .control("r"): mode = .searching(HistorySearch(draft: buffer))
        case .tab: return beginCompletion()
        default: return nil
        }
        return .redraw
    }

    /// Removes text for a later Ctrl-Y; kills in a row make one text.
    private mutating func kill(_ range: Range<Int>, forward: Bool, joining: Bool) {
        let text = buffer.remove(range)
        let earlier = joining ? killed : ""
        isKilling = true
        if text.isEmpty && !joining { return }
        killed = forward ? earlier + text : text + earlier
    }

    private mutating func moveUp() -> Effect {
        guard buffer.isOnFirstLine else {
            buffer.moveLine(down: false)
            return .redraw
        }
        var browser = HistoryBrowser(draft: buffer, index: history.count)
        if case .browsing(let current) = mode { browser = current }
        return browse(browser.older(than: buffer.text, in: history))
    }

    private mutating func moveDown() -> Effect {
        guard buffer.isOnLastLine else {
            buffer.moveLine(down: true)
            return .redraw
        }
        guard case .browsing(let browser) = mode else { return .bell }
        return browse(browser.newer(than: buffer.text, in: history))
    }

    private mutating func browse(_ found: HistoryBrowser?) -> Effect {
        guard let found else { return .bell }
        buffer = found.index < history.count ? LineBuffer(history[found.index]) : found.draft
        mode = found.index < history.count ? .browsing(found) : .editing
        return .redraw
    }

    /// The next step of a search; nil if the key ends it and has its usual meaning for the line found.
    private mutating func continueSearch(_ search: HistorySearch, with key: KeyPress) -> Effect? {
        let next: HistorySearch
        switch key {
        case .text(let scalar): next = search.searching(for: search.query + String(scalar), in: history)
        case .paste(let text):
            next = search.searching(for: search.query + TerminalText.sanitised(text, shape: .line), in: history)
        case .backspace: next = search.searching(for: String(search.query.dropLast()), in: history)
        case .control("r"): next = search.searchingOn(in: history, older: true)
        case .control("s"): next = search.searchingOn(in: history, older: false)
        case .escape:
            accept(search)
            return .redraw
        case .control("g"), .control("c"):
            buffer = search.draft
            mode = .editing
            return .redraw
        default: return nil
        }
        mode = .searching(next)
        if let match = next.match {
            buffer = LineBuffer(history[match.entry])
            buffer.move(to: match.offset)
        } else if next.query.isEmpty {
            buffer = next.draft
        }
        return next.isFailing && !search.isFailing ? .bell : .redraw
    }

    /// Ends a search and stays where it led.
    private mutating func accept(_ search: HistorySearch) {
        mode = search.match.map { .browsing(HistoryBrowser(draft: search.draft, index: $0.entry)) } ?? .editing
    }

    private mutating func beginCompletion() -> Effect {
        let offer = completer(buffer.beforeCursor)
        let start = buffer.cursor - min(max(0, offer.replacedLength), buffer.cursor)
        let candidates = offer.candidates.map { TerminalText.sanitised($0, shape: .line) }
        let original = String(buffer.characters[start..<buffer.cursor])
        guard let first = candidates.first else { return .bell }
        if candidates.count == 1 {
            replace(from: start, with: first)
            return first == original ? .bell : .redraw
        }
        let common = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        if common.count > original.count { replace(from: start, with: common) }
        mode = .completing(CompletionCycle(start: start, original: original, candidates: candidates))
        return .redraw
    }

    /// The next step of a completion; nil if the key ends it and has its usual meaning.
    private mutating func continueCompletion(_ cycle: CompletionCycle, with key: KeyPress) -> Effect? {
        var cycle = cycle
        let count = cycle.candidates.count
        switch key {
        case .tab: cycle.chosen = cycle.chosen.map { ($0 + 1) % count } ?? 0
        case .backTab: cycle.chosen = cycle.chosen.map { ($0 + count - 1) % count } ?? count - 1
        case .escape, .control("g"):
            replace(from: cycle.start, with: cycle.original)
            mode = .editing
            return .redraw
        default: return nil
        }
        if let chosen = cycle.chosen { replace(from: cycle.start, with: cycle.candidates[chosen]) }
        mode = .completing(cycle)
        return .redraw
    }

    private mutating func replace(from start: Int, with text: String) {
        buffer.remove(start..<buffer.cursor)
        buffer.insert(text)
    }
}

/// Candidates of one completion while Tab goes through them.
private struct CompletionCycle {
    /// Where the replaced text starts.
    var start: Int
    /// What stood there.
    var original: String
    var candidates: [String]
    var chosen: Int?
}

extension String {
    /// The characters both texts start with.
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
