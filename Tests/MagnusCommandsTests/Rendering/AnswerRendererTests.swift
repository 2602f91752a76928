import Assistant
import Testing

@testable import MagnusCommands

@Suite struct AnswerRendererTests {
    private func lines(rows: Int, items: Int, limit: Int?) -> [String] {
        var table = AnswerTable(columns: [.init("Position", isNumeric: false), .init("Qty")])
        table.rows = (0..<rows).map { .init(subject: "", cells: [.init("row \($0)"), .init("\($0)")]) }
        table.total = .init(subject: "", cells: [.init("Total"), .init("12,345")])
        let list = (0..<items).map { Answer.Item("item \($0)") }
        let answer = Answer(blocks: [.table(table), .list(list)])
        return AnswerRenderer(width: 80, glyphs: .ascii, rowLimit: limit).lines(answer, evidence: []).map(\.plain)
    }

    @Test func aTerminalIsShownTheFirstOfManyRowsAndHowToSeeAll() {
        let lines = lines(rows: 10_000, items: 2_000, limit: 60)
        #expect(lines.contains { $0.contains("row 59 ") })
        #expect(!lines.contains { $0.contains("row 60 ") })
        #expect(lines.contains { $0.contains("12,345") })
        #expect(lines.contains("and 9,940 more; --all shows them, --json gives them to a program"))
        #expect(lines.contains("and 1,940 more; --all shows them, --json gives them to a program"))
        #expect(lines.count < 150)
    }

    @Test(arguments: [0, 1, 60, 70])
    func aHandfulMoreIsShownRatherThanCounted(rows: Int) {
        let lines = lines(rows: rows, items: rows, limit: 60)
        #expect(!lines.contains { $0.contains("more;") })
        #expect(rows == 0 || lines.contains { $0.contains("row \(rows - 1) ") })
    }

    @Test func aScriptIsShownEverything() {
        let lines = lines(rows: 10_000, items: 2_000, limit: nil)
        #expect(lines.contains { $0.contains("row 9999 ") })
        #expect(lines.contains { $0.contains("item 1999") })
    }
}
