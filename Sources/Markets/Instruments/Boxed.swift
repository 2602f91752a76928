/// A rare and large part of a value that there are many of, kept beside it: where it is missing it costs a pointer.
indirect enum Boxed<Value> {
    case value(Value)

    init(_ value: Value) {
        self = .value(value)
    }

    var value: Value {
        switch self {
        case .value(let value): value
        }
    }
}

extension Boxed: Sendable where Value: Sendable {}
extension Boxed: Equatable where Value: Equatable {}
extension Boxed: Hashable where Value: Hashable {}

/// Written as the value alone.
extension Boxed: Encodable where Value: Encodable {
    func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
    }
}

extension Boxed: Decodable where Value: Decodable {
    init(from decoder: any Decoder) throws {
        self = .value(try Value(from: decoder))
    }
}
