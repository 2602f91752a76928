import Foundation

/// Where tests find the embedding model.
public enum EmbeddingModel {
    /// The folder that holds `all-MiniLM-L6-v2`; nil where the model is not installed.
    public static let folder: String? = {
        let environment = ProcessInfo.processInfo.environment
        let data = environment["XDG_DATA_HOME"] ?? (environment["HOME"] ?? "") + "/.local/share"
        let candidates = [environment["MAGNUS_MODELS"], data + "/magnus/models"].compactMap(\.self)
        return candidates.first {
            FileManager.default.fileExists(atPath: $0 + "/all-MiniLM-L6-v2/model.safetensors")
        }
    }()

    /// Whether tests of the model run: where it is installed, and always in CI, where they fail without it.
    public static let isExpected = folder != nil || ProcessInfo.processInfo.environment["CI"] != nil
}
