import Foundation
import Retrieval
import Transport

/// How requests for vectors and their answers are written by one kind of service: one conforming type each, in its own file.
///
/// It is pure: nothing is sent here.
protocol EmbeddingWire: Sendable {
    /// The HTTP request for the vectors of `texts`.
    ///
    /// - Throws: `ModelError`.
    func httpRequest(
        for texts: [String],
        as role: EncodedRole,
        by model: EmbeddingModel,
        to endpoint: ModelEndpoint
    ) throws -> HTTPRequest

    /// What the body of an answer holds (status 200 to 299).
    ///
    /// - Throws: `DecodingError` for what is no such answer.
    func answer(in body: Data) throws -> EmbeddingAnswer
}

/// Vectors as a service sent them, not checked yet.
struct EmbeddingAnswer {
    /// The vectors, each with the index of its text where the service gives one.
    var vectors: [(index: Int?, values: [Float])]
    /// Tokens read; nil where the service does not say.
    var tokens: Int?
}

/// The numbers of a vector: a list, or base64 of little-endian 32-bit floating-point numbers, whichever the service chose.
struct WireVector: Decodable {
    let values: [Float]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let text = try? container.decode(String.self) else {
            values = try container.decode([Float].self)
            return
        }
        guard let data = Data(base64Encoded: text), data.count.isMultiple(of: 4) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no vector in base64")
        }
        values = data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map { offset in
                let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }
}
