import Foundation
import Markets

/// All that an answer may state, ordered for look-up: numbers by magnitude, dates by day, passages and names by id.
struct EvidenceIndex {
    /// Units that are written alike.
    enum UnitGroup: Int, CaseIterable {
        case money, fraction, ratio, shares, contracts, days, count, date
    }

    /// A number that may be stated.
    struct Value {
        let magnitude: Double
        let isNegative: Bool
        let unit: Fact.Unit
        let label: Int
        let group: Int
        /// Index into `ids`.
        let source: Int
    }

    /// A date that may be stated.
    struct Day {
        let date: TradingDate
        let classes: LabelClasses
        let label: Int?
        let group: Int
        let source: Int
    }

    /// A fact's label, once for all facts that share it.
    struct Label {
        let words: [String]
        let classes: LabelClasses
    }

    /// What is known about one group of subjects.
    struct Holdings {
        var classes: [LabelClasses] = Array(repeating: [], count: UnitGroup.allCases.count)
        /// The unit groups a label is known in, as bits.
        var labels: [Int: UInt8] = [:]

        /// Whether a label that is named, word for word or by its class, is known in one of some unit groups.
        func knows(_ mention: LabelMention, _ groups: [UnitGroup], _ bits: UInt8) -> (label: Bool, classes: Bool) {
            (
                mention.label.map { (labels[$0] ?? 0) & bits != 0 } ?? false,
                groups.contains { !classes[$0.rawValue].isDisjoint(with: mention.classes) }
            )
        }
    }

    private(set) var subjects = SubjectTable()
    private(set) var ids: [String] = []
    /// Numbers by magnitude.
    private(set) var values: [Value] = []
    private(set) var days: [Day] = []
    /// Ranks in `values` and in `days`, by group. Most claims are about somebody, of whom little is known.
    private var valuesOfGroup: [[Int]] = []
    private var daysOfGroup: [[Int]] = []
    /// Every date in `days` once.
    private var dates: Set<TradingDate> = []
    /// Magnitudes of one unit, in order.
    private var magnitudes: [Fact.Unit: [Double]] = [:]
    private(set) var labels: [Label] = []
    /// What is known about each group of subjects, by its number.
    private(set) var holdings: [Holdings] = []
    /// What is known about anybody.
    private(set) var everything = Holdings()
    /// Words in capitals that labels and text values use: no tickers.
    private(set) var capitals: Set<String> = []
    /// Words of passages and of the question in lower case: no names of companies nobody spoke of.
    private(set) var words: Set<String> = []
    /// Days and minutes of the day on New York's clocks at which evidence was true, with a fact's id.
    private(set) var asOfDays: [TradingDate: Int] = [:]
    private(set) var asOfMinutes: [Int: Int] = [:]
    /// The day of the data: the last day a fact was true at, or that the evidence names.
    var today: TradingDate? { lastInstant ?? asOfDays.keys.max() ?? countedFrom }
    /// The day from which days to a date are counted, where nothing else says it.
    private var countedFrom: TradingDate?
    private var lastInstant: TradingDate?
    /// The same on universal time's clocks.
    private(set) var asOfUniversalMinutes: [Int: Int] = [:]
    /// The labels of counts, and the nouns in them.
    private(set) var countLabels: [Int] = []
    private(set) var countNouns: Set<String> = []
    private(set) var phrases = KnownPhrases()
    private(set) var passages: [String: Passage] = [:]
    private(set) var names = KnownNames()
    /// Groups of subjects by a short text that is known of them: `HIGH`.
    private(set) var groupsByText: [String: Set<Int>] = [:]
    /// Levels that facts give in a word.
    var levels: [Level] = []
    /// Regimes that facts give in words.
    var states: [State] = []
    /// The words of these levels in lower case.
    var levelWords: Set<String> = []
    /// How facts were computed, by their rank in `ids`.
    private(set) var formulas: [Int: String] = [:]
    private(set) var support = PassageSupport([:])
    /// The summary of the evidence that is being added, which says what its `matching ...` counts.
    private var matching = ""
    private var numbers: [String: (value: Double, unit: Fact.Unit)] = [:]
    private var groupOfFact: [String: Int] = [:]
    private var labelOfFact: [String: Int] = [:]
    private var dateOfFact: [String: TradingDate] = [:]
    private var labelsByWords: [String: [Int]] = [:]
    private var knownByLabel: [Int: [Known]] = [:]
    private var knownGroups: [Int: Set<Int>] = [:]
    private var labelNumbers: [String: Int] = [:]
    private var labelsByFirstWord: [String: [Int]] = [:]
    private var firstSources: [String] = []
    private var seenInstants: Set<Date> = []
    private var seenWindows: Set<[String]> = []
    /// Numbers of things that summaries say their evidence is of: "scan of 11 underlyings".
    private(set) var wholes: [(number: Double, noun: String, id: String)] = []
    private(set) var gapNames: Set<String> = []
    /// Whom each gap may name, single letters and words with a point where facts are about them, and the stems of its words.
    private(set) var gapTexts: [(names: Set<String>, stems: Set<String>)] = []
    private var choices: [String: [Choice]] = [:]
    private var holders: [Int: Set<Int>] = [:]
    /// Texts that may be quoted, as they are compared.
    private var texts: [(text: String, id: String)] = []
    private var seenTexts: Set<String> = []
    /// Labels by the number of days or sessions their formula has.
    private var windows: [String: [(label: Int, stems: Set<String>)]] = [:]
    private var seenContracts: Set<Int> = []

    /// Whether there is any evidence; where there is none, names are not held against it.
    let isEmpty: Bool

    init(_ evidence: [Evidence], question: String = "") {
        isEmpty = evidence.allSatisfy { $0.facts.isEmpty && $0.passages.isEmpty }
        addCapitals(of: question)
        note(text: question, "question")
        let total = evidence.reduce(0) { $0 + $1.facts.count }
        ids.reserveCapacity(total)
        values.reserveCapacity(total)
        for item in evidence {
            names.add(item)
            matching = item.summary
            for fact in item.facts { add(fact) }
            for passage in item.passages { add(passage) }
            for gap in item.gaps { note(gap: gap) }
            for line in [item.summary] + item.gaps {
                phrases.add(line, group: 0, id: item.id)
                note(text: line, item.id)
                addCapitals(of: line)
            }
            addTimes(in: item)
        }
        for ticker in subjects.tickers { names.add(ticker: ticker) }
        support = PassageSupport(passages)
        countedFrom = dayCountedFrom()
        values.sort { $0.magnitude < $1.magnitude }
        orderByGroup()
        for first in labelsByFirstWord.keys {
            labelsByFirstWord[first]?.sort { labels[$0].words.count > labels[$1].words.count }
        }
    }

    /// The day a date lies so many days after, as the facts about somebody say.
    private func dayCountedFrom() -> TradingDate? {
        for value in values where value.unit == .days && value.group != 0 {
            guard labels[value.label].words.first == "days", let day = days.first(where: { $0.group == value.group })
            else { continue }
            return day.date.adding(days: -Int(value.magnitude))
        }
        return nil
    }

    // MARK: - Look-up

    /// Numbers of some groups, or of all where none are given, whose magnitude lies in a range.
    func values(from low: Double, through high: Double, of groups: [Int]?) -> [Value] {
        var found: [Value] = []
        guard let groups else {
            var rank = Self.first(in: values) { $0.magnitude >= low }
            while rank < values.count, values[rank].magnitude <= high {
                found.append(values[rank])
                rank += 1
            }
            return found
        }
        for group in groups where group < valuesOfGroup.count {
            let ranks = valuesOfGroup[group]
            var position = Self.first(in: ranks) { values[$0].magnitude >= low }
            while position < ranks.count, values[ranks[position]].magnitude <= high {
                found.append(values[ranks[position]])
                position += 1
            }
        }
        return found
    }

    /// The units of which a number lies in a range, each with the least such magnitude.
    func units(from low: Double, through high: Double) -> [(unit: Fact.Unit, magnitude: Double)] {
        magnitudes.compactMap { unit, magnitudes in
            let rank = Self.first(in: magnitudes) { $0 >= low }
            return rank < magnitudes.count && magnitudes[rank] <= high ? (unit, magnitudes[rank]) : nil
        }
    }

    /// Dates of some groups, or of all where none are given.
    func days(of groups: [Int]?) -> [Day] {
        guard let groups else { return days }
        return groups.flatMap { group in group < daysOfGroup.count ? daysOfGroup[group].map { days[$0] } : [] }
    }

    /// Whether anybody has a date that agrees with what is written.
    func knows(_ claim: Figure.DateClaim) -> Bool {
        if let year = claim.year, let month = claim.month, let day = claim.day {
            guard let date = TradingDate(year: year, month: month, day: day) else { return false }
            return dates.contains(date) && claim.agrees(with: date)
        }
        return dates.contains { claim.agrees(with: $0) }
    }

    /// The rank of the first element that lies at or behind a border; those behind it follow those before.
    private static func first<Element>(in elements: [Element], where isBehind: (Element) -> Bool) -> Int {
        var (start, end) = (0, elements.count)
        while start < end {
            let middle = (start + end) / 2
            if isBehind(elements[middle]) { end = middle } else { start = middle + 1 }
        }
        return start
    }

    /// The longest label that stands word for word at a position of a sentence.
    func label(in sentence: [Token], at position: Int) -> (label: Int, length: Int)? {
        guard let candidates = labelsByFirstWord[sentence[position].word] else { return nil }
        for number in candidates {
            let words = labels[number].words
            if position + words.count <= sentence.count,
                words.indices.allSatisfy({ sentence[position + $0].name == words[$0] })
            {
                return (number, words.count)
            }
        }
        return nil
    }

    /// The date a fact states; nil where it states none.
    func date(of id: String) -> TradingDate? { dateOfFact[id] }

    /// The labels that are some words, in lower case and parted by spaces or hyphens.
    func labels(named name: String) -> [Int] {
        labelsByWords[name] ?? labelsByWords[name.replacing("-", with: " ")] ?? []
    }

    /// Whether only a gap speaks of a name: nothing with a number or a date is known of it.
    func isGap(_ name: Int) -> Bool {
        gapNames.contains { subjects.name($0) == name }
    }

    /// How many of a contract are held, short ones below zero; nil where that is not known.
    func quantity(of contract: Int) -> Double? {
        guard let label = labelNumbers["quantity"] else { return nil }
        return known(label).first { subjects.groups[$0.group].contracts == [contract] }?.value
    }

    /// How many positions the portfolio has; nil where the facts do not count all of them.
    var positionCount: Double? {
        guard let label = labelNumbers["positions"] else { return nil }
        return values(from: 0, through: .infinity, of: [0]).first { $0.label == label }?.magnitude
    }

    /// The id of the first fact about a group of subjects.
    func firstSource(of group: Int) -> String? {
        group < firstSources.count ? firstSources[group] : nil
    }

    /// The number a fact states, with its sign, and its unit.
    func number(of id: String) -> (value: Double, unit: Fact.Unit)? {
        numbers[id]
    }

    /// The id of what has a text in it word for word, case and kinds of spaces and quotation marks aside.
    func source(ofText text: String) -> String? {
        let wanted = Self.plain(text)
        return texts.first { $0.text.contains(wanted) }?.id
    }

    private static func plain(_ text: String) -> String {
        var plain = text.lowercased().replacing("\u{2019}", with: "'")
        while let last = plain.last, ",.;:".contains(last) { plain.removeLast() }
        return plain.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private mutating func note(text: String, _ id: String) {
        guard text.utf8.count > 12, seenTexts.insert(text).inserted else { return }
        texts.append((Self.plain(text), id))
    }

    /// One of the words a text fact may be, and who has it: `after the close`, `HIGH`.
    struct Choice {
        let words: [String]
        let isCapital: Bool
        let label: Int
        var groups: Set<Int>
    }

    private mutating func note(choice text: String, _ label: Int, _ group: Int) {
        guard group != 0, text.utf8.count <= 24, !text.utf8.contains(where: { $0 >= 48 && $0 <= 57 }) else { return }
        let words = TokenizedText.words(text)
        let isCapital = text.utf8.count >= 3 && text.utf8.allSatisfy { $0 >= 65 && $0 <= 90 }
        guard words.count >= 3 || isCapital, let first = words.first else { return }
        if let rank = choices[first]?.firstIndex(where: { $0.words == words && $0.label == label }) {
            choices[first]?[rank].groups.insert(group)
        } else {
            choices[first, default: []].append(
                Choice(words: words, isCapital: isCapital, label: label, groups: [group])
            )
        }
        holders[label, default: []].insert(group)
        if let short = Self.abbreviations[words.joined(separator: " ")] { note(choice: short, label, group) }
    }

    /// What reports before or after trading are called in notes.
    private static let abbreviations = ["before the open": "BMO", "after the close": "AMC"]

    /// The choices whose words stand at a position of a sentence.
    func choices(in sentence: [Token], at position: Int) -> [Choice] {
        (choices[sentence[position].word] ?? []).filter { choice in
            position + choice.words.count <= sentence.count
                && (!choice.isCapital || !sentence[position].capitals.isEmpty)
                && choice.words.indices.allSatisfy { sentence[position + $0].word == choice.words[$0] }
        }
    }

    /// The groups that have a text under a label.
    func holders(of label: Int) -> Set<Int> { holders[label] ?? [] }

    /// The label of what is measured over some days: `average` over `50`.
    func label(over days: String, named word: String) -> Int? {
        windows[days]?.first { $0.stems.contains(PassageSupport.stem(word)) }?.label
    }

    /// The labels of what is measured over some days.
    func labels(over days: String) -> [Int] { windows[days]?.map(\.label) ?? [] }

    private mutating func addWindows(of formula: String, _ label: Int) {
        let words = formula.split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "^") }.map(String.init)
        let numbers = words.filter { $0.count <= 3 && $0.allSatisfy(\.isNumber) }
        guard !numbers.isEmpty else { return }
        var stems = Set((labels[label].words + words.map { $0.lowercased() }).map(PassageSupport.stem))
        if stems.contains("averag") { stems.formUnion(["sma", "moving", "mov", "ma", "dma", "mean"]) }
        if stems.contains("volatility") { stems.formUnion(["hv", "historical", "realis", "vol"]) }
        for number in numbers { windows[number, default: []].append((label, stems)) }
    }

    /// What the label of a fact with a number is about.
    func classes(of id: String) -> LabelClasses? { labelOfFact[id].map { labels[$0].classes } }

    /// The label of a fact with a number.
    func label(of id: String) -> String? { labelOfFact[id].map { labels[$0].words.joined(separator: " ") } }

    /// The group of subjects a fact with a number or a date is about.
    func group(of id: String) -> Int? { groupOfFact[id] }

    /// The numbers known under a label, each group of subjects once: the group, the value with its sign, the fact's id.
    func known(_ label: Int) -> [Known] {
        knownByLabel[label] ?? []
    }

    /// A number known under a label.
    struct Known {
        let group: Int
        let value: Double
        let unit: Fact.Unit
        let id: String
    }

    // MARK: - Filling

    private mutating func add(_ fact: Fact) {
        let group = subjects.group(fact.subjects)
        while holdings.count < subjects.groups.count {
            holdings.append(Holdings())
            firstSources.append(fact.id)
        }
        let label = number(ofLabel: fact.label, fact.id, about: fact.unit == .count ? matching : "")
        let source = ids.count
        ids.append(fact.id)
        switch fact.value {
        case .decimal(let decimal): add(decimal.approximation, fact, label, group, source)
        case .number(let number): add(number, fact, label, group, source)
        case .date(let date):
            groupOfFact[fact.id] = group
            days.append(Day(date: date, classes: labels[label].classes, label: label, group: group, source: source))
            dateOfFact[fact.id] = dateOfFact[fact.id] ?? date
            know(label, labels[label].classes, .date, group)
        case .text(let text):
            note(text: text, fact.id)
            phrases.add(text, group: group, id: fact.id)
            note(choice: text, label, group)
            note(level: text, label, group, fact.id)
            note(state: text, label, group, fact.id)
            if text.utf8.count <= 12 { groupsByText[text, default: []].insert(group) }
            if text.utf8.count <= 10, text.utf8.allSatisfy({ $0 >= 65 && $0 <= 90 }) { capitals.insert(text) }
        }
        if let formula = fact.formula {
            phrases.add(formula, group: 0, id: fact.id)
            note(text: formula, fact.id)
            formulas[source] = formula
            if seenWindows.insert([fact.label, formula]).inserted { addWindows(of: formula, label) }
        }
        if let asOf = fact.asOf { add(instant: asOf, source) }
        for contract in subjects.groups[group].contracts where seenContracts.insert(contract).inserted {
            addTerms(of: contract, group, source)
        }
    }

    private mutating func add(_ value: Double, _ fact: Fact, _ label: Int, _ group: Int, _ source: Int) {
        guard value.isFinite, let unitGroup = Self.unitGroup(fact.unit) else { return }
        values.append(
            Value(
                magnitude: value.magnitude,
                isNegative: value < 0,
                unit: fact.unit,
                label: label,
                group: group,
                source: source
            )
        )
        know(label, labels[label].classes, unitGroup, group)
        numbers[fact.id] = (value, fact.unit)
        groupOfFact[fact.id] = group
        labelOfFact[fact.id] = label
        if group != 0, knownGroups[label, default: []].insert(group).inserted {
            knownByLabel[label, default: []].append(Known(group: group, value: value, unit: fact.unit, id: fact.id))
        }
        if fact.unit == .count, !countLabels.contains(label) {
            countLabels.append(label)
            countNouns.formUnion(labels[label].words)
        }
    }

    private mutating func orderByGroup() {
        valuesOfGroup = Array(repeating: [], count: holdings.count)
        for (rank, value) in values.enumerated() {
            valuesOfGroup[value.group].append(rank)
            magnitudes[value.unit, default: []].append(value.magnitude)
        }
        daysOfGroup = Array(repeating: [], count: holdings.count)
        for (rank, day) in days.enumerated() {
            daysOfGroup[day.group].append(rank)
            dates.insert(day.date)
        }
    }

    /// A contract's name says its strike and expiration.
    private mutating func addTerms(of contract: Int, _ group: Int, _ source: Int) {
        guard let terms = subjects.contracts[contract] else { return }
        let strike = number(ofLabel: "strike", "")
        values.append(
            Value(
                magnitude: terms.strike.approximation,
                isNegative: false,
                unit: .dollarsPerShare,
                label: strike,
                group: group,
                source: source
            )
        )
        know(strike, .strike, .money, group)
        let expiration = number(ofLabel: "expiration", "")
        days.append(
            Day(date: terms.expiration, classes: .expiration, label: expiration, group: group, source: source)
        )
        know(expiration, .expiration, .date, group)
        dateOfFact[ids[source]] = dateOfFact[ids[source]] ?? terms.expiration
    }

    private mutating func know(_ label: Int, _ classes: LabelClasses, _ unitGroup: UnitGroup, _ group: Int) {
        holdings[group].classes[unitGroup.rawValue].formUnion(classes)
        holdings[group].labels[label, default: 0] |= 1 << UInt8(unitGroup.rawValue)
        everything.classes[unitGroup.rawValue].formUnion(classes)
        everything.labels[label, default: 0] |= 1 << UInt8(unitGroup.rawValue)
    }

    private mutating func add(_ passage: Passage) {
        passages[passage.id] = passage
        note(text: passage.text, passage.id)
        for text in [passage.title] + passage.headings { note(text: text, passage.id) }
        for text in [passage.title] + passage.headings { phrases.add(text, group: 0, id: passage.id) }
        addCapitals(of: passage.text)
        for text in [passage.title] + passage.headings { addCapitals(of: text) }
    }

    /// Notes those a gap names, of whom nothing may be known.
    private mutating func note(gap: String) {
        let first = gap.split(separator: ";", maxSplits: 1).first.map(String.init) ?? gap
        let tokens = TokenizedText.words(first)
        let stems = Set(PassageSupport.words(tokens).filter { $0.count > 3 })
        let known = first.split { !$0.isLetter && $0 != "." }.map { String($0).trimmingCharacters(in: ["."]) }.filter {
            (1...($0.contains(".") ? 6 : 5)).contains($0.utf8.count)
                && $0.utf8.allSatisfy { ($0 >= 65 && $0 <= 90) || $0 == 46 } && !WordLists.capitals.contains($0)
        }
        gapTexts.append((Set(known), stems))
        for word in gap.split(whereSeparator: { !$0.isLetter && $0 != "." })
        where (2...5).contains(word.utf8.count) && word.utf8.allSatisfy({ $0 >= 65 && $0 <= 90 })
            && !WordLists.capitals.contains(String(word))
        {
            gapNames.insert(String(word))
        }
    }

    /// Notes the words in capitals of a text, so that repeating them names nobody unknown.
    mutating func addCapitals(of text: String) {
        for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "." })
        where word.utf8.count <= 6 && word.allSatisfy({ $0.isUppercase || $0.isNumber }) {
            capitals.insert(String(word))
        }
        words.formUnion(text.split { !$0.isLetter }.map { $0.lowercased() })
    }

    /// - Parameters:
    ///   - summary: For counts, what their evidence is of: "matching positions" counts what that names.
    ///   - isSaid: Whether the label's words beside a figure say what it is.
    private mutating func number(
        ofLabel label: String,
        _ id: String,
        about summary: String = "",
        isSaid: Bool = true
    ) -> Int {
        let isMatching = label.hasPrefix("matching ") && !summary.isEmpty
        let text = isMatching ? label + "\n" + summary : label
        if let known = labelNumbers[text] { return known }
        var words = TokenizedText.words(label)
        // Alone it is the price; in sentences it is mostly a verb.
        var classes = words == ["ask"] ? [.price, .ask] : LabelLexicon.classes(of: words)
        if isMatching {
            let kinds = TokenizedText.words(summary).filter { Self.kinds.contains(PassageSupport.stem($0)) }
            classes.formUnion(LabelLexicon.classes(of: kinds))
            words = words.dropFirst() + kinds.map(PassageSupport.stem)
        }
        let number = labels.count
        labels.append(Label(words: words, classes: classes))
        labelsByWords[words.joined(separator: " "), default: []].append(number)
        for word in words { capitals.insert(word.uppercased()) }
        labelNumbers[text] = number
        phrases.add(label, group: 0, id: id)
        if !isMatching, isSaid, let first = words.first { labelsByFirstWord[first, default: []].append(number) }
        return number
    }

    /// The stems of words of a summary that tell what kind of thing it counts.
    static let kinds: Set<String> = ["expir", "assign"]

    private mutating func add(instant: Date, _ source: Int) {
        guard seenInstants.insert(instant).inserted else { return }
        let local = instant.timeIntervalSince1970 + NewYorkTime.secondsFromUTC(at: instant)
        let day = Int((local / 86_400).rounded(.down))
        let seconds = instant.timeIntervalSince1970
        asOfUniversalMinutes[Int(((seconds - (seconds / 86_400).rounded(.down) * 86_400) / 60).rounded(.down))] = source
        asOfDays[TradingDate(daysSinceEpoch: day)] = source
        lastInstant = max(lastInstant ?? TradingDate(daysSinceEpoch: day), TradingDate(daysSinceEpoch: day))
        asOfMinutes[Int(((local - Double(day) * 86_400) / 60).rounded(.down))] = source
    }

    /// Dates and times in the summary of evidence are those it was true at.
    private mutating func addTimes(in item: Evidence) {
        guard item.summary.utf8.contains(where: { $0 >= 48 && $0 <= 57 }) else { return }
        let source = ids.count
        ids.append(item.id)
        // "2 earnings reports" is a count too.
        if let number = item.summary.split(separator: " ").first, let count = Double(number) {
            let words = item.summary.dropFirst(number.count).split(separator: " ")
                .prefix { !["of", "about", "for", "in", "by", "to", "on", "as", "that", "with"].contains($0) }
                .joined(separator: " ")
            // "2 short options that could be assigned" counts no others.
            let kinds = TokenizedText.words(item.summary).map(PassageSupport.stem).filter(Self.kinds.contains)
            let label = self.number(ofLabel: ([words] + kinds).joined(separator: " "), item.id, isSaid: false)
            values.append(
                Value(magnitude: count, isNegative: false, unit: .count, label: label, group: 0, source: source)
            )
            know(label, labels[label].classes, .count, 0)
            countLabels.append(label)
            countNouns.formUnion(labels[label].words)
        }
        // "Scan of 11 underlyings"
        for figure in FigureScanner().figures(in: item.summary) {
            guard case .value(let readings) = figure.kind, case .quantity(let quantity)? = readings.first,
                let noun = quantity.noun, figure.range.lowerBound > 0
            else { continue }
            wholes.append((quantity.magnitude.approximation, noun, item.id))
        }
        for figure in FigureScanner().figures(in: item.summary) {
            guard case .value(let readings) = figure.kind else { continue }
            for reading in readings {
                switch reading {
                case .date(let claim):
                    if let year = claim.year, let month = claim.month, let day = claim.day,
                        let date = TradingDate(year: year, month: month, day: day)
                    {
                        asOfDays[date] = source
                    }
                case .time(let claim): asOfMinutes[claim.hour * 60 + claim.minute] = source
                case .quantity, .contract: break
                }
            }
        }
    }
}
