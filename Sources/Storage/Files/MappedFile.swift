import Foundation

/// The bytes of a file, mapped into memory for reading. The mapping lives as long as the object.
///
/// A file that another process shortens meanwhile makes reading the lost part fatal, as with every mapping; the files
/// meant for it (models) are replaced, not rewritten.
public final class MappedFile: Sendable {
    /// The path it was opened at.
    public let path: String
    /// Bytes in the file.
    public let count: Int

    // Proof of safety: the pages are mapped read-only, and the address never changes before deinit.
    private nonisolated(unsafe) let address: UnsafeRawPointer?

    /// Maps the file at `path`.
    /// - Throws: `StorageError`: `notFound`, `permissionDenied`, `isDirectory`, `notRegularFile`, `inputOutput`.
    public init(path: String) throws {
        let file = try RegularFile(path: path)
        defer { file.close() }
        self.path = path
        count = file.size
        guard count > 0 else {
            address = nil
            return
        }
        guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0), mapping != MAP_FAILED else {
            throw StorageError.system(errno, path: path, action: "map the file")
        }
        address = UnsafeRawPointer(mapping)
    }

    deinit {
        if let address { munmap(UnsafeMutableRawPointer(mutating: address), count) }
    }

    /// Runs `body` with all bytes, which are not to be used after it returns.
    public func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: address, count: count)) }
    }

    /// The bytes themselves, good for as long as the caller keeps this object.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: address, count: count)
    }
}
