import Encoder
import Foundation
import Kernels

/// The folder of a model, whose files are mapped.
struct ModelFolder {
    private let path: String

    init(path: String) {
        self.path = path
    }

    func encoder(
        _ precision: EncoderPrecision,
        maximumTokens: Int,
        instructionSet: InstructionSet,
        threads: Int = 1
    ) throws -> SentenceEncoder {
        let weights = try MappedBytes(path: path + "/model.safetensors")
        let vocabulary = try MappedBytes(path: path + "/vocab.txt")
        return try SentenceEncoder(
            identifier: path,
            configuration: Data(contentsOf: URL(fileURLWithPath: path + "/config.json")),
            vocabulary: vocabulary.bytes,
            weights: SafetensorsFile(bytes: weights.bytes, owner: weights),
            maximumTokens: maximumTokens,
            instructionSet: instructionSet,
            precision: precision,
            threads: threads
        )
    }
}

/// A file in memory.
private final class MappedBytes: @unchecked Sendable {
    // Sound to share: the mapping is only read, and stays until this object goes.
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0,
            let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
        else { throw CocoaError(.fileReadUnknown) }
        bytes = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}
