import Foundation
import Markets
import Storage

/// Past implied volatility from comma-separated files that the owner keeps, so that IV rank is known from the first day.
///
/// Settings: `files`, paths of tables with the columns `symbol`, `date` and `volatility`, the 30-day implied volatility per
/// year, `0.25` or `25%`.
public struct VolatilityFiles: VolatilitySource {
    /// `volatility_files`.
    public let name = "volatility_files"
    /// `Volatility files`.
    public let title = "Volatility files"
    /// Files the owner keeps.
    public let kind = ConnectorKind.file

    private let environment: ConnectorEnvironment
    private let files = ParsedFiles<VolatilityTable>(capacity: 20)
    private var paths: [String] { environment.settings.list(name, "files") }

    /// The largest file that is read, in bytes.
    private static let largestFile = 64_000_000
    /// A latest day farther back than this says nothing of today.
    private static let longestPause = 7

    /// A connector that reads the files named in the settings of `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
    }

    /// Whether the owner named a file.
    public var readiness: ConnectorReadiness {
        let readiness = environment.readiness(of: name, keys: [], addresses: [])
        guard readiness.isReady, paths.isEmpty else { return readiness }
        return .notConfigured(
            reason: "no file",
            nextStep: "list files under connectors.volatility_files.files in config.yaml"
        )
    }

    /// The latest day of each symbol that is not in the future, and where it stands in its year; a symbol without one, or
    /// whose latest day is more than a week back, is left out.
    ///
    /// - Throws: `ConnectorError` where no file can be read.
    public func volatility(of symbols: [String]) async throws -> Sourced<[VolatilityMeasures]> {
        try readiness.require(name)
        let gathered = try await Gathering(paths) { path in try await table(path) }
        let today = TradingDate(newYorkDateOf: environment.clock())
        var notes = gathered.answers.flatMap(\.value.notes) + gathered.failures.map(\.error.detail)
        var days: [TradingDate] = []
        let measures = symbols.compactMap { symbol -> VolatilityMeasures? in
            var year: [TradingDate: Double] = [:]
            for answer in gathered.answers {
                for day in answer.value.days[symbol.uppercased()] ?? [] where day.date <= today {
                    year[day.date] = day.volatility
                }
            }
            let ordered = year.sorted { $0.key < $1.key }
            guard let latest = ordered.last else { return nil }
            guard latest.key.days(until: today) <= Self.longestPause else {
                notes.append("the volatility of \(symbol) in files ends \(latest.key) and is left out")
                return nil
            }
            days.append(latest.key)
            let rank = VolatilityRank(history: ordered.dropLast().map(\.value), current: latest.value)
            return VolatilityMeasures(
                symbol: symbol,
                impliedVolatility: latest.value,
                rank: rank.rank,
                percentile: rank.percentile,
                asOf: latest.key.newYorkInstant(hour: 16)
            )
        }
        return Sourced(
            measures,
            source: gathered.answers.map { Self.fileName($0.item) }.joined(separator: ", "),
            asOf: days.min()?.newYorkInstant(hour: 16),
            notes: notes
        )
    }

    private func table(_ path: String) async throws -> VolatilityTable {
        let file = Self.fileName(path)
        do {
            return try await files.value(path) { _ in
                try VolatilityTable(Array(FileReader(maximumBytes: Self.largestFile).read(path)), file: file)
            }
        } catch let error as StorageError {
            throw ConnectorError(name, .unreadable, "\(file) \(error.message)", nextStep: error.nextStep)
        } catch let error as ImportError {
            throw ConnectorError(name, .unreadable, "\(error)")
        } catch let error as VolatilityTable.MissingColumn {
            throw ConnectorError(
                name,
                .unreadable,
                "\(file) has no column '\(error.column)' among \(error.header)",
                nextStep: "name its columns symbol, date, volatility"
            )
        }
    }

    private static func fileName(_ path: String) -> String {
        DisplayText.line(path.split(separator: "/").last.map(String.init) ?? path)
    }
}

/// A table of daily volatilities as comma-separated values, its columns found by their names in any order.
struct VolatilityTable: Sendable {
    /// Why a table cannot be read at all.
    struct MissingColumn: Error {
        /// `symbol`.
        var column: String
        /// The header's first names.
        var header: String
    }

    /// The volatility of a day.
    struct Day: Sendable {
        var date: TradingDate
        /// Per year, 0.25 is 25 %.
        var volatility: Double
    }

    /// The days of each symbol, in the table's order.
    private(set) var days: [String: [Day]] = [:]
    /// What the owner should know: lines that were passed over.
    private(set) var notes: [String] = []

    /// The most lines that are named one by one.
    private static let namedLines = 5

    /// The table in `bytes`.
    ///
    /// - Throws: `ImportError` where it is no table, `MissingColumn` where it lacks one.
    init(_ bytes: [UInt8], file: String) throws {
        var reader = try CSVReader(bytes, file: file)
        var header: CSVRow?
        while header == nil, let row = try reader.next() {
            if !row.isBlank { header = row }
        }
        guard let header else { throw ImportError(file: file, code: .empty) }
        let names = (0..<header.count).map { header.text($0).lowercased().filter(\.isLetter) }
        func place(_ column: String, _ others: [String] = []) throws -> Int {
            guard let place = ([column] + others).lazy.compactMap({ names.firstIndex(of: $0) }).first else {
                throw MissingColumn(column: column, header: header.excerpt)
            }
            return place
        }
        let symbol = try place("symbol", ["ticker"])
        let date = try place("date")
        let volatility = try place("volatility", ["iv", "impliedvolatility"])
        var bad = 0
        while let row = try reader.next() {
            if row.isBlank { continue }
            guard let ticker = Ticker.normalised(row[symbol]), let day = ImportDates.date(row[date]),
                let value = Self.volatility(row.text(volatility))
            else {
                bad += 1
                if bad <= Self.namedLines {
                    notes.append("\(file) line \(row.line) is left out: it is no symbol, date and volatility per year")
                }
                continue
            }
            days[ticker, default: []].append(Day(date: day, volatility: value))
        }
        if bad > Self.namedLines { notes.append("\(file): \(bad - Self.namedLines) more lines are left out") }
    }

    /// `0.25` or `25%`; nil for what is no volatility.
    private static func volatility(_ text: String) -> Double? {
        var text = DisplayText.trimmed(text)
        let isPercent = text.hasSuffix("%")
        if isPercent { text.removeLast() }
        guard let number = ExactNumber(ArraySlice(text.utf8)) else { return nil }
        let value = NSDecimalNumber(decimal: number.decimal).doubleValue / (isPercent ? 100 : 1)
        return value > 0 && value < 20 ? value : nil
    }
}
