import Crypto
import Encoder
import Foundation
import Retrieval
import Storage

/// The folder of a model in the usual layout: `config.json`, `vocab.txt`, `model.safetensors`, and beside them what says how it
/// is used (`tokenizer_config.json`, `modules.json`, `1_Pooling/config.json`, `sentence_bert_config.json`,
/// `config_sentence_transformers.json`), each of which may be missing.
struct EncoderFolder: Sendable {
    /// Where it is.
    let path: String

    /// What is read where a folder holds it; without any, a model is pooled by mean and ignores case.
    static let optionalFiles = ["tokenizer_config.json"] + SentenceSettings.File.allCases.map(\.rawValue)
    /// What every model has, the weights last.
    static let requiredFiles = ["config.json", "vocab.txt", InstalledModels.weights]

    /// SHA-256 of the weights of all-MiniLM-L6-v2 that Magnus was made with.
    static let standardChecksum = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

    /// Word pieces of a text at most where no file says how many.
    private static let usualTokens = 256

    /// How chunks are measured.
    struct Measure: Sendable {
        /// Names the way of counting.
        let name: String
        /// Counts.
        let tokenizer: WordPieceTokenizer
    }

    /// What the small files say.
    struct Description {
        let configuration: EncoderConfiguration
        let tokenizer: TokenizerSettings
        let sentences: SentenceSettings
        fileprivate let json: Data

        /// Word pieces of a text at most.
        var maximumTokens: Int {
            sentences.maximumTokens
                ?? min(tokenizer.maximumTokens ?? EncoderFolder.usualTokens, EncoderFolder.usualTokens)
        }

        /// What makes other vectors of the same weights; empty for the usual way.
        fileprivate var usage: String {
            var usual = TokenizerSettings(family: configuration.family)
            (usual.maximumTokens, usual.specials) = (tokenizer.maximumTokens, tokenizer.specials)
            let isUsual =
                tokenizer == usual && sentences.pooling == .mean && maximumTokens == EncoderFolder.usualTokens
                && sentences.questionPrefix.isEmpty && sentences.documentPrefix.isEmpty
            guard !isUsual else { return "" }
            return [
                sentences.pooling.rawValue, "\(maximumTokens)", "\(tokenizer.lowersCase)", "\(tokenizer.stripsAccents)",
                "\(tokenizer.isolatesIdeographs)", tokenizer.beginning, tokenizer.end, sentences.questionPrefix,
                sentences.documentPrefix,
            ].joined(separator: "\n")
        }
    }

    /// What the model is called: the folder's name.
    var name: String { (path as NSString).lastPathComponent }

    /// What the small files say.
    ///
    /// - Throws: `StorageError` where one cannot be read, `CommandError` where one is damaged or asks for what is not supported.
    func description() throws -> Description {
        try naming(readDescription)
    }

    /// Runs `body`, and says of which model its errors are.
    private func naming<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as EncoderError {
            throw CommandError(.configuration, type: "encoder", "\(name): \(error)")
        }
    }

    private func readDescription() throws -> Description {
        let json = try contents("config.json")
        let configuration = try EncoderConfiguration(json: json)
        var files: [SentenceSettings.File: Data] = [:]
        for file in SentenceSettings.File.allCases { files[file] = try optionalContents(file.rawValue) }
        let sentences = try SentenceSettings(files)
        var tokenizer =
            try optionalContents("tokenizer_config.json").map {
                try TokenizerSettings(json: $0, family: configuration.family)
            } ?? TokenizerSettings(family: configuration.family)
        if sentences.lowersCase { tokenizer.lowersCase = true }
        return Description(configuration: configuration, tokenizer: tokenizer, sentences: sentences, json: json)
    }

    /// The model as one that makes vectors, its weights used where the file is mapped.
    ///
    /// - Parameters:
    ///   - measure: How chunks are measured; by the model's own word pieces where it is nil.
    ///   - precision: How exactly it calculates.
    /// - Throws: `StorageError` where a file cannot be read, `CommandError` where one is damaged or the model makes no vectors.
    func load(measuredBy measure: Measure? = nil, precision: EncoderPrecision = .single) throws -> InstalledEncoder {
        try naming {
            let weights = try MappedFile(path: path + "/" + InstalledModels.weights)
            // A file that is missing is told before one that is damaged.
            let vocabulary = try MappedFile(path: path + "/vocab.txt")
            let tensors = try SafetensorsFile(bytes: weights.bytes, owner: weights)
            let description = try readDescription()
            guard !description.configuration.isClassifier else {
                throw CommandError(
                    .configuration,
                    type: "encoder",
                    "\(name) scores pairs of texts and makes no vectors",
                    hint: "it serves as `reranker: \(name)` in config.yaml"
                )
            }
            let workers = ProcessInfo.processInfo.activeProcessorCount
            let encoder = try SentenceEncoder(
                identifier: identifier(weights, vocabulary, description.usage, precision),
                configuration: description.json,
                vocabulary: vocabulary.bytes,
                weights: tensors,
                pooling: description.sentences.pooling,
                tokenizer: description.tokenizer,
                maximumTokens: description.maximumTokens,
                precision: precision,
                threads: workers
            )
            return InstalledEncoder(
                encoder: encoder,
                workers: workers,
                measure: measure ?? Measure(name: encoder.identifier, tokenizer: encoder.tokenizer),
                prefixes: [
                    .question: description.sentences.questionPrefix, .document: description.sentences.documentPrefix,
                ],
                isCalibrated: name == InstalledModels.standard
            )
        }
    }

    /// The model as one that scores pairs of texts.
    ///
    /// - Throws: As `load(measuredBy:)` does.
    func loadCrossEncoder() throws -> CrossEncoder {
        try naming {
            let description = try readDescription()
            let weights = try MappedFile(path: path + "/" + InstalledModels.weights)
            let vocabulary = try MappedFile(path: path + "/vocab.txt")
            return try CrossEncoder(
                identifier: name,
                configuration: description.json,
                vocabulary: vocabulary.bytes,
                weights: try SafetensorsFile(bytes: weights.bytes, owner: weights),
                tokenizer: description.tokenizer,
                maximumTokens: max(5, min(description.tokenizer.maximumTokens ?? 512, 512))
            )
        }
    }

    /// How this model's word pieces measure chunks.
    ///
    /// - Throws: As `load(measuredBy:)` does.
    func measure() throws -> Measure {
        let settings = try description().tokenizer
        let vocabulary = try MappedFile(path: path + "/vocab.txt")
        return try naming {
            let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary.bytes, settings: settings)
            return Measure(name: try identifier(), tokenizer: tokenizer)
        }
    }

    /// What the model's vectors are kept under.
    ///
    /// - Throws: `StorageError`, `CommandError`.
    func identifier(precision: EncoderPrecision = .single) throws -> String {
        let weights = try MappedFile(path: path + "/" + InstalledModels.weights)
        let vocabulary = try MappedFile(path: path + "/vocab.txt")
        return identifier(weights, vocabulary, try description().usage, precision)
    }

    /// SHA-256 of the weights, in hexadecimal; reads the whole file.
    ///
    /// - Throws: `StorageError`.
    func checksum() throws -> String {
        try EncoderFolder.checksum(of: path + "/" + InstalledModels.weights)
    }

    /// SHA-256 of a file, in hexadecimal.
    ///
    /// - Throws: `StorageError`.
    static func checksum(of file: String) throws -> String {
        let weights = try MappedFile(path: file)
        var hash = SHA256()
        hash.update(bufferPointer: weights.bytes)
        return EncoderFolder.hexadecimal(hash.finalize())
    }

    /// Names the model by samples of its files: enough to tell two models apart, and read in a millisecond. Vectors of
    /// different precision are kept apart.
    private func identifier(
        _ weights: MappedFile,
        _ vocabulary: MappedFile,
        _ usage: String,
        _ precision: EncoderPrecision
    ) -> String {
        let (sample, distance) = (4_096, 1_048_576)
        var hash = SHA256()
        for start in stride(from: 0, to: weights.count, by: distance) {
            let end = min(start + sample, weights.count)
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: weights.bytes[start..<end]))
        }
        hash.update(data: Data("\(weights.count) \(vocabulary.count)".utf8))
        if !usage.isEmpty { hash.update(data: Data(usage.utf8)) }
        let identifier = name + "@" + EncoderFolder.hexadecimal(hash.finalize()).prefix(12)
        return precision == .single ? identifier : "\(identifier)-\(precision.rawValue)"
    }

    private func contents(_ file: String) throws -> Data {
        try FileReader(maximumBytes: 1_000_000).read(path + "/" + file)
    }

    private func optionalContents(_ file: String) throws -> Data? {
        FileManager.default.fileExists(atPath: path + "/" + file) ? try contents(file) : nil
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
