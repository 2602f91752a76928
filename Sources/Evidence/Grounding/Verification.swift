import Foundation

/// One run of the check over one draft.
struct Verification {
    let grounding: Grounding
    /// The grounding's index, stored here too so that reading one of its parts copies nothing else.
    let index: EvidenceIndex
    private(set) var entries: [GroundingReport.Entry] = []
    private(set) var failures: [GroundingReport.Failure] = []
    /// What earlier sentences leave to those after them.
    var context = SentenceContext()

    /// Whether what was struck is claimed of the portfolio or of several, so that it is about nobody else.
    var isOfWhole = false

    /// Where the verdicts on words without a figure stand, in the sentence that is being checked.
    private var wordEntries: Set<Int> = []

    /// Parts of the sentence that is being checked which claim what is so as a whole.
    var readClaims: [Range<Int>] = []

    /// What stands in the columns of the table that is being read, and those of which something was struck.
    var columns: [Int: [Double]] = [:]
    var columnsStruck: Set<Int> = []

    /// The titles of the table that is being read.
    private var titles: (columns: [String], readings: [SentenceReading]) = ([], [])

    init(grounding: Grounding) {
        self.grounding = grounding
        index = grounding.index
    }

    mutating func report(on draft: Draft) -> GroundingReport {
        for (number, segment) in draft.segments.enumerated() { check(segment, number) }
        return report(of: draft)
    }

    /// What was found so far in the pieces of a draft that have been checked.
    func report(of draft: Draft) -> GroundingReport {
        var repaired = draft
        let struck = Dictionary(grouping: entries.filter { $0.reason != nil }, by: \.segment)
        for (number, entries) in struck { repaired.segments[number] = Self.repair(draft.segments[number], entries) }
        return GroundingReport(figures: entries, repaired: repaired, failures: failures)
    }

    private static func repair(_ segment: Draft.Segment, _ struck: [GroundingReport.Entry]) -> Draft.Segment {
        var texts = segment.texts
        for cell in Set(struck.map(\.cell)) {
            texts[cell] = strike(struck.filter { $0.cell == cell }.map(\.range), in: texts[cell])
        }
        return segment.replacingTexts(texts)
    }

    /// A text with ranges of its UTF-8 replaced by the placeholder.
    static func strike(_ ranges: [Range<Int>], in text: String) -> String {
        guard !ranges.isEmpty else { return text }
        var bytes = Array(text.utf8)
        for range in ranges.sorted(by: { $0.lowerBound > $1.lowerBound }) {
            bytes.replaceSubrange(range, with: GroundingReport.placeholder.utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - Pieces

    mutating func check(_ segment: Draft.Segment, _ number: Int) {
        enter(segment.subjects)
        if case .row = segment.content {
        } else {
            (columns, columnsStruck) = ([:], [])
        }
        switch segment.content {
        case .prose(let text), .heading(let text):
            checkProse(text, number, 0)
        case .question(let text):
            checkProse(text, number, 0, isQuestion: true)
        case .columns(let titles):
            for (cell, title) in titles.enumerated() {
                let first = entries.count
                checkProse(title, number, cell)
                acceptDates(ofTitle: title, since: first)
                if entries[first...].allSatisfy({ $0.reason == nil }) {
                    failures.removeAll { $0.segment == number && $0.cell == cell }
                }
            }
        case .row(let cells, let columns):
            let first = entries.count
            checkRow(cells, columns, number)
            fail(cells.joined(separator: " | "), number, nil, nil, since: first)
        case .quote(let text, let passage):
            let first = entries.count
            checkQuote(text, passage, number)
            fail(text, number, 0, 0..<text.utf8.count, since: first)
        }
    }

    /// A title's date is anybody's of the rows: "Put (Nov 27)".
    private mutating func acceptDates(ofTitle title: String, since first: Int) {
        for entry in entries.indices[first...] where entries[entry].reason == .otherSubject {
            let figures = grounding.scanner.figures(in: entries[entry].text)
            for figure in figures {
                guard case .value(let readings) = figure.kind else { continue }
                for case .date(let date) in readings where date.day != nil {
                    guard let day = index.days(of: nil).first(where: { date.agrees(with: $0.date) }) else { continue }
                    set(.matched([index.ids[day.source]]), entry: entry)
                }
            }
        }
    }

    /// Begins a piece about those given.
    mutating func enter(_ subjects: [String]) {
        var named = subjects.flatMap(targets)
        // A contract given with its underlying is meant alone.
        let contracts = named.filter { !$0.contracts.isEmpty }
        named.removeAll { target in
            target.contracts.isEmpty && !target.isUnknown && contracts.contains { $0.tickers == target.tickers }
        }
        // So is a zone given with its ticker.
        let owners = named.compactMap(\.owner)
        named.removeAll {
            $0.owner == nil && $0.contracts.isEmpty && !$0.isUnknown && owners.contains($0.tickers.first ?? -1)
        }
        if context.scope.targets != named { context.named = [] }
        context.scope = Binding(targets: named, isNamed: false)
        context.inherited = context.scope
        context.operands = []
        context.listed = []
        context.order = nil
    }

    /// Notes that a sentence cannot be shown as it is, if it has figures that were struck.
    private mutating func fail(_ text: String, _ number: Int, _ cell: Int?, _ range: Range<Int>?, since first: Int) {
        let struck = entries[first...].filter { $0.reason != nil }
        guard !struck.isEmpty else { return }
        failures.append(.init(text: text, segment: number, cell: cell, range: range, figures: Array(struck)))
    }

    /// Whom a name in a scope means: a subject as facts name it, or those a heading names.
    private func targets(_ name: String) -> [Target] {
        if let number = index.subjects.name(name) {
            if let contract = index.subjects.contracts[number] {
                return [Target(tickers: [contract.ticker], contracts: [number])]
            }
            return [Target(tickers: [number], owner: index.subjects.owner(of: number))]
        }
        let text = TokenizedText(name, scanner: grounding.scanner)
        return text.sentences.flatMap {
            SentenceReading($0, figures: text.figures, index: index, inherited: []).mentions.map(\.target)
        }
    }

    mutating func note(_ figure: Figure, _ place: Place, _ status: GroundingReport.Status) {
        let range = figure.range.lowerBound + place.offset..<figure.range.upperBound + place.offset
        entries.append(
            .init(text: figure.text, segment: place.segment, cell: place.cell, range: range, status: status)
        )
    }

    /// Notes a verdict on words without a figure, where they have none.
    mutating func note(words figure: Figure, _ place: Place, _ status: GroundingReport.Status) {
        let range = figure.range.lowerBound + place.offset..<figure.range.upperBound + place.offset
        let isNoted = entries.reversed().prefix(40).contains {
            $0.segment == place.segment && $0.cell == place.cell && $0.range.overlaps(range)
        }
        guard !isNoted else { return }
        wordEntries.insert(entries.count)
        note(figure, place, status)
    }

    /// Checks a text line by line and sentence by sentence.
    mutating func checkProse(_ string: String, _ number: Int, _ cell: Int, isQuestion: Bool = false) {
        var place = Place(segment: number, cell: cell, offset: 0)
        for line in string.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = TokenizedText(line: String(Substring(line)), scanner: grounding.scanner)
            for rank in text.sentences.indices { check(rank, of: text, at: place, isQuestion: isQuestion) }
            place.offset += line.count + 1
        }
    }

    /// Where a line stands: the piece, its cell, and the offset in the UTF-8 of that.
    struct Place {
        var segment: Int
        var cell: Int
        var offset: Int
    }

    /// Checks one sentence of a line, with what earlier sentences leave to it.
    ///
    /// A sentence that names nobody, after none that does, is about somebody whom all its figures fit: "buying it back would
    /// cost $182 against the $555 collected".
    mutating func check(_ rank: Int, of text: TokenizedText, at place: Place, isQuestion: Bool = false) {
        let (first, firstFailure, before, wasAboutNobody) = (entries.count, failures.count, context, isAboutNobody)
        isOfWhole = false
        wordEntries = []
        checkSentence(rank, of: text, at: place, isQuestion: isQuestion, about: nil)
        let found = figures(since: first)
        guard found.contains(where: { $0.reason != nil }), wasAboutNobody, isAboutNobody, !isOfWhole,
            found.allSatisfy({ $0.reason?.maySuitAnother ?? true }),
            found.contains(where: \.isFigure)
        else { return }
        let candidates = describedTargets(text.sentences[rank])
        let areFew = candidates.count <= 4
        guard found.count(where: \.isFigure) > 1 || found.contains(where: \.isTelling) || areFew else { return }
        var sole: (trial: Verification, meaning: Set<String>)?
        for target in candidates {
            // Without the earlier entries, which would be copied for each of them.
            var trial = Verification(grounding: grounding)
            (trial.context, trial.titles) = (before, titles)
            trial.checkSentence(
                rank,
                of: text,
                at: place,
                isQuestion: isQuestion,
                about: Binding(targets: [target], isNamed: false)
            )
            guard trial.entries.allSatisfy({ $0.reason == nil }) else { continue }
            let own = trial.figures(since: 0)
            // What is so of the whole portfolio says nothing of whom the sentence is about.
            let about = own.filter { entry in
                entry.status.sources.compactMap(index.group).contains {
                    $0 != 0 && target.admits(index.subjects.groups[$0])
                }
            }
            if about.count > 1 { return take(trial, since: first, firstFailure) }
            let hasDigits = about.first.map { $0.text.filter(\.isNumber).count > 1 } ?? false
            guard let only = about.first, only.isTelling || candidates.count == 1 || areFew && hasDigits,
                only.isMatched || areFew
            else {
                continue
            }
            // One figure is enough where it fits one only, or means the same of all it fits.
            let meaning = Set(only.status.sources.compactMap { index.label(of: $0) })
            if let sole, sole.meaning != meaning { return }
            sole = sole ?? (trial, meaning)
        }
        if let sole { take(sole.trial, since: first, firstFailure) }
    }

    /// What was found from an entry on, verdicts on words without a figure aside.
    private func figures(since first: Int) -> [GroundingReport.Entry] {
        entries.indices[first...].filter { !wordEntries.contains($0) }.map { entries[$0] }
    }

    /// Takes what was found of a sentence in a trial in the place of what was found first.
    private mutating func take(_ trial: Verification, since first: Int, _ firstFailure: Int) {
        entries.replaceSubrange(first..., with: trial.entries)
        failures.replaceSubrange(firstFailure..., with: trial.failures)
        context = trial.context
    }

    /// Those a sentence that names nobody may be about, by what it calls them: "the put" is one of the puts.
    private func describedTargets(_ tokens: [Token]) -> [Target] {
        let targets = index.subjects.singleTargets
        let rights = Set(tokens.compactMap { SentenceReading.rights[$0.word] })
        guard rights.count == 1 else { return targets }
        return targets.filter { target in
            target.contracts.contains { index.subjects.contracts[$0].map { rights.contains($0.right) } ?? false }
        }
    }

    /// Whether a figure that was struck is said to be something the portfolio has a value of its own for.
    private mutating func noteWhole(_ claims: [(entry: Int, claim: Claim)]) {
        isOfWhole = claims.contains { entry, claim in
            guard entries[entry].reason != nil, let measure = claim.figure.measure else { return false }
            // "Theta brings $24.31 per day": what is named beside it in any way is enough.
            let part = claim.reading.part(of: claim.position)
            // "Cash of $122,585.86 covers the $16,000": cash has its figure.
            let taken = claims.filter { entries[$0.entry].reason == nil }.compactMap(\.claim.labels.first?.tokens)
            let beside = claim.reading.labels.filter { part.overlaps($0.tokens) && !taken.contains($0.tokens) }.map {
                [$0]
            }
            return ([claim.labels] + beside).contains { labels in
                var named = claim
                named.labels = labels
                // A limit is held against what others have.
                if let number = labels.first?.label,
                    index.labels[number].words.contains(where: { ["limit", "target"].contains($0) })
                {
                    return false
                }
                return labelRule(for: named, groups: Self.unitGroups(of: measure))?.level == .whole
            }
        }
    }

    /// Whether nobody has been named so far.
    private var isAboutNobody: Bool {
        context.scope.targets.isEmpty && context.inherited.targets.isEmpty && context.named.isEmpty
    }

    private mutating func checkSentence(
        _ rank: Int,
        of text: TokenizedText,
        at place: Place,
        isQuestion: Bool,
        about supposed: Binding?
    ) {
        let first = entries.count
        if let supposed { context.inherited = supposed }
        let tokens = text.sentences[rank]
        let scope = context.scope
        let range = text.byteRange(ofSentence: rank)
        // Those the question names may be left unnamed too.
        let inherited =
            context.inherited.targets.isEmpty && context.named.isEmpty ? grounding.presumed : context.inherited.targets
        let reading = SentenceReading(tokens, figures: text.figures, index: index, inherited: inherited)
        let carried = carry(reading, scope)
        let cited = citedPassages(in: tokens, text)
        let quotes = checkInlineQuotes(tokens, text, Set(cited.values.joined()).sorted(), place)
        var claims: [(entry: Int, claim: Claim)] = []
        let isItem = text.isListItem
        var derivation = Derivation(reading: reading, earlier: context.operands, listed: isItem ? context.listed : [])
        for (position, token) in tokens.enumerated() {
            guard var figure = token.figure.map({ text.figures[$0] }) else {
                if reading.unknownNames.contains(position), !isRightlyDenied(position, reading) {
                    note(name: token, text, place)
                }
                continue
            }
            if quotes.contains(where: { $0.overlaps(figure.figure.range) }) { continue }
            if reading.nameDigits.contains(position) || reading.isUnit(position, figure.figure) { continue }
            let isComputedWith = text.isComputedWith(position, tokens)
            let isTilde = ["~", "\u{2248}"].contains(text.text[figure.span.lowerBound - 1])
            figure.figure = figure.figure.hedged(isTilde ? .about : reading.hedge(at: position))
            if isComputedWith, text.isFactorOfShares(position, tokens) {
                figure.figure = figure.figure.inUnit(.contracts)
            }
            if text.isData, let unit = reading.unitOfKey(before: position) {
                figure.figure = figure.figure.inUnit(unit)
            }
            if text.isData, reading.isPercentKey(before: position) {
                figure.figure = figure.figure.inUnit(ofTitle: "%")
            }
            if reading.isOfEachDollar { figure.figure = figure.figure.asPartOfDollar() }
            var labels = reading.labels(at: position, figure.figure)
            if reading.namedStrikes.contains(position)
                || (labels.isEmpty && figure.figure.measure != .dollars && reading.listsStrikes(at: position))
            {
                labels = [LabelMention(tokens: position..<position + 1, label: nil, classes: .strike)]
            }
            if isComputedWith {
                labels = []
                figure.figure = figure.figure.asAmount()
            }
            if token.isSlashed, text.isQuotient(figure) {
                labels = []
            } else if labels.isEmpty, token.isSlashed {
                // "the 570/580 put spread"
                labels = [LabelMention(tokens: position..<position + 1, label: nil, classes: .strike)]
            }
            let claim = Claim(
                figure: figure.figure,
                position: position,
                reading: reading,
                binding: reading.binding(at: position, inherited: carried),
                bytes: text.text.bytes,
                sentence: range,
                labels: labels,
                direction: reading.direction(at: position),
                cited: cited[token.clause] ?? [],
                citedNearby: cited.values.flatMap { $0 },
                isQuestion: isQuestion
            )
            let strike =
                reading.namedStrikes.contains(position) ? ids(ofContracts: reading.contracts[position] ?? []) : nil
            var found = strike.map(GroundingReport.Status.matched) ?? status(of: claim, or: carried)
            if isComputedWith, case .struck? = found, let id = summand(claim) { found = .matched([id]) }
            if let status = found {
                note(figure.figure, place, status)
                claims.append((entries.count - 1, claim))
                derivation.add(
                    claim,
                    status,
                    entry: entries.count - 1,
                    dates: index.date,
                    number: index.number
                )
            }
        }
        derivation = derive(derivation)
        checkTogether(claims)
        checkTotals(claims)
        if supposed == nil { noteWhole(claims) }
        if cited.isEmpty, reading.mentions.allSatisfy(\.target.isUnknown) {
            quote(claims, reading)
        }
        context.earlierLabels = derivation.operands.flatMap(\.ids).compactMap(index.label)
        let operands = derivation.operands.map { operand in
            var earlier = operand
            earlier.entry = -1
            return earlier
        }
        context.operands = operands.filter { !$0.isComputed }
        context.listed = isItem ? (context.listed + operands).suffix(Self.mostListed) : []
        checkChoices(reading, text, carried, place)
        let asks = String(decoding: text.text.bytes[range], as: UTF8.self).trimmed.hasSuffix("?")
        if !isQuestion, !asks, cited.isEmpty {
            if supposed == nil { checkClaims(reading, text, carried, place, since: first) }
            checkRanks(reading, text, carried, place, since: first)
            checkHoldings(reading, text, place)
            if entries[first...].allSatisfy({ $0.reason == nil }) { checkWays(reading, text, carried, place) }
            checkGaps(reading, text, place)
            if entries[first...].allSatisfy({ $0.reason == nil }) { checkStates(reading, text, carried, place) }
        }
        checkSupport(of: tokens, text, reading, claims, since: first)
        checkOrder(text, reading, since: first)
        fail(
            text.written(range),
            place.segment,
            place.cell,
            range.lowerBound + place.offset..<range.upperBound + place.offset,
            since: first
        )
    }

    /// How many figures of a list its later items may be computed from.
    private static let mostListed = 24

    /// The fact that a number of an equation is, where it is somebody's value of what the sentence names: "dividends: 178 +
    /// 263.40 + 191.20".
    private func summand(_ claim: Claim) -> String? {
        guard case .value(let readings) = claim.figure.kind, case .quantity(let quantity)? = readings.first,
            [.dollars, .bare, .days, .fraction].contains(quantity.measure)
        else { return nil }
        let written = quantity.magnitude.approximation
        // "376.24 (Aug)" is August's.
        let isNamed = claim.reading.mentions.contains {
            $0.tokens.lowerBound == claim.position + 1 && claim.reading.tokens[claim.position + 1].parting == "("
        }
        let targets = isNamed ? claim.binding.targets : claim.reading.distinctTargets
        return claim.reading.labels.lazy.flatMap { mention in
            self.index.labels.indices.filter {
                mention.label == $0 || !self.index.labels[$0].classes.isDisjoint(with: mention.classes)
            }
        }.flatMap(index.known).first { known in
            let isOfUnit: Bool =
                switch known.unit {
                case .dollars, .dollarsPerShare: claim.figure.mayBeAmount
                case .days: quantity.measure == .bare || quantity.measure == .days
                case .fraction: quantity.measure == .fraction
                default: false
                }
            return isOfUnit && abs(known.value.magnitude - written) <= quantity.slack.approximation
                && (targets.isEmpty || targets.contains { $0.admits(index.subjects.groups[known.group]) })
        }?.id
    }

    /// Whom a sentence is about where it names nobody; notes those it names for the sentences after it.
    private mutating func carry(_ reading: SentenceReading, _ scope: Binding) -> Binding {
        if scope.targets.isEmpty {
            if !reading.mentions.isEmpty {
                context.inherited = Binding(targets: reading.mentions.map(\.target), isNamed: false)
                context.named = context.inherited.targets
            } else if context.inherited.targets.isEmpty {
                if reading.refersBack, !context.named.isEmpty {
                    context.inherited = Binding(targets: context.named, isNamed: false)
                } else if context.named.isEmpty {
                    return Binding(targets: grounding.presumed, isNamed: false, isPresumed: true)
                }
            }
        }
        return reading.mentions.isEmpty ? context.inherited : scope
    }

    /// Strikes a name that nothing is known of.
    mutating func note(name token: Token, _ text: TokenizedText, _ place: Place) {
        let figure = Figure(text: text.text.original(token.span), range: text.text.byteRange(token.span), kind: .name)
        note(figure, place, .struck(.unknownName))
    }

    mutating func set(_ status: GroundingReport.Status, entry: Int) {
        entries[entry].status = status
    }

    /// The titles of a table's columns, read once for all its rows.
    mutating func titles(_ columns: [String]) -> [SentenceReading] {
        if titles.columns != columns {
            titles = (
                columns,
                columns.map { SentenceReading(of: $0, index: index, scanner: grounding.scanner) }
            )
        }
        return titles.readings
    }

    /// Whether a number is the next of a list.
    mutating func continuesList(_ number: Int) -> Bool {
        guard number == 1 || number == context.lastEnumerator + 1 else { return false }
        context.lastEnumerator = number
        return true
    }
}

/// A figure with all that its surroundings say about it.
struct Claim {
    var figure: Figure
    /// The token it is, in its sentence.
    var position: Int
    var reading: SentenceReading
    var binding: Binding
    /// The line's UTF-8.
    var bytes: [UInt8]
    /// Where the sentence stands in it.
    var sentence: Range<Int>
    /// The labels beside it, the most likely first.
    var labels: [LabelMention]
    var direction: Direction?
    /// Passages cited in its clause, and anywhere in its sentence.
    var cited: [String] = []
    var citedNearby: [String] = []
    /// Whether the piece repeats the question.
    var isQuestion = false
    /// Whether it stands in a cell of a table, and whether as the only figure.
    var isCell = false
    var isAlone = false
    /// What the cell's column says, for the words that speak of a whole.
    var title: [Token] = []

    /// Whether the words around it speak of a rule or of everything.
    var speaksOfWhole: Bool {
        reading.clause(of: position, hasAnyOf: WordLists.wholes)
            || title.contains { WordLists.wholes.contains($0.word) }
    }
}
