import Foundation
public import Markets
import Storage

/// Dates of earnings reports from comma-separated files that the owner keeps.
///
/// Settings: `files`, paths of tables with the columns `symbol` and `date` and, if known, `session`, `estimate`, `actual`
/// and `confirmed`. Where two lines are about the same report, the later one counts.
public struct EarningsFiles: Connector {
    /// `earnings`.
    public let name = "earnings"
    /// `Earnings files`.
    public let title = "Earnings files"
    /// Files the owner keeps.
    public let kind = ConnectorKind.file
    /// Files are read anew each time.
    public let timesToLive: [DataKind: Duration] = [.earnings: .zero]

    private let environment: ConnectorEnvironment
    private var paths: [String] { environment.settings.list(name, "files") }

    /// The largest file that is read, in bytes.
    private static let largestFile = 16_000_000

    /// A connector that reads the files named in the settings of `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
    }

    /// Whether the owner named a file.
    public var readiness: ConnectorReadiness {
        let readiness = environment.readiness(of: name, keys: [], addresses: [])
        guard readiness.isReady, paths.isEmpty else { return readiness }
        return .notConfigured(reason: "no file", nextStep: "list files under connectors.earnings.files in config.yaml")
    }
}

extension EarningsFiles: EarningsSource {
    /// Reports in `dates`, by day and symbol.
    public func earnings(
        of symbols: [String],
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<[EarningsReport]> {
        try readiness.require(name)
        let wanted = Set(symbols.map { $0.uppercased() })
        let gathered = try await Gathering(paths) { path in try table(path) }
        var reports: [String: EarningsReport] = [:]
        for report in gathered.answers.flatMap(\.value.reports) where dates.contains(report.date) {
            guard wanted.isEmpty || wanted.contains(report.symbol) else { continue }
            reports["\(report.symbol) \(report.date)"] = report
        }
        return Sourced(
            reports.values.sorted { ($0.date, $0.symbol) < ($1.date, $1.symbol) },
            source: gathered.answers.map { Self.fileName($0.item) }.joined(separator: ", "),
            notes: gathered.answers.flatMap(\.value.notes) + gathered.failures.map(\.error.detail)
        )
    }

    private func table(_ path: String) throws -> EarningsTable {
        let file = Self.fileName(path)
        do {
            return try EarningsTable(Array(FileReader(maximumBytes: Self.largestFile).read(path)), file: file)
        } catch let error as StorageError {
            throw ConnectorError(name, .unreadable, "\(file) \(error.message)", nextStep: error.nextStep)
        } catch let error as ImportError {
            throw ConnectorError(name, .unreadable, "\(error)")
        } catch let error as EarningsTable.MissingColumn {
            throw ConnectorError(
                name,
                .unreadable,
                "\(file) has no column '\(error.column)' among \(error.header)",
                nextStep: "name its columns symbol, date, session, estimate, actual, confirmed"
            )
        }
    }

    private static func fileName(_ path: String) -> String {
        DisplayText.line(path.split(separator: "/").last.map(String.init) ?? path)
    }
}
