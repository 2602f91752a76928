import Encoder
import Foundation
import Kernels
import Testing

/// all-MiniLM-L6-v2 as installed on this machine, and what the reference makes of the fixture's sentences with it.
enum PublishedModel {
    /// A sentence, and what the reference makes of it.
    struct Sentence: Decodable, CustomTestStringConvertible {
        let text: String
        /// Word pieces without [CLS] and [SEP].
        let ids: [Int32]
        /// Start and end of each piece in UTF-8, one after the other.
        let offsets: [Int]
        /// Little-endian 32-bit floats in base64.
        let vector: String

        var testDescription: String { text.debugDescription }

        var floats: [Float] {
            guard let data = Data(base64Encoded: vector) else { return [] }
            return data.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 4).map {
                    Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
                }
            }
        }
    }

    /// In continuous integration its absence is a failure, elsewhere a reason to skip.
    static let isExpected =
        FileManager.default.fileExists(atPath: folder + "/model.safetensors")
        || ProcessInfo.processInfo.environment["CI"] != nil

    static let absence: Comment = "all-MiniLM-L6-v2 is not installed; MAGNUS_MODELS names the folder that holds it."

    static let encoder = Result { try load(.best) }

    static func load(
        _ instructionSet: InstructionSet,
        precision: EncoderPrecision = .single,
        threads: Int = 1
    ) throws -> SentenceEncoder {
        let vocabulary = FileBytes(try contents("vocab.txt"))
        return try withExtendedLifetime(vocabulary) {
            try SentenceEncoder(
                identifier: "all-MiniLM-L6-v2",
                configuration: contents("config.json"),
                vocabulary: vocabulary.bytes,
                weights: FileBytes(contents("model.safetensors")).safetensors(),
                instructionSet: instructionSet,
                precision: precision,
                threads: threads
            )
        }
    }

    static func sentences() throws -> [Sentence] {
        try fixture("sentences.jsonl").split(separator: "\n").map {
            try JSONDecoder().decode(Sentence.self, from: Data($0.utf8))
        }
    }

    static func fixture(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    private static func contents(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }

    private static let folder: String = {
        let environment = ProcessInfo.processInfo.environment
        if let models = environment["MAGNUS_MODELS"] { return models + "/all-MiniLM-L6-v2" }
        let data = environment["XDG_DATA_HOME"] ?? NSHomeDirectory() + "/.local/share"
        return data + "/magnus/models/all-MiniLM-L6-v2"
    }()
}
