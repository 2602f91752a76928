import Foundation

/// Where Magnus keeps its files: the XDG folders, or one folder for all where `MAGNUS_HOME` is set.
struct Locations: Sendable {
    /// Where `config.yaml` is.
    let configuration: String
    /// Where the database and the models are.
    let data: String
    /// Where the history of questions is.
    let state: String
    /// Where is what can be made again.
    let cache: String
    /// Where embedding models are.
    let models: String
    /// Where `knowledge/`, `prompts/` and `demo/` are; nil where they were not found.
    let resources: String?

    /// The folders for an environment.
    init(_ environment: ProcessEnvironment) {
        if let home = environment["MAGNUS_HOME"] {
            let folder = environment.absolute(home)
            (configuration, data, state, cache) = (folder, folder, folder, folder + "/cache")
        } else {
            func folder(_ variable: String, _ fallback: String) -> String {
                // The XDG specification has relative paths ignored.
                if let path = environment[variable], path.hasPrefix("/") { return path + "/magnus" }
                return (environment["HOME"] ?? environment.currentFolder) + "/" + fallback + "/magnus"
            }
            configuration = folder("XDG_CONFIG_HOME", ".config")
            data = folder("XDG_DATA_HOME", ".local/share")
            state = folder("XDG_STATE_HOME", ".local/state")
            cache = folder("XDG_CACHE_HOME", ".cache")
        }
        models = environment["MAGNUS_MODELS"].map(environment.absolute) ?? data + "/models"
        resources = Locations.resources(environment)
    }

    /// Where `knowledge/`, `prompts/` and `demo/` are.
    ///
    /// - Throws: `CommandError` where they were not found.
    func foundResources() throws -> String {
        guard let resources else {
            throw CommandError(
                .configuration,
                type: "resources_missing",
                "Magnus's own files (knowledge, prompts, demo) were not found",
                hint: "reinstall, or set MAGNUS_RESOURCES to the folder that holds them"
            )
        }
        return resources
    }

    /// The user's configuration file.
    var configurationFile: String { configuration + "/config.yaml" }
    /// What the owner says of language models, over what comes with the program.
    var ownModels: String { configuration + "/models.yaml" }
    /// Where the owner's list of corporate actions may be.
    var corporateActions: [String] { ["yaml", "csv"].map { configuration + "/corporate_actions." + $0 } }
    /// Keys and tokens the owner gave.
    var keys: String { configuration + "/keys.yaml" }
    /// Descriptions of the owner's own sources.
    var ownSources: String { configuration + "/connectors" }
    /// What connectors keep, such as refresh tokens.
    var connectors: String { data + "/connectors" }
    /// The database.
    var database: String { data + "/magnus.db" }
    /// Questions asked at the prompt.
    var history: String { state + "/history" }
    /// The embedding model Magnus was made with.
    var encoder: String { models + "/" + InstalledModels.standard }

    /// `MAGNUS_RESOURCES`, then `share/magnus` beside the executable, then the package the executable was built in.
    private static func resources(_ environment: ProcessEnvironment) -> String? {
        func holdsResources(_ folder: String) -> Bool {
            FileManager.default.fileExists(atPath: folder + "/prompts/agents")
        }
        if let folder = environment["MAGNUS_RESOURCES"] {
            return environment.absolute(folder)
        }
        var folder = URL(fileURLWithPath: environment.executable).deletingLastPathComponent()
        let shared = folder.deletingLastPathComponent().appendingPathComponent("share/magnus").path
        if holdsResources(shared) { return shared }
        for _ in 0..<6 {
            if holdsResources(folder.path) { return folder.path }
            folder.deleteLastPathComponent()
        }
        return nil
    }
}
