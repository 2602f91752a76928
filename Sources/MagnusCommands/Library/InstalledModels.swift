import Encoder
import Foundation
import Storage

/// The models on this machine that encode documents and put passages in order, each in a folder of its name.
struct InstalledModels: Sendable {
    /// The folder that holds their folders.
    let folder: String

    /// The model Magnus was made with, which encodes where none is chosen.
    static let standard = "all-MiniLM-L6-v2"

    /// The weights' file, without which a folder is no model.
    static let weights = "model.safetensors"

    /// Whether `text` can be a model's name: letters, digits, `.`, `_` and `-`, not beginning with a dot.
    static func isName(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && !text.isEmpty && text.count <= 100 && !text.hasPrefix(".") && text != "none"
    }

    /// The names of the models that are there, in order.
    ///
    /// - Throws: `StorageError`.
    func names() throws -> [String] {
        try PrivateFolder.names(in: folder).filter { InstalledModels.isName($0) && contains($0) }
    }

    /// Whether there is a model of that name.
    func contains(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(of: name) + "/" + InstalledModels.weights)
    }

    /// Where the model of a name is, or would be.
    func path(of name: String) -> String { folder + "/" + name }

    /// The folder of a model that is there.
    ///
    /// - Throws: `CommandError` where it is not.
    func model(_ name: String) throws -> EncoderFolder {
        guard contains(name) else {
            throw CommandError(
                .configuration,
                type: "no_encoder",
                "there is no model '\(TerminalText.sanitised(String(name.prefix(60)), shape: .line))' in \(folder)",
                hint: "`magnus encoder list` shows those that are there; a service's is written provider/model"
            )
        }
        return EncoderFolder(path: path(of: name))
    }

    /// How chunks are measured, whichever of these models makes their vectors, so that a change of the model cuts nothing anew:
    /// by the word pieces of the model Magnus was made with. Nil where it is not there.
    ///
    /// - Throws: `StorageError`, `EncoderError`.
    func measure() throws -> EncoderFolder.Measure? {
        contains(InstalledModels.standard) ? try model(InstalledModels.standard).measure() : nil
    }
}
