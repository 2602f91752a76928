import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Documents that are read part by part: here of a few hundred bytes, so that a few kilobytes are long.
@Suite struct LongDocumentTests {
    let folder: TemporaryFolder
    let store: IndexStore
    let now = Date(timeIntervalSince1970: 1_790_000_000)

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Database())
    }

    private struct Stop: Error {}

    private func indexer(_ store: IndexStore? = nil, part: Int = 256) -> Indexer {
        Indexer(store: store ?? self.store, encoder: nil, options: Indexer.Options(part: part))
    }

    /// Writes a file and makes it look old, so that a change of it shows in its time.
    @discardableResult
    private func write(_ text: String, to name: String) throws -> String {
        let path = try folder.write(text, to: "docs/\(name)")
        try age(path)
        return path
    }

    private func age(_ path: String, to seconds: Double = 1_000) throws {
        let date = Date(timeIntervalSince1970: seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    @discardableResult
    private func index(
        _ name: String,
        _ store: IndexStore? = nil,
        part: Int = 256,
        stoppingAfter parts: Int = .max
    ) throws -> IndexReport {
        var count = 0
        return try indexer(store, part: part).read([folder.path("docs/\(name)")], in: .documents, now: now) { step in
            guard case .readingLong = step else { return }
            count += 1
            if count == parts { throw Stop() }
        }
    }

    private func document(_ store: IndexStore? = nil) throws -> DocumentRecord {
        try #require((store ?? self.store).documents().first)
    }

    private func chunks(_ store: IndexStore? = nil) throws -> [ChunkRecord] {
        let store = store ?? self.store
        return try store.chunks(ofDocument: document(store).id)
    }

    /// The lines that hold something, in order: between two records of a table stands a blank one.
    private func lines(of chunks: [ChunkRecord]) -> [String] {
        chunks.flatMap { $0.text.components(separatedBy: "\n") }.filter { !$0.isEmpty }
    }

    private struct Piece: Equatable {
        var text: String
        var lines: ClosedRange<Int>
        var headings: [String]
        var title: String

        init(_ chunk: ChunkRecord) {
            (text, lines, headings, title) = (chunk.text, chunk.lines, chunk.headings, chunk.title)
        }
    }

    // MARK: - What holds for every text

    private static let fragments: [String: [String]] = [
        "md": [
            "# One\n\n", "## Two\n\n", "Title\n=====\n\n", "```swift\n# no heading\n", "```\n", "<!-- ", "-->\n",
            "- item\n",
            "| a | b |\n", "\n\n",
        ],
        "txt": ["\u{C}", "\n\n", "\n", "  "],
        "log": ["2026-11-27 ", "\n"],
        "swift": ["func a() {\n", "    let x = 1\n", "}\n\n", "\n"],
        "jsonl": ["{\"a\": \"b\"}\n", "[1, 2]\n", "no JSON\n"],
        "csv": ["a,b\n", "\"quoted, and\nbroken\",2\n", "\"\n", "1;2\n"],
    ]

    private static func text(_ ending: String, _ dice: inout SeededGenerator) -> String {
        let words = ["strike", "naïve", "日本語", "🙂👨‍👩‍👧", "e\u{301}tude", "word\u{A0}word", "x\u{2028}y", "0123"]
        var text = "first line\n"
        while text.utf8.count < 6_000 {
            switch Int.random(in: 0..<10, using: &dice) {
            case 0..<4: text += (fragments[ending] ?? []).randomElement(using: &dice) ?? ""
            case 4: text += "\n"
            // Longer than a window now and then, and than the longest that a line may have.
            case 5 where Int.random(in: 0..<12, using: &dice) == 0: text += String(repeating: "lóng ", count: 300)
            default: text += (words.randomElement(using: &dice) ?? "") + " "
            }
        }
        return text + (Bool.random(using: &dice) ? "\n" : "")
    }

    /// Every line is in the passages, in order, none twice, and each passage stands in the lines that it names.
    @Test(arguments: ["md", "txt", "log", "swift"], 0..<25)
    func passagesCoverTheDocumentExactly(ending: String, seed: Int) throws {
        var dice = SeededGenerator(seed: UInt64(seed))
        let text = Self.text(ending, &dice)
        try write(text, to: "a.\(ending)")
        #expect(try index("a.\(ending)", part: 64 << (seed % 4)).added == 1)
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String($0) ?? "" }
        if lines.last == "" { lines.removeLast() }
        var covered = [Int: String]()
        var last = 1
        for chunk in try chunks() {
            #expect(chunk.lines.lowerBound >= last, "seed \(seed)")
            last = chunk.lines.upperBound
            let own = chunk.text.components(separatedBy: "\n")
            try #require(own.count == chunk.lines.count, "seed \(seed)")
            for (line, part) in zip(chunk.lines, own) {
                // A line that is in several passages is a long one, in consecutive parts.
                covered[line, default: ""] += part
            }
        }
        for (index, line) in lines.enumerated() where !line.utf8.allSatisfy({ $0 <= 0x20 }) {
            #expect(covered[index + 1] == line, "\(ending) \(seed): line \(index + 1)")
        }
        #expect(try indexer(part: 64 << (seed % 4)).verify(readsFiles: true).isSound)
    }

    /// Broken off after any part and gone on with, it is what it is in one go.
    @Test(arguments: fragments.keys.sorted(), 0..<12)
    func aReadingThatWasBrokenOffGoesOnAsIfItHadNotBeen(ending: String, seed: Int) throws {
        var dice = SeededGenerator(seed: UInt64(100 + seed))
        let name = "a.\(ending)"
        try write(Self.text(ending, &dice), to: name)
        try index(name)
        let whole = try chunks()
        let other = IndexStore(database: try Database())
        var runs = 0
        while true {
            do {
                try index(name, other, stoppingAfter: Int.random(in: 1..<4, using: &dice))
                break
            } catch is Stop {
                runs += 1
                #expect(try !document(other).isWhole)
                let sound = try indexer(other).verify(readsFiles: true)
                #expect(sound.isSound, "\(sound.defects)")
                #expect(sound.changed == [])
                // What is in so far is what it will be.
                let soFar = try chunks(other)
                #expect(soFar.map(Piece.init) == whole.prefix(soFar.count).map(Piece.init))
            }
        }
        #expect(runs > 2)
        #expect(try document(other).isWhole)
        #expect(try chunks(other).map(Piece.init) == whole.map(Piece.init))
        #expect(try document(other).contentHash == document().contentHash)
        #expect(try index(name, other).unchanged == 1)
    }

    // MARK: - Each format

    @Test func aMarkdownHeadingHoldsInTheNextPart() throws {
        let lines = (0..<80).map { "Line \($0) of a paragraph that goes on.\n" }.joined(separator: "\n")
        try write("---\ntitle: \"The book\"\n---\n# One\n\n## Two\n\n" + lines, to: "a.md")
        try index("a.md")
        let chunks = try chunks()
        #expect(chunks.count > 4)
        #expect(chunks.allSatisfy { $0.title == "The book" && $0.headings == ["One", "Two"] })
    }

    @Test func codeThatIsLongerThanAPartStaysCode() throws {
        let code = (0..<60).map { "# comment \($0) in a script" }.joined(separator: "\n")
        try write("# Setup\n\n```sh\n\(code)\n```\n\n# Use\n\n" + String(repeating: "Run it. ", count: 120), to: "a.md")
        try index("a.md")
        let chunks = try chunks()
        #expect(Set(chunks.map(\.headings)) == [["Setup"], ["Use"]])
        #expect(chunks.last?.headings == ["Use"])
    }

    @Test func everyRecordOfALongTableHasItsColumns() throws {
        let rows = (1...200).map { "\($0),\"note \($0),\nin two lines\"" }
        try write("Number,Note\n" + rows.joined(separator: "\n") + "\n", to: "a.csv")
        try index("a.csv")
        #expect(
            try lines(of: chunks()) == (1...200).map { "Number: \($0) | Note: note \($0), in two lines" }
        )
        let chunk = try #require(try chunks().first { $0.text.hasPrefix("Number: 1 ") })
        // Two lines a record, behind the one with the names.
        #expect(chunk.lines == 2...(1 + 2 * lines(of: [chunk]).count))
    }

    @Test func everyLineOfALongJSONLinesFileIsRead() throws {
        try write((1...300).map { "{\"id\": \($0)}" }.joined(separator: "\n"), to: "a.jsonl")
        try index("a.jsonl")
        #expect(try lines(of: chunks()) == (1...300).map { "id: \($0)" })
        #expect(try chunks().last?.lines.upperBound == 300)
    }

    @Test func pagesOfALongTextAreCounted() throws {
        let pages = (1...30).map { "Page number \($0).\n" + String(repeating: "Words of it.\n", count: 6) }
        try write(pages.joined(separator: "\u{C}"), to: "a.txt")
        try index("a.txt")
        for page in 1...30 {
            let chunk = try #require(try chunks().first { $0.text.contains("Page number \(page).") })
            #expect(chunk.headings == ["page \(page)"])
            #expect(chunk.lines.lowerBound == (page - 1) * 7 + 1)
        }
    }

    @Test func messagesOfALongMailboxAreWholeAndOneThatIsTooLongHidesNoOther() throws {
        func message(_ number: Int, _ words: Int) -> String {
            "From a@example.com Fri Nov 27\nSubject: Letter \(number)\n\n"
                + String(repeating: "Words of \(number).\n", count: words) + "\n"
        }
        // Of the third, which has more than 32 windows of 64 bytes, the rest is left out.
        let letters = [message(1, 3), message(2, 4), message(3, 400), message(4, 3), message(5, 2)]
        try write(letters.joined(), to: "a.mbox")
        try index("a.mbox", part: 64)
        let headings = try chunks().map(\.headings)
        #expect(Set(headings) == Set((1...5).map { ["Letter \($0)"] }))
        for number in [1, 2, 4, 5] {
            let own = try chunks().filter { $0.headings == ["Letter \(number)"] }.map(\.text).joined(separator: "\n")
            #expect(own.components(separatedBy: "Words of \(number).").count - 1 == [1: 3, 2: 4, 4: 3, 5: 2][number])
        }
    }

    @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian], [true, false])
    func longTextInUTF16IsReadWithOrWithoutAMark(encoding: String.Encoding, hasMark: Bool) throws {
        let text = (1...150).map { "Line \($0): premium naïve 日本 🙂.\n" }.joined()
        try write(text, to: "plain.txt")
        try index("plain.txt")
        let plain = try chunks().map { Piece($0).text }
        var data = try #require(text.data(using: encoding))
        if hasMark { data = Data(encoding == .utf16LittleEndian ? [0xFF, 0xFE] : [0xFE, 0xFF]) + data }
        let path = folder.path("docs/wide.txt")
        try data.write(to: URL(fileURLWithPath: path))
        try age(path)
        let other = IndexStore(database: try Database())
        let report = try index("wide.txt", other)
        #expect(report.warnings.isEmpty == hasMark)
        // Parts end at other lines, for a character has more bytes.
        #expect(try chunks(other).map(\.text).joined(separator: "\n") == plain.joined(separator: "\n"))
        #expect(try chunks(other).last?.lines.upperBound == 150)
        #expect(try indexer(other).verify(readsFiles: true).isSound)
    }

    /// Lines of old programs of the Macintosh are lines, in short files as in long ones.
    @Test(arguments: ["md", "txt", "swift"], [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian])
    func carriageReturnsAloneEndLines(ending: String, encoding: String.Encoding) throws {
        var dice = SeededGenerator(seed: 13)
        for text in ["# One\n\nFirst.\nSecond.\n\n## Two\n\nThird.\n", Self.text(ending, &dice)] {
            var found: [[ChunkRecord]] = []
            for (name, text) in [("a", text), ("b", text.replacing("\n", with: "\r"))] {
                let path = folder.path("docs/\(name).\(ending)")
                try write("", to: "\(name).\(ending)")
                try #require(text.data(using: encoding)).write(to: URL(fileURLWithPath: path))
                try age(path)
                let store = IndexStore(database: try Database())
                try index("\(name).\(ending)", store)
                found.append(try chunks(store))
                #expect(try indexer(store).verify(readsFiles: true).isSound)
            }
            #expect(!found[0].isEmpty)
            #expect(found[0].map(\.text) == found[1].map(\.text))
            #expect(found[0].map(\.lines) == found[1].map(\.lines))
        }
    }

    /// Logs that were put together: lines of the first end with carriage returns alone, those of the second with both signs, which
    /// fall on either side of where a part ends.
    @Test(arguments: [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian])
    func bothSignsBehindCarriageReturnsEndOneLine(encoding: String.Encoding) throws {
        for shift in 0..<16 {
            let old = (1...100).map { "old \($0) " + String(repeating: "x", count: shift) + "\r" }
            let new = (101...400).map { "new \($0)\r\n" }
            let path = try write("", to: "joined.txt")
            try #require((old + new).joined().data(using: encoding)).write(to: URL(fileURLWithPath: path))
            try age(path)
            let store = IndexStore(database: try Database())
            try index("joined.txt", store)
            for chunk in try chunks(store) {
                let numbers = chunk.text.split(whereSeparator: \.isNewline).compactMap { line in
                    line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
                }
                #expect(numbers.first == chunk.lines.lowerBound && numbers.last == chunk.lines.upperBound)
            }
            #expect(try chunks(store).last?.lines.upperBound == 400)
        }
    }

    @Test func bytesThatAreNoUTF8AreReadAndCounted() throws {
        var data = Data()
        for number in 1...200 { data += Data("Line \(number) of a caf".utf8) + [0xE9, 0x0A] }
        let path = folder.path("docs/old.txt")
        try FileManager.default.createDirectory(atPath: folder.path("docs"), withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: path))
        try age(path)
        let report = try index("old.txt")
        #expect(report.warnings == ["\(path): 200 bytes were not valid UTF-8 and were read as Windows-1252"])
        #expect(try chunks().map(\.text).joined(separator: "\n").components(separatedBy: "café").count == 201)
    }

    @Test func whatTurnsOutToBeDataLeavesNothing() throws {
        var data = Data(String(repeating: "Good words.\n", count: 300).utf8)
        data.append(0)
        let path = folder.path("docs/data.log")
        try FileManager.default.createDirectory(atPath: folder.path("docs"), withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: path))
        let report = try index("data.log")
        #expect(report.skipped.map(\.reason) == [.binary])
        #expect(try store.documents() == [])
        #expect(try store.frequencies(of: ["good"]) == [0])
    }

    // MARK: - Files that change

    private static func log(_ lines: Range<Int>) -> String {
        lines.map { "2026-11-27 entry number \($0) of the log\n" }.joined()
    }

    @Test func aFileThatHasGrownIsReadOnFromItsLastPart() throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        try index("a.log")
        let before = try chunks()
        try write(Self.log(0..<230), to: "a.log")
        try age(path, to: 2_000)
        let report = try index("a.log")
        #expect(report.updated == 1)
        #expect(report.chunks < before.count / 2, "only the end was read")
        let after = try chunks()
        #expect(after.first?.id == before.first?.id)
        #expect(after.last?.lines.upperBound == 230)
        let other = IndexStore(database: try Database())
        try index("a.log", other)
        #expect(after.map(Piece.init) == (try chunks(other).map(Piece.init)))
        #expect(try indexer().verify(readsFiles: true).isSound)
        // The same bytes at another time are nothing new.
        try age(path, to: 3_000)
        #expect(try index("a.log").unchanged == 1)
        #expect(try chunks().map(\.id) == after.map(\.id))
    }

    @Test func aFileThatHasAnotherBeginningIsReadAnew() throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        try index("a.log")
        try write(Self.log(1..<240), to: "a.log")
        try age(path, to: 2_000)
        #expect(try index("a.log").updated == 1)
        #expect(try chunks().first?.text.hasPrefix("2026-11-27 entry number 1 ") == true)
        #expect(try chunks().last?.lines.upperBound == 239)
        #expect(try indexer().verify(readsFiles: true).isSound)
        #expect(try store.documents().count == 1)
    }

    @Test func whatIsAppendedWhileItIsReadIsReadNext() throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        var isAppended = false
        _ = try indexer().read([path], in: .documents, now: now) { step in
            guard case .readingLong = step, !isAppended else { return }
            isAppended = true
            try write(Self.log(0..<220), to: "a.log")
        }
        #expect(isAppended)
        #expect(try document().isWhole)
        #expect(try chunks().last?.lines.upperBound == 200)
        #expect(try index("a.log").updated == 1)
        #expect(try chunks().last?.lines.upperBound == 220)
    }

    @Test func whatIsRewrittenWhileItIsReadIsSkippedAndLeavesNothing() throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        var isRewritten = false
        let report = try indexer().read([path], in: .documents, now: now) { step in
            guard case .readingLong = step, !isRewritten else { return }
            isRewritten = true
            try Data(Self.log(5..<205).utf8).write(to: URL(fileURLWithPath: path))
        }
        #expect(
            report.skipped.map(\.description) == [
                "\(path): is written to while it is read; try again when it is complete"
            ]
        )
        #expect(try store.documents() == [])
        #expect(try index("a.log").added == 1)
        #expect(try chunks().first?.text.hasPrefix("2026-11-27 entry number 5 ") == true)
    }

    @Test func aFileThatIsCutOffWhileItIsReadIsSkipped() throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        let report = try indexer().read([path], in: .documents, now: now) { step in
            guard case .readingLong = step else { return }
            truncate(path, 300)
        }
        #expect(report.skipped.count == 1)
        #expect(try store.documents() == [])
    }

    @Test func anotherRunThatReadsTheSameFileIsLeftToIt() throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        let database = folder.path("magnus.sqlite")
        let mine = IndexStore(database: try Database(path: database))
        let other = IndexStore(database: try Database(path: database))
        var isTaken = false
        let report = try indexer(mine).read([path], in: .documents, now: now) { step in
            guard case .readingLong = step, !isTaken else { return }
            isTaken = true
            try index("a.log", other)
        }
        #expect(report.skipped.map(\.description) == ["\(path): is being indexed by another run; let it finish"])
        #expect(try document(mine).isWhole)
        #expect(try chunks(mine).last?.lines.upperBound == 200)
        #expect(try indexer(mine).verify(readsFiles: true).isSound)
    }

    // MARK: - Searching meanwhile

    private func search(_ words: String) async throws -> SearchResult {
        try await DocumentSearch(store: store, encoder: nil).search(words, limit: 3)
    }

    @Test func aDocumentIsSearchedAsFarAsItHasComeAndThatIsSaid() async throws {
        try write(Self.log(0..<200), to: "a.log")
        #expect(throws: Stop.self) { try index("a.log", stoppingAfter: 10) }
        let share = try #require(try indexer().fileStates().unfinished[PathKey(folder.path("docs/a.log"))])
        #expect((20...40).contains(share), "ten parts of 256 bytes, of 8 KB")
        let found = try await search("entry 12")
        #expect(found.hits.first?.passage.text.contains("number 12 ") == true)
        #expect(try indexer().freshen(found.hits, now: now).unfinished == [PathKey(folder.path("docs/a.log")): share])
        #expect(try await search("199").hits.isEmpty)
        try index("a.log")
        #expect(try await search("199").hits.first?.passage.lines.upperBound == 200)
        #expect(try indexer().fileStates().unfinished == [:])
    }

    @Test func aLongFileThatChangedIsNotReadWhileSomebodyWaitsButOnlyReadOn() async throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        try index("a.log")
        let stale = try await search("entry 199")
        try write(Self.log(0..<210), to: "a.log")
        try age(path, to: 2_000)
        let grown = try indexer().freshen(stale.hits, now: now)
        #expect(grown.isIndexChanged)
        #expect(grown.outdated == [])
        #expect(try await search("209").hits.first?.passage.lines.upperBound == 210)
        try write(Self.log(1..<211), to: "a.log")
        try age(path, to: 3_000)
        let other = try indexer().freshen(try await search("entry 199").hits, now: now)
        #expect(!other.isIndexChanged)
        #expect(other.outdated == [PathKey(path)])
        #expect(other.lost == [])
    }

    @Test func aRunThatDoesNothingButTellCountsTheChunks() throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        let report = try indexer().read([path], in: .documents, now: now, isDryRun: true)
        #expect(report.added == 1)
        #expect(try store.documents() == [])
        try index("a.log")
        #expect(try chunks().count == report.chunks)
    }

    @Test func damageOfALongDocumentIsFoundAndMended() async throws {
        let path = try write(Self.log(0..<200), to: "a.log")
        try index("a.log")
        let good = try chunks().map(Piece.init)
        // As if a version of this program had cut it otherwise: nothing in the database contradicts the rest of it.
        var record = try document()
        record.note = ""
        let wrong = try chunks().map { chunk -> ChunkRecord in
            var chunk = chunk
            chunk.lines = (chunk.lines.lowerBound + 1)...(chunk.lines.upperBound + 1)
            return chunk
        }
        try store.put(record, chunks: wrong)
        let found = try indexer().verify(readsFiles: true)
        #expect(found.defects.map(\.description) == ["\(path): its passages are not those of the file"])
        _ = try await indexer().repair(found, now: now)
        #expect(try indexer().verify(readsFiles: true).isSound)
        #expect(try chunks().map(Piece.init) == good)
    }
}
