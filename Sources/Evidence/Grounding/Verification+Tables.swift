/// Rows of tables: bound by the row's subject and the column's title.
extension Verification {
    mutating func checkRow(_ cells: [String], _ columns: [String], _ number: Int) {
        let scope = context.scope
        let texts = cells.map { TokenizedText($0, scanner: grounding.scanner) }
        guard texts.contains(where: { !$0.figures.isEmpty }) else { return }
        let titles = titles(columns)
        let readings = readings(of: texts, inherited: scope.targets)
        var targets = readings.joined().flatMap { $0.mentions.map(\.target) }
        if targets.contains(where: { !$0.contracts.isEmpty }) {
            targets.removeAll { $0.contracts.isEmpty && !$0.isUnknown }
        }
        var binding = targets.isEmpty ? scope : Binding(targets: targets, isNamed: true)
        if binding.targets.isEmpty, let first = titles.first, !first.mentions.isEmpty, titles.count == 2 {
            binding = Binding(targets: first.mentions.map(\.target), isNamed: true)
        }
        if binding.targets.isEmpty, !titles.contains(where: { !$0.mentions.isEmpty }) {
            binding.targets = grounding.presumed
            binding.isPresumed = true
        }
        // "Demand zone | Tests" over "2 | 3"
        let part = targets.isEmpty ? part(numbered: texts.first, under: titles.first) : nil
        if let part { binding = Binding(targets: [part], isNamed: true) }
        // A row of the section's subject is about it as if it were named.
        binding.isNamed = !binding.targets.isEmpty && !binding.isPresumed
        binding = narrowed(binding, texts, titles)
        let rowLabels = texts.first?.figures.isEmpty ?? false ? readings.first?.flatMap(\.labels) ?? [] : []

        let rowDates = expirations(ofRow: texts.first, titles)
        var open: [(entry: Int, claim: Claim)] = []
        let first = entries.count
        for (cell, text) in texts.enumerated() {
            if text.figures.isEmpty {
                for reading in readings[cell] {
                    checkChoices(reading, text, binding, Place(segment: number, cell: cell, offset: 0))
                    if cell > 0 {
                        checkCell(reading, text, binding, Place(segment: number, cell: cell, offset: 0))
                    }
                }
                continue
            }
            if text.sentences.count > 1 || text.sentences.contains(where: { $0.count > 7 }) {
                context.scope = Binding(targets: binding.targets, isNamed: false)
                context.inherited = context.scope
                checkProse(cells[cell], number, cell)
                continue
            }
            if cell < columns.count, Self.numbering.contains(columns[cell].lowercased()), let rank = Int(cells[cell]),
                continuesList(rank)
            {
                continue
            }
            if let isRight = isRanked(cell, texts, titles, binding.targets) {
                note(
                    text.figures[0].figure,
                    Place(segment: number, cell: cell, offset: 0),
                    isRight ? .computed("ranked by the facts", from: []) : .struck(.otherSubject)
                )
                continue
            }
            if cell < columns.count, columns[cell].lowercased() == "rank", let rank = Int(cells[cell]),
                binding.targets.count == 1, place(of: binding.targets[0])?.rank == rank
            {
                continue
            }
            for reading in readings[cell] {
                checkChoices(reading, text, binding, Place(segment: number, cell: cell, offset: 0))
            }
            let title = cell < titles.count ? titles[cell] : nil
            let titleTargets = (title?.mentions.map(\.target) ?? []).map { narrowed($0, to: rowDates) }
            let own = narrowed(binding, toTitle: title)
            if cell == 0, !rowDates.isEmpty {
                note(text.figures[0].figure, Place(segment: number, cell: 0, offset: 0), .matched([]))
                continue
            }
            for reading in readings[cell] {
                for (position, token) in reading.tokens.enumerated() {
                    if reading.unknownNames.contains(position) {
                        note(name: token, text, Place(segment: number, cell: cell, offset: 0))
                    }
                    if let figure = token.figure, let label = reading.windows[position] {
                        let words = index.labels[label].words.joined(separator: " ")
                        note(
                            text.figures[figure].figure,
                            Place(segment: number, cell: cell, offset: 0),
                            .computed(words, from: [])
                        )
                        continue
                    }
                    guard var figure = token.figure.map({ text.figures[$0].figure }),
                        !reading.nameDigits.contains(position), cell > 0 || part == nil,
                        !reading.isUnit(position, figure)
                    else { continue }
                    if cell < columns.count { figure = figure.inUnit(ofTitle: columns[cell]) }
                    let beside = reading.labels(at: position, figure)
                    var titled = title?.labels.filter { !$0.classes.isEmpty || $0.label != nil } ?? []
                    if titled.isEmpty, titleTargets.isEmpty, let tokens = title?.tokens,
                        tokens.contains(where: { Self.contractTitles.contains($0.word) })
                    {
                        titled = [LabelMention(tokens: 0..<1, label: nil, classes: .strike)]
                    }
                    if let label = improvement(title) { titled = [label] }
                    let claim = Claim(
                        figure: figure,
                        position: position,
                        reading: reading,
                        binding: titleTargets.isEmpty ? own : Binding(targets: titleTargets, isNamed: true),
                        bytes: text.text.bytes,
                        sentence: 0..<text.text.bytes.count,
                        labels: !rowLabels.isEmpty
                            && (isGeneric(title)
                                || rowLabels.contains { $0.label != nil } && titled.allSatisfy { $0.label == nil })
                            ? rowLabels : !titled.isEmpty ? titled : !beside.isEmpty ? beside : rowLabels,
                        direction: direction(of: title) ?? direction(of: texts.first, binding),
                        isCell: true,
                        isAlone: text.figures.count == 1,
                        title: title?.tokens ?? []
                    )
                    let strike =
                        reading.namedStrikes.contains(position)
                        ? ids(ofContracts: reading.contracts[position] ?? []) : nil
                    if let status = strike.map(GroundingReport.Status.matched) ?? statusOfCell(claim) {
                        let subtracted = subtracted(claim, as: readings.first?.first, cell)
                        let computed = subtracted ?? status
                        note(figure, Place(segment: number, cell: cell, offset: 0), computed)
                        if case .struck = computed { open.append((entries.count - 1, claim)) }
                    }
                }
            }
        }
        if targets.isEmpty, scope.targets.isEmpty, open.count > 1 { bind(open) }
        if entries[first...].contains(where: { $0.reason?.maySuitAnother ?? false }) {
            let known = open.filter { entry, claim in
                claim.figure.measure.map { labelRule(for: claim, groups: Self.unitGroups(of: $0)) != nil } ?? true
            }.map(\.entry)
            readAsProse(cells, columns, titles, binding, since: first, except: Set(known))
        }
        addUp(texts, since: first)
    }

    /// The date that is alone in a row's first cell, where it is an expiration of the contracts that are the titles: "Dec 18" under
    /// "150P | 145P".
    private func expirations(ofRow first: TokenizedText?, _ titles: [SentenceReading]) -> [Figure.DateClaim] {
        guard let first, first.figures.count == 1, first.sentences.joined().count == 1,
            case .value(let readings) = first.figures[0].figure.kind
        else { return [] }
        let contracts = titles.dropFirst().flatMap { $0.mentions.flatMap(\.target.contracts) }
        let dates = readings.compactMap { reading -> Figure.DateClaim? in
            guard case .date(let date) = reading, date.month != nil else { return nil }
            return date
        }
        return dates.filter { date in
            contracts.contains { index.subjects.contracts[$0].map { date.agrees(with: $0.expiration) } ?? false }
        }
    }

    /// Those of a row that expire on the date that is a column's title: "Dec 18 | Jan 15" over "150P credit".
    private func narrowed(_ binding: Binding, toTitle title: SentenceReading?) -> Binding {
        guard let title, title.tokens.count == 1, binding.targets.count == 1, binding.targets[0].contracts.count > 1
        else { return binding }
        let dates = title.values.values.joined().compactMap { reading -> Figure.DateClaim? in
            guard case .date(let date) = reading, date.month != nil else { return nil }
            return date
        }
        let target = narrowed(binding.targets[0], to: Array(dates))
        guard !target.isUnknown else { return binding }
        return Binding(targets: [target], isNamed: binding.isNamed)
    }

    /// The contracts of a title that expire on a date of the row; all where it gives none.
    private func narrowed(_ target: Target, to dates: [Figure.DateClaim]) -> Target {
        guard !dates.isEmpty, !target.contracts.isEmpty else { return target }
        var narrow = target
        narrow.contracts = target.contracts.filter { contract in
            index.subjects.contracts[contract].map { known in dates.contains { $0.agrees(with: known.expiration) } }
                ?? false
        }
        return narrow.contracts.isEmpty ? .unknown : narrow
    }

    /// Titles of a column that only numbers the rows.
    private static let numbering: Set<String> = ["#", "no", "no.", "nr", "nr."]

    /// What a row says it is by its first cell, where that takes one measure of its subject off another: "Dividend minus
    /// extrinsic". Nil where it does not.
    private func subtracted(_ claim: Claim, as head: SentenceReading?, _ cell: Int) -> GroundingReport.Status? {
        guard let head, cell > 0, case .value(let readings) = claim.figure.kind,
            case .quantity(let quantity)? = readings.first,
            let sign = head.tokens.firstIndex(where: { ["minus", "less"].contains($0.word) }),
            let left = head.labels.last(where: { $0.tokens.upperBound <= sign }),
            let right = head.labels.first(where: { $0.tokens.lowerBound > sign })
        else { return nil }
        let groups = claim.binding.targets.isEmpty ? [0] : groups(of: claim.binding)
        func values(_ mention: LabelMention) -> [(value: Double, unit: Fact.Unit, id: String)] {
            index.values(from: 0, through: .infinity, of: groups).filter { value in
                value.label == mention.label
                    || mention.label == nil && !index.labels[value.label].classes.isDisjoint(with: mention.classes)
            }.map { ($0.isNegative ? -$0.magnitude : $0.magnitude, $0.unit, index.ids[$0.source]) }
        }
        let isBelow = quantity.sign == .minus || quantity.sign == .bracketed
        let written = quantity.magnitude.approximation * (isBelow ? -1 : 1)
        for first in values(left) {
            for second in values(right) where first.unit == second.unit {
                guard abs(first.value - second.value - written) <= quantity.slack.approximation * 1.000001 else {
                    continue
                }
                return .computed("the first less the second", from: [first.id, second.id])
            }
        }
        return .struck(.unknownValue)
    }

    /// The part of a name, as `NVDA demand 2`, whose number alone stands in a cell under a title that says which kind it is of.
    private func part(numbered cell: TokenizedText?, under title: SentenceReading?) -> Target? {
        guard let number = cell?.sentences.first?.first, cell?.sentences.joined().count == 1, !number.digits.isEmpty,
            let kind = title?.tokens.first(where: { index.subjects.parts($0.word) != nil }),
            let name = index.subjects.phrase(in: [kind, number], at: 0)?.name
        else { return nil }
        return Target(tickers: [name], owner: index.subjects.owner(of: name))
    }

    /// Where the figure of a cell comes from; one that says its unit, "2 contracts", need not be what the row's first cell says.
    private mutating func statusOfCell(_ claim: Claim) -> GroundingReport.Status? {
        let first = status(of: claim)
        if case .struck? = first, let whole = ofContract(claim) { return whole }
        guard case .struck(.otherUnit)? = first, let measure = claim.figure.measure,
            [.contracts, .shares, .days].contains(measure), !claim.labels.isEmpty
        else { return first }
        var again = claim
        again.labels = []
        if let second = status(of: again), case .matched = second { return second }
        return first
    }

    /// What a price per share comes to for a contract, under a title that says so: "Credit/contract".
    private func ofContract(_ claim: Claim) -> GroundingReport.Status? {
        let isPerContract = claim.title.indices.dropFirst().contains { place in
            ["contract", "ct", "lot"].contains(claim.title[place].word)
                && (claim.title[place].isSlashed || ["per", "a"].contains(claim.title[place - 1].word)
                    || place == claim.title.count - 1 && claim.title.count == 2)
        }
        guard isPerContract, case .value(let readings) = claim.figure.kind,
            case .quantity(let quantity)? = readings.first, [.dollars, .bare].contains(quantity.measure)
        else { return nil }
        let written = quantity.magnitude.approximation
        let groups = groups(of: claim.binding).filter { group in
            claim.binding.targets.contains { isOfContract(group, $0) }
        }
        let value = index.values(from: 0, through: .infinity, of: groups).first { value in
            value.unit == .dollarsPerShare
                && claim.labels.contains { label in
                    label.label == value.label
                        || !index.labels[value.label].classes.isDisjoint(with: label.classes)
                }
                && abs(value.magnitude * 100 - written) <= quantity.slack.approximation * 1.000001
        }
        return value.map { .computed("x 100", from: [index.ids[$0.source]]) }
    }

    /// Traces what a row says of itself as a sentence would: what it computes, what an example of a passage says.
    private mutating func readAsProse(
        _ cells: [String],
        _ columns: [String],
        _ titles: [SentenceReading],
        _ binding: Binding,
        since first: Int,
        except known: Set<Int>
    ) {
        guard cells.count == columns.count || columns.isEmpty else { return }
        var pieces = columns.isEmpty ? cells : zip(columns, cells).map { "\($0) \($1)" }
        // "Field | NVDA" over "Change | -1.49 %"
        if cells.count == 2, columns.count == 2 { pieces = ["\(columns[1]), \(cells[0]): \(cells[1])"] }
        if cells.count == 2, columns.count == 2, titles.last?.mentions.isEmpty ?? true {
            pieces = ["\(columns[0]) \(cells[0]), \(columns[1]): \(cells[1])"]
        }
        var trial = self
        trial.context = SentenceContext()
        trial.context.scope = Binding(targets: binding.isPresumed ? [] : binding.targets, isNamed: false)
        trial.context.inherited = trial.context.scope
        let count = trial.entries.count
        trial.checkProse(pieces.joined(separator: "; "), 0, 0)
        let found = trial.entries[count...]
        // What has a label that the row's subject has a value for is it or is wrong.
        for entry in entries.indices[first...]
        where (entries[entry].reason?.maySuitAnother ?? false) && !known.contains(entry) {
            let text = entries[entry].text
            guard let other = found.first(where: { $0.text == text }), other.reason == nil, !other.isMatched else {
                continue
            }
            set(other.status, entry: entry)
        }
    }

    /// A row that names nobody is about whom all its figures fit: an entry of a list, an expiration.
    private mutating func bind(_ open: [(entry: Int, claim: Claim)]) {
        for group in index.subjects.groups.indices.dropFirst() {
            let subjects = index.subjects.groups[group]
            let target = Target(tickers: subjects.tickers, contracts: subjects.contracts)
            var found: [(entry: Int, status: GroundingReport.Status)] = []
            for (entry, claim) in open {
                guard case .value(let readings) = claim.figure.kind else { break }
                var bound = claim
                bound.binding = Binding(targets: [target], isNamed: true)
                guard case .found(let ids) = facts(for: bound, readings), !ids.isEmpty,
                    ids.allSatisfy({ index.group(of: $0) == group })
                else { break }
                found.append((entry, .matched(ids)))
            }
            guard found.count == open.count else { continue }
            for (entry, status) in found { set(status, entry: entry) }
            return
        }
    }

    /// What a title such as "Strike lower by" names: by how much a roll's strike is better.
    private func improvement(_ title: SentenceReading?) -> LabelMention? {
        guard let words = title?.tokens.map(\.word), words.contains(where: { ["strike", "strikes"].contains($0) }),
            words.contains(where: { ["lower", "down", "better", "reduction", "drop", "improves"].contains($0) }),
            let label = index.labels(named: "strike improvement").first
        else { return nil }
        return LabelMention(tokens: 0..<words.count, label: label, classes: index.labels[label].classes)
    }

    /// Titles under which a number is a strike.
    private static let contractTitles: Set<String> = ["put", "puts", "call", "calls", "contract", "option"]

    /// Whether a title says nothing that the row's first cell does not say better: `Value`, `Now`.
    private func isGeneric(_ title: SentenceReading?) -> Bool {
        title?.tokens.allSatisfy { WordLists.generic.contains($0.word) } ?? true
    }

    /// Every cell read; contracts may leave their ticker to another cell.
    private func readings(of texts: [TokenizedText], inherited: [Target]) -> [[SentenceReading]] {
        func read(_ text: TokenizedText, _ inherited: [Target]) -> [SentenceReading] {
            text.sentences.map { SentenceReading($0, figures: text.figures, index: index, inherited: inherited) }
        }
        var readings = texts.map { read($0, inherited) }
        let tickers = readings.joined().flatMap(\.mentions).map(\.target).filter {
            $0.contracts.isEmpty && !$0.isUnknown
        }
        guard !tickers.isEmpty else { return readings }
        for (cell, text) in texts.enumerated() where readings[cell].contains(where: { !$0.contracts.isEmpty }) {
            readings[cell] = read(text, tickers)
        }
        return readings
    }

    /// The contracts of the row's ticker that have the strike, expiration and right its cells state.
    private func narrowed(_ binding: Binding, _ texts: [TokenizedText], _ titles: [SentenceReading]) -> Binding {
        guard binding.targets.count == 1, let target = binding.targets.first, let ticker = target.tickers.first else {
            return binding
        }
        var contracts = target.contracts.isEmpty ? index.subjects.contractsByTicker[ticker] ?? [] : target.contracts
        guard contracts.count > 1 else { return binding }
        let before = contracts.count
        func keep(_ isKept: (SubjectTable.Contract) -> Bool) {
            let kept = contracts.filter { index.subjects.contracts[$0].map(isKept) ?? false }
            if !kept.isEmpty { contracts = kept }
        }
        for (cell, text) in texts.enumerated() {
            var classes: LabelClasses =
                cell < titles.count ? titles[cell].labels.reduce(into: []) { $0.formUnion($1.classes) } : []
            if cell < titles.count, titles[cell].tokens.contains(where: { Self.contractTitles.contains($0.word) }) {
                classes.insert(.strike)
            }
            for located in text.figures {
                guard case .value(let readings) = located.figure.kind else { continue }
                for reading in readings {
                    if case .quantity(let quantity) = reading, classes.contains(.strike) {
                        keep { $0.strike == quantity.magnitude }
                    } else if case .date(let claim) = reading, classes.contains(.expiration) || claim.year != nil {
                        keep { claim.agrees(with: $0.expiration) }
                    }
                }
            }
            let words = text.sentences.joined().map(\.word)
            if words == ["put"] || words == ["short", "put"] { keep { $0.right == .put } }
            if words == ["call"] || words == ["short", "call"] { keep { $0.right == .call } }
        }
        guard contracts.count < before else { return binding }
        return Binding(targets: [Target(tickers: [ticker], contracts: contracts)], isNamed: binding.isNamed)
    }

    private func direction(of title: SentenceReading?) -> Direction? {
        title?.tokens.compactMap { WordLists.directions[$0.word] }.first { $0 != .gain }
    }

    private func direction(of first: TokenizedText?, _ binding: Binding) -> Direction? {
        guard let first, first.figures.isEmpty else { return nil }
        return first.sentences.joined().compactMap { WordLists.directions[$0.word] }.first { $0 != .gain }
    }
}

extension SentenceReading {
    /// A title read on its own.
    init(of title: String, index: EvidenceIndex, scanner: FigureScanner) {
        let text = TokenizedText(title, scanner: scanner)
        self.init(text.sentences.flatMap { $0 }, figures: text.figures, index: index, inherited: [])
    }
}
