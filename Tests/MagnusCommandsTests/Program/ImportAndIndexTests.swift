import Foundation
import MagnusTestSupport
import Testing

@Suite struct ImportAndIndexTests {
    private static let activity = """
        "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
        "11/20/2026","11/20/2026","11/23/2026","NVDA","NVDA 1/15/2027 Put $170.00","STO","2","$1.55","$309.90"
        "11/10/2026","11/10/2026","11/12/2026","F","Ford Motor
        CUSIP: 345370860","Buy","100","$10.00","($1,000.00)"
        "11/09/2026","11/09/2026","11/09/2026","","ACH Deposit","ACH","","","$5,000.00"

        """

    private func transactions(_ home: ProgramHome) throws -> Int {
        let json = try home.run("doctor", "--json").json()
        let checks = try #require(json["data"] as? [[String: Any]])
        let details = checks.first { $0["name"] as? String == "portfolio" }?["details"] as? String ?? ""
        return Int(details.prefix { $0.isNumber }) ?? 0
    }

    @Test func anImportIsShownBeforeItIsWritten() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.activity, to: "activity.csv")
        let dry = try home.run("import", file)
        #expect(dry.status == 0)
        #expect(dry.output.contains("3 new transactions"))
        #expect(dry.output.contains("NVDA 2027-01-15 170 put"))
        #expect(dry.errors.contains("--yes"))
        #expect(try transactions(home) == 0)

        #expect(try home.run("import", file, "--yes").status == 0)
        #expect(try transactions(home) == 3)
        let again = try home.run("import", file, "--yes")
        #expect(again.output.contains("0 new transactions, 3 already known"))
        #expect(try transactions(home) == 3)

        #expect(try home.run("import", "--undo").status == 0)
        #expect(try home.run("import", "--undo").status == 0)
        #expect(try transactions(home) == 0)
        #expect(try home.run("import", "--undo").status == 3)
    }

    @Test func twoAccountsWhoseExportsNameNoneAreTwo() throws {
        let home = try ProgramHome()
        let header =
            "\"Date\",\"Action\",\"Symbol\",\"Description\",\"Quantity\",\"Price\",\"Fees & Comm\",\"Amount\"\n"
        let buy = "\"01/05/2026\",\"Buy\",\"F\",\"FORD\",\"100\",\"$10.00\",\"\",\"-$1000.00\"\n"
        let sale = "\"02/05/2026\",\"Sell\",\"F\",\"FORD\",\"40\",\"$12.00\",\"\",\"$480.00\"\n"
        let brokerage = try home.folder.write(header + buy, to: "brokerage.csv")
        let retirement = try home.folder.write(header + sale, to: "ira.csv")
        #expect(try home.run("import", brokerage, "--yes").status == 0)
        let named = try home.run("import", retirement, "--account", "IRA", "--yes", "--json").json()
        let report = try #require((named["data"] as? [[String: Any]])?.first)
        #expect(report["new_transactions"] as? Int == 1)
        let issues = try #require(report["issues"] as? [String])
        #expect(issues.contains { $0.contains("in Schwab IRA was opened before the history begins") })
        #expect(issues.contains { $0.contains("what Schwab holds of it is left alone") })
        let opening = try home.folder.write(
            "symbol,quantity,price,opened,account\nF,40,9,2025-03-04,schwab ira\n",
            to: "o.csv"
        )
        #expect(try home.run("import", "--opening", opening, "--yes").status == 0)
        let positions = try home.run("positions", "--as-of", "2026-02-10").output
        #expect(positions.contains("100") && positions.contains("$1,000.00"))
        // 40 x (12 - 9) in the one account, nothing in the other.
        let income = try home.run("income", "--by", "account", "--as-of", "2026-02-10").output
        #expect(income.contains("Schwab IRA") && income.contains("$120.00"))
        let wrong = try home.run("import", opening, "--account", "")
        #expect(wrong.status == 2)
    }

    @Test func openingBalancesBesideAnExportAreOfItsAccount() throws {
        let home = try ProgramHome()
        let export = try home.folder.write(
            """
            "Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
            "02/05/2026","Sell","F","FORD","40","$12.00","","$480.00"

            """,
            to: "ira.csv"
        )
        let opening = try home.folder.write("symbol,quantity,price,opened\nF,40,9,2025-03-04\n", to: "o.csv")
        let imported = try home.run("import", export, "--opening", opening, "--account", "IRA", "--yes")
        #expect(imported.status == 0, "\(imported.errors)")
        // 40 x (12 - 9), and nothing is left of them in an account of another name.
        let income = try home.run("income", "--by", "account", "--as-of", "2026-02-10").output
        #expect(income.contains("Schwab IRA") && income.contains("$120.00"), "\(income)")
        #expect(!(try home.run("positions", "--as-of", "2026-02-10").output.contains("F ")))
    }

    @Test func anImportedPortfolioIsNamedPricedAndNeverGuessed() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.activity, to: "activity.csv")
        _ = try home.run("import", file, "--yes")
        let unpriced = try home.run("positions", "--as-of", "2026-11-20")
        #expect(unpriced.output.contains("not priced and left out of the totals; cost $1,000.00"))
        // 5,000.00 paid in, 1,000.00 paid out for the shares, 309.90 received for the puts.
        #expect(unpriced.output.contains("$4,309.90"))
        #expect(unpriced.status == 0)

        #expect(try home.run("quote", "set", "F", "10.50", "--on", "2026-11-20").status == 0)
        let priced = try home.run("positions", "--symbol", "F", "--as-of", "2026-11-20")
        #expect(priced.output.contains("$1,050.00"))
        #expect(priced.output.contains("$50.00"))
        #expect(!priced.output.contains("Demo"))
        let asked = try home.run("ask", "how is ford doing?", "--as-of", "2026-11-20", "--json").json()
        let data = try #require(asked["data"] as? [String: Any])
        #expect(data["symbols"] as? [String] == ["F"])
        #expect((data["grounding"] as? [String: Any])?["replaced"] as? Int == 0)
    }

    @Test func aPastDayHasTheHoldingsOfThatDayAndNoOtherIsServed() throws {
        let home = try ProgramHome()
        let future =
            "\"02/27/2099\",\"02/27/2099\",\"02/28/2099\",\"F\",\"Ford Motor\",\"Buy\",\"7\",\"$10.00\",\"($70.00)\"\n"
        let file = try home.folder.write(Self.activity + future, to: "activity.csv")
        let imported = try home.run("import", file, "--yes")
        #expect(imported.output.contains("is dated 2099-02-27"))
        let empty = try ProgramHome()
        for (home, source) in [(home, "--offline"), (empty, "--portfolio=\(file)")] {
            let shown = try home.run("positions", source, "--as-of", "2026-11-12")
            // Only the shares bought on the 10th; the puts came on the 20th.
            #expect(shown.output.contains("cost $1,000.00"), "\(shown.errors)")
            #expect(!shown.output.contains("NVDA"))
            for day in ["1900-01-01", "2026-11-08", "2099-12-31"] {
                let refused = try home.run("positions", source, "--as-of", day)
                #expect(refused.status == 2 && refused.errors.contains(day), "\(refused.output)")
            }
        }
        let demo = try home.run("positions", "--demo", "--as-of", "2026-11-12")
        #expect(demo.status == 2 && demo.errors.contains("demo portfolio"))
    }

    @Test func quotesThatAreKnownValueAPortfolioFileToo() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.activity, to: "other.csv")
        let unpriced = try home.run("positions", "--portfolio", file, "--symbol", "F", "--as-of", "2026-11-20")
        #expect(unpriced.output.contains("not priced and left out of the totals"))
        #expect(try home.run("quote", "set", "F", "10.50", "--on", "2026-11-20").status == 0)
        let priced = try home.run("positions", "--portfolio", file, "--symbol", "F", "--as-of", "2026-11-20")
        #expect(priced.output.contains("$1,050.00"))
        #expect(priced.output.contains("The portfolio in other.csv"))
        let json = try home.run("positions", "--portfolio", file, "--as-of", "2026-11-20", "--json").json()
        let facts = try #require((json["data"] as? [String: Any])?["facts"] as? [[String: Any]])
        let mark = try #require(facts.first { $0["label"] as? String == "mark" })
        #expect((mark["source"] as? String)?.hasPrefix("quotes (") == false)
        // Nothing of the file was stored.
        #expect(try home.run("positions", "--as-of", "2026-11-20").status == 3)
    }

    @Test func rowsOfAnUnknownKindNeedConsent() throws {
        let home = try ProgramHome()
        let row = "\"11/21/2026\",\"11/21/2026\",\"11/23/2026\",\"F\",\"Mystery\",\"ZZTOP\",\"1\",\"\",\"\"\n"
        let file = try home.folder.write(Self.activity + row, to: "activity.csv")
        let refused = try home.run("import", file, "--yes")
        #expect(refused.status == 8)
        #expect(refused.errors.contains("line 6"))
        #expect(try transactions(home) == 0)
        #expect(try home.run("import", file, "--yes", "--skip-unknown").status == 0)
        #expect(try transactions(home) == 3)
    }

    @Test(arguments: [
        ("", "no rows"),
        ("a,b,c\n1,2,3\n", "none of the formats"),
        ("symbol,as_of,bid\nNVDA,2026-02-30,1\n", "line 2"),
        ("symbol,ex_date,amount\nKO,2026-11-20,\"0.53\n", "line 2"),
        ("symbol,ex_date,amount\nK O!,2026-11-20,0.53\n", "symbol"),
        ("symbol,quantity,price,opened\nNVDA,many,1,\n", "quantity"),
    ])
    func aFileThatCannotBeRightIsRefusedInOneLine(text: String, named: String) throws {
        let home = try ProgramHome()
        let file = try home.folder.write(text, to: "file.csv")
        let run = try home.run("import", file, "--yes")
        #expect(run.status == 8)
        #expect(run.errors.contains(named))
        #expect(run.errors.contains("file.csv"))
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.output.isEmpty)
    }

    @Test func filesThatAreNoFilesAreRefused() throws {
        let home = try ProgramHome()
        #expect(try home.run("import", home.folder.path("missing.csv")).status == 8)
        #expect(try home.run("import", home.folder.url.path).status == 8)
        #expect(try home.run("import", "/dev/zero").status == 8)
        let binary = home.folder.path("binary.csv")
        try Data([0, 1, 2, 255, 254]).write(to: URL(fileURLWithPath: binary))
        #expect(try home.run("import", binary).status == 8)
        #expect(try home.run("index", binary).status == 8)
        #expect(try home.run("index", home.folder.path("missing")).status == 8)
    }

    @Test func anIndexTouchesOnlyWhatChanged() throws {
        let home = try ProgramHome()
        try home.folder.write("# Collars\n\nA collar is shares, a long put and a short call.\n", to: "docs/collar.md")
        try home.folder.write("# Boxes\n\nA box spread lends money.\n", to: "docs/deep/box.txt")
        let docs = home.folder.path("docs")
        #expect(try home.run("index", docs).output.contains("2 documents added"))
        #expect(try home.run("index", docs).output.contains("0 documents added, 0 updated, 2 unchanged, 0 removed"))
        try home.folder.write("# Boxes\n\nA box spread borrows or lends money.\n", to: "docs/deep/box.txt")
        try FileManager.default.removeItem(atPath: docs + "/collar.md")
        #expect(try home.run("index", docs).output.contains("0 documents added, 1 updated, 0 unchanged, 1 removed"))
        #expect(try home.run("search", "borrows").output.contains("box.txt:"))
        #expect(try home.run("search", "collar", "--collection", "documents").status == 3)
    }

    @Test(.enabled(if: EmbeddingModel.isExpected))
    func withTheModelMeaningIsFoundToo() throws {
        let home = try ProgramHome(hasModel: true)
        try home.folder.write("# Pets\n\nThe kitten slept on the sofa all afternoon.\n", to: "docs/pets.md")
        #expect(try home.run("index", home.folder.path("docs")).output.contains("embedded"))
        let run = try home.run("search", "a cat napping on the couch", "--json")
        let data = try #require(try run.json()["data"] as? [String: Any])
        #expect(data["used_vectors"] as? Bool == true)
        let hits = try #require(data["hits"] as? [[String: Any]])
        #expect((hits.first?["document"] as? String)?.hasSuffix("pets.md") == true)
    }

    @Test func theDatabaseIsPrivate() throws {
        let home = try ProgramHome()
        _ = try home.run("ask", "--demo", "how much cash do I have")
        let database = home.folder.path("home/magnus.db")
        let attributes = try FileManager.default.attributesOfItem(atPath: database)
        #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0)
    }

    @Test func aHomeThatCannotBeIsAStorageFailure() throws {
        let home = try ProgramHome()
        try home.folder.write("a file", to: "occupied")
        let program = BuiltProgram(home: home.folder.path("occupied/below"), environment: home.program.environment)
        let run = try program.run(["log"])
        #expect(run.status == 9, "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func aDamagedDatabaseIsNamedAndLeftAlone() throws {
        let home = try ProgramHome()
        let text = String(repeating: "this is no database. ", count: 500)
        let path = try home.folder.write(text, to: "home/magnus.db")
        let run = try home.run("positions")
        #expect(run.status == 9)
        #expect(run.errors.contains("magnus.db"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    /// Killed at many moments of an import: what is left is nothing of it or all of it.
    @Test func aKilledImportLeavesWholeSteps() throws {
        let home = try ProgramHome()
        let symbols = (0..<20_000).map { number in "\(Self.ticker(number)),2026-11-20,\(number % 90 + 1)" }
        let text = "symbol,as_of,last\n" + symbols.joined(separator: "\n") + "\n"
        let file = try home.folder.write(text, to: "quotes.csv")
        for milliseconds in [100, 200, 300, 400, 500, 700, 900] {
            let process = Process()
            process.executableURL = home.program.executable
            process.arguments = ["import", file, "--yes", "--quiet"]
            process.environment = home.program.environment.merging(["MAGNUS_HOME": home.program.home]) { $1 }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(milliseconds * 1_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let asked = try home.run("search", "nothing at all", "--collection", "documents")
            #expect(asked.status == 3, "\(asked.errors)")
        }
        let health = try home.run("doctor")
        #expect(health.output.contains("ok      database"))
        #expect(try home.run("import", file, "--yes", "--quiet").status == 0)
    }

    private static func ticker(_ number: Int) -> String {
        var rest = number
        var letters = ""
        for _ in 0..<4 {
            letters.append(Character(UnicodeScalar(UInt8(65 + rest % 26))))
            rest /= 26
        }
        return letters
    }
}
