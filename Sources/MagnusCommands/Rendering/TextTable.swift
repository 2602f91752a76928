/// Tells tables that are drawn with characters, or set in columns by blanks, from prose: what would be lost if their lines were
/// filled.
enum TextTable {
    /// Whether lines that stand together are a table: a rule of it is among them, as `+---+---+` and `=====  =====`, most have
    /// bars, or most have a gap that cells of other lines stand at.
    static func isTable(_ lines: [Substring]) -> Bool {
        guard !lines.contains(where: isRule) else { return true }
        if lines.count == 1 { return gaps(in: lines[0]).count >= 2 }
        let most = { (count: Int) in count * 3 >= lines.count * 2 }
        if most(lines.count { $0.contains(" | ") || $0.contains("\t") }) { return true }
        // Cells begin in a column, or end there, as figures do.
        var columns: [Int: Int] = [:]
        let edges = lines.map { line in Set(gaps(in: line).flatMap { [$0.end * 2, $0.next * 2 + 1] }) }
        for edge in edges.joined() { columns[edge, default: 0] += 1 }
        return most(edges.count { line in line.contains { columns[$0] ?? 0 >= 2 } })
    }

    /// Whether a line is drawn between rows or under the names of columns: of several parts, or of bars as well.
    private static func isRule(_ line: Substring) -> Bool {
        let text = line.drop { $0 == " " }
        guard text.utf8.allSatisfy({ "-=+|: ".utf8.contains($0) }), text.contains(where: { $0 == "-" || $0 == "=" })
        else { return false }
        return text.split(whereSeparator: { " +|".contains($0) }).count { $0.count >= 2 } >= 2
            || (text.first == "+" && text.count >= 4)
    }

    /// Where blanks part the cells of a line: two or more, but for those behind the end of a sentence. With each the column where the
    /// next cell begins, and the one where that cell ends.
    private static func gaps(in line: Substring) -> [(next: Int, end: Int)] {
        let characters = Array(line)
        var gaps: [(next: Int, end: Int)] = []
        var index = characters.firstIndex { $0 != " " } ?? characters.count
        while index < characters.count {
            guard characters[index] == " " else {
                index += 1
                continue
            }
            let start = index
            while index < characters.count, characters[index] == " " { index += 1 }
            guard index < characters.count, index - start >= 2,
                index - start > 2 || !".!?:".contains(characters[start - 1])
            else { continue }
            var end = index
            while end < characters.count,
                characters[end] != " " || (end + 1 < characters.count && characters[end + 1] != " ")
            { end += 1 }
            gaps.append((index, end))
        }
        return gaps
    }
}
