import Foundation
public import Markets
import Storage

/// Option chains in a folder of files named by symbol and day: `AAPL-2014-06-06.csv`, with the header
/// `symbol,quote_date,underlying_close,expiration,type,strike,bid,ask,...`. Of several days the latest is read that is not
/// in the future.
public struct ChainFiles: OptionChainSource, QuoteSource {
    private struct Chain: Sendable {
        var underlying: Quote?
        var options: [ListedOption]
        var byRoot: [String: Quote]
        var asOf: Date?
        var warnings: [String]
    }

    /// Its name in settings.
    public let name: String
    private let folder: String?
    private let clock: @Sendable () -> Date
    private let files = ParsedFiles<Chain>(capacity: 32)

    /// Chains in the folder that the owner set as `connectors.chain_files.folder`.
    public init(environment: ConnectorEnvironment, name: String = "chain_files") {
        self.name = name
        folder = environment.settings[name, "folder"]
        clock = environment.clock
    }

    /// `Option chain files`.
    public var title: String { "Option chain files" }
    /// Files.
    public var kind: ConnectorKind { .file }
    /// Whether a folder is set.
    public var readiness: ConnectorReadiness {
        folder == nil ? .notConfigured(reason: "no folder is set", nextStep: advice) : .ready
    }

    private var advice: String {
        "set connectors.\(name).folder in config.yaml to a folder of SYMBOL-YYYY-MM-DD.csv files"
    }

    /// The options of `underlying` as quoted at the close of the file's day.
    ///
    /// - Throws: `ConnectorError`: `notFound` where there is no file, `unreadable` where it cannot be understood.
    public func chain(
        of underlying: String,
        expirations: ClosedRange<TradingDate>?
    ) async throws -> Sourced<OptionChain> {
        guard let (file, chain) = try await self.chain(of: underlying) else {
            throw ConnectorError(
                name,
                .notFound,
                "there is no chain of '\(DisplayText.line(underlying))' in \(DisplayText.line(folder ?? "", limit: 200))",
                nextStep: "put a file such as \(DisplayText.line(underlying))-2026-01-16.csv there"
            )
        }
        let options = chain.options.filter { expirations?.contains($0.contract.expiration) ?? true }
        return Sourced(
            OptionChain(underlying: underlying, underlyingPrice: chain.underlying?.last, options: options),
            source: file,
            asOf: chain.asOf,
            notes: chain.warnings.map { "\(file): \($0)" }
        )
    }

    /// Quotes of underlyings and options in the files.
    ///
    /// - Throws: `ConnectorError` where a file cannot be understood.
    public func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        var quotes: [Quote] = []
        var seen: Set<String> = []
        for symbol in symbols where seen.insert(symbol).inserted {
            let contract = OptionContract(symbol: symbol)
            guard let (_, chain) = try await chain(of: contract?.underlying ?? symbol) else { continue }
            if let contract {
                if let quote = chain.byRoot[contract.symbol] { quotes.append(quote) }
            } else if let quote = chain.underlying {
                quotes.append(quote)
            }
        }
        return Sourced(quotes, source: title)
    }

    // MARK: - Files

    /// The latest chain of `underlying`; nil where there is none.
    private func chain(of underlying: String) async throws -> (file: String, chain: Chain)? {
        guard let folder else { throw ConnectorError(name, .notConfigured, "no folder is set", nextStep: advice) }
        guard let ticker = Ticker.normalised(Array(underlying.utf8)[...]) else { return nil }
        do {
            guard let (path, day) = try latest(ticker, in: folder) else { return nil }
            let file = (path as NSString).lastPathComponent
            let chain = try await files.value(path) { _ in try Self.read(path, ticker, day) }
            return (file, chain)
        } catch let error as StorageError {
            throw ConnectorError(name, error)
        } catch let error as ImportError {
            throw ConnectorError(name, .unreadable, error.description)
        }
    }

    private func latest(_ ticker: String, in folder: String) throws -> (path: String, day: TradingDate)? {
        let today = TradingDate(newYorkDateOf: clock())
        return try FileListing.paths(matching: FileListing.escaped(folder) + "/\(ticker)-*.csv")
            .compactMap { path -> (path: String, day: TradingDate)? in
                let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
                guard let day = TradingDate(stem.dropFirst(ticker.count + 1)), day <= today else { return nil }
                return (path, day)
            }
            .max { $0.day < $1.day }
    }

    private static func read(_ path: String, _ ticker: String, _ day: TradingDate) throws -> Chain {
        let draft = try ImportDraft(path: path)
        guard draft.format == .optionChain else {
            throw ImportError(file: draft.fileName, code: .missingColumn("strike", format: .optionChain))
        }
        var chain = Chain(options: [], byRoot: [:], warnings: draft.warnings)
        var others: Set<String> = []
        for quote in draft.quotes where TradingDate(newYorkDateOf: quote.asOf) == day {
            guard let contract = OptionContract(symbol: quote.symbol) else {
                if quote.symbol == ticker { chain.underlying = quote } else { others.insert(quote.symbol) }
                continue
            }
            guard contract.root == ticker.filter({ $0 != "." }) || contract.underlying == ticker else {
                others.insert(contract.root)
                continue
            }
            chain.options.append(ListedOption(contract: contract, quote: quote))
            chain.byRoot[contract.symbol] = quote
            chain.asOf = max(chain.asOf ?? quote.asOf, quote.asOf)
        }
        guard !chain.options.isEmpty else {
            let reason = "the file has no options of \(ticker) quoted on \(day), as its name says"
            throw ImportError(file: draft.fileName, code: .malformed(line: 1, reason: reason))
        }
        if !others.isEmpty {
            chain.warnings.append("options of \(others.sorted().joined(separator: ", ")) were passed over")
        }
        chain.options.sort { first, second in
            let (one, other) = (first.contract, second.contract)
            if one.expiration != other.expiration { return one.expiration < other.expiration }
            if one.strike != other.strike { return one.strike < other.strike }
            return one.right == .call && other.right == .put
        }
        return chain
    }
}
