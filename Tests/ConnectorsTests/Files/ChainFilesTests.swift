import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Option chains in files") struct ChainFilesTests {
    private static let header =
        "symbol,quote_date,underlying_close,expiration,type,strike,bid,ask,bid_size,ask_size,open_interest,volume,last\n"
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            Self.header + "XYZ,2026-11-18,101,2026-12-18,put,100,1.9,2.1,5,5,10,,\n",
            to: "XYZ-2026-11-18.csv"
        )
        try folder.write(
            Self.header
                + """
                XYZ,2026-11-19,102.5,2027-01-15,put,100,3.0,3.2,5,5,700,12,3.1
                XYZ,2026-11-19,102.5,2026-12-18,put,100,,1.6,0,5,10,,
                XYZ,2026-11-19,102.5,2026-12-18,call,100,4.1,4.4,5,5,20,1,4.25
                XYZ,2026-11-19,102.5,2026-12-18,call,95,8.0,8.4,5,5,20,1,
                """,
            to: "XYZ-2026-11-19.csv"
        )
        try folder.write(Self.header + "XYZ,2026-11-21,1,2026-12-18,put,100,1,2,,,,,\n", to: "XYZ-2026-11-21.csv")
        try folder.write(
            Self.header + "BRK.B,2026-11-19,500,2026-12-18,call,500,9,10,,,,,\n",
            to: "BRK.B-2026-11-19.csv"
        )
    }

    private func files() throws -> ChainFiles {
        var source = try DescribedSource()
        source.settings.set("chain_files", "folder", [folder.url.path])
        return ChainFiles(environment: source.environment)
    }

    @Test("The latest day that is not in the future, in order, with the time of its close")
    func latest() async throws {
        let answer = try await files().chain(of: "XYZ", expirations: nil)
        let close = try #require(TradingDate("2026-11-19")).newYorkInstant(hour: 16)
        #expect(answer.source == "XYZ-2026-11-19.csv")
        #expect(answer.asOf == close)
        #expect(answer.value.underlyingPrice == Decimal(string: "102.5"))
        #expect(
            answer.value.options.map(\.contract.symbol) == [
                "XYZ261218C00095000", "XYZ261218C00100000", "XYZ261218P00100000", "XYZ270115P00100000",
            ]
        )
        let put = try #require(answer.value.options.last)
        #expect(put.quote.asOf == close)
        #expect(put.quote.bid == 3)
        #expect(put.quote.openInterest == 700)
        #expect(answer.value.options[2].quote.bid == nil)
        let december = try #require(TradingDate("2026-12-18"))
        #expect(try await files().chain(of: "XYZ", expirations: december...december).value.options.count == 3)
    }

    @Test("Quotes of underlyings and options; what is unknown is left out")
    func quotes() async throws {
        let answer = try await files().quotes(of: [
            "XYZ", "XYZ261218C00100000", "XYZ261218C00999000", "NONE", "XYZ", "BRK.B", "BRKB261218C00500000",
        ])
        #expect(answer.value.map(\.symbol) == ["XYZ", "XYZ261218C00100000", "BRK.B", "BRKB261218C00500000"])
        #expect(answer.value.first?.last == Decimal(string: "102.5"))
        #expect(answer.value.first?.source == "XYZ-2026-11-19.csv")
    }

    @Test("A day that is not the name's, a renamed column and no folder are told")
    func faults() async throws {
        let files = try files()
        func failure(_ symbol: String) async throws -> ConnectorError {
            try await #require(throws: ConnectorError.self) { try await files.chain(of: symbol, expirations: nil) }
        }
        #expect(try await failure("NONE").code == .notFound)
        try folder.write(Self.header + "DAY,2026-11-12,1,2026-12-18,put,100,1,2,,,,,\n", to: "DAY-2026-11-19.csv")
        let error = try await failure("DAY")
        #expect(error.code == .unreadable)
        #expect(error.detail.contains("no options of DAY quoted on 2026-11-19"))
        try folder.write(
            Self.header.replacing("bid,ask", with: "bid_price,ask") + "REN,2026-11-19,1,2026-12-18,put,100,1,2,,,,,\n",
            to: "REN-2026-11-19.csv"
        )
        #expect(try await failure("REN").detail.contains("has no column \"bid\""))
        #expect(!ChainFiles(environment: try DescribedSource().environment).readiness.isReady)
    }
}
