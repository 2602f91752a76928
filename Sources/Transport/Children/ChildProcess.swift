public import Foundation

/// A program running as a child of this one: lines go to its standard input and come from its standard output.
///
/// It leads a process group of its own, so that a Ctrl-C at the terminal does not reach it and its own children end with
/// it. Its standard error is read and thrown away but for the end. All waiting is done on a thread of its own; none of
/// the calls blocks. A child that is let go of is stopped.
public final class ChildProcess: Sendable {
    /// The program, as it was named in the command.
    public let program: String
    /// Its process identifier.
    public let identifier: Int32

    private let loop: ChildProcessLoop

    /// Starts a child.
    ///
    /// - Throws: `ChildProcessError` of code `cannotStart`.
    public init(_ command: ChildCommand, limits: ChildLimits = ChildLimits()) throws {
        let spawned = try SpawnedChild(command)
        program = command.program
        identifier = spawned.identifier
        loop = ChildProcessLoop(spawned, program: command.program, limits: limits)
        loop.start()
    }

    deinit {
        loop.requestStop(grace: .seconds(2))
    }

    /// Queues a line, to which the line break is added, for the child's standard input.
    ///
    /// - Throws: `ChildProcessError`: the child is gone, or has not read what was sent before.
    public func send(_ line: Data) throws {
        try loop.send(line)
    }

    /// The next line of the child's standard output, without its line break; nil at its end.
    ///
    /// One caller at a time; a second one is given the line after.
    /// - Throws: `ChildProcessError` of code `lineTooLong`; `CancellationError`.
    public func nextLine() async throws -> Data? {
        try await loop.nextLine()
    }

    /// The last of what the child wrote to its standard error.
    public var errorText: String {
        loop.errorText
    }

    /// Closes the child's standard input and waits for it to end; after `grace` it is asked to (SIGTERM), after as long
    /// again it is made to (SIGKILL), with all of its group.
    @discardableResult
    public func stop(grace: Duration = .seconds(2)) async -> ChildExit {
        await loop.stop(grace: grace)
    }
}
