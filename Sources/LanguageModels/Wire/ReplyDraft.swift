import JSON

/// The parts of a reply in the order they come, and the events that tell of them.
struct ReplyDraft: Sendable {
    private enum Run {
        case text
        case reasoning
    }

    /// No reply asks for more tools at once.
    private static let mostCalls = 256

    /// Events that were not handed on yet.
    var events: [ModelEvent] = []
    /// How many calls came whole.
    private(set) var calls = 0
    /// Bytes of words, thoughts and arguments of calls that came whole.
    private(set) var bytesWritten = 0
    private var ids = CallIDs()
    private var closed: [ModelMessage.Part] = []
    private var run: Run?
    private var words = ""
    private var echo: JSONValue?

    /// A draft of nothing.
    init() {}

    /// Adds words.
    mutating func add(text: String) {
        guard !text.isEmpty else { return }
        open(.text)
        words += text
        bytesWritten += text.utf8.count
        events.append(.text(text))
    }

    /// Adds what the model thinks.
    ///
    /// - Parameter echo: What goes back with it.
    mutating func add(reasoning: String, echo: @autoclosure () -> JSONValue? = nil) {
        guard !reasoning.isEmpty else { return }
        if open(.reasoning) { self.echo = echo() }
        words += reasoning
        bytesWritten += reasoning.utf8.count
        events.append(.reasoning(reasoning))
    }

    /// Adds a part that goes back as it is, by itself.
    mutating func add(signed text: String, isThought: Bool, echo: JSONValue) {
        close()
        bytesWritten += text.utf8.count
        let words = ModelText(text, echo: echo)
        closed.append(isThought ? .reasoning(words) : .text(words))
        if !text.isEmpty { events.append(isThought ? .reasoning(text) : .text(text)) }
    }

    /// Adds the call of a tool.
    mutating func add(_ call: ModelToolCall) {
        close()
        closed.append(.toolCall(call))
    }

    /// Adds the call of a tool that came whole, and tells of it.
    ///
    /// - Parameters:
    ///   - given: The service's own id; one is made up where it has none.
    ///   - seed: What tells the call from those of other replies.
    ///   - echo: What goes back with the call, by whether its id is the service's own.
    /// - Throws: `ModelError` for a call of no tool, and for one more than any reply has.
    mutating func add(
        callOf name: String?,
        arguments: String,
        id given: String?,
        seed: String,
        from endpoint: ModelEndpoint,
        echo: (_ hasOwnID: Bool) -> JSONValue? = { _ in nil }
    ) throws {
        guard calls < Self.mostCalls else {
            throw endpoint.failure(.malformedReply, "the answer asks for more than \(Self.mostCalls) tools")
        }
        guard let name else { throw endpoint.failure(.malformedReply, "the answer calls a tool without a name") }
        calls += 1
        let id = ids.id(given, seed: seed + name + arguments)
        let call = ModelToolCall(id: id, name: name, argumentText: arguments, echo: echo(id == given))
        bytesWritten += arguments.utf8.count
        add(call)
        events.append(.toolCall(call))
    }

    /// Why a reply is none that never said that it was complete.
    ///
    /// - Parameter isOfAnotherKind: Whether something came that is no part of a reply.
    func unfinished(from endpoint: ModelEndpoint, isOfAnotherKind: Bool) -> ModelError {
        endpoint.failure(
            isOfAnotherKind && isEmpty ? .malformedReply : .cutOff,
            isEmpty ? "the answer holds nothing" : "the answer broke off"
        )
    }

    /// Whether there is nothing yet.
    var isEmpty: Bool { closed.isEmpty && run == nil }

    /// All parts so far.
    var parts: [ModelMessage.Part] {
        mutating get {
            close()
            return closed
        }
    }

    @discardableResult
    private mutating func open(_ next: Run) -> Bool {
        guard run != next else { return false }
        close()
        run = next
        return true
    }

    private mutating func close() {
        switch run {
        case .text: closed.append(.text(ModelText(words, echo: echo)))
        case .reasoning: closed.append(.reasoning(ModelText(words, echo: echo)))
        case nil: break
        }
        run = nil
        words = ""
        echo = nil
    }
}

/// Gives calls of tools their ids: the service's own, made up where there is none or it came twice.
struct CallIDs: Sendable {
    private var taken: Set<String> = []

    /// Ids of one reply.
    init() {}

    /// The id of the next call.
    ///
    /// One that is made up is a digest, so that the same reply gets the same ids and calls of different replies get
    /// different ones; nine letters and digits, for Mistral takes nothing else.
    /// - Parameters:
    ///   - given: The service's own.
    ///   - seed: What tells the call from those of other replies.
    mutating func id(_ given: String?, seed: String) -> String {
        if let given, !given.isEmpty, taken.insert(given).inserted { return given }
        var attempt = taken.count
        while true {
            let id = Self.digest("\(attempt) \(seed)")
            if taken.insert(id).inserted { return id }
            attempt += 1
        }
    }

    /// FNV-1a in base 36.
    private static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 36)
        return String((String(repeating: "0", count: 9) + digits).suffix(9))
    }
}
