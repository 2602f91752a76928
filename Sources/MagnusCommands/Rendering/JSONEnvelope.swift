import Agents
import JSON

/// The form of everything `--json` prints: `{schema, ok, data}` or `{schema, ok, error: {type, message, hint}}`.
enum JSONEnvelope {
    /// A success.
    static func success(schema: String, _ data: some Encodable) throws -> String {
        try encode(Success(schema: schema, ok: true, data: data))
    }

    /// A failure.
    static func failure(_ error: CommandError) -> String {
        let failure = Failure(
            schema: "magnus.error/1",
            ok: false,
            error: .init(type: error.type, message: error.message, hint: error.hint.isEmpty ? nil : error.hint)
        )
        return (try? encode(failure)) ?? #"{"ok":false,"schema":"magnus.error/1"}"#
    }

    /// One line of JSON: snake case, keys sorted.
    static func encode(_ value: some Encodable) throws -> String {
        try JSONWriter(keys: .snakeCase).text(value)
    }

    private struct Success<Data: Encodable>: Encodable {
        var schema: String
        var ok: Bool
        var data: Data
    }

    private struct Failure: Encodable {
        struct Details: Encodable {
            var type: String
            var message: String
            var hint: String?
        }
        var schema: String
        var ok: Bool
        var error: Details
    }
}
