#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Named tensors in the safetensors format, read in place.
///
/// The file is eight bytes giving the length of a header in little-endian order, the header in JSON, and the tensors
/// without gaps. Opening checks the whole header and reads none of the tensors.
public struct SafetensorsFile: @unchecked Sendable {
    // Sound to share: the bytes are only read, and the owner keeps them in place.
    private let data: UnsafeRawBufferPointer
    private let owner: any AnyObject & Sendable
    private let entries: [String: SafetensorsHeader.Entry]

    /// The names of all tensors, in no particular order.
    public var names: [String] { Array(entries.keys) }

    /// Reads the header of a file that is in memory, mapped or otherwise.
    ///
    /// - Parameters:
    ///   - bytes: the whole file; must stay in place and unchanged for as long as `owner` lives.
    ///   - owner: whatever keeps the bytes in place; kept by this file and by each of its tensors.
    /// - Throws: where the file is cut short, or the header is not what the format asks for.
    public init(bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) throws(EncoderError) {
        guard bytes.count >= Self.prefixLength else {
            throw EncoderError(.weights, "header", "the file ends after \(bytes.count) bytes")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(bytes.count - Self.prefixLength) else {
            throw EncoderError(.weights, "header", "its length of \(length) bytes exceeds the file's \(bytes.count)")
        }
        let dataStart = Self.prefixLength + Int(length)
        data = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
        entries = try SafetensorsHeader.entries(
            in: Data(bytes[Self.prefixLength..<dataStart]),
            dataLength: bytes.count - dataStart
        )
        self.owner = owner
    }

    /// Whether there is a tensor of that name.
    func has(_ name: String) -> Bool { entries[name] != nil }

    /// A tensor of 32-bit floats.
    ///
    /// - Parameter shape: the dimensions it must have.
    /// - Throws: where there is no such tensor, or it has another type or shape.
    public func floats(_ name: String, shape: [Int]) throws(EncoderError) -> FloatTensor {
        let subject = "tensor \(name)"
        guard let entry = entries[name] else {
            throw EncoderError(.weights, subject, "it is missing")
        }
        guard entry.type == "F32" else {
            throw EncoderError(.weights, subject, "its type is \(entry.type), not F32", remedy: .chooseAnotherModel)
        }
        guard entry.shape == shape else {
            throw EncoderError(.weights, subject, "its shape is \(entry.shape), not \(shape)")
        }
        return FloatTensor(bytes: UnsafeRawBufferPointer(rebasing: data[entry.range]), owner: owner)
    }

    private static let prefixLength = MemoryLayout<UInt64>.size
}

/// A tensor of 32-bit floats in row-major order, and what keeps its memory in place.
public struct FloatTensor: @unchecked Sendable {
    // Sound to share: the values are only read, and the owner keeps them in place.
    private let values: UnsafeBufferPointer<Float>
    private let owner: any AnyObject & Sendable

    /// The number of values.
    public var count: Int { values.count }

    /// A tensor over bytes that `owner` keeps in place: the bytes themselves if they are aligned to a float, else a copy.
    init(bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
        if bytes.isEmpty || UInt(bitPattern: bytes.baseAddress) % UInt(MemoryLayout<Float>.alignment) == 0 {
            values = bytes.bindMemory(to: Float.self)
            self.owner = owner
        } else {
            let copy = FloatCopy(of: bytes)
            values = UnsafeBufferPointer(copy.values)
            self.owner = copy
        }
    }

    /// Where the values are, for as long as this tensor or a copy of it lives; nil if there are none.
    var base: UnsafePointer<Float>? { values.baseAddress }

    /// Gives the values to `body`, for as long as it runs: they must not be kept beyond it. Nothing is copied.
    public func withValues<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(values)
    }
}

/// A copy of floats that were not aligned.
private final class FloatCopy: @unchecked Sendable {
    // Sound to share: written once, before anyone else has it.
    let values: UnsafeMutableBufferPointer<Float>

    init(of bytes: UnsafeRawBufferPointer) {
        values = .allocate(capacity: bytes.count / MemoryLayout<Float>.stride)
        UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
    }

    deinit {
        values.deallocate()
    }
}
