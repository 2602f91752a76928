import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct FileLockTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func oneHolderAtATimeHasIt() throws {
        let path = folder.path("deep/a.lock")
        var first = try FileLock.attempt(path)
        #expect(first != nil)
        #expect(try FileLock.attempt(path) == nil)
        first = nil
        #expect(try FileLock.attempt(path) != nil)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    /// Another process has it, and it ends with that process, however it ends.
    @Test func itHoldsBetweenProcesses() throws {
        let path = folder.path("b.lock")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = [path, "/bin/sh", "-c", "echo held; exec cat"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
        #expect(try FileLock.attempt(path) == nil)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(try FileLock.attempt(path) != nil)
    }

    @Test func aFolderOrALinkIsNoLock() throws {
        #expect(throws: StorageError.self) { try FileLock.attempt(folder.url.path) }
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path("elsewhere"))
        #expect(throws: StorageError.self) { try FileLock.attempt(link) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
    }
}
