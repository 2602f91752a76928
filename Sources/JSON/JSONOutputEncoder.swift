/// The place of one value in a text of JSON, as a type that encodes itself sees it.
struct JSONOutputEncoder: Encoder, SingleValueEncodingContainer {
    let output: JSONOutput
    /// Where the value begins in the text.
    let start: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONObject<Key>(output: output, depth: output.begin(isObject: true, at: start)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONList(output: output, depth: output.begin(isObject: false, at: start))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { output.write { $0.append(raw: "null") } }
    func encode(_ value: Bool) { output.write { $0.append(value) } }
    func encode(_ value: String) { output.write { $0.append(value) } }
    func encode(_ value: Double) throws { try output.write { try $0.append(value) } }
    func encode(_ value: Float) throws { try output.write { try $0.append(value) } }
    func encode(_ value: Int) { output.write { $0.append(value) } }
    func encode(_ value: Int8) { output.write { $0.append(value) } }
    func encode(_ value: Int16) { output.write { $0.append(value) } }
    func encode(_ value: Int32) { output.write { $0.append(value) } }
    func encode(_ value: Int64) { output.write { $0.append(value) } }
    func encode(_ value: UInt) { output.write { $0.append(value) } }
    func encode(_ value: UInt8) { output.write { $0.append(value) } }
    func encode(_ value: UInt16) { output.write { $0.append(value) } }
    func encode(_ value: UInt32) { output.write { $0.append(value) } }
    func encode(_ value: UInt64) { output.write { $0.append(value) } }
    func encode(_ value: some Encodable) throws { try output.write(value) }
}

/// An object that is being written.
private struct JSONObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let output: JSONOutput
    let depth: Int

    var codingPath: [any CodingKey] { [] }

    /// The place of a member's value.
    private func member(_ key: Key) throws -> JSONOutputEncoder {
        try output.beginMember(output.name(key), at: depth)
        return JSONOutputEncoder(output: output, start: output.text.bytes.count)
    }

    func encodeNil(forKey key: Key) throws { try member(key).encodeNil() }
    func encode(_ value: Bool, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: String, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: Double, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: Float, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: Int, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: Int8, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: Int16, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: Int32, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: Int64, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: UInt, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: UInt8, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: UInt16, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: UInt32, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: UInt64, forKey key: Key) throws { try member(key).encode(value) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try member(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        place(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { place(key).unkeyedContainer() }
    func superEncoder() -> any Encoder {
        preconditionFailure("No type that is written as JSON here has a superclass.")
    }
    func superEncoder(forKey key: Key) -> any Encoder { place(key) }

    private func place(_ key: Key) -> JSONOutputEncoder {
        do {
            return try member(key)
        } catch {
            preconditionFailure("\(key.stringValue): a container was written to after it was closed.")
        }
    }
}

/// A list that is being written.
private struct JSONList: UnkeyedEncodingContainer {
    let output: JSONOutput
    let depth: Int
    private(set) var count = 0

    init(output: JSONOutput, depth: Int) {
        self.output = output
        self.depth = depth
    }

    var codingPath: [any CodingKey] { [] }

    /// The place of the next element.
    private mutating func element() throws -> JSONOutputEncoder {
        try output.beginElement(at: depth)
        count += 1
        return JSONOutputEncoder(output: output, start: output.text.bytes.count)
    }

    mutating func encodeNil() throws { try element().encodeNil() }
    mutating func encode(_ value: Bool) throws { try element().encode(value) }
    mutating func encode(_ value: String) throws { try element().encode(value) }
    mutating func encode(_ value: Double) throws { try element().encode(value) }
    mutating func encode(_ value: Float) throws { try element().encode(value) }
    mutating func encode(_ value: Int) throws { try element().encode(value) }
    mutating func encode(_ value: Int8) throws { try element().encode(value) }
    mutating func encode(_ value: Int16) throws { try element().encode(value) }
    mutating func encode(_ value: Int32) throws { try element().encode(value) }
    mutating func encode(_ value: Int64) throws { try element().encode(value) }
    mutating func encode(_ value: UInt) throws { try element().encode(value) }
    mutating func encode(_ value: UInt8) throws { try element().encode(value) }
    mutating func encode(_ value: UInt16) throws { try element().encode(value) }
    mutating func encode(_ value: UInt32) throws { try element().encode(value) }
    mutating func encode(_ value: UInt64) throws { try element().encode(value) }
    mutating func encode(_ value: some Encodable) throws { try element().encode(value) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        place().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { place().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { place() }

    private mutating func place() -> JSONOutputEncoder {
        do {
            return try element()
        } catch {
            preconditionFailure("A list was written to after it was closed.")
        }
    }
}
