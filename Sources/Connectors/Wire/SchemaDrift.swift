public import Foundation
public import JSON

/// What a service's answer lacks of its contract. A field that is missing, or holds another type, is noted once with how
/// often; null is not missing.
public struct SchemaDrift: Sendable {
    private var counts: [String: Int] = [:]
    private var order: [String] = []
    private var absent: [String: Int] = [:]
    private var present: Set<String> = []

    /// Nothing lacking yet.
    public init() {}

    /// Whether something was lacking.
    public var isEmpty: Bool { counts.isEmpty && vanished.isEmpty }

    /// Notes that `field` is not as it should be.
    public mutating func note(_ field: String) {
        if counts[field] == nil { order.append(field) }
        counts[field, default: 0] += 1
    }

    /// Notes whether a record has `field`, which not every record need have. It is lacking where none had it.
    public mutating func note(_ field: String, isPresent: Bool) {
        if isPresent { present.insert(field) } else { absent[field, default: 0] += 1 }
    }

    private var vanished: [(field: String, count: Int)] {
        absent.filter { !present.contains($0.key) && counts[$0.key] == nil }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    /// What the owner is told: `Alpaca no longer sends 'strike_price' as it did (12 records)`.
    public func notes(_ service: String) -> [String] {
        (order.map { ($0, counts[$0] ?? 0) } + vanished.map { ($0.field, $0.count) }).map { field, count in
            "\(service) no longer sends '\(field)' as it did (\(count) record\(count == 1 ? "" : "s"))"
        }
    }
}

extension WireValue {
    /// The member `key`, read by `read`; a key that is missing or holds another type is noted as drift, null is not.
    public func required<Value>(
        _ key: String,
        _ read: (WireValue) -> Value?,
        _ drift: inout SchemaDrift
    ) -> Value? {
        guard case .object(let members) = self, let member = members[key] else {
            drift.note(key)
            return nil
        }
        if member == .null { return nil }
        guard let value = read(member) else {
            drift.note(key)
            return nil
        }
        return value
    }

    /// The number in the member `key`.
    public func decimal(_ key: String, _ drift: inout SchemaDrift) -> Decimal? {
        required(key, \.decimal, &drift)
    }

    /// The text in the member `key`; an empty one counts as null.
    public func string(_ key: String, _ drift: inout SchemaDrift) -> String? {
        if case .object(let members) = self, members[key] == .text("") { return nil }
        return required(key, \.string, &drift)
    }

    /// The moment in the member `key`.
    public func instant(_ key: String, _ drift: inout SchemaDrift) -> Date? {
        required(key, \.instant, &drift)
    }

    /// The member `key`, which an answer need not have at all, read by `read`. It is drift where it holds another type.
    public func optional<Value>(
        _ key: String,
        _ read: (WireValue) -> Value?,
        _ drift: inout SchemaDrift
    ) -> Value? {
        guard let member = self[key], member != .text("") else { return nil }
        guard let value = read(member) else {
            drift.note(key)
            return nil
        }
        return value
    }

    /// The first of the members `keys` that is there, read by `read`. None of them, or one of another type, is drift.
    func first<Value>(
        of keys: [String],
        _ read: (WireValue) -> Value?,
        _ drift: inout SchemaDrift
    ) -> Value? {
        guard case .object(let members) = self, let key = keys.first(where: { (members[$0] ?? .null) != .null }) else {
            if let key = keys.first, !keys.contains(where: { self.hasNull($0) }) { drift.note(key) }
            return nil
        }
        return required(key, read, &drift)
    }

    private func hasNull(_ key: String) -> Bool {
        if case .object(let members) = self { members[key] == .null } else { false }
    }

    /// The object in the member `key`; anything else is noted as drift, null is not.
    public func member(_ key: String, _ drift: inout SchemaDrift) -> WireValue? {
        required(key, \.wholeObject, &drift)
    }

    /// The value, where it is an object.
    var wholeObject: WireValue? {
        if case .object = self { return self }
        return nil
    }

    /// The elements of a list; nil for anything else.
    var elements: [WireValue]? {
        if case .list(let elements) = self { return elements }
        return nil
    }

    /// The member `key`, which not every record need have, read by `read`. It is drift where it holds another type, or
    /// where no record of an answer has it.
    public func sparse<Value>(
        _ key: String,
        _ read: (WireValue) -> Value?,
        _ drift: inout SchemaDrift
    ) -> Value? {
        guard case .object(let members) = self, let member = members[key] else {
            drift.note(key, isPresent: false)
            return nil
        }
        drift.note(key, isPresent: true)
        if member == .null { return nil }
        guard let value = read(member) else {
            drift.note(key)
            return nil
        }
        return value
    }
}
