import Foundation
import Storage

/// Takes a model in: its files gather in a hidden folder, the model is tried there, and only then it gets its name, all at once.
struct ModelIntake {
    /// Where models are.
    let models: InstalledModels
    /// What it is to be called.
    let name: String

    /// An intake.
    ///
    /// - Throws: `CommandError` for a name that is none, or that is taken.
    init(_ models: InstalledModels, name: String) throws {
        let shown = TerminalText.sanitised(String(name.prefix(60)), shape: .line)
        guard InstalledModels.isName(name) else {
            throw CommandError(
                .usage,
                type: "usage",
                "'\(shown)' cannot be a model's name",
                hint: "give one of letters, digits, `.`, `_` and `-` with --name"
            )
        }
        guard !FileManager.default.fileExists(atPath: models.path(of: name)) else {
            throw CommandError(
                .inputRefused,
                type: "already_exists",
                "there is a model '\(shown)' already",
                hint: "give another --name, or remove it first: magnus encoder rm \(name)"
            )
        }
        self.models = models
        self.name = name
    }

    /// Where files gather.
    var folder: String { ModelIntake.folder(of: name, models) }

    /// Where the files of a model gather before it is one.
    static func folder(of name: String, _ models: InstalledModels) -> String { models.folder + "/.incoming/" + name }

    /// The models that are not complete, and the bytes that are there of their weights.
    ///
    /// - Throws: `StorageError`.
    static func unfinished(_ models: InstalledModels) throws -> [(name: String, bytes: Int)] {
        try PrivateFolder.names(in: models.folder + "/.incoming").map { name in
            let path = ModelDownload.unfinishedPath(folder(of: name, models) + "/" + InstalledModels.weights)
            let exists = FileManager.default.fileExists(atPath: path)
            return (name, exists ? try FileStamp(path: path).size : 0)
        }
    }

    /// Copies the files of a model on this machine.
    ///
    /// - Throws: `CommandError` where one is missing, `StorageError`.
    func copy(from source: EncoderFolder) throws {
        try ModelIntake.requireFiles(source)
        try PrivateFolder.remove(folder)
        for file in EncoderFolder.optionalFiles + EncoderFolder.requiredFiles {
            guard FileManager.default.fileExists(atPath: source.path + "/" + file) else { continue }
            let bytes = try MappedFile(path: source.path + "/" + file)
            try bytes.withUnsafeBytes { bytes in
                let data = bytes.baseAddress.map {
                    Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: $0), count: bytes.count, deallocator: .none)
                }
                try PrivateFile.write(data ?? Data(), to: folder + "/" + file)
            }
        }
    }

    /// Makes sure that a folder has all that a model needs.
    ///
    /// - Throws: `CommandError`.
    static func requireFiles(_ source: EncoderFolder) throws {
        let missing = EncoderFolder.requiredFiles.filter {
            !FileManager.default.fileExists(atPath: source.path + "/" + $0)
        }
        guard missing.isEmpty else {
            throw CommandError(
                .inputRefused,
                type: "not_a_model",
                "\(source.path) has no \(missing.joined(separator: ", "))",
                hint: "name a folder in the layout of Hugging Face with WordPiece vocabulary and safetensors"
            )
        }
    }

    /// Tries the model and gives it its name.
    ///
    /// - Throws: `EncoderError`, `StorageError`, `CommandError`; there is then no model of that name.
    func finish() throws -> ModelTrial {
        let trial = try ModelTrial(of: EncoderFolder(path: folder))
        try PrivateFolder.rename(folder, to: models.path(of: name))
        return trial
    }

    /// Whether the same pull cannot go on with what has gathered: the server has no such model, or it was refused, or there is
    /// nothing of its weights. What was begun from another address is kept.
    ///
    /// - Throws: `StorageError`.
    func isHopeless(after error: any Error, address: String) throws -> Bool {
        // The disk or another process is in the way.
        if error is StorageError || error is CancellationError { return false }
        let weights = folder + "/" + InstalledModels.weights
        let begun = ModelDownload.unfinishedPath(weights)
        if FileManager.default.fileExists(atPath: begun), try FileStamp(path: begun).size > 0 {
            let isOfThisAddress = try (ModelDownload.mark(ofUnfinished: begun)?.address ?? address) == address
            return isOfThisAddress && CommandError(error).isRefusal
        }
        return CommandError(error).isRefusal || !FileManager.default.fileExists(atPath: weights)
    }

    /// Forgets what has gathered.
    ///
    /// - Throws: `StorageError`.
    func discard() throws {
        try PrivateFolder.remove(folder)
    }
}

extension CommandError {
    /// Whether what was given is refused, and not only not to be had at the moment.
    fileprivate var isRefusal: Bool { status == .inputRefused || type == "encoder" }
}
