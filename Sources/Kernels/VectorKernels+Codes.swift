import CKernels
import Dispatch

/// The signs of rows of bytes, an eighth of their room: enough to tell which rows may be near a query.
public struct SignRows: Sendable {
    /// Signs in words of 64, row after row; a row begins with a word of its own.
    let signs: [UInt64]
    /// What a sign is worth in each row.
    let factors: [Float]
    /// Words in a row.
    let words: Int

    /// Rows.
    public var count: Int { factors.count }
}

extension VectorKernels {
    /// The dot product of the query with each row of signed bytes, each worth `scales[row]`.
    ///
    /// The query is rounded to whole steps of a few thousandths of its largest value, and the sums are exact: a score differs
    /// from that of the same bytes in single precision by less than 0.0005 where row and query have length 1, and is the same
    /// on all instruction sets. Reading the rows takes the time.
    ///
    /// - Parameter codes: a whole number of rows, each as long as the query.
    public func scores(
        ofCodes codes: UnsafeBufferPointer<Int8>,
        scales: UnsafeBufferPointer<Float>,
        query: [Float]
    ) -> [Float] {
        precondition(codes.count == scales.count * query.count, "Codes do not fit the query.")
        let rounded = RoundedQuery(query)
        return [Float](unsafeUninitializedCapacity: scales.count) { scores, initialized in
            self.scores(of: rounded, codes, scales, rows: 0..<scales.count, into: scores)
            initialized = scales.count
        }
    }

    /// The same scores of some rows, in their order.
    ///
    /// - Parameter rows: positions of rows, each below 2³².
    public func scores(
        ofCodes codes: UnsafeBufferPointer<Int8>,
        scales: UnsafeBufferPointer<Float>,
        rows: [Int],
        query: [Float]
    ) -> [Float] {
        precondition(codes.count == scales.count * query.count, "Codes do not fit the query.")
        precondition(rows.allSatisfy { scales.indices.contains($0) }, "There is no such row.")
        return scores(of: RoundedQuery(query), codes, scales, places: rows.map { UInt32($0) })
    }

    /// The rows of signed bytes with the highest scores as `scores(ofCodes:)` gives them, best first; of equal ones the lower
    /// index first.
    ///
    /// With `signs` only those rows are scored whose signs alone say that they may be among the best: `limit` times 40, 4,000
    /// at least. A row among the best whose signs say less than that is missed;
    /// in return about a sixth of the memory is read. The outcome is the same for any number of workers.
    ///
    /// - Parameters:
    ///   - codes: a whole number of rows, each as long as the query; fewer than 2³².
    ///   - signs: what `signs(ofCodes:)` made of the same rows.
    ///   - workers: threads, at least 1.
    public func nearest(
        _ limit: Int,
        toQuery query: [Float],
        inCodes codes: UnsafeBufferPointer<Int8>,
        scales: UnsafeBufferPointer<Float>,
        signs: SignRows? = nil,
        workers: Int = 1
    ) -> [RankedIndex] {
        precondition(codes.count == scales.count * query.count, "Codes do not fit the query.")
        precondition(signs.map { $0.count == scales.count } ?? true, "The signs are of other rows.")
        let rounded = RoundedQuery(query)
        let pool = max(Self.smallestPool, limit * 40)
        // Both are only read, and live until all threads are done.
        nonisolated(unsafe) let (codes, scales) = (codes, scales)
        guard let signs, scales.count > 2 * pool else {
            return selection(limit, ofRows: scales.count, workers: workers) { rows, scores in
                self.scores(of: rounded, codes, scales, rows: rows, into: scores)
            }
        }
        let coarse = CoarseQuery(query, words: signs.words)
        let threshold = self.threshold(pool, coarse, signs)
        return merged(limit, ofRows: signs.count, workers: workers) { rows in
            var places: [UInt32] = []
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.rowsInBlock)
            defer { buffer.deallocate() }
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsInBlock) {
                let block = start..<min(start + Self.rowsInBlock, rows.upperBound)
                self.scores(of: coarse, signs, rows: block, into: buffer)
                for place in 0..<block.count where buffer[place] >= threshold { places.append(UInt32(start + place)) }
            }
            var best = TopSelection(limit: limit)
            for (place, score) in zip(places, self.scores(of: rounded, codes, scales, places: places)) {
                best.offer(Int(place), score: score)
            }
            return best
        }
    }

    /// The signs of rows of bytes.
    ///
    /// - Parameters:
    ///   - dimension: values in a row, at least 1.
    ///   - workers: threads, at least 1.
    public func signs(
        ofCodes codes: UnsafeBufferPointer<Int8>,
        scales: UnsafeBufferPointer<Float>,
        dimension: Int,
        workers: Int = 1
    ) -> SignRows {
        precondition(codes.count == scales.count * dimension, "Codes do not fit their scales.")
        let words = (dimension + 63) / 64
        let workers = max(1, min(workers, scales.count / Self.rowsForWorker))
        var factors: [Float] = []
        let signs = [UInt64](unsafeUninitializedCapacity: scales.count * words) { signs, initialized in
            factors = [Float](unsafeUninitializedCapacity: scales.count) { factors, initialized in
                // Each thread reads and writes rows of its own, and none is read before all are done.
                nonisolated(unsafe) let (codes, scales, signs, factors) = (codes, scales, signs, factors)
                DispatchQueue.concurrentPerform(iterations: workers) { worker in
                    let start = scales.count * worker / workers
                    guard let codes = codes.baseAddress, let scale = scales.baseAddress,
                        let signs = signs.baseAddress, let factor = factors.baseAddress
                    else { return }
                    codeKernels.signs(
                        codes + start * dimension,
                        scale + start,
                        scales.count * (worker + 1) / workers - start,
                        dimension,
                        signs + start * words,
                        factor + start
                    )
                }
                initialized = scales.count
            }
            initialized = scales.count * words
        }
        return SignRows(signs: signs, factors: factors, words: words)
    }

    /// The fewest rows that are scored after their signs were.
    private static let smallestPool = 4_000
    /// Rows whose scores are compared with the best so far while they are in the nearest cache.
    private static let rowsInBlock = 2_048
    /// With fewer rows a thread takes longer to start than to end.
    private static let rowsForWorker = 16_384

    /// The score that about `pool` rows reach by their signs, told from some 16,000 of them at most, of which 128 should reach it:
    /// 16 at a time, as far apart as that takes, for rows beside each other are alike.
    private func threshold(_ pool: Int, _ query: CoarseQuery, _ signs: SignRows) -> Float {
        let step = max(1, signs.count / 16_384, pool / 128)
        var sample: [Float] = []
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 16)
        defer { buffer.deallocate() }
        for start in stride(from: 0, to: signs.count - 15, by: 16 * step) {
            scores(of: query, signs, rows: start..<start + 16, into: buffer)
            sample.append(contentsOf: buffer)
        }
        let share = Double(pool) / Double(signs.count) * Double(sample.count)
        return TopSelection.best(Int(share.rounded(.up)), of: sample).last?.score ?? -.infinity
    }

    /// The best of what `score` writes for each block of rows.
    func selection(
        _ limit: Int,
        ofRows count: Int,
        workers: Int,
        _ score: @Sendable (Range<Int>, UnsafeMutableBufferPointer<Float>) -> Void
    ) -> [RankedIndex] {
        merged(limit, ofRows: count, workers: workers) { rows in
            var best = TopSelection(limit: limit)
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.rowsInBlock)
            defer { buffer.deallocate() }
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsInBlock) {
                let block = start..<min(start + Self.rowsInBlock, rows.upperBound)
                score(block, buffer)
                best.offer(UnsafeBufferPointer(rebasing: buffer[..<block.count]), from: start)
            }
            return best
        }
    }

    /// The best of what several threads find in a part of the rows each.
    private func merged(
        _ limit: Int,
        ofRows count: Int,
        workers: Int,
        _ search: @Sendable (Range<Int>) -> TopSelection
    ) -> [RankedIndex] {
        let workers = max(1, min(workers, count / Self.rowsForWorker))
        guard workers > 1 else { return search(0..<count).ranked }
        let parts = UnsafeMutableBufferPointer<TopSelection>.allocate(capacity: workers)
        parts.initialize(repeating: TopSelection(limit: limit))
        defer { parts.deinitialize().deallocate() }
        // Each thread writes to a place of its own, and none is read before all are done.
        nonisolated(unsafe) let places = parts
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            places[worker] = search((count * worker / workers)..<(count * (worker + 1) / workers))
        }
        var best = TopSelection(limit: limit)
        for part in parts { best.formUnion(part) }
        return best.ranked
    }

    private func scores(
        of query: RoundedQuery,
        _ codes: UnsafeBufferPointer<Int8>,
        _ scales: UnsafeBufferPointer<Float>,
        rows: Range<Int>,
        into scores: UnsafeMutableBufferPointer<Float>
    ) {
        guard let codes = codes.baseAddress, let scales = scales.baseAddress else {
            // Rows without a value.
            scores.update(repeating: 0)
            return
        }
        let dimension = query.values.count
        codeKernels.scores(
            codes + rows.lowerBound * dimension,
            scales + rows.lowerBound,
            rows.count,
            dimension,
            query.values,
            query.unit,
            scores.baseAddress
        )
    }

    private func scores(
        of query: RoundedQuery,
        _ codes: UnsafeBufferPointer<Int8>,
        _ scales: UnsafeBufferPointer<Float>,
        places: [UInt32]
    ) -> [Float] {
        [Float](unsafeUninitializedCapacity: places.count) { scores, initialized in
            codeKernels.scores_at(
                codes.baseAddress,
                scales.baseAddress,
                places,
                places.count,
                query.values.count,
                query.values,
                query.unit,
                scores.baseAddress
            )
            initialized = places.count
        }
    }

    private func scores(
        of query: CoarseQuery,
        _ signs: SignRows,
        rows: Range<Int>,
        into scores: UnsafeMutableBufferPointer<Float>
    ) {
        signs.signs.withUnsafeBufferPointer { words in
            signs.factors.withUnsafeBufferPointer { factors in
                guard let words = words.baseAddress, let factors = factors.baseAddress else { return }
                codeKernels.sign_scores(
                    words + rows.lowerBound * signs.words,
                    factors + rows.lowerBound,
                    rows.count,
                    signs.words,
                    query.values,
                    query.unit,
                    scores.baseAddress
                )
            }
        }
    }
}

/// A query in steps so fine that a sum over all values still fits 32 bits.
private struct RoundedQuery: Sendable {
    let values: [Int16]
    let unit: Float

    init(_ query: [Float]) {
        let steps = min(4_095, Float(Int32.max / 128 / Int32(clamping: max(query.count, 1))))
        let largest = query.reduce(0) { max($0, abs($1)) }
        let unit = largest > 0 && largest.isFinite ? largest / steps : 1
        values = query.map { Int16(max(-steps, min(steps, ($0 / unit).rounded()))) }
        self.unit = unit
    }
}

/// A query in whole bytes, with zeros after it to the end of a word of signs.
private struct CoarseQuery: Sendable {
    let values: [Int8]
    let unit: Float

    init(_ query: [Float], words: Int) {
        let largest = query.reduce(0) { max($0, abs($1)) }
        let unit = largest > 0 && largest.isFinite ? largest / 127 : 1
        let padding = repeatElement(Int8(0), count: max(0, words * 64 - query.count))
        values = query.map { Int8(max(-127, min(127, ($0 / unit).rounded()))) } + padding
        self.unit = unit
    }
}
