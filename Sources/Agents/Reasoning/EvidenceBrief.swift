public import Evidence

/// Pieces of what a model is told of a turn.
public enum EvidenceBrief {
    /// Passages, each in a fence of its own, under their ids or the numbers they are cited by; text beyond so many bytes is left out.
    public static func passages(_ passages: [Passage], numbers: [String: Int] = [:], bytes: Int) -> String {
        var room = bytes
        var parts: [String] = []
        for passage in passages {
            let mark = numbers[passage.id].map { "[\($0)]" } ?? passage.id
            let heading = ([passage.title] + passage.headings).joined(separator: " > ")
            let text = "\(DataFence.line(passage.document)): \(DataFence.line(heading))\n\(passage.text.prefix(2_500))"
            let part = mark + "\n" + DataFence.fenced(text, as: passage.id)
            room -= part.utf8.count
            guard room >= 0 else { break }
            parts.append(part)
        }
        return parts.joined(separator: "\n")
    }

    /// Findings, one a line, the gravest first.
    public static func findings(_ findings: [Finding], limit: Int = 20) -> String {
        let ranked = findings.enumerated().sorted {
            ($0.element.severity, $1.offset) > ($1.element.severity, $0.offset)
        }
        let lines = ranked.prefix(limit).map { entry in
            let finding = entry.element
            let ids = finding.evidence.map { "{\($0)}" }.joined(separator: " ")
            return "- \(finding.severity.rawValue): \(DataFence.line(finding.claim, limit: 400)) (rests on \(ids))"
        }
        return DataFence.fenced(lines.joined(separator: "\n"), as: "findings")
    }

    /// What is missing, one a line; empty where nothing is.
    public static func gaps(_ evidence: [Evidence], limit: Int = 12) -> String {
        var seen: Set<String> = []
        let gaps = evidence.flatMap(\.gaps).filter { seen.insert($0).inserted }
        guard !gaps.isEmpty else { return "" }
        return DataFence.fenced(
            gaps.prefix(limit).map { "- " + DataFence.line($0) }.joined(separator: "\n"),
            as: "gaps"
        )
    }
}
