import Encoder
import Foundation
import Kernels
import Testing

@Suite("Agreement with the reference implementation", .enabled(if: PublishedModel.isExpected, PublishedModel.absence))
struct ReferenceTests {
    @Test("every sentence is cut into the same pieces at the same places")
    func pieces() throws {
        let tokenizer = try PublishedModel.encoder.get().tokenizer
        let sentences = try PublishedModel.sentences()
        #expect(sentences.count == 200)
        for sentence in sentences {
            let pieces = tokenizer.pieces(of: sentence.text)
            #expect(pieces.map(\.id) == sentence.ids, "\(sentence.testDescription)")
            let offsets = pieces.flatMap { [$0.range.lowerBound, $0.range.upperBound] }
            #expect(offsets == sentence.offsets, "\(sentence.testDescription)")
            #expect(tokenizer.ids(of: sentence.text) == sentence.ids)
            #expect(tokenizer.count(sentence.text) == sentence.ids.count)
        }
    }

    @Test("every sentence has the same vector")
    func vectors() async throws {
        let encoder = try PublishedModel.encoder.get()
        let sentences = try PublishedModel.sentences()
        let matrix = try await encoder.encode(sentences.map(\.text), workers: 2)
        #expect(matrix.count == 200)
        #expect(matrix.dimension == 384)
        for (row, sentence) in sentences.enumerated() {
            let reference = sentence.floats
            try #require(reference.count == 384)
            let vector = Array(matrix[row])
            #expect(VectorKernels().dot(vector, reference) >= 0.99999, "\(sentence.testDescription)")
            let difference = zip(vector, reference).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < 1e-5, "\(sentence.testDescription)")
        }
    }

    @Test("every instruction set gives the same vector", arguments: InstructionSet.allCases.filter(\.isAvailable))
    func instructionSets(instructions: InstructionSet) throws {
        let sentence = try #require(try PublishedModel.sentences().first)
        let vector = try PublishedModel.load(instructions).encode(sentence.text)
        let difference = zip(vector, sentence.floats).map { abs($0 - $1) }.max() ?? 1
        #expect(difference < 1e-5)
    }

    @Test(
        "in reduced precision every sentence has nearly the same vector",
        arguments: InstructionSet.allCases.filter(\.isAvailable)
    )
    func reducedPrecision(instructions: InstructionSet) async throws {
        let encoder = try PublishedModel.load(instructions, precision: .reduced)
        let sentences = try PublishedModel.sentences()
        let matrix = try await encoder.encode(sentences.map(\.text), workers: 2)
        // Bytes are coarser than bfloat16; what they do worst are strings without a word, such as a row of dashes.
        let (least, mean) = instructions == .avx512 ? (0.998, 0.9994) : (0.9999, 0.9999)
        let cosines = sentences.enumerated().map { VectorKernels().dot(Array(matrix[$0.offset]), $0.element.floats) }
        for (cosine, sentence) in zip(cosines, sentences) {
            #expect(Double(cosine) >= least, "\(sentence.testDescription)")
        }
        #expect(cosines.reduce(0) { $0 + Double($1) } / Double(cosines.count) >= mean)
    }

    @Test("what is close in meaning is close in direction")
    func meaning() throws {
        let encoder = try PublishedModel.encoder.get()
        let question = encoder.encode("Which options were assigned?")
        let near = encoder.encode("The short put was exercised against us.")
        let far = encoder.encode("Add two eggs and a cup of flour.")
        let kernels = VectorKernels()
        #expect(kernels.dot(question, near) > kernels.dot(question, far) + 0.2)
    }
}
