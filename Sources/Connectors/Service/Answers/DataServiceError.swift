/// Why a question has no answer: every source that was asked, and every one that could be, with what to do about it.
public struct DataServiceError: Error, Sendable, Hashable {
    /// What was asked: `quotes of NVDA`.
    public var question: String
    /// Sources that were asked and failed, or rest.
    public var failures: [ConnectorError]
    /// Sources that were not asked, because they are switched off or not set up.
    public var notAsked: [ConnectorError]

    /// An error.
    public init(question: String, failures: [ConnectorError] = [], notAsked: [ConnectorError] = []) {
        self.question = question
        self.failures = failures
        self.notAsked = notAsked
    }

    /// The error without the sources that were not asked, where one was: what is not set up is not what failed.
    public var ofThoseAsked: DataServiceError {
        var error = self
        if !failures.isEmpty { error.notAsked = [] }
        return error
    }

    /// Whether the same question may be answered later without anyone doing anything.
    public var isTransient: Bool { failures.contains(where: \.isTransient) }

    /// When the first source may be asked again, where one said so.
    public var retryAfter: Duration? {
        failures.compactMap { failure in
            switch failure.code {
            case .rateLimited(let wait): wait
            case .resting(let wait): wait
            default: nil
            }
        }.min()
    }
}

extension DataServiceError: CustomStringConvertible {
    /// What was asked, what every source said, and what to do next.
    public var description: String {
        guard !failures.isEmpty || !notAsked.isEmpty else {
            return "no source offers \(question); `magnus sources` shows what can be connected"
        }
        let sources = (failures + notAsked).map(\.description).joined(separator: ". ")
        let retry =
            retryAfter.map { ". Try again in \(Age.words($0.inSeconds))" } ?? (isTransient ? ". Try again later" : "")
        return "no source answered for \(question). \(sources)\(retry)"
    }
}
