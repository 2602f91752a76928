import Foundation
public import Retrieval
import Transport

/// An encoder that asks a service: in batches, checked, and of length 1 whatever the service gives.
///
/// A text that is too long for the service is cut until it fits; what is behind the cut does not count.
public struct RemoteEncoder: TextEncoder {
    private let model: EmbeddingModel
    private let connection: ServiceConnection

    /// An encoder.
    ///
    /// - Parameter isElsewhere: Whether the service is not at the catalogue's own address: its vectors are then kept apart, for
    ///   a server may call any model by that name.
    public init(_ model: EmbeddingModel, connection: ServiceConnection, isElsewhere: Bool = false) {
        self.model = model
        self.connection = connection
        let place = isElsewhere ? " at " + connection.endpoint.baseURL : ""
        let prefixes = model.prefixes.sorted { $0.key.rawValue < $1.key.rawValue }.map { " \($0.key): \($0.value)" }
        identifier = "\(connection.endpoint.name)@\(model.dimensions)" + place + prefixes.joined()
    }

    /// Names provider, model, dimensions, and the address where it is not the usual one.
    public let identifier: String
    /// Numbers in a vector, by the catalogue.
    public var dimension: Int { model.dimensions }
    /// The most tokens of a text that count.
    public var maximumTokens: Int { model.contextTokens }
    /// Chunks are cut by an estimate, which is the same for all services.
    public var measureName: String { ChunkMeasure.estimate.name }
    /// False: the scales of other models were not measured.
    public var isCalibrated: Bool { false }

    /// An estimate of its tokens.
    public func tokenCount(of text: String) -> Int {
        ChunkMeasure.estimate.pieces(in: text)
    }

    /// The vectors of `texts`, from the service.
    ///
    /// - Throws: `ModelError`, `CancellationError`.
    public func encode(_ texts: [String], as role: EncodedRole) async throws -> [Float] {
        let prefix = model.prefixes[role] ?? ""
        let prepared = texts.map {
            ServiceConnection.beginning(of: prefix + connection.redact($0), tokens: maximumTokens)
        }
        var vectors: [Float] = []
        vectors.reserveCapacity(texts.count * dimension)
        for batch in batches(prepared) { vectors += try await fitted(Array(prepared[batch]), as: role) }
        return vectors
    }

    /// As many texts together as the service takes.
    private func batches(_ texts: [String]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var (start, tokens) = (0, 0)
        for (index, text) in texts.enumerated() {
            let count = ServiceConnection.estimatedTokens([text])
            if index > start, index - start == model.maximumTexts || tokens + count > model.maximumRequestTokens {
                batches.append(start..<index)
                (start, tokens) = (index, 0)
            }
            tokens += count
        }
        if start < texts.count { batches.append(start..<texts.count) }
        return batches
    }

    /// The vectors of texts that go together; apart, or cut, where the service finds them too long.
    private func fitted(_ texts: [String], as role: EncodedRole) async throws -> [Float] {
        do {
            return try await vectors(of: texts, as: role)
        } catch let error as ModelError where error.code == .tooLong {
            if texts.count > 1 {
                let (first, second) = (texts.prefix(texts.count / 2), texts.suffix(from: texts.count / 2))
                return try await fitted(Array(first), as: role) + fitted(Array(second), as: role)
            }
            guard let text = texts.first, text.count > 64 else { throw error }
            return try await fitted([String(text.prefix(text.count * 2 / 3))], as: role)
        }
    }

    private func vectors(of texts: [String], as role: EncodedRole) async throws -> [Float] {
        let endpoint = connection.endpoint
        let wire = model.form.wire
        let estimate = CallEstimate(
            model: endpoint.name,
            agent: role == .question ? "search" : "index",
            inputTokens: ServiceConnection.estimatedTokens(texts),
            maximumOutputTokens: 0,
            price: model.price
        )
        return try await connection.answer(
            to: try wire.httpRequest(for: texts, as: role, by: model, to: endpoint),
            of: estimate,
            // Nobody waits for an answer while documents are indexed.
            patience: role == .question ? connection.patience : connection.patience * 6
        ) { body in
            let answer = try wire.answer(in: body)
            return (try checked(answer, count: texts.count), answer.tokens)
        }
    }

    /// The vectors in the order of the texts, each of length 1; one of nothing but zeros stays so.
    private func checked(_ answer: EmbeddingAnswer, count: Int) throws -> [Float] {
        func refused(_ detail: String) -> ModelError { connection.endpoint.failure(.malformedReply, detail) }
        guard answer.vectors.count == count else {
            throw refused("it sent \(answer.vectors.count) vectors for \(count) texts")
        }
        var rows = [[Float]?](repeating: nil, count: count)
        for (place, vector) in answer.vectors.enumerated() {
            let index = vector.index ?? place
            guard rows.indices.contains(index), rows[index] == nil else {
                throw refused("its vectors do not say which text each belongs to")
            }
            guard vector.values.count == dimension else {
                throw refused(
                    "its vectors have \(vector.values.count) numbers and not \(dimension) (`dimensions` in the catalogue)"
                )
            }
            let length = vector.values.reduce(Double(0)) { $0 + Double($1) * Double($1) }.squareRoot()
            guard length.isFinite else { throw refused("a vector is not made of numbers") }
            rows[index] = length > 0 ? vector.values.map { Float(Double($0) / length) } : vector.values
        }
        return rows.flatMap { $0 ?? [] }
    }
}
