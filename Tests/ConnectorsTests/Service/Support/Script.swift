import Connectors
import Foundation
import Synchronization

/// What a scripted connector does, question by question, and what it was asked.
final class Script: Sendable {
    /// What it does with one question.
    enum Step: Sendable {
        /// Answers.
        case answer
        /// Fails.
        case fail(ConnectorError.Code)
        /// Does not answer until it is released, or cancelled.
        case hang
        /// Does not answer until it is released, whoever is cancelled.
        case ignoreEverything
    }

    private struct State {
        var steps: [Step]
        var questions: [String] = []
        var cancelled = 0
        var nextID = 0
        var hanging: [Int: CheckedContinuation<Void, any Error>] = [:]
        var gone: Set<Int> = []
        var watchers: [(count: Int, isOfCancelled: Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let finally: Step
    private let state: Mutex<State>

    /// The steps of the first questions, and of all that follow.
    init(_ steps: Step..., then finally: Step = .answer) {
        self.finally = finally
        state = Mutex(State(steps: steps))
    }

    /// What was asked, in order: `NVDA,AAPL`.
    var questions: [String] { state.withLock { $0.questions } }

    /// Takes the next step.
    func perform(_ question: String, _ connector: String) async throws {
        let step = state.withLock { state in
            state.questions.append(question)
            return state.steps.isEmpty ? finally : state.steps.removeFirst()
        }
        wakeWatchers()
        switch step {
        case .answer: return
        case .fail(let code): throw ConnectorError(connector, code, "scripted")
        case .hang: try await wait(isCancellable: true)
        case .ignoreEverything: try await wait(isCancellable: false)
        }
    }

    private func wait(isCancellable: Bool) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isGone = state.withLock { state in
                    if isCancellable, state.gone.contains(id) { return true }
                    state.hanging[id] = continuation
                    return false
                }
                if isGone { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            guard isCancellable else { return }
            let continuation = state.withLock { state in
                state.gone.insert(id)
                state.cancelled += 1
                return state.hanging.removeValue(forKey: id)
            }
            continuation?.resume(throwing: CancellationError())
            wakeWatchers()
        }
    }

    /// Lets whoever hangs answer.
    func release() {
        let hanging = state.withLock { state in
            defer { state.hanging = [:] }
            return Array(state.hanging.values)
        }
        for continuation in hanging { continuation.resume() }
    }

    /// Returns once `count` questions were asked.
    func asked(_ count: Int) async {
        await watch(count, isOfCancelled: false)
    }

    /// Returns once `count` questions that hung were cancelled.
    func cancelled(_ count: Int) async {
        await watch(count, isOfCancelled: true)
    }

    private func watch(_ count: Int, isOfCancelled: Bool) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.watchers.append((count, isOfCancelled, continuation)) }
            wakeWatchers()
        }
    }

    private func wakeWatchers() {
        let ready = state.withLock { state in
            let (asked, cancelled) = (state.questions.count, state.cancelled)
            let ready = state.watchers.filter { ($0.isOfCancelled ? cancelled : asked) >= $0.count }
            state.watchers.removeAll { ($0.isOfCancelled ? cancelled : asked) >= $0.count }
            return ready.map(\.continuation)
        }
        for continuation in ready { continuation.resume() }
    }
}
