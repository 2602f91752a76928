import Connectors
import Foundation
import Markets
import Testing

struct ImportDiffTests {
    static let older = [
        Fixture.row("2/5/2026", "F", "F 3/20/2026 Put $12.00", "STO", "1", "$0.30", "$29.96"),
        Fixture.row("2/4/2026", "F", "Ford", "Buy", "10", "$11.00", "($110.00)"),
        Fixture.row("2/4/2026", "F", "Ford", "Buy", "10", "$11.00", "($110.00)"),
        Fixture.row("2/2/2026", "", "ACH Deposit", "ACH", "", "", "$5,000.00"),
    ]
    static let newer = [
        Fixture.row("3/2/2026", "F", "F 3/20/2026 Put $12.00", "BTC", "1", "$0.05", "($5.04)"),
        Fixture.row("2/5/2026", "F", "F 3/20/2026 Put $12.00", "STO", "1", "$0.30", "$29.96"),
        Fixture.row("2/4/2026", "F", "Ford", "Buy", "10", "$11.00", "($110.00)"),
        Fixture.row("2/4/2026", "F", "Ford", "Buy", "10", "$11.00", "($110.00)"),
    ]

    @Test func aFirstImportBringsEverything() throws {
        let diff = ImportDiff(draft: try Fixture.robinhood(ImportDiffTests.older), history: [])
        #expect(diff.new.count == 4 && diff.alreadyKnown == 0 && diff.possibleDuplicates.isEmpty)
        #expect(diff.countsByKind == [.transfer: 1, .buy: 2, .sellToOpen: 1])
        #expect(diff.dates?.lowerBound.description == "2026-02-02")
        #expect(diff.dates?.upperBound.description == "2026-02-05")
        #expect(diff.changes.map(\.instrument.symbol) == ["F", "F260320P00012000"])
        #expect(diff.changes.map(\.before) == [0, 0])
        #expect(diff.changes.map(\.after) == [20, -1])
        #expect(diff.cash.before.amount == nil)
        #expect(diff.cash.after == .known(try decimal("4809.96")))
        #expect(diff.newIssues.isEmpty)
    }

    /// A row dated after today is kept and named, and does not count.
    @Test func rowsOfTheFutureDoNotCountYet() throws {
        let draft = try Fixture.robinhood(
            [Fixture.row("2/27/2099", "F", "Ford", "Buy", "30", "$11.00", "($330.00)")] + ImportDiffTests.older
        )
        let diff = ImportDiff(draft: draft, history: [], today: TradingDate("2026-02-04"))
        #expect(diff.new.count == 5)
        #expect(diff.datedLater.map(\.date.description).sorted() == ["2026-02-05", "2099-02-27"])
        #expect(diff.changes.map(\.instrument.symbol) == ["F"])
        #expect(diff.changes.map(\.after) == [20])
        // 5,000 less twice 110.
        #expect(diff.cash.after == .known(4780))
    }

    @Test func anOverlappingExportBringsOnlyWhatIsNew() throws {
        let history = try Fixture.robinhood(ImportDiffTests.older).transactions
        let diff = ImportDiff(draft: try Fixture.robinhood(ImportDiffTests.newer), history: history)
        #expect(diff.new.map(\.kind) == [.buyToClose])
        #expect(diff.alreadyKnown == 3)
        #expect(diff.possibleDuplicates.isEmpty)
        #expect(diff.changes.map(\.instrument.symbol) == ["F260320P00012000"])
        #expect(diff.changes.map(\.before) == [-1])
        #expect(diff.changes.map(\.after) == [0])
        #expect(diff.cash.after == .known(try decimal("4804.92")))
    }

    @Test func theSameFileAgainChangesNothing() throws {
        let draft = try Fixture.robinhood(ImportDiffTests.older)
        let diff = ImportDiff(draft: draft, history: draft.transactions)
        #expect(diff.new.isEmpty && diff.alreadyKnown == 4 && diff.changes.isEmpty && diff.dates == nil)
        #expect(diff.cash.before == diff.cash.after)
    }

    @Test func theSameEventInAnotherFormIsPointedOut() throws {
        let history = try Fixture.robinhood(ImportDiffTests.older).transactions
        // The same rows with a column for the account have other ids.
        let text = Fixture.robinhoodText(ImportDiffTests.newer).split(separator: "\n").enumerated().map { index, line in
            index == 0 ? line + ",\"Account Type\"" : line + ",\"Individual\""
        }
        let draft = try ImportDraft(reading: Array(text.joined(separator: "\n").utf8), fileName: "other.csv")
        let diff = ImportDiff(draft: draft, history: history)
        #expect(diff.alreadyKnown == 0)
        #expect(diff.new.count == 4)
        #expect(diff.possibleDuplicates.map(\.kind) == [.buy, .buy, .sellToOpen])
    }

    @Test func newIssuesOfTheBooksAreShown() throws {
        let draft = try Fixture.robinhood([
            Fixture.row("2/6/2026", "KO", "Coca-Cola", "Sell", "10", "$70.00", "$700.00")
        ])
        let history = try Fixture.robinhood(ImportDiffTests.older).transactions
        let diff = ImportDiff(draft: draft, history: history)
        #expect(diff.newIssues.map(\.kind) == [.missingOpen, .unknownCash])
        #expect(diff.changes.isEmpty)
    }

    @Test func openingBalancesAreCountedWithoutADate() throws {
        let text = "symbol,quantity\nKO,10\nCASH,50\n"
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "opening.csv")
        let diff = ImportDiff(draft: draft, history: [])
        #expect(diff.countsByKind == [.openingBalance: 2])
        #expect(diff.dates == nil)
        #expect(diff.cash.after == .known(50))
    }
}
