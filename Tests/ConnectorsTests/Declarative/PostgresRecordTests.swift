#if Postgres

    import Connectors
    import Foundation
    import Markets
    import Storage
    import Testing

    @Suite("Records of a PostgreSQL database", .serialized, .enabled(if: PostgresServer.programs != nil))
    struct PostgresRecordTests {
        private static let script = """
            CREATE TABLE positions (account text, symbol text, quantity numeric(20, 6), average_price numeric, current_price float8,
                opened_at date, updated_at timestamptz);
            INSERT INTO positions VALUES
                ('main', 'NVDA', 100, 12345678901234.000001, 0.1, '2026-11-02', '2026-11-20 10:00:00.5-05'),
                ('main', 'NVDA  270115P00170000', -2, 1.55, NULL, NULL, '2026-11-20 14:00:00+00'),
                ('main', NULL, 1, 1, 1, NULL, now());
            CREATE TABLE trades (id serial, symbol text, action text, quantity int, price money, executed_at timestamp);
            CREATE TABLE watchlists (name text, symbol text, notes text, added_at timestamp);
            INSERT INTO watchlists VALUES ('wheel', 'amd', 'x', '2026-11-01 12:00:00');
            CREATE TABLE secret_table (id int);
            CREATE FUNCTION sneak() RETURNS int LANGUAGE sql VOLATILE AS
                'INSERT INTO watchlists (name) VALUES (''sneaked'') RETURNING 1';
            CREATE ROLE reader LOGIN PASSWORD 'read';
            GRANT SELECT ON positions, trades, watchlists TO reader;
            """

        private func described(_ server: PostgresServer, user: String = "tester") throws -> DescribedSource {
            var source = try DescribedSource()
            let password = user == "reader" ? "read" : PostgresServer.password
            source.secrets["MAGNUS_POSTGRES"] = server.connection(user: user, password: password)
            return source
        }

        private func failure(_ connector: DeclarativeConnector, _ collection: String) async throws -> ConnectorError {
            try await #require(throws: ConnectorError.self) { try await connector.records(RecordQuery(collection)) }
        }

        @Test("The shipped description reads tables, and says what they lack")
        func shipped() async throws {
            let server = try PostgresServer(script: Self.script)
            let connector = try described(server, user: "reader").shipped("database")
            #expect(connector.readiness == .ready)
            let answer = try await connector.records(RecordQuery("positions"))
            #expect(answer.value.map { $0.string("symbol") } == ["NVDA", "NVDA270115P00170000"])
            let first = try #require(answer.value.first)
            #expect(first.decimal("average_price") == Decimal(string: "12345678901234.000001"))
            #expect(first.decimal("mark") == Decimal(string: "0.1"))
            #expect(first["opened"] == TradingDate("2026-11-02").map(RecordValue.date))
            #expect(first["updated"] == .instant(Date(timeIntervalSince1970: 1_795_186_800.5)))
            #expect(answer.asOf == Date(timeIntervalSince1970: 1_795_186_800.5))
            #expect(answer.notes == ["the table 'positions' row 3 has no symbol and was passed over"])
            let lists = try await connector.records(RecordQuery("watchlists"))
            #expect(lists.value.first?["symbol"] == .symbol("AMD"))
            #expect(lists.value.first?["added"] == .instant(Date(timeIntervalSince1970: 1_793_534_400)))

            let trades = try await connector.records(RecordQuery("trades"))
            #expect(trades.value.isEmpty)
            #expect(trades.notes == ["the table 'trades' has no 'account'", "the table 'trades' has no 'fees'"])
            let missing = try await failure(connector, "alerts")
            #expect(missing.code == .notFound)
            #expect(missing.detail.contains("no table 'xtrades_trades'"))
            try server.execute("ALTER TABLE positions RENAME quantity TO shares")
            let renamed = try await failure(connector, "positions")
            #expect(renamed.code == .unexpectedAnswer)
            #expect(renamed.detail.hasPrefix("the table 'positions' has no 'quantity'; it has account, symbol, shares"))
            try server.execute("REVOKE SELECT ON watchlists FROM reader")
            #expect(try await failure(connector, "watchlists").code == .notFound)
        }

        @Test("Queries with parameters; whatever would write is refused, by us or by the server")
        func queries() async throws {
            let server = try PostgresServer(script: Self.script)
            let database = PostgresDatabase(connection: server.connection())
            let table = try await database.rows(
                "SELECT symbol, quantity > 0 AS long, NULL::int AS nothing FROM positions WHERE symbol = $1 AND quantity = $2;",
                parameters: [.text("NVDA"), .number(100)]
            )
            #expect(
                table
                    == ForeignTable(
                        columns: ["symbol", "long", "nothing"],
                        rows: [[.text("NVDA"), .boolean(true), .null]]
                    )
            )
            let before = try server.execute("SELECT count(*) FROM watchlists")
            for (query, code) in [
                ("DELETE FROM watchlists", StorageError.Code.notAQuery), ("SELECT sneak()", .notAQuery),
                ("WITH gone AS (DELETE FROM watchlists RETURNING 1) SELECT * FROM gone", .notAQuery),
                ("SELECT 1; DELETE FROM watchlists", .failed), ("SELECT 1; COMMIT", .failed),
                ("SELECT set_config('transaction_read_only', 'off', true), sneak()", .failed),
                ("SELECT * FROM nowhere", .failed),
            ] {
                let error = try await #require(throws: StorageError.self) { try await database.rows(query) }
                #expect(error.code == code, "\(query): \(error)")
            }
            #expect(try server.execute("SELECT count(*) FROM watchlists") == before)

            let small = PostgresDatabase(connection: server.connection(), limits: ForeignQueryLimits(rows: 10))
            let tooMany = try await #require(throws: StorageError.self) {
                try await small.rows("SELECT generate_series(1, 1000000)")
            }
            #expect(tooMany.code == .tooLarge)
            let hasty = PostgresDatabase(connection: server.connection(), limits: .init(time: .milliseconds(300)))
            let slow = try await #require(throws: StorageError.self) { try await hasty.rows("SELECT pg_sleep(60)") }
            #expect(slow.code == .tooSlow)
            let patient = PostgresDatabase(connection: server.connection(), limits: .init(time: .seconds(60)))
            let task = Task { try await patient.rows("SELECT pg_sleep(60)") }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }

        @Test("A server that is not there or lets nobody in is told without the password")
        func connections() async throws {
            let server = try PostgresServer(script: "")
            for connection in [
                server.connection(password: "hunter2"), "host=/nonexistent dbname=x password=hunter2",
                "password=hunter2 nonsense", "postgresql://user:hunter2@[",
            ] {
                let database = PostgresDatabase(connection: connection)
                let error = try await #require(throws: StorageError.self) { try await database.rows("SELECT 1") }
                #expect(error.code == .unreachable)
                #expect(!"\(error)".contains("hunter2"))
            }
        }
    }

#endif
