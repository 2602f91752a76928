import Foundation
import Testing

/// Runs code without the superuser's right to read and write everything, on this thread only.
enum Unprivileged {
    private static let nobody: UInt32 = 65_534

    static func run(owning paths: [String], _ body: () throws -> Void) throws {
        guard getuid() == 0 else { return try body() }
        for path in paths { chown(path, nobody, nobody) }
        typealias SetIdentity = @convention(c) (UInt32) -> Int32
        let symbol = try #require(dlsym(nil, "setfsuid"))
        let setIdentity = unsafeBitCast(symbol, to: SetIdentity.self)
        _ = setIdentity(nobody)
        defer { _ = setIdentity(0) }
        try body()
    }
}
