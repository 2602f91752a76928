import Glibc
import Synchronization
import Testing

@testable import MagnusCommands

/// Signals belong to the whole process, so these tests run one after the other, each with a signal nobody else uses.
@Suite(.serialized) struct InterruptMonitorTests {
    private enum Event: Sendable, Equatable {
        case idle
        case interrupt(Int)
    }

    @Test func interruptsGoToTheInnermostWork() async throws {
        let (events, sink) = AsyncStream.makeStream(of: Event.self)
        var received = events.makeAsyncIterator()
        let monitor = InterruptMonitor(signal: SIGUSR1) { sink.yield(.idle) }
        kill(getpid(), SIGUSR1)
        #expect(await received.next() == .idle)
        await monitor.withInterruptHandling {
            sink.yield(.interrupt($0))
        } operation: {
            kill(getpid(), SIGUSR1)
            #expect(await received.next() == .interrupt(1))
            kill(getpid(), SIGUSR1)
            #expect(await received.next() == .interrupt(2))
            await monitor.withInterruptHandling {
                sink.yield(.interrupt(10 * $0))
            } operation: {
                kill(getpid(), SIGUSR1)
                #expect(await received.next() == .interrupt(10))
            }
            kill(getpid(), SIGUSR1)
            #expect(await received.next() == .interrupt(3))
        }
        kill(getpid(), SIGUSR1)
        #expect(await received.next() == .idle)
    }

    @Test func anInterruptCancelsTheTask() async throws {
        let monitor = InterruptMonitor(signal: SIGUSR1) {}
        let outcome = await monitor.interruptible { () -> String in
            kill(getpid(), SIGUSR1)
            do {
                try await Task.sleep(for: .seconds(60))
                return "slept"
            } catch {
                return "so far"
            }
        }
        #expect(outcome.wasInterrupted)
        #expect(try outcome.result.get() == "so far")
    }

    @Test func workThatEndsByItself() async throws {
        struct Failure: Error {}
        let monitor = InterruptMonitor(signal: SIGUSR1) {}
        let outcome = await monitor.interruptible { 42 }
        #expect(!outcome.wasInterrupted)
        #expect(try outcome.result.get() == 42)
        let failed = await monitor.interruptible { () throws -> Int in throw Failure() }
        #expect(!failed.wasInterrupted)
        #expect(throws: Failure.self) { try failed.result.get() }
    }

    @Test func cancellingTheCallerCancelsTheWork() async throws {
        let monitor = InterruptMonitor(signal: SIGUSR1) {}
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            await monitor.interruptible {
                start.yield()
                try await Task.sleep(for: .seconds(60))
            }
        }
        var begun = started.makeAsyncIterator()
        await begun.next()
        task.cancel()
        let outcome = await task.value
        #expect(!outcome.wasInterrupted)
        #expect(throws: CancellationError.self) { try outcome.result.get() }
    }

    @Test func theFormerActionComesBackAndCanBeReplacedAgain() async throws {
        for round in 1...3 {
            let (events, sink) = AsyncStream.makeStream(of: Int32.self)
            var received = events.makeAsyncIterator()
            let watch = SignalWatch([SIGUSR1]) { sink.yield($0) }
            #expect(!SignalAction(of: SIGUSR1).isDefault)
            kill(getpid(), SIGUSR1)
            #expect(await received.next() == SIGUSR1, "round \(round)")
            withExtendedLifetime(watch) {}
        }
        #expect(SignalAction(of: SIGUSR1).isDefault)
    }

    @Test func anIgnoredSignalStaysIgnored() {
        signal(SIGUSR1, SIG_IGN)
        let watch = SignalWatch([SIGUSR1]) { _ in Issue.record("an ignored signal arrived") }
        withExtendedLifetime(watch) {
            #expect(SignalAction(of: SIGUSR1).isIgnored)
            kill(getpid(), SIGUSR1)
        }
        signal(SIGUSR1, SIG_DFL)
    }
}
