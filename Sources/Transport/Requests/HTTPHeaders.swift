/// Header fields in order. Names are compared without regard to case; a name may occur more than once.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// A field.
    public struct Field: Sendable, Hashable {
        /// The name as it is sent.
        public var name: String
        /// The value.
        public var value: String

        /// A field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All fields, in order.
    public private(set) var fields: [Field]

    /// Fields in order.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// Fields in the order they are written.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0.0, $0.1) }
    }

    /// The first value of `name`. Setting replaces all values of that name; nil removes them.
    public subscript(name: String) -> String? {
        get { fields.first { HTTPHeaders.isSame($0.name, name) }?.value }
        set {
            fields.removeAll { HTTPHeaders.isSame($0.name, name) }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }

    /// Adds a field behind those of the same name.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name, value))
    }

    private static func isSame(_ first: String, _ second: String) -> Bool {
        first.utf8.count == second.utf8.count && first.lowercased() == second.lowercased()
    }
}
