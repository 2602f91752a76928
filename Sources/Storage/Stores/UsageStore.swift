public import Foundation
import GRDB

/// Calls of language models, and what they cost.
public struct UsageStore: Sendable {
    /// The database they are kept in.
    public let database: Database

    /// The calls in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// What became of a wish to make a call.
    public enum Reservation: Hashable, Sendable {
        /// It may be made; the number it is settled by.
        case made(Int64)
        /// It would go beyond this cap; with what its scope costs so far, set aside included.
        case refused(UsageCap, cost: Decimal)
    }

    /// What calls are summed up by.
    public enum Grouping: String, Hashable, Sendable, CaseIterable {
        /// The service.
        case provider
        /// The service and the model.
        case model
        /// The owner's day.
        case day
        /// Who asked.
        case agent
    }

    // MARK: - Booking

    /// Sets `call.setAside` aside where no cap is passed by it.
    ///
    /// Looking and booking are one transaction that keeps other writers out, of this process and of others: what several ask
    /// for at once never adds up to more than a cap. A call without an amount counts as nothing.
    /// - Throws: `StorageError`; nothing was changed.
    public func reserve(_ call: UsageRecord, within caps: [UsageCap]) throws -> Reservation {
        try database.write { db in
            for cap in caps {
                let cost = try Self.cost(db, cap.scope)
                if cost + (call.setAside ?? 0) > cap.limit { return .refused(cap, cost: cost) }
            }
            try db.execute(
                sql: """
                    INSERT INTO usage (at, day, question, provider, model, agent, state, cost, is_measured, failure,
                    estimated_input, maximum_output, set_aside, process)
                    VALUES (?, ?, ?, ?, ?, ?, 'reserved', ?, 0, '', ?, ?, ?, ?)
                    """,
                arguments: [
                    call.at.stored, call.day, call.question, call.provider, call.model, call.agent,
                    call.setAside?.picodollars, call.estimatedInput, call.maximumOutput, call.setAside?.picodollars,
                    call.process,
                ]
            )
            return .made(db.lastInsertedRowID)
        }
    }

    /// Books what came of the call `id`, also where it was taken for abandoned; a call that is settled already stays as it is.
    /// - Parameters:
    ///   - cost: Dollars; nil where that cannot be known.
    ///   - isMeasured: Whether the cost is computed from counted tokens.
    /// - Throws: `StorageError`; nothing was changed, and what was set aside still counts.
    public func settle(
        _ id: Int64,
        as state: UsageRecord.State,
        failure: String = "",
        tokens: UsageRecord.Tokens,
        cost: Decimal?,
        isMeasured: Bool,
        at now: Date
    ) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    UPDATE usage SET state = ?, failure = ?, input = ?, cached_input = ?, cache_write_input = ?, output = ?,
                    reasoning = ?, cost = ?, is_measured = ?, settled_at = ?
                    WHERE id = ? AND state IN ('reserved', 'abandoned')
                    """,
                arguments: [
                    state.rawValue, failure, tokens.input, tokens.cachedInput, tokens.cacheWriteInput, tokens.output,
                    tokens.reasoning, cost?.picodollars, isMeasured, now.stored, id,
                ]
            )
        }
    }

    /// Books calls that will never be settled at what was set aside for them: those of processes that are gone, and those
    /// reserved before `oldest`.
    ///
    /// Nothing is lost by a wrong guess: what was set aside counts before and after, and the call can still be settled.
    /// - Returns: How many there were.
    /// - Throws: `StorageError`; nothing was changed.
    @discardableResult
    public func abandon(
        reservedBefore oldest: Date,
        at now: Date,
        isRunning: (_ process: Int32) -> Bool
    ) throws -> Int {
        let open = try database.read { db in
            try Row.fetchAll(db, sql: "SELECT id, at, process FROM usage WHERE state = 'reserved'")
        }
        let gone = open.filter { row in row.instant(1) < oldest || !isRunning(row[2]) }
        guard !gone.isEmpty else { return 0 }
        return try database.write { db in
            try gone.reduce(into: 0) { count, row in
                let id: Int64 = row[0]
                try db.execute(
                    sql: "UPDATE usage SET state = 'abandoned', settled_at = ? WHERE id = ? AND state = 'reserved'",
                    arguments: [now.stored, id]
                )
                count += db.changesCount
            }
        }
    }

    // MARK: - Reading

    /// What the calls of a scope cost, set aside included.
    /// - Throws: `StorageError`.
    public func total(_ scope: UsageScope) throws -> UsageTotal {
        let (condition, argument) = Self.condition(scope)
        return try totals("''", where: condition, [argument]).first ?? UsageTotal()
    }

    /// Dollars that the calls of a scope cost, as far as they are known, set aside included; cheaper to ask for than the whole.
    /// - Throws: `StorageError`.
    public func cost(_ scope: UsageScope) throws -> Decimal {
        try database.read { db in try Self.cost(db, scope) }
    }

    /// Sums of all calls from the day `first` on, dearest first; by day, newest first.
    /// - Parameter first: `YYYY-MM-DD`; nil for all there are.
    /// - Throws: `StorageError`.
    public func totals(by grouping: Grouping, since first: String? = nil) throws -> [UsageTotal] {
        let key =
            switch grouping {
            case .provider: "provider"
            case .model: "provider || '/' || model"
            case .day: "day"
            case .agent: "agent"
            }
        let order = grouping == .day ? "1 DESC" : "7 DESC, 2 DESC, 1"
        return try totals(key, where: "day >= ?", [first ?? ""], order: order)
    }

    /// The call `id`; nil where there is none.
    /// - Throws: `StorageError`.
    public func call(_ id: Int64) throws -> UsageRecord? {
        try database.read { db in
            let sql = """
                SELECT id, at, day, question, provider, model, agent, state, cost, is_measured, failure, estimated_input,
                maximum_output, input, cached_input, cache_write_input, output, reasoning, set_aside, process, settled_at
                FROM usage WHERE id = ?
                """
            return try Row.fetchOne(db, sql: sql, arguments: [id]).map(Self.record)
        }
    }

    private func totals(
        _ key: String,
        where condition: String,
        _ arguments: StatementArguments,
        order: String = "1"
    ) throws -> [UsageTotal] {
        try database.read { db in
            let sql = """
                SELECT \(key), count(*), sum(state = 'failed'), sum(input), sum(cached_input), sum(output), sum(cost),
                sum(cost IS NULL), sum(cost IS NOT NULL AND NOT is_measured),
                sum((input IS NULL OR output IS NULL) AND NOT is_measured)
                FROM usage WHERE \(condition) GROUP BY 1 ORDER BY \(order)
                """
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                UsageTotal(
                    key: row[0],
                    calls: row[1],
                    failures: row[2] ?? 0,
                    input: row[3] ?? 0,
                    cachedInput: row[4] ?? 0,
                    output: row[5] ?? 0,
                    cost: Decimal(picodollars: row[6] ?? 0),
                    unknownCosts: row[7] ?? 0,
                    estimatedCosts: row[8] ?? 0,
                    uncountedCalls: row[9] ?? 0
                )
            }
        }
    }

    private static func cost(_ db: GRDB.Database, _ scope: UsageScope) throws -> Decimal {
        let (condition, argument) = condition(scope)
        let sql = "SELECT sum(cost) FROM usage WHERE \(condition)"
        return Decimal(picodollars: try Int64.fetchOne(db, sql: sql, arguments: [argument]) ?? 0)
    }

    private static func condition(_ scope: UsageScope) -> (sql: String, argument: String) {
        switch scope {
        case .question(let id): ("question = ?", id)
        case .day(let day): ("day = ?", day)
        // The days of a month are those from `2026-11-` up to before `2026-11.`, the next character.
        case .month(let month): ("day >= ?1 || '-' AND day < ?1 || '.'", month)
        }
    }

    private static func record(_ row: Row) -> UsageRecord {
        var record = UsageRecord(
            at: row.instant(1),
            day: row[2],
            question: row[3],
            provider: row[4],
            model: row[5],
            agent: row[6],
            estimatedInput: row[11],
            maximumOutput: row[12],
            setAside: (row[18] as Int64?).map(Decimal.init(picodollars:)),
            process: row[19]
        )
        record.id = row[0]
        record.state = UsageRecord.State(rawValue: row[7]) ?? .failed
        record.cost = (row[8] as Int64?).map(Decimal.init(picodollars:))
        record.isMeasured = row[9]
        record.failure = row[10]
        record.tokens = UsageRecord.Tokens(
            input: row[13],
            cachedInput: row[14],
            cacheWriteInput: row[15],
            output: row[16],
            reasoning: row[17]
        )
        record.settledAt = (row[20] as Double?).map(Date.init(timeIntervalSince1970:))
        return record
    }
}

/// Amounts are stored as whole millionths of a millionth of a dollar: a token at $0.0375 a million has 37,500 of them.
extension Decimal {
    /// The most that one amount can be: $1,000,000, so that several of them stay below what an integer holds.
    private static let largestAmount = Decimal(1_000_000)

    init(picodollars: Int64) {
        self = Decimal(picodollars) / 1_000_000_000_000
    }

    /// The amount, rounded up; what is beyond the largest amount is that.
    var picodollars: Int64 {
        var scaled = min(max(self, 0), Decimal.largestAmount) * 1_000_000_000_000
        var rounded = Decimal()
        NSDecimalRound(&rounded, &scaled, 0, .up)
        return NSDecimalNumber(decimal: rounded).int64Value
    }
}
