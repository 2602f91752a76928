import Foundation

/// What a `.gitignore` says of the files and folders beside and below it.
struct IgnoreRules: Sendable {
    private struct Rule {
        var pattern: PathPattern
        var isAnchored: Bool
        var isForFolders: Bool
        var isException: Bool
    }

    /// The folder it stands in.
    let folder: String
    private let rules: [Rule]

    /// The rules in the text of a `.gitignore` of `folder`.
    init(_ text: String, folder: String) {
        self.folder = folder
        rules = text.split(whereSeparator: \.isNewline).compactMap(Self.rule)
    }

    /// The rules of `folder`; nil if there are none that can be read.
    init?(folder: String) {
        let path = folder == "/" ? "/.gitignore" : "\(folder)/.gitignore"
        guard access(path, R_OK) == 0, let data = try? FileReader(maximumBytes: 1_000_000).read(path) else {
            // A file of rules that cannot be read is as one that is not there.
            return nil
        }
        self.init(String(decoding: data, as: UTF8.self), folder: folder)
        if rules.isEmpty { return nil }
    }

    /// Whether what is at `path`, below the folder, is to be left out; nil if no rule is about it.
    func ignores(_ path: String, isFolder: Bool) -> Bool? {
        let prefix = folder == "/" ? 1 : folder.utf8.count + 1
        let relative = String(decoding: path.utf8.dropFirst(prefix), as: UTF8.self)
        let name = relative.split(separator: "/").last.map(String.init) ?? relative
        let last = rules.last { rule in
            (isFolder || !rule.isForFolders) && rule.pattern.matches(rule.isAnchored ? relative : name)
        }
        return last.map { !$0.isException }
    }

    private static func rule(_ line: Substring) -> Rule? {
        var line = line
        guard line.first != "#" else { return nil }
        // Blanks at the end count only behind a backslash.
        while line.last?.isWhitespace == true, line.dropLast().last != "\\" { line.removeLast() }
        let isException = line.first == "!"
        if isException { line.removeFirst() }
        let isForFolders = line.last == "/"
        if isForFolders { line.removeLast() }
        guard !line.isEmpty else { return nil }
        return Rule(
            pattern: PathPattern(line),
            isAnchored: line.contains("/"),
            isForFolders: isForFolders,
            isException: isException
        )
    }
}
