/// A place in the history reached with the arrow keys, among the entries that start as the draft does.
struct HistoryBrowser: Sendable {
    /// What had been typed; comes back below the newest entry.
    let draft: LineBuffer
    /// The entry shown; the number of entries stands for the draft.
    private(set) var index: Int

    /// Starts at an entry, or at the draft.
    init(draft: LineBuffer, index: Int) {
        self.draft = draft
        self.index = index
    }

    /// The next older place whose text differs from what is shown; nil at the end.
    func older(than shown: String, in history: [String]) -> HistoryBrowser? {
        let prefix = draft.text
        return history[..<index].lastIndex { $0 != shown && $0.hasPrefix(prefix) }.map(at)
    }

    /// The next newer place, at last the draft; nil if already there.
    func newer(than shown: String, in history: [String]) -> HistoryBrowser? {
        guard index < history.count else { return nil }
        let prefix = draft.text
        return at(history[(index + 1)...].firstIndex { $0 != shown && $0.hasPrefix(prefix) } ?? history.count)
    }

    private func at(_ index: Int) -> HistoryBrowser {
        var copy = self
        copy.index = index
        return copy
    }
}

/// An incremental search backwards through the history.
struct HistorySearch: Sendable {
    /// What was found.
    struct Match: Sendable, Equatable {
        /// The index of the entry.
        var entry: Int
        /// Characters before the match in it.
        var offset: Int
    }

    /// What had been typed; comes back if the search is given up.
    let draft: LineBuffer
    /// What is searched for, ignoring case.
    private(set) var query = ""
    /// The last match.
    private(set) var match: Match?
    /// Whether the query as it stands has no match.
    private(set) var isFailing = false

    /// A search for nothing yet.
    init(draft: LineBuffer) {
        self.draft = draft
    }

    /// The search with another query, from the present match towards older entries. A shorter query starts again at
    /// the newest entry.
    func searching(for query: String, in history: [String]) -> HistorySearch {
        var next = self
        next.query = query
        next.isFailing = false
        guard !query.isEmpty else {
            next.match = nil
            return next
        }
        let isLonger = query.count >= self.query.count
        let start = isLonger ? match?.entry ?? history.count - 1 : history.count - 1
        return next.found(in: history, among: stride(from: start, through: 0, by: -1))
    }

    /// The next match in older or newer entries, skipping repeated text.
    func searchingOn(in history: [String], older: Bool) -> HistorySearch {
        guard !query.isEmpty else { return self }
        guard let match else { return found(in: history, among: stride(from: history.count - 1, through: 0, by: -1)) }
        let indices = stride(
            from: match.entry + (older ? -1 : 1),
            through: older ? 0 : history.count - 1,
            by: older ? -1 : 1
        )
        return found(in: history, among: indices, unlike: history[match.entry])
    }

    private func found(
        in history: [String],
        among indices: StrideThrough<Int>,
        unlike shown: String? = nil
    ) -> HistorySearch {
        var next = self
        for index in indices where history[index] != shown {
            guard let offset = history[index].offset(of: query) else { continue }
            next.match = Match(entry: index, offset: offset)
            next.isFailing = false
            return next
        }
        next.isFailing = true
        return next
    }
}

extension String {
    /// Characters before the first occurrence of a text, ignoring case; nil if there is none.
    fileprivate func offset(of text: String) -> Int? {
        let characters = map { $0.lowercased() }
        let wanted = text.map { $0.lowercased() }
        guard wanted.count <= characters.count else { return nil }
        return (0...characters.count - wanted.count).first { start in
            characters[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
