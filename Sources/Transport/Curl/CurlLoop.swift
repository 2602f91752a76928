import CCurl
import CCurlShim
import Foundation
import Synchronization

/// The network thread: drives all transfers of a transport. It starts with the first of them and ends on `shutDown`.
final class CurlLoop: Sendable {
    private enum Command {
        case start(CurlTransfer.Order)
        case cancel(Int)
        case resume(Int)
        case shutDown
    }

    private enum Phase {
        case waiting
        case running
        case ended
    }

    private struct State {
        var phase = Phase.waiting
        var commands: [Command] = []
        var multi: MultiHandle?
        /// Whether the thread sleeps without looking at its connections.
        var isResting = false
        var nextID = 0
    }

    private let options: TransportOptions
    private let state = Mutex(State())
    /// Ends a rest early.
    private let restOver = DispatchSemaphore(value: 0)

    init(options: TransportOptions) {
        self.options = options
    }

    /// Sends `request`, once.
    ///
    /// - Parameters:
    ///   - deadline: When the whole must be over.
    ///   - bufferLimit: How many bytes of the body may wait for the reader.
    func send(
        _ request: HTTPRequest,
        to address: CurlAddress,
        deadline: ContinuousClock.Instant?,
        bufferLimit: Int
    ) -> Exchange {
        let buffer = ResponseBuffer(limit: bufferLimit)
        let id = state.withLock { state in
            state.nextID += 1
            let order = CurlTransfer.Order(
                id: state.nextID,
                request: request,
                address: address,
                options: options,
                deadline: deadline,
                buffer: buffer
            )
            add(.start(order), to: &state)
            if state.phase == .waiting {
                state.phase = .running
                let thread = Thread { [self] in run() }
                thread.name = "magnus network"
                thread.start()
            }
            return state.nextID
        }
        return Exchange(id: id, buffer: buffer, loop: self)
    }

    /// Drops a transfer and closes its connection, where it is not complete yet.
    func cancel(_ id: Int) {
        state.withLock { add(.cancel(id), to: &$0) }
    }

    /// Takes up a transfer that was held back.
    func resume(_ id: Int) {
        state.withLock { add(.resume(id), to: &$0) }
    }

    /// Ends all transfers, and the thread.
    func shutDown() {
        state.withLock { state in
            if state.phase == .waiting { state.phase = .ended }
            add(.shutDown, to: &state)
        }
    }

    private func add(_ command: Command, to state: inout State) {
        if state.phase == .ended {
            CurlLoop.refuse(command)
            return
        }
        state.commands.append(command)
        if state.isResting { restOver.signal() }
        // Under the lock, because the thread takes the handle away under it before it frees it.
        if let multi = state.multi { ccurl_multi_wakeup(multi.pointer) }
    }

    private static func refuse(_ command: Command) {
        guard case .start(let order) = command else { return }
        let detail = "the transport was shut down"
        order.buffer.end(.failed(TransportError(.shutDown, host: order.address.host, detail: detail)))
    }

    // MARK: The thread

    private func run() {
        CurlLoop.blockBrokenPipeSignal()
        guard ccurl_prepare() == CURLE_OK, let multi = ccurl_multi_init() else {
            end(transfers: [:])
            return
        }
        state.withLock { $0.multi = MultiHandle(pointer: multi) }
        var transfers: [Int: CurlTransfer] = [:]
        while perform(commands: takeCommands(), on: multi, transfers: &transfers) {
            ccurl_multi_perform(multi)
            for transfer in transfers.values { transfer.announce() }
            finishCompleted(on: multi, transfers: &transfers)
            let pause = expire(on: multi, transfers: &transfers)
            if let rest = CurlLoop.rest(of: transfers) {
                sleep(min(rest, .milliseconds(Int64(pause))))
            } else {
                // Returns at once where a command came since: a wakeup is kept until the next poll.
                ccurl_multi_poll(multi, pause)
            }
        }
        for transfer in transfers.values { transfer.leave(multi) }
        end(transfers: transfers)
        ccurl_multi_cleanup(multi)
    }

    private func takeCommands() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    /// Whether the thread goes on.
    private func perform(
        commands: [Command],
        on multi: UnsafeMutableRawPointer,
        transfers: inout [Int: CurlTransfer]
    ) -> Bool {
        var goesOn = true
        for command in commands {
            switch command {
            case .start(let order):
                guard goesOn else {
                    CurlLoop.refuse(command)
                    continue
                }
                if let transfer = CurlTransfer(order, multi: multi) { transfers[order.id] = transfer }
            case .cancel(let id): transfers.removeValue(forKey: id)?.leave(multi)
            case .resume(let id):
                guard let transfer = transfers[id], !transfer.resume() else { continue }
                transfers[id] = nil
                transfer.leave(multi)
            case .shutDown: goesOn = false
            }
        }
        return goesOn
    }

    private func finishCompleted(on multi: UnsafeMutableRawPointer, transfers: inout [Int: CurlTransfer]) {
        var handle: UnsafeMutableRawPointer?
        var result = CURLE_OK
        while ccurl_multi_next_done(multi, &handle, &result) {
            guard let (id, transfer) = transfers.first(where: { $0.value.handle == handle }) else { continue }
            transfers[id] = nil
            transfer.finish(result)
            transfer.leave(multi)
        }
    }

    /// Ends the transfers that are late. The milliseconds until the next one is.
    private func expire(on multi: UnsafeMutableRawPointer, transfers: inout [Int: CurlTransfer]) -> Int32 {
        let now = ContinuousClock.now
        var next: ContinuousClock.Instant?
        for (id, transfer) in transfers {
            guard let limit = transfer.nextLimit else { continue }
            if limit.time <= now {
                transfers[id] = nil
                transfer.fail(limit.code, limit.detail)
                transfer.leave(multi)
            } else {
                next = min(next ?? limit.time, limit.time)
            }
        }
        guard let next else { return Int32.max }
        return Int32(clamping: Int64((next - now) / .milliseconds(1)) + 1)
    }

    /// How long no connection needs to be looked at, because all are streams whose pieces are being gathered.
    private static func rest(of transfers: [Int: CurlTransfer]) -> Duration? {
        var end: ContinuousClock.Instant?
        for transfer in transfers.values {
            guard let restEnd = transfer.restEnd else { return nil }
            end = min(end ?? restEnd, restEnd)
        }
        guard let end else { return nil }
        let rest = end - ContinuousClock.now
        return rest > .zero ? rest : nil
    }

    /// Sleeps for `rest`, or until a command comes.
    private func sleep(_ rest: Duration) {
        let isWanted = state.withLock { state in
            state.isResting = state.commands.isEmpty
            return state.isResting
        }
        guard isWanted else { return }
        _ = restOver.wait(timeout: .now() + .nanoseconds(Int(clamping: Int64(rest / .nanoseconds(1)))))
        // A signal that came too late for this rest ends the next one early, which costs a turn of the loop.
        state.withLock { $0.isResting = false }
    }

    private func end(transfers: [Int: CurlTransfer]) {
        let commands = state.withLock { state in
            state.phase = .ended
            state.multi = nil
            defer { state.commands = [] }
            return state.commands
        }
        for transfer in transfers.values { transfer.fail(.shutDown, "the transport was shut down") }
        commands.forEach(CurlLoop.refuse)
    }

    /// OpenSSL may write to a socket that the server has closed. Blocked here, the signal stays pending and ends nothing.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

/// The handle of the network thread, as far as other threads may use it.
///
/// Unchecked: `ccurl_multi_wakeup` is the only function that other threads call with it, curl documents it as callable from any
/// thread, and it is called under the lock under which the network thread takes the handle away before freeing it.
private struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}
