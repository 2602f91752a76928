import Foundation

/// What a child's loop and the callers of `ChildProcess` share, under one lock.
struct ChildProcessState {
    /// The last of what the child wrote to its standard error.
    var errors = Data()
    /// How it ended, once it has.
    var exit: ChildExit?
    /// Set when it is to be stopped.
    var stopGrace: Duration?
    /// Whether it still takes lines.
    var isInputOpen = true
    /// Whether the loop is over and all descriptors are closed.
    private(set) var isFinished = false
    /// Bytes that wait to be written.
    private(set) var bytesToSend = 0
    /// Bytes of lines that nobody has taken yet.
    private(set) var bytesAhead = 0

    private var toSend: [Data] = []
    private var sent = 0
    private var lines: [Data] = []
    private var taken = 0
    private var end: Result<Void, ChildProcessError>?
    private var tickets = 0
    private var readers: [(ticket: Int, continuation: CheckedContinuation<Data?, any Error>)] = []
    private var stoppers: [CheckedContinuation<ChildExit, Never>] = []

    // MARK: To the child

    mutating func enqueue(_ line: Data) {
        toSend.append(line + [UInt8(ascii: "\n")])
        bytesToSend += line.count + 1
    }

    /// The bytes to be written next; nil where there are none.
    var nextToSend: Data? {
        toSend.first.map { $0.dropFirst(sent) }
    }

    mutating func didSend(_ count: Int) {
        sent += count
        bytesToSend -= count
        if let first = toSend.first, sent == first.count {
            toSend.removeFirst()
            sent = 0
        }
    }

    mutating func closeInput() {
        isInputOpen = false
        toSend = []
        (sent, bytesToSend) = (0, 0)
    }

    // MARK: From the child

    mutating func issueTicket() -> Int {
        tickets += 1
        return tickets
    }

    mutating func wait(_ ticket: Int, _ continuation: CheckedContinuation<Data?, any Error>) {
        readers.append((ticket, continuation))
        serve()
    }

    mutating func giveUp(_ ticket: Int) {
        guard let index = readers.firstIndex(where: { $0.ticket == ticket }) else { return }
        readers.remove(at: index).continuation.resume(throwing: CancellationError())
    }

    mutating func add(_ newLines: [Data]) {
        guard stopGrace == nil else { return }
        lines += newLines
        bytesAhead += newLines.reduce(0) { $0 + $1.count + 1 }
        serve()
    }

    mutating func endOutput(_ result: Result<Void, ChildProcessError>) {
        if end == nil { end = result }
        serve()
    }

    private mutating func serve() {
        while !readers.isEmpty {
            if taken < lines.count {
                let line = lines[taken]
                lines[taken] = Data()
                taken += 1
                bytesAhead -= line.count + 1
                readers.removeFirst().continuation.resume(returning: line)
            } else if let end {
                let reader = readers.removeFirst().continuation
                reader.resume(with: end.map { nil }.mapError { $0 })
            } else {
                break
            }
        }
        // What was taken is dropped once it is the larger part, so that each line is moved but once or twice.
        if taken * 2 > lines.count {
            lines.removeFirst(taken)
            taken = 0
        }
    }

    // MARK: The end

    mutating func waitForEnd(_ continuation: CheckedContinuation<ChildExit, Never>) {
        guard isFinished else { return stoppers.append(continuation) }
        continuation.resume(returning: exit ?? .signal(9))
    }

    mutating func finish() {
        isFinished = true
        closeInput()
        endOutput(.success(()))
        for stopper in stoppers { stopper.resume(returning: exit ?? .signal(9)) }
        stoppers = []
    }
}
