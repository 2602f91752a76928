/// The outcome of a request that an answer can do without.
enum Attempt {
    /// What `read` gives, or the error of the service. Being cancelled is not an outcome: it is thrown.
    static func result<Value: Sendable>(
        _ read: @Sendable () async throws -> Value
    ) async throws -> Result<Value, ConnectorError> {
        do {
            return .success(try await read())
        } catch let error as ConnectorError {
            return .failure(error)
        }
    }

    /// What `read` gives for each of `items`, in their order, a few at a time.
    ///
    /// - Throws: The first error; the others are then cancelled.
    static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        atOnce width: Int = 4,
        _ read: @escaping @Sendable (Item) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values: [Value?] = Array(repeating: nil, count: items.count)
            var begun = 0
            func begin() {
                guard begun < items.count else { return }
                let index = begun
                begun += 1
                group.addTask { (index, try await read(items[index])) }
            }
            for _ in 0..<width { begin() }
            while let (index, value) = try await group.next() {
                values[index] = value
                begin()
            }
            return values.compactMap { $0 }
        }
    }
}
