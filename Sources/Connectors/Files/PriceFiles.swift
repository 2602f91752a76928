import Foundation
public import Markets
import Storage

/// Daily bars in a folder of files named by their symbols: `AAPL.csv`, with the header
/// `date,open,high,low,close,adj_close,volume`, the last two optional.
public struct PriceFiles: PriceHistorySource {
    private struct Bars: Sendable {
        var bars: [DailyBar]
        var warnings: [String]
    }

    /// Its name in settings.
    public let name: String
    private let folder: String?
    private let files = ParsedFiles<Bars>(capacity: 200)

    /// Bars in the folder that the owner set as `connectors.price_files.folder`.
    public init(environment: ConnectorEnvironment, name: String = "price_files") {
        self.init(folder: environment.settings[name, "folder"], name: name)
    }

    /// Bars in `folder`; nil for none.
    public init(folder: String?, name: String = "price_files") {
        self.folder = folder
        self.name = name
    }

    /// `Price files`.
    public var title: String { "Price files" }
    /// Files.
    public var kind: ConnectorKind { .file }
    /// Whether a folder is set.
    public var readiness: ConnectorReadiness {
        folder == nil
            ? .notConfigured(
                reason: "no folder is set",
                nextStep: "set connectors.\(name).folder in config.yaml to a folder of SYMBOL.csv files"
            ) : .ready
    }

    /// The symbols that have a file, in order.
    ///
    /// - Throws: `ConnectorError` where the folder cannot be read.
    public func symbols() throws -> [String] {
        let folder = try readyFolder()
        do {
            return try FileListing.paths(matching: FileListing.escaped(folder) + "/*.csv").compactMap { path in
                let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
                return Ticker.normalised(Array(stem.utf8)[...])
            }.sorted()
        } catch let error as StorageError {
            throw ConnectorError(name, error)
        }
    }

    /// Bars of a ticker, and the splits and dividends that its adjusted closes tell for certain.
    ///
    /// A file is read once and kept until it changes, about 10 microseconds a row.
    /// - Throws: `ConnectorError`: `notFound` where the symbol has no file, `unreadable` where it cannot be understood.
    public func history(
        of symbol: String,
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<PriceHistory> {
        let folder = try readyFolder()
        guard let ticker = Ticker.normalised(Array(symbol.utf8)[...]) else {
            throw ConnectorError(name, .notFound, "'\(DisplayText.line(symbol))' is no ticker")
        }
        let file = "\(ticker).csv"
        do {
            let found = try await files.value(folder + "/" + file) { _ in
                let draft = try ImportDraft(path: folder + "/" + file)
                guard draft.format == .dailyBars else {
                    throw ImportError(file: file, code: .missingColumn("open", format: .dailyBars))
                }
                return Bars(bars: draft.bars, warnings: draft.warnings)
            }
            return history(of: ticker, found, in: dates, file: file)
        } catch let error as StorageError where error.code == .notFound {
            throw ConnectorError(
                name,
                .notFound,
                "there is no \(file) in \(DisplayText.line(folder, limit: 200))",
                nextStep: "put its daily bars there"
            )
        } catch let error as StorageError {
            throw ConnectorError(name, error)
        } catch let error as ImportError {
            throw ConnectorError(name, .unreadable, error.description)
        }
    }

    private func history(
        of ticker: String,
        _ found: Bars,
        in dates: ClosedRange<TradingDate>,
        file: String
    ) -> Sourced<PriceHistory> {
        let bars = found.bars.filter { dates.contains($0.date) }
        // The day before the first one tells whether the first is after a split.
        let before = found.bars.last { $0.date < dates.lowerBound }
        let steps = AdjustmentSteps((before.map { [$0] } ?? []) + bars, source: file)
        var notes = found.warnings.map { "\(file): \($0)" }
        if !steps.unexplained.isEmpty {
            let days = steps.unexplained
            let first = days.prefix(3).map(\.description).joined(separator: ", ")
            notes.append(
                "\(file): the adjusted close has \(days.count) step\(days.count == 1 ? "" : "s") that no split or "
                    + "dividend explains for certain (\(first)\(days.count > 3 ? ", …" : "")); no dividends are given"
            )
        }
        if let last = found.bars.last, last.date < dates.upperBound { notes.append("\(file) ends \(last.date)") }
        return Sourced(
            PriceHistory(symbol: ticker, bars: bars, splits: steps.splits, dividends: steps.dividends),
            source: file,
            asOf: bars.last?.date.newYorkInstant(hour: 16),
            notes: notes
        )
    }

    private func readyFolder() throws -> String {
        guard let folder, case .ready = readiness else {
            throw ConnectorError(
                name,
                .notConfigured,
                "no folder is set",
                nextStep: "set connectors.\(name).folder in config.yaml to a folder of SYMBOL.csv files"
            )
        }
        return folder
    }
}
