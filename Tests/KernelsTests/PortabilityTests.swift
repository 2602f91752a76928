import Foundation
import Testing

/// The C kernels compiled by themselves for each instruction set, and for a 64-bit ARM processor where a cross-compiler and
/// an emulator are installed (Debian's `gcc-aarch64-linux-gnu` and `qemu-user`): all give what the portable ones give here.
@Suite("The same results on every processor")
struct PortabilityTests {
    private static func program(_ name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    private static let clang = program("clang")
    private static let armLinker = program("aarch64-linux-gnu-gcc")
    private static let armEmulator = program("qemu-aarch64")
    private static let armRoot = "/usr/aarch64-linux-gnu"

    /// Runs a program.
    ///
    /// - Returns: Its exit status and the lines of its standard output.
    private func run(
        _ program: URL,
        _ arguments: [String],
        in folder: URL
    ) throws -> (status: Int32, lines: [Substring]) {
        // A file takes any amount of output; a pipe would have to be read meanwhile.
        let output = folder.appendingPathComponent(UUID().uuidString)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try lines(of: output))
    }

    private func lines(of file: URL) throws -> [Substring] {
        try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { Substring(decoding: $0, as: UTF8.self) }
    }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kernels-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// Compiles the kernels and what prints their results; the objects stand in `folder`.
    private func compile(in folder: URL, options: [String] = []) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let kernels = tests.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/CKernels").resolvingSymlinksInPath()
        let sources = try FileManager.default.contentsOfDirectory(at: kernels, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "c" }
        let harness = tests.appendingPathComponent("Fixtures/kernels.c")
        let include = kernels.appendingPathComponent("include").path
        let arguments = ["-O2", "-std=gnu11", "-I\(include)"] + options + ["-c"] + (sources + [harness]).map(\.path)
        #expect(try run(try #require(Self.clang), arguments, in: folder).status == 0)
    }

    private func objects(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".o") }
    }

    private func linked(in folder: URL) throws -> URL {
        try compile(in: folder)
        let arguments = try objects(in: folder) + ["-lm", "-lpthread", "-o", "kernels"]
        #expect(try run(try #require(Self.clang), arguments, in: folder).status == 0)
        return folder.appendingPathComponent("kernels")
    }

    /// The largest difference from a result that still counts as the same, by what was computed: sums of floats differ by
    /// their order, the boundary of an American option by when its iteration ends; bytes are summed exactly.
    private func tolerance(_ name: Substring) -> Double {
        switch name {
        case "linear", "layer_norm", "gelu", "attention", "scores": 1e-5
        case "american.boundary": 1e-7
        case "american.put": 1e-8
        case let name where name.hasPrefix("codes") || name == "volatility.found": 0
        default: 1e-12
        }
    }

    private func compare(_ lines: [Substring], with expected: [Substring], _ set: String) throws {
        try #require(lines.count == expected.count)
        try #require(lines.count > 20_000)
        var worst: [Substring: Double] = [:]
        for (line, reference) in zip(lines, expected) where line != reference {
            let result = line.split(separator: " ")
            let wanted = reference.split(separator: " ")
            // NaN beside a number is as bad as can be, and so are the result of another kernel and what must not differ.
            var difference = Double.infinity
            if result[0] == wanted[0], tolerance(result[0]) > 0, let value = Double(result[1]),
                let other = Double(wanted[1])
            {
                difference = abs(value - other)
            }
            worst[result[0]] = max(worst[result[0], default: 0], difference.isNaN ? .infinity : difference)
        }
        for (name, difference) in worst {
            #expect(difference <= tolerance(name), "\(name) by \(set)")
        }
    }

    @Test("Instruction sets of this processor", .enabled(if: clang != nil))
    func instructionSets() throws {
        try withFolder { folder in
            let kernels = try linked(in: folder)
            let portable = try run(kernels, ["portable"], in: folder)
            #expect(portable.status == 0)
            for set in ["avx2", "avx512"] {
                let results = try run(kernels, [set], in: folder)
                // 3: this processor lacks it.
                if results.status == 3 { continue }
                #expect(results.status == 0)
                try compare(results.lines, with: portable.lines, set)
            }
        }
    }

    @Test("64-bit ARM under an emulator", .enabled(if: clang != nil && armLinker != nil && armEmulator != nil))
    func arm() throws {
        try withFolder { folder in
            let here = try run(try linked(in: folder), ["portable"], in: folder)
            let armFolder = folder.appendingPathComponent("arm")
            try FileManager.default.createDirectory(at: armFolder, withIntermediateDirectories: true)
            let target = [
                "-target", "aarch64-linux-gnu", "--sysroot=\(Self.armRoot)", "-isystem", "\(Self.armRoot)/include",
            ]
            try compile(in: armFolder, options: target)
            let arguments = try ["-static"] + objects(in: armFolder) + ["-lm", "-lpthread", "-o", "kernels"]
            #expect(try run(try #require(Self.armLinker), arguments, in: armFolder).status == 0)
            let emulator = try #require(Self.armEmulator)
            let results = try run(emulator, ["kernels", "portable"], in: armFolder)
            #expect(results.status == 0)
            try compare(results.lines, with: here.lines, "ARM")
            // An ARM processor has none of the others.
            #expect(try run(emulator, ["kernels", "avx2"], in: armFolder).status == 3)
        }
    }
}
