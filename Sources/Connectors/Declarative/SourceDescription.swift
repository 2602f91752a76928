import JSON
import Markets
import Transport

/// A source as its file describes it.
struct SourceDescription: Sendable {
    /// A collection and where its records come from.
    struct Collection: Sendable {
        var collection: RecordCollection
        var origin: RecordOrigin
        var fields: [FieldDescription]
        var staleAfter: Duration?
    }

    /// The connector's name.
    var name: String
    /// Its name as the owner reads it.
    var title: String
    /// Whether it is asked unless the owner says otherwise.
    var isEnabled: Bool
    /// How long records are served without asking again; nil for as long as the kind of data says.
    var timeToLive: Duration?
    /// How often it may be asked.
    var rateLimit: RateLimit?
    /// What it offers.
    var collections: [Collection]
    /// The folder of the file, against which paths are read.
    var folder: String
}

/// A field, and where its value stands in a source's record.
struct FieldDescription: Sendable {
    /// How times without a zone are read.
    enum Zone: String, Sendable, CaseIterable {
        case utc
        case newYork = "new_york"
    }

    /// The field as it is offered.
    var field: RecordField
    /// The column, or the way in JSON.
    var from: String
    /// `from` as a way in JSON; nil where it is none.
    var path: RecordPath?
    /// The source's words and ours; empty where they are the same.
    var words: [String: String]
    /// How times without a zone are read; nil where they are refused.
    var zone: Zone?
}

/// Where the records of a collection come from.
enum RecordOrigin: Sendable {
    /// Comma-separated files.
    case csv(path: TemplateText)
    /// A JSON file; the way to its records, nil where the file is a list of them.
    case json(path: TemplateText, records: RecordPath?)
    /// A query on a SQLite file.
    case sqlite(path: TemplateText, query: String, parameters: [QueryParameter], isImmutable: Bool)
    /// A service over HTTP.
    case http(HTTPOrigin)
    /// A table of a PostgreSQL database, or a query on it.
    case postgres(connection: TemplateText, PostgresOrigin)
}

/// A value that is bound to a parameter of a query.
enum QueryParameter: Sendable {
    /// As it stands in the file.
    case fixed(WireValue)
    /// A text to be filled.
    case template(TemplateText)
}

/// What is read of a PostgreSQL database.
enum PostgresOrigin: Sendable {
    /// A table, with or without its schema.
    case table(String)
    /// One SELECT with the values of `$1`, `$2`, ...
    case query(String, [QueryParameter])
}

/// A request, and how its answers are read.
struct HTTPOrigin: Sendable {
    /// What the body is.
    enum Format: String, Sendable, CaseIterable {
        case json, csv
    }

    /// How the pages of an answer follow each other.
    enum Paging: Sendable {
        /// The answer holds a mark of the next page, which is sent in a parameter.
        case cursor(RecordPath, parameter: String)
        /// The answer holds the address of the next page.
        case next(RecordPath)
        /// The place of the first record is sent in one parameter, the number of records in another.
        case offset(parameter: String, sizeParameter: String, size: Int)
    }

    var url: TemplateText
    var query: [(name: String, value: TemplateText)]
    var headers: [(name: String, value: TemplateText)]
    var format: Format
    var records: RecordPath?
    var paging: Paging?
    var maximumPages: Int
}
