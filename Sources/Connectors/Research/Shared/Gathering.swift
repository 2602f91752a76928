/// The answers to several questions of one kind, of which some may have failed.
struct Gathering<Item: Sendable, Value: Sendable>: Sendable {
    /// What was answered, in the order of the questions.
    var answers: [(item: Item, value: Value)] = []
    /// What was not.
    var failures: [(item: Item, error: ConnectorError)] = []

    /// Asks `read` about each of `items`, a few at a time.
    ///
    /// - Throws: The first failure where nothing was answered; `CancellationError`.
    init(
        _ items: [Item],
        atOnce width: Int = 1,
        _ read: @escaping @Sendable (Item) async throws -> Value
    ) async throws {
        let results = try await Attempt.map(items, atOnce: width) { item in
            try await Attempt.result { try await read(item) }
        }
        for (item, result) in zip(items, results) {
            switch result {
            case .success(let value): answers.append((item, value))
            case .failure(let error): failures.append((item, error))
            }
        }
        if answers.isEmpty, let first = failures.first { throw first.error }
    }

    /// What the owner is told of the failures.
    func notes(_ label: (Item) -> String) -> [String] {
        failures.map { "\(label($0.item)) could not be read: \($0.error.detail)" }
    }
}
