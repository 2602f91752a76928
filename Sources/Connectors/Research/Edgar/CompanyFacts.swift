import Foundation
import JSON
import Markets

/// The figures a company reported, by taxonomy and concept.
struct CompanyFacts {
    /// What is known of one concept.
    struct Concept {
        /// `us-gaap:Revenues`.
        var name: String
        /// Values by unit.
        var units: [String: WireValue]
    }

    private let taxonomies: [(name: String, concepts: [String: WireValue])]

    /// The facts in the member `facts` of an answer.
    ///
    /// - Throws: `ConnectorError` with `unexpectedAnswer` where they are no object, or a taxonomy is none.
    init(_ facts: WireValue, _ reader: RecordReader) throws {
        guard case .object(let members) = facts else { throw reader.unexpected("'facts' is no object") }
        let order = ["us-gaap", "ifrs-full", "dei"]
        let names = order.filter { members[$0] != nil } + members.keys.filter { !order.contains($0) }.sorted()
        taxonomies = try names.compactMap { name in
            switch members[name] {
            case .object(let concepts): return (name, concepts)
            case .null, nil: return nil
            default: throw reader.unexpected("'\(name)' is no object")
            }
        }
    }

    /// The concept called `Revenues` or `us-gaap:Revenues`, in any case; nil where it is not reported.
    ///
    /// - Throws: `ConnectorError` with `unexpectedAnswer` where it is without units.
    func concept(_ wanted: String, _ reader: RecordReader) throws -> Concept? {
        let parts = wanted.split(separator: ":", maxSplits: 1).map(String.init)
        let taxonomy = parts.count == 2 ? parts[0].lowercased() : nil
        let name = parts.last ?? wanted
        for isExact in [true, false] {
            for (title, concepts) in taxonomies where taxonomy == nil || title.lowercased() == taxonomy {
                let match =
                    isExact
                    ? (concepts[name] == nil ? nil : name)
                    : concepts.keys.first { $0.lowercased() == name.lowercased() }
                guard let match else { continue }
                guard case .object(let units)? = concepts[match]?["units"] else {
                    throw reader.unexpected("'\(match)' has no 'units'")
                }
                return Concept(name: "\(title):\(match)", units: units)
            }
        }
        return nil
    }

    /// Up to five concepts whose names share words with `wanted`, the closest first.
    func names(near wanted: String) -> [String] {
        let name = wanted.split(separator: ":").last.map(String.init) ?? wanted
        let words = Self.words(of: name)
        var scored: [(name: String, score: Double)] = []
        for (_, concepts) in taxonomies {
            for candidate in concepts.keys {
                let others = Self.words(of: candidate)
                let shared = Double(words.intersection(others).count)
                let score = shared / Double(max(words.union(others).count, 1))
                if score > 0 { scored.append((candidate, score)) }
            }
        }
        scored.sort { ($1.score, $0.name) < ($0.score, $1.name) }
        return scored.prefix(5).map(\.name)
    }

    /// The words of `NetIncomeLoss`, in lower case and without a plural's end.
    private static func words(of name: String) -> Set<String> {
        var words: [String] = []
        for character in name where character.isLetter {
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(contentsOf: character.lowercased())
        }
        return Set(words.filter { $0.count > 2 }.map { $0.hasSuffix("s") ? String($0.dropLast()) : $0 })
    }
}

extension CompanyFacts.Concept {
    /// Figures by period: of those for the same unit and period, the one that was filed last.
    func figures(of symbol: String, _ reader: inout RecordReader) throws -> [ReportedFigure] {
        struct Period: Hashable {
            var unit: String
            var start: TradingDate?
            var end: TradingDate
        }
        var latest: [Period: ReportedFigure] = [:]
        var restated: Set<Period> = []
        for unit in units.keys.sorted() {
            let figures = try reader.records(units[unit]?.items ?? [], "figures") { record, drift in
                figure(of: symbol, unit, record, &drift)
            }
            for figure in figures.sorted(by: { ($0.filed, $0.accession) < ($1.filed, $1.accession) }) {
                let period = Period(unit: unit, start: figure.start, end: figure.end)
                if let earlier = latest[period], earlier.value != figure.value { restated.insert(period) }
                latest[period] = figure
            }
        }
        if !restated.isEmpty {
            let what = restated.count == 1 ? "1 figure was" : "\(restated.count) figures were"
            reader.remark("\(what) stated differently later; the latest filed is given")
        }
        return latest.values.sorted { left, right in
            if left.end != right.end { return left.end < right.end }
            // The longer of two periods with the same end first.
            let (first, second) = (left.start ?? left.end, right.start ?? right.end)
            return first != second ? first < second : left.unit < right.unit
        }
    }

    private func figure(
        of symbol: String,
        _ unit: String,
        _ record: WireValue,
        _ drift: inout SchemaDrift
    ) -> ReportedFigure? {
        guard let end = record.required("end", \.date, &drift), let value = record.decimal("val", &drift),
            let filed = record.required("filed", \.date, &drift)
        else { return nil }
        return ReportedFigure(
            symbol: symbol,
            concept: name,
            unit: unit,
            start: record.optional("start", \.date, &drift),
            end: end,
            value: value,
            form: record.string("form", &drift) ?? "",
            accession: record.string("accn", &drift) ?? "",
            filed: filed
        )
    }
}
