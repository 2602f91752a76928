#if Postgres

    import CPostgres
    import Foundation

    /// One open connection, used by one thread. Nothing in it waits for longer than a tenth of a second without looking
    /// whether it is still wanted.
    final class PostgresConnection {
        private let limits: ForeignQueryLimits
        private let deadline: QueryDeadline
        private let handle: OpaquePointer

        /// Connects, in a session that is read-only from its start.
        init(_ connection: String, limits: ForeignQueryLimits, deadline: QueryDeadline) throws {
            self.limits = limits
            self.deadline = deadline
            try PostgresConnection.check(connection)
            let milliseconds = Int(Double(limits.time.components.seconds) * 1_000) + 1_000
            let options =
                "-c default_transaction_read_only=on -c statement_timeout=\(milliseconds) -c timezone=UTC "
                + "-c datestyle=ISO -c extra_float_digits=1"
            let names = ["dbname", "options", "client_encoding", "application_name"]
            let values = [connection, options, "UTF8", "magnus"]
            let opened = PostgresConnection.withStrings(names) { names in
                PostgresConnection.withStrings(values) { values in
                    // The first value is a whole connection, whose words are taken apart; those behind it win.
                    PQconnectStartParams(names, values, 1)
                }
            }
            guard let opened else { throw PostgresConnection.unreachable("no memory") }
            handle = opened
            try finishConnecting()
            guard PQsetnonblocking(handle, 1) == 0 else { throw PostgresConnection.unreachable(message) }
        }

        deinit {
            PQfinish(handle)
        }

        /// A connection that cannot be read is told without its words, which may hold the password.
        private static func check(_ connection: String) throws {
            var problem: UnsafeMutablePointer<CChar>?
            let options = PQconninfoParse(connection, &problem)
            defer {
                if let problem { PQfreemem(problem) }
            }
            guard let options else {
                throw StorageError(
                    code: .unreachable,
                    path: "",
                    message: "the database's connection cannot be understood",
                    nextStep: "write it as postgresql://user:password@host/name"
                )
            }
            PQconninfoFree(options)
        }

        private func finishConnecting() throws {
            guard PQstatus(handle) != CONNECTION_BAD else { throw PostgresConnection.unreachable(message) }
            var state = PGRES_POLLING_WRITING
            while state != PGRES_POLLING_OK {
                guard state != PGRES_POLLING_FAILED else { throw PostgresConnection.unreachable(message) }
                try wait(for: state == PGRES_POLLING_READING ? POLLIN : POLLOUT)
                state = PQconnectPoll(handle)
            }
        }

        func rows(_ statement: String, _ parameters: [ForeignTable.Value]) throws -> ForeignTable {
            try send("BEGIN TRANSACTION READ ONLY", [])
            _ = try results()
            try send(statement, parameters)
            return try results()
        }

        /// Sends one statement; the server refuses more than one in this form.
        private func send(_ statement: String, _ parameters: [ForeignTable.Value]) throws {
            let texts = parameters.map(PostgresConnection.text)
            let sent = PostgresConnection.withStrings(texts) { values in
                PQsendQueryParams(handle, statement, Int32(texts.count), nil, values, nil, nil, 0)
            }
            // One row at a time, so that the limit of rows holds before memory is spent on more.
            guard sent == 1, PQsetSingleRowMode(handle) == 1 else { throw failure(nil) }
            while true {
                let rest = PQflush(handle)
                if rest == 0 { return }
                guard rest == 1 else { throw failure(nil) }
                try wait(for: POLLOUT)
            }
        }

        private func results() throws -> ForeignTable {
            var table = ForeignTable(columns: [], rows: [])
            while true {
                while PQisBusy(handle) == 1 {
                    try wait(for: POLLIN)
                    guard PQconsumeInput(handle) == 1 else { throw failure(nil) }
                }
                guard let result = PQgetResult(handle) else { return table }
                defer { PQclear(result) }
                switch PQresultStatus(result) {
                case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK, PGRES_COMMAND_OK: try add(result, to: &table)
                default: throw failure(result)
                }
            }
        }

        private func add(_ result: OpaquePointer, to table: inout ForeignTable) throws {
            let count = PQnfields(result)
            if table.columns.isEmpty {
                table.columns = (0..<count).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
            }
            for row in 0..<PQntuples(result) {
                guard table.rows.count < limits.rows else {
                    cancel()
                    throw StorageError(
                        code: .tooLarge,
                        path: "",
                        message: "the query has more than \(limits.rows) rows",
                        nextStep: "use a query with a WHERE or a LIMIT"
                    )
                }
                table.rows.append((0..<count).map { PostgresConnection.value(result, row, $0) })
            }
        }

        private static func value(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> ForeignTable.Value {
            guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else {
                return .null
            }
            let text = String(cString: start)
            // The numbers of the built-in types (src/include/catalog/pg_type.dat), which never change.
            switch PQftype(result, column) {
            case 16: return .boolean(text == "t")
            case 20, 21, 23, 26, 700, 701, 1700:
                // `NaN` and `Infinity` are no numbers of ours.
                return Decimal(string: text, locale: nil).flatMap { $0.isNaN ? nil : .number($0) } ?? .text(text)
            case 17: return .bytes(Data(text.utf8))
            default: return .text(text)
            }
        }

        private static func text(_ value: ForeignTable.Value) -> String? {
            switch value {
            case .null: nil
            case .number(let number): number.description
            case .text(let text): text
            case .boolean(let value): value ? "true" : "false"
            case .bytes(let data): "\\x" + data.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            }
        }

        // MARK: - Waiting

        private func wait(for event: Int32) throws {
            while true {
                guard !deadline.isOver else {
                    cancel()
                    if deadline.isCancelled { throw CancellationError() }
                    throw StorageError(
                        code: .tooSlow,
                        path: "",
                        message: "the database took longer than \(limits.time)",
                        nextStep: "ask for less, or try again later"
                    )
                }
                var watched = pollfd(fd: PQsocket(handle), events: Int16(event), revents: 0)
                guard watched.fd >= 0 else { throw PostgresConnection.unreachable(message) }
                let count = poll(&watched, 1, 100)
                if count > 0 { return }
                guard count == 0 || errno == EINTR else { throw PostgresConnection.unreachable("poll: error \(errno)") }
            }
        }

        /// Tells the server to stop; the connection is closed right after.
        private func cancel() {
            guard PQstatus(handle) == CONNECTION_OK, let cancel = PQgetCancel(handle) else { return }
            var message = [CChar](repeating: 0, count: 256)
            PQcancel(cancel, &message, Int32(message.count))
            PQfreeCancel(cancel)
        }

        // MARK: - Errors

        private var message: String {
            PQerrorMessage(handle).map { PostgresConnection.line($0) } ?? "no reason was given"
        }

        private func failure(_ result: OpaquePointer?) -> StorageError {
            guard let result else { return PostgresConnection.unreachable(message) }
            let state = PQresultErrorField(result, 67).map { String(cString: $0) } ?? ""
            let reason = PQresultErrorField(result, 77).map { PostgresConnection.line($0) } ?? message
            switch state {
            case "25006":
                return StorageError(
                    code: .notAQuery,
                    path: "",
                    message: "the statement was stopped: it would change the database (\(reason))",
                    nextStep: "write one SELECT"
                )
            case "42501":
                return StorageError(
                    code: .permissionDenied,
                    path: "",
                    message: "the database does not allow it (\(reason))",
                    nextStep: "grant SELECT to this user"
                )
            case "57014":
                return StorageError(
                    code: .tooSlow,
                    path: "",
                    message: "the database took longer than \(limits.time)",
                    nextStep: "ask for less, or try again later"
                )
            default:
                return StorageError(
                    code: .failed,
                    path: "",
                    message: "the database refused the query (\(reason))",
                    nextStep: "correct the query or the table it names"
                )
            }
        }

        private static func unreachable(_ reason: String) -> StorageError {
            StorageError(
                code: .unreachable,
                path: "",
                message: "the database cannot be reached (\(reason))",
                nextStep: "check that it runs, and the connection's user and password"
            )
        }

        private static func line(_ text: UnsafePointer<CChar>) -> String {
            String(cString: text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }

        /// Runs `body` with a list of C strings that ends in NULL; nil elements are NULL too.
        private static func withStrings<Value>(
            _ texts: [String?],
            _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
        ) -> Value {
            let copies = texts.map { $0.map { strdup($0) } ?? nil }
            defer { copies.forEach { free($0) } }
            let pointers = copies.map { $0.map { UnsafePointer($0) } } + [nil]
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }

#endif
