import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct FileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func code(_ body: () throws -> some Any) -> StorageError.Code? {
        #expect(throws: StorageError.self) { try body() }?.code
    }

    // MARK: - Reading

    @Test func aFileIsReadWhole() throws {
        let data = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0) })
        let path = folder.path("data.bin")
        try data.write(to: URL(fileURLWithPath: path))
        #expect(try FileReader(maximumBytes: 300_000).read(path) == data)
        let mapped = try MappedFile(path: path)
        #expect(mapped.count == 300_000)
        #expect(mapped.withUnsafeBytes { Data($0) } == data)
    }

    @Test func anEmptyFileIsNoError() throws {
        let path = try folder.write("", to: "empty")
        #expect(try FileReader(maximumBytes: 10).read(path).isEmpty)
        #expect(try MappedFile(path: path).bytes.isEmpty)
    }

    @Test func aMappingOutlivesItsName() throws {
        let path = try folder.write("kept", to: "model")
        let mapped = try MappedFile(path: path)
        try FileManager.default.removeItem(atPath: path)
        #expect(mapped.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "kept")
    }

    @Test func theLimitIsKept() throws {
        let path = try folder.write("12345", to: "five")
        let error = #expect(throws: StorageError.self) { try FileReader(maximumBytes: 4).read(path) }
        #expect(error?.code == .tooLarge)
        #expect(error?.description == "\(path): has 5 bytes, more than the limit of 4 bytes; split the file")
    }

    @Test func aHugeFileIsRefusedWithoutReadingIt() throws {
        let path = try folder.write("", to: "huge")
        try #require(truncate(path, 5_000_000_000) == 0)
        let error = #expect(throws: StorageError.self) { try FileReader(maximumBytes: 64_000_000).read(path) }
        #expect(error?.description.contains("has 5 GB, more than the limit of 64 MB") == true)
    }

    @Test func whatIsNoFileIsRefused() throws {
        try #require(mkfifo(folder.path("pipe"), 0o600) == 0)
        let reader = FileReader(maximumBytes: 100)
        #expect(code { try reader.read(folder.url.path) } == .isDirectory)
        #expect(code { try reader.read(folder.path("pipe")) } == .notRegularFile)
        #expect(code { try reader.read("/dev/zero") } == .notRegularFile)
        #expect(code { try reader.read(folder.path("none")) } == .notFound)
        #expect(code { try reader.read(folder.path("none/at/all")) } == .notFound)
        #expect(code { try MappedFile(path: folder.url.path) } == .isDirectory)
        #expect(code { try MappedFile(path: folder.path("pipe")) } == .notRegularFile)
        #expect(code { try MappedFile(path: folder.path("none")) } == .notFound)
    }

    @Test func aFileOfOthersIsRefused() throws {
        let path = try folder.write("secret", to: "secret")
        chmod(path, 0)
        chmod(folder.url.path, 0o755)
        try Unprivileged.run(owning: []) {
            #expect(code { try FileReader(maximumBytes: 100).read(path) } == .permissionDenied)
        }
    }

    @Test func aFileWithoutASizeIsReadToItsEnd() throws {
        #expect(try FileReader(maximumBytes: 100_000).read("/proc/self/status").isEmpty == false)
        #expect(code { try FileReader(maximumBytes: 10).read("/proc/self/status") } == .tooLarge)
    }

    @Test func aStreamIsReadToItsEndOrItsLimit() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        _ = "hello".withCString { write(ends[1], $0, 5) }
        close(ends[1])
        #expect(
            try FileReader(maximumBytes: 5).read(descriptor: ends[0], named: "standard input") == Data("hello".utf8)
        )
        close(ends[0])
        let path = try folder.write("123456", to: "six")
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        let error = #expect(throws: StorageError.self) {
            try FileReader(maximumBytes: 5).read(descriptor: descriptor, named: "standard input")
        }
        #expect(error?.description == "standard input: is longer than the limit of 5 bytes; give less at a time")
    }

    @Test func anErrorIsOneLineWhateverTheName() {
        let error = StorageError(code: .notFound, path: "a\nb\u{1B}[31m", message: "no such file", nextStep: "look")
        #expect(error.description == "a?b?[31m: no such file; look")
    }

    // MARK: - Writing

    @Test func aPrivateFileIsWrittenWholeAndPrivate() throws {
        let path = folder.path("config/magnus/keys.yaml")
        try PrivateFile.write(Data("first".utf8), to: path)
        try PrivateFile.write(Data("second".utf8), to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let above = try FileManager.default.attributesOfItem(atPath: folder.path("config"))
        #expect(above[.posixPermissions] as? Int == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("config/magnus")) == ["keys.yaml"])
    }

    @Test func aFolderIsNeverReplacedByAFile() throws {
        #expect(code { try PrivateFile.write(Data(), to: folder.url.path) } == .isDirectory)
        try folder.write("x", to: "file")
        #expect(code { try PrivateFile.write(Data(), to: folder.path("file/below")) } == .notFound)
    }

    // MARK: - Paths

    @Test(arguments: [
        ("/a/b", "/a/b"), ("/a//b/./c/", "/a/b/c"), ("/a/../../b", "/b"), ("/", "/"), ("//..", "/"),
        ("/a/..b/...", "/a/..b/..."),
    ])
    func aPathHasOneForm(path: String, form: String) {
        #expect(StandardPath.of(path) == form)
    }

    @Test(arguments: [
        ("c.xhtml", "text", "text/c.xhtml"), ("../c.xhtml", "text", "c.xhtml"), ("../../c", "text", "c"),
        ("./a//c", "", "a/c"),
        ("", "a/b", "a/b"),
    ])
    func aPathIsSeenFromAFolder(path: String, folder: String, form: String) {
        #expect(StandardPath.resolved(path, in: folder) == form)
    }

    // MARK: - Long files

    @Test func aFileIsReadFromAnywhere() throws {
        let path = try folder.write("0123456789", to: "a.txt")
        let file = try StreamedFile(path: path)
        #expect(file.stamp.size == 10)
        #expect(try file.bytes(at: 3, count: 4) == Data("3456".utf8))
        #expect(try file.bytes(at: 8, count: 4) == Data("89".utf8))
        #expect(try file.bytes(at: 12, count: 4) == Data())
        #expect(try file.isUnchanged())
        try folder.write("0123456789a", to: "a.txt")
        #expect(try !file.isUnchanged())
        let error = #expect(throws: StorageError.self) { try StreamedFile(path: folder.url.path) }
        #expect(error?.code == .isDirectory)
    }
}
