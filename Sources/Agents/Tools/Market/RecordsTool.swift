import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Records of sources that the owner described.
public struct RecordsTool: Tool {
    /// `records`.
    public let name = "records"
    /// What it returns.
    public let summary = "Records of a source the owner described in a file: alerts, tasks, tables of a database"
    /// Which records.
    public let parameters = ParameterSchema([
        .init("collection", "The collection's name; the collections are listed when absent", .string),
        .init("where", "Conditions such as status=open; all must hold", .strings),
        .init("sort", "The field to sort by; a minus in front for the greatest first", .string),
        .init("limit", "At most so many; 20 when absent", .integer(1...200)),
        .init("summary", "Of trade alerts: what each trader's came to, instead of the alerts", .choice(["traders"])),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The records that match, or the collections there are.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let sources = data.connectors.compactMap { $0 as? any RecordSource }
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        guard let wanted = arguments["collection"]?.string, !wanted.isEmpty else {
            sheet.addFixed(
                FactLabel.answered,
                .text(sources.isEmpty ? "no" : "yes"),
                .text,
                source: "computed",
                formula: "whether a source answered"
            )
            for source in sources {
                for collection in source.collections {
                    let subjects = [collection.name]
                    sheet.addFixed(
                        FactLabel.collection,
                        .text(collection.title),
                        .text,
                        of: subjects,
                        source: source.name
                    )
                    let fields = collection.fields.map(\.name).joined(separator: ", ")
                    sheet.addFixed(FactLabel.fields, .text(fields), .text, of: subjects, source: source.name)
                }
            }
            return sheet.evidence(summary: "collections")
        }
        guard let collection = sources.lazy.compactMap({ $0.collections.first { $0.name == wanted } }).first else {
            let known = sources.flatMap(\.collections).map(\.name).sorted().joined(separator: ", ")
            throw ToolError.invalidArguments(
                tool: name,
                reason: "there is no collection '\(wanted)'; there are \(known.isEmpty ? "none" : known)"
            )
        }
        let isSummary = arguments["summary"]?.string == "traders"
        var query = try query(collection, arguments)
        if isSummary {
            let lacking = ["profile", "status"].filter { collection.field($0) == nil }
            guard lacking.isEmpty else {
                throw ToolError.invalidArguments(
                    tool: name,
                    reason: "\(wanted) holds no trade alerts: it has no \(lacking.joined(separator: " and no "))"
                )
            }
            // A rate is of all alerts, never of the first few.
            query.limit = nil
        }
        let question = query
        let served = try await sheet.gather { try await data.records(question) }
        guard let served else { return sheet.evidence(summary: "records of \(wanted)") }
        sheet.note(served)
        if isSummary {
            let traders = TraderReputation.all(in: served.value)
            for trader in traders.prefix(arguments["limit"]?.integer ?? 20) {
                sheet.add(trader, Origin(served, isDemo: context.isDemo))
            }
            return sheet.evidence(summary: "\(traders.count) traders of \(wanted)")
        }
        sheet.addFixed(
            FactLabel.matchCount,
            .decimal(Decimal(served.value.count)),
            .count,
            source: "computed",
            formula: "count of the records that the question asks about"
        )
        for (rank, record) in served.value.enumerated() {
            // A record about a contract is found by the contract's name too.
            let contracts = record.fields.compactMap { field -> [String]? in
                guard case .symbol(let symbol) = field.value, let contract = OptionContract(symbol: symbol) else {
                    return nil
                }
                return Instrument.option(contract).factSubjects
            }
            let subjects = ["\(wanted) \(rank + 1)"] + contracts.joined()
            let origin = Origin(served, asOf: record.asOf, isDemo: context.isDemo)
            // A record's rank in the answer is no key of its source's.
            let symbol = record.fields.lazy.compactMap { field in
                if case .symbol(let symbol) = field.value { symbol } else { nil }
            }.first
            let key = symbol.map(RecordKey.key) ?? .unkeyed
            for field in record.fields { add(field, of: subjects, origin, key, to: &sheet) }
        }
        return sheet.evidence(summary: "\(served.value.count) records of \(wanted)")
    }

    private func add(
        _ field: DataRecord.Field,
        of subjects: [String],
        _ origin: Origin,
        _ record: RecordKey,
        to sheet: inout FactSheet
    ) {
        let label = field.name.replacing("_", with: " ")
        switch field.value {
        case .decimal(let number):
            let unit: Fact.Unit =
                field.unit == "USD" ? .dollars : (field.unit == "USD per share" ? .dollarsPerShare : .ratio)
            sheet.add(label, .decimal(number), unit, of: subjects, origin, record: record)
        case .integer(let number):
            sheet.add(label, .decimal(Decimal(number)), .count, of: subjects, origin, record: record)
        case .date(let date): sheet.add(label, date, of: subjects, origin, record: record)
        case .instant(let instant):
            sheet.add(label, TradingDate(newYorkDateOf: instant), of: subjects, origin, record: record)
        case .boolean(let flag): sheet.add(label, flag ? "yes" : "no", of: subjects, origin, record: record)
        case .text(let text), .symbol(let text): sheet.add(label, text, of: subjects, origin, record: record)
        }
    }

    private func query(_ collection: RecordCollection, _ arguments: JSONValue) throws -> RecordQuery {
        var query = RecordQuery(collection.name, limit: arguments["limit"]?.integer ?? 20)
        for condition in arguments["where"]?.array?.compactMap(\.string) ?? [] {
            query.filters.append(try filter(condition, collection))
        }
        if let sort = arguments["sort"]?.string, !sort.isEmpty {
            let isDescending = sort.hasPrefix("-")
            query.sort = [RecordSort(isDescending ? String(sort.dropFirst()) : sort, isDescending: isDescending)]
        }
        return query
    }

    /// A condition from its text: `status=open`, `due<=2026-12-01`, `quantity>=10`.
    private func filter(_ condition: String, _ collection: RecordCollection) throws -> RecordFilter {
        let operators = ["<=", ">=", "="]
        guard let symbol = operators.first(where: condition.contains), let range = condition.range(of: symbol) else {
            throw ToolError.invalidArguments(tool: name, reason: "'\(condition)' is no condition such as status=open")
        }
        let field = condition[..<range.lowerBound].trimmingCharacters(in: .whitespaces)
        let text = condition[range.upperBound...].trimmingCharacters(in: .whitespaces)
        guard let known = collection.field(field) else {
            let fields = collection.fields.map(\.name).joined(separator: ", ")
            throw ToolError.invalidArguments(
                tool: name,
                reason: "\(collection.name) has no field '\(field)'; it has \(fields)"
            )
        }
        guard let value = RecordValue(text, as: known.kind) else {
            throw ToolError.invalidArguments(
                tool: name,
                reason: "'\(text)' is no \(known.kind.rawValue), which \(field) holds"
            )
        }
        switch symbol {
        case "<=": return RecordFilter(field, to: value)
        case ">=": return RecordFilter(field, from: value)
        default: return .equal(field, value)
        }
    }
}

extension RecordValue {
    /// A value from what a person wrote; nil where it is none of the kind.
    fileprivate init?(_ text: String, as kind: Kind) {
        switch kind {
        case .text: self = .text(text)
        case .symbol: self = .symbol(text.uppercased())
        case .decimal:
            guard let number = Decimal(string: text, locale: nil),
                text.allSatisfy({ $0.isNumber || "+-.".contains($0) })
            else { return nil }
            self = .decimal(number)
        case .integer:
            guard let number = Int(text) else { return nil }
            self = .integer(number)
        case .date, .instant:
            guard let date = TradingDate(text[...]) else { return nil }
            self = .date(date)
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "1": self = .boolean(true)
            case "false", "no", "0": self = .boolean(false)
            default: return nil
            }
        }
    }
}

extension FactSheet {
    /// What a trader's alerts came to, each rate with the number of alerts it rests on.
    fileprivate mutating func add(_ reputation: TraderReputation, _ origin: Origin) {
        let subjects = [reputation.trader]
        add(FactLabel.trader, reputation.trader, of: subjects, origin)
        func count(_ label: String, _ value: Int?) -> String? {
            let fact = value.map { Fact.Value.decimal(Decimal($0)) }
            return add(label, fact, .count, of: subjects, origin.computed, formula: "alerts counted")
        }
        _ = count(FactLabel.closedAlerts, reputation.closed)
        _ = count(FactLabel.openAlerts, reputation.open)
        let known = count(FactLabel.knownAlerts, reputation.hitRate?.count ?? 0)
        add(
            FactLabel.hitRate,
            (reputation.hitRate?.value).map(Fact.Value.number),
            .fraction,
            of: subjects,
            origin.computed,
            formula: "closed alerts with a gain / closed alerts of known result",
            inputs: [known].compactMap(\.self)
        )
        add(
            FactLabel.averageReturn,
            (reputation.averageReturn?.percent).map { .number(NSDecimalNumber(decimal: $0 / 100).doubleValue) },
            .fraction,
            of: subjects,
            origin.computed,
            formula: "average over the closed alerts of known result",
            inputs: [known].compactMap(\.self)
        )
    }
}

extension FactLabel {
    /// Who gave an alert.
    public static let trader = "trader"
    /// Alerts that are closed or expired.
    public static let closedAlerts = "closed alerts"
    /// Alerts that are open.
    public static let openAlerts = "open alerts"
    /// Closed alerts whose result is known.
    public static let knownAlerts = "alerts of known result"
    /// Those with a gain as a part of those of known result.
    public static let hitRate = "hit rate"
    /// The average return of those of known result.
    public static let averageReturn = "average return"
    /// The title of a collection of records.
    public static let collection = "collection"
    /// The fields its records have.
    public static let fields = "fields"
}
