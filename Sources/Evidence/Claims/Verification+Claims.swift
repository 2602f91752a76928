/// Checks what a sentence claims in words, as it is read.
extension Verification {
    /// Notes whether what a sentence claims is so: how many have a property, who has it, which of two has more, how one ranks.
    mutating func checkClaims(
        _ reading: SentenceReading,
        _ text: TokenizedText,
        _ carried: Binding,
        _ place: Place,
        since first: Int
    ) {
        readClaims = []
        guard !reading.tokens.contains(where: { $0.word == "unverified" }) else { return }
        let reader = ClaimReader(index: index, reading: reading)
        let readers = reader.readings.isEmpty ? [reader] : reader.readings
        var read: Set<Int> = []
        for position in reading.tokens.indices where !read.contains(position) {
            let outcomes = readers.compactMap {
                $0.sole(at: position, isInherited: !carried.targets.isEmpty) ?? $0.quantity(at: position)
                    ?? $0.predicate(at: position)
            }
            guard
                let outcome = outcomes.first(where: \.isRight) ?? outcomes.first
                    ?? reader.cleft(at: position) ?? reader.together(at: position) ?? reader.sign(at: position)
                    ?? reader.comparison(at: position, inherited: carried.targets) ?? reader.change(at: position)
                    ?? reader.rank(at: position)
            else { continue }
            read.formUnion(outcome.numbers + Array(outcome.tokens))
            settle(outcome, reading, text, place, since: first)
        }
    }

    /// Notes whether a cell without a figure says of its row's subject what is so.
    mutating func checkCell(_ reading: SentenceReading, _ text: TokenizedText, _ binding: Binding, _ place: Place) {
        guard !binding.isPresumed, !binding.targets.isEmpty, !binding.targets.contains(where: \.isUnknown),
            let outcome = ClaimReader(index: index, reading: reading).cell(of: binding.targets), !outcome.isRight
        else { return }
        settle(outcome, reading, text, place, since: entries.count)
    }

    /// Whether a cell of a column of ranks has the place of its row's subject: by what its title names, or else the title of the
    /// next cell that has a figure.
    func isRanked(_ cell: Int, _ texts: [TokenizedText], _ titles: [SentenceReading], _ targets: [Target]) -> Bool? {
        guard titles.indices.contains(cell), titles[cell].tokens.first?.word == "rank", targets.count == 1,
            !targets[0].isUnknown, let place = Int(texts[cell].text.original(0..<texts[cell].text.count))
        else { return nil }
        let others = titles.indices.filter { $0 > cell && texts.indices.contains($0) && !texts[$0].figures.isEmpty }
        guard let label = ([cell] + others).lazy.compactMap({ titles[$0].labels.first }).first else { return nil }
        return ClaimReader(index: index, reading: titles[cell]).isPlaced(targets[0], place, by: label)
    }

    /// Notes a verdict, also where a number has one of its own: a count that is right by itself may be wrong of whom it is said.
    private mutating func settle(
        _ outcome: ClaimReader.Outcome,
        _ reading: SentenceReading,
        _ text: TokenizedText,
        _ place: Place,
        since first: Int
    ) {
        let tokens = reading.tokens[outcome.tokens]
        guard let start = tokens.first, let end = tokens.last else { return }
        let span = start.span.lowerBound..<end.span.upperBound
        let ids = Array(Set(outcome.rows).sorted().prefix(8).compactMap(index.firstSource))
        let status: GroundingReport.Status =
            outcome.isRight ? .computed("counted among the facts", from: ids) : .struck(.otherLabel)
        let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
        let range = figure.range.lowerBound + place.offset..<figure.range.upperBound + place.offset
        let noted = entries.indices[first...].first {
            entries[$0].segment == place.segment && entries[$0].cell == place.cell && entries[$0].range.overlaps(range)
        }
        // A quote around it is judged by its words.
        if let noted, entries[noted].range.count > range.count + 12 { return }
        if let noted {
            if !outcome.isRight || entries[noted].reason != nil { set(status, entry: noted) }
        } else {
            note(words: figure, place, status)
        }
        guard outcome.isRight else {
            isOfWhole = true
            return
        }
        readClaims.append(outcome.extent)
        // The bounds and totals of a claim that is so are part of it.
        for position in outcome.numbers {
            let range = text.text.byteRange(reading.tokens[position].span)
            let bytes = range.lowerBound + place.offset..<range.upperBound + place.offset
            for entry in entries.indices[first...] where entries[entry].reason != nil {
                guard entries[entry].segment == place.segment, entries[entry].cell == place.cell,
                    entries[entry].range.overlaps(bytes), entries[entry].range.count <= bytes.count + 12
                else { continue }
                set(status, entry: entry)
            }
        }
    }
}
