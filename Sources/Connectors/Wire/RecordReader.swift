public import JSON

/// Reads the records of an answer one by one, so that one bad record does not take the others with it.
public struct RecordReader: Sendable {
    /// Fields that are not as they should be.
    public var drift = SchemaDrift()
    /// The connector on whose behalf it reads: `alpaca`.
    private let connector: String
    /// How the service is called: `Alpaca`.
    private let service: String
    private var remarks: [String] = []

    /// A reader.
    ///
    /// - Parameters:
    ///   - connector: The connector's name, for errors: `alpaca`.
    ///   - service: The service's name, for notes: `Alpaca`.
    public init(_ connector: String, service: String) {
        self.connector = connector
        self.service = service
    }

    /// What `read` makes of each record. A record of which it makes nothing is left out and counted.
    ///
    /// - Parameter what: What the records are, in the plural: `positions`.
    /// - Throws: `ConnectorError` with `unexpectedAnswer` where there are records and none could be read: an empty answer
    ///   would say that there is nothing.
    public mutating func records<Value>(
        _ records: [WireValue],
        _ what: String,
        _ read: (WireValue, inout SchemaDrift) -> Value?
    ) throws -> [Value] {
        let values = records.compactMap { read($0, &drift) }
        let lost = records.count - values.count
        guard lost > 0 else { return values }
        guard !values.isEmpty else {
            throw unexpected("none of \(records.count) \(what) could be read")
        }
        remark("\(lost) of \(records.count) \(what) of \(service) could not be read and are left out")
        return values
    }

    /// The member `key` of `answer`.
    ///
    /// - Throws: `ConnectorError` with `unexpectedAnswer` where there is no such member; null is one.
    public func member(_ key: String, of answer: WireValue) throws -> WireValue {
        guard case .object(let members) = answer, let member = members[key] else {
            throw unexpected("the answer has no '\(key)'")
        }
        return member
    }

    /// The error that the answer is not what the contract says, with the fields that are missing.
    func unexpected(_ what: String) -> ConnectorError {
        let fields = drift.notes(service).joined(separator: "; ")
        return ConnectorError(connector, .unexpectedAnswer, what + (fields.isEmpty ? "" : ": \(fields)"))
    }

    /// Adds something the owner should know, once.
    public mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    /// What the owner should know.
    public var notes: [String] { remarks + drift.notes(service) }
}
