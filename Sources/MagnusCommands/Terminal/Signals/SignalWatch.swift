import Dispatch
import Glibc

/// Receives some signals of the process for as long as it lives, instead of their default action.
///
/// Several watches may stand on the same signal; each receives it. They must end in the reverse order of their start,
/// as each puts back what it found. The handler must not hold on to the watch. A signal that was ignored when the watch
/// began (`nohup`) stays ignored.
final class SignalWatch: @unchecked Sendable {
    // Dispatch sources may be used from any thread, though their type does not say so; all properties are constants.
    private let sources: [any DispatchSourceSignal]
    private let previous: [SignalAction]

    /// Starts watching; when this returns, no signal goes astray any more.
    ///
    /// - Parameters:
    ///   - signals: the signal numbers.
    ///   - handler: called on a private serial queue with the number of the signal.
    init(_ signals: [Int32], handler: @escaping @Sendable (Int32) -> Void) {
        let delivery = SignalWatch.delivery
        previous = signals.map(SignalAction.init(of:)).filter { !$0.isIgnored || $0.isIgnoredByDefault }
        sources = SignalWatch.register(previous.map(\.signal), handler: handler)
        for action in previous { delivery.install(for: action.signal) }
    }

    deinit {
        // A signal that is already on its way to a source still arrives, here or at the next watch.
        for action in previous { action.install(for: action.signal) }
        SignalWatch.cancel(sources)
    }

    /// The action through which a signal reaches its sources.
    ///
    /// Dispatch installs it only for the first source a signal ever has in a process, so after it has been replaced
    /// once it must be installed again by hand. It is learnt from a signal nobody uses and everybody ignores.
    private static let delivery: SignalAction = {
        let before = SignalAction(of: SIGURG)
        let sources = register([SIGURG]) { _ in }
        let action = SignalAction(of: SIGURG)
        before.install(for: SIGURG)
        cancel(sources)
        return action
    }()

    private static func register(
        _ signals: [Int32],
        handler: @escaping @Sendable (Int32) -> Void
    ) -> [any DispatchSourceSignal] {
        let queue = DispatchQueue(label: "magnus.signals")
        let registered = DispatchSemaphore(value: 0)
        let sources = signals.map { signal in
            let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
            source.setRegistrationHandler { registered.signal() }
            source.setEventHandler { handler(signal) }
            source.resume()
            return source
        }
        for _ in sources { registered.wait() }
        return sources
    }

    private static func cancel(_ sources: [any DispatchSourceSignal]) {
        let cancelled = DispatchSemaphore(value: 0)
        for source in sources {
            source.setCancelHandler { cancelled.signal() }
            source.cancel()
        }
        for _ in sources { cancelled.wait() }
    }
}

/// What the process does on a signal, so that it can be put back.
struct SignalAction: @unchecked Sendable {
    // `sigaction` is a C value without references of its own; it is only handed back to the kernel.
    private let action: sigaction

    /// The number of the signal it was read from.
    let signal: Int32

    /// The action of the moment.
    init(of signal: Int32) {
        var current = sigaction()
        sigaction(signal, nil, &current)
        self.signal = signal
        action = current
    }

    /// Whether the signal is thrown away.
    var isIgnored: Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
    }

    /// Whether the signal has the action every process starts with.
    var isDefault: Bool { action.__sigaction_handler.sa_handler == nil }

    /// Whether the kernel throws the signal away anyway, so that "ignored" says nothing about the user's wish.
    fileprivate var isIgnoredByDefault: Bool { signal == SIGWINCH || signal == SIGCONT }

    /// Makes this a signal's action.
    func install(for signal: Int32) {
        var action = action
        sigaction(signal, &action, nil)
    }

    /// Does to the process what the signal does by default: stops it (and returns when it is continued) or ends it.
    static func takeDefault(of signal: Int32) {
        let current = SignalAction(of: signal)
        var standard = sigaction()
        sigaction(signal, &standard, nil)
        var set = sigset_t()
        var previousMask = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, signal)
        pthread_sigmask(SIG_UNBLOCK, &set, &previousMask)
        // To this thread, so that it cannot run on before the signal has struck.
        raise(signal)
        pthread_sigmask(SIG_SETMASK, &previousMask, nil)
        current.install(for: signal)
    }
}
