import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct UnfinishedFileTests {
    let folder: TemporaryFolder
    private var part: String { folder.path("models/a.part") }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func whatIsThereIsGoneOnWith() throws {
        do {
            let file = try UnfinishedFile(path: part)
            #expect(file.size == 0)
            try file.append(Data("one ".utf8))
        }
        let file = try UnfinishedFile(path: part)
        #expect(file.size == 4)
        try file.append(Data("two".utf8))
        try file.append(Data())
        #expect(file.size == 7)
        let mode = try FileManager.default.attributesOfItem(atPath: part)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let final = folder.path("models/a")
        try file.commit(to: final)
        #expect(try String(contentsOfFile: final, encoding: .utf8) == "one two")
        #expect(!FileManager.default.fileExists(atPath: part))
    }

    @Test func whatIsForgottenIsGone() throws {
        let file = try UnfinishedFile(path: part)
        try file.append(Data("one".utf8))
        try file.removeAll()
        #expect(file.size == 0)
        try file.append(Data("two".utf8))
        #expect(try String(contentsOfFile: part, encoding: .utf8) == "two")
    }

    @Test func oneProcessAtATimeHasIt() throws {
        let file = try UnfinishedFile(path: part)
        let error = #expect(throws: StorageError.self) { _ = try UnfinishedFile(path: part) }
        #expect(error?.code == .locked)
        #expect(file.size == 0)
    }

    @Test func aLinkOrAFolderIsRefused() throws {
        let target = try folder.write("text", to: "target")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: target)
        #expect(throws: StorageError.self) { _ = try UnfinishedFile(path: folder.path("link")) }
        try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: true)
        #expect(throws: StorageError.self) { _ = try UnfinishedFile(path: folder.path("folder")) }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "text")
    }

    @Test func foldersAreNamedRenamedLinkedAndRemoved() throws {
        let models = folder.path("models")
        #expect(try PrivateFolder.names(in: models) == [])
        try folder.write("1", to: "models/b/file")
        try folder.write("2", to: "models/.new/file")
        try folder.write("3", to: "models/file")
        try folder.write("4", to: "elsewhere/file")
        try PrivateFolder.link(models + "/a", to: folder.path("elsewhere"))
        #expect(try PrivateFolder.names(in: models) == [".new", "a", "b"])
        // Never over what is there.
        let taken = #expect(throws: StorageError.self) { try PrivateFolder.rename(models + "/.new", to: models + "/b") }
        #expect(taken?.code == .alreadyExists)
        try PrivateFolder.rename(models + "/.new", to: models + "/c")
        #expect(try String(contentsOfFile: models + "/c/file", encoding: .utf8) == "2")
        // Of a link the link alone.
        try PrivateFolder.remove(models + "/a")
        #expect(try String(contentsOfFile: folder.path("elsewhere/file"), encoding: .utf8) == "4")
        try PrivateFolder.remove(models + "/b")
        try PrivateFolder.remove(models + "/nothing")
        #expect(try PrivateFolder.names(in: models) == ["c"])
        #expect(throws: StorageError.self) { try PrivateFolder.link(models + "/c", to: models) }
    }
}
