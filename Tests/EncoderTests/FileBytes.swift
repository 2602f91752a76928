import Encoder
import Foundation

/// Bytes that stay in place, as a mapped file does.
final class FileBytes: @unchecked Sendable {
    // Sound to share: written once, before anyone else has it.
    let bytes: UnsafeRawBufferPointer
    private let memory: UnsafeMutableRawBufferPointer

    /// A copy of some bytes, `offset` bytes away from an aligned address.
    init(_ contents: some Collection<UInt8>, offset: Int = 0) {
        memory = .allocate(byteCount: contents.count + offset, alignment: 64)
        UnsafeMutableRawBufferPointer(rebasing: memory[offset...]).copyBytes(from: contents)
        bytes = UnsafeRawBufferPointer(rebasing: memory[offset...])
    }

    deinit {
        memory.deallocate()
    }

    /// Opens the bytes as a safetensors file.
    func safetensors() throws(EncoderError) -> SafetensorsFile {
        try SafetensorsFile(bytes: bytes, owner: self)
    }
}

extension WordPieceTokenizer {
    /// A tokenizer from the text of a vocabulary.
    init(_ vocabulary: some Collection<UInt8>) throws {
        let copy = FileBytes(vocabulary)
        self = try withExtendedLifetime(copy) { try WordPieceTokenizer(vocabulary: copy.bytes) }
    }
}
