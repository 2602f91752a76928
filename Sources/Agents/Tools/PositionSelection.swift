import JSON
import Markets

/// Which positions a tool looks at: the arguments that several tools share.
struct PositionSelection {
    static let parameters: [ParameterSchema.Parameter] = [
        .init("symbols", "Tickers of the underlyings to look at; all when absent", .strings),
        .init("right", "Calls or puts alone", .choice(["call", "put"])),
        .init("side", "Long or short positions alone", .choice(["long", "short"])),
        .init("holding", "Shares or options alone", .choice(["shares", "options"])),
        .init("moneyness", "Options in or out of the money alone", .choice(["in", "out"])),
    ]

    static let through = ParameterSchema.Parameter(
        "through",
        "Last expiration date to look at, YYYY-MM-DD; all when absent",
        .string
    )

    static let from = ParameterSchema.Parameter(
        "from",
        "First expiration date to look at, YYYY-MM-DD; all when absent",
        .string
    )

    private let symbols: Set<String>
    private let right: OptionContract.Right?
    private let isShort: Bool?
    private let isOption: Bool?
    private let isInTheMoney: Bool?
    /// The first and the last expiration that count; nil for all.
    let from, through: TradingDate?

    /// Reads the shared arguments.
    ///
    /// - Throws: `ToolError.invalidArguments` for a date that is none.
    init(_ arguments: JSONValue, tool: String) throws {
        symbols = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        right = arguments["right"]?.string.flatMap(OptionContract.Right.init(rawValue:))
        isShort = arguments["side"]?.string.map { $0 == "short" }
        isOption = arguments["holding"]?.string.map { $0 == "options" }
        isInTheMoney = arguments["moneyness"]?.string.map { $0 == "in" }
        from = try Self.date("from", arguments, tool: tool)
        through = try Self.date("through", arguments, tool: tool)
    }

    private static func date(_ name: String, _ arguments: JSONValue, tool: String) throws -> TradingDate? {
        guard let text = arguments[name]?.string else { return nil }
        guard let date = TradingDate(text) else {
            throw ToolError.invalidArguments(tool: tool, reason: "'\(text)' is not a date (YYYY-MM-DD)")
        }
        return date
    }

    /// Whether a position is among those asked for; the expiration is not looked at.
    ///
    /// Without a price of its underlying an option is neither in nor out of the money.
    func contains(_ valuation: PositionValuation) -> Bool {
        let position = valuation.position
        let instrument = position.instrument
        if !symbols.isEmpty, !symbols.contains(instrument.underlying) { return false }
        if let right, instrument.contract?.right != right { return false }
        if let isShort, (position.quantity < 0) != isShort { return false }
        if let isOption, (instrument.contract != nil) != isOption { return false }
        if let isInTheMoney {
            guard instrument.contract != nil, let intrinsic = valuation.intrinsic else { return false }
            return (intrinsic > 0) == isInTheMoney
        }
        return true
    }

    /// Whether an option position is among those asked for and ends between `from` and `through`.
    func containsExpiring(_ valuation: PositionValuation) -> Bool {
        guard let contract = valuation.position.instrument.contract, contains(valuation) else { return false }
        return (from.map { contract.expiration >= $0 } ?? true) && (through.map { contract.expiration <= $0 } ?? true)
    }
}
