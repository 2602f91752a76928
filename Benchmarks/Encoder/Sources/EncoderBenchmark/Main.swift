import Encoder
import Foundation
import Kernels

/// Times the encoder's jobs; started by Benchmarks/encoder.py:  EncoderBenchmark MODEL_FOLDER SAMPLE.json FOLDER
///
/// Waits for a line of JSON on its input before each job and answers with one. Vectors go to FOLDER for comparison.
@main struct EncoderBenchmark {
    struct Sample: Decodable {
        let passages: [String]
        let documents: [String]
        let question: String
        let limit: Int
        let short_limit: Int
        /// How many passages' vectors are compared.
        let compared: Int
    }

    struct Job: Decodable {
        let job: String
        let kind: String?
        let instructions: String?
        let seconds: Double
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else {
            print("usage: EncoderBenchmark MODEL_FOLDER SAMPLE.json FOLDER")
            exit(2)
        }
        let folder = ModelFolder(path: arguments[1])
        let sample = try JSONDecoder().decode(
            Sample.self,
            from: Data(contentsOf: URL(fileURLWithPath: arguments[2]))
        )
        for set in InstructionSet.allCases where set.isAvailable {
            for precision in EncoderPrecision.allCases where precision == .single || set == .amx || set == .avx512 {
                let encoder = try folder.encoder(precision, maximumTokens: sample.limit, instructionSet: set)
                let matrix = encoder.encode(Array(sample.passages.prefix(sample.compared)))
                let data = matrix.values.withUnsafeBytes { Data($0) }
                try data.write(to: URL(fileURLWithPath: "\(arguments[3])/magnus_\(set.rawValue)_\(precision.rawValue)"))
            }
        }
        answer(["ready": 1])
        while let line = readLine() {
            try await perform(JSONDecoder().decode(Job.self, from: Data(line.utf8)), sample, folder)
        }
    }

    private static func perform(_ job: Job, _ sample: Sample, _ folder: ModelFolder) async throws {
        let precision = job.kind.flatMap(EncoderPrecision.init(rawValue:)) ?? .single
        let set = job.instructions.flatMap(InstructionSet.init(rawValue:)) ?? .best
        switch job.job {
        case "passages", "short passages":
            let limit = job.job == "passages" ? sample.limit : sample.short_limit
            let encoder = try folder.encoder(precision, maximumTokens: limit, instructionSet: set)
            let tokens = sample.passages.reduce(0) { $0 + encoder.tokenizer.count($1, limit: limit - 2) + 2 }
            var fastest = Double.infinity
            try await rounds(job.seconds) {
                let start = ContinuousClock.now
                _ = try await encoder.encode(sample.passages, workers: 2)
                fastest = min(fastest, (ContinuousClock.now - start) / .seconds(1))
            }
            answer(["tokens_per_second": Double(tokens) / fastest])
        case "question":
            let encoder = try folder.encoder(precision, maximumTokens: 256, instructionSet: set, threads: 2)
            // Until weights are packed.
            _ = encoder.encode(sample.passages)
            var times: [Double] = []
            try await rounds(job.seconds) {
                let start = ContinuousClock.now
                _ = encoder.encode(sample.question)
                times.append((ContinuousClock.now - start) / .milliseconds(1))
            }
            times.sort()
            answer(["least_ms": times[0], "median_ms": times[times.count / 2]])
        case "first question":
            let start = ContinuousClock.now
            let encoder = try folder.encoder(precision, maximumTokens: 256, instructionSet: set, threads: 2)
            let loaded = ContinuousClock.now
            _ = encoder.encode(sample.question)
            let end = ContinuousClock.now
            answer(["load_ms": (loaded - start) / .milliseconds(1), "first_ms": (end - loaded) / .milliseconds(1)])
        default:
            let tokenizer = try folder.encoder(.single, maximumTokens: 256, instructionSet: set).tokenizer
            let tokens = sample.documents.reduce(0) { $0 + tokenizer.count($1) }
            var fastest = Double.infinity
            try await rounds(job.seconds) {
                let start = ContinuousClock.now
                for text in sample.documents { _ = tokenizer.ids(of: text) }
                fastest = min(fastest, (ContinuousClock.now - start) / .seconds(1))
            }
            answer(["tokens": Double(tokens), "single_tokens_per_second": Double(tokens) / fastest])
        }
    }

    /// Until the time is over, at least three times.
    private static func rounds(_ seconds: Double, _ body: () async throws -> Void) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        var count = 0
        while count < 3 || ContinuousClock.now < end {
            try await body()
            count += 1
        }
    }

    private static func answer(_ values: [String: Double]) {
        let fields = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        print("{\(fields.joined(separator: ", "))}")
        fflush(nil)
    }
}
