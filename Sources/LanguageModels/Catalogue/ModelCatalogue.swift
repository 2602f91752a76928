/// What is known of language-model services: a file that comes with the program, and the owner's laid over it.
public struct ModelCatalogue: Sendable, Hashable {
    /// The services, in the files' order.
    public var providers: [ModelProvider]
    /// The models that are asked for a tier, in order, where the owner names none.
    public var chains: [ModelTier: [ModelName]]

    /// The service of that name; nil where there is none.
    public func provider(_ name: String) -> ModelProvider? {
        providers.first { $0.name == name }
    }

    /// The entry of a model; nil where it has none.
    public func model(_ name: ModelName) -> CatalogueModel? {
        provider(name.provider)?.model(name.model)
    }

    /// A catalogue file: its text, and what errors call it.
    public struct File: Sendable, Hashable {
        /// YAML.
        public var text: String
        /// Its name or path.
        public var name: String

        /// A file.
        public init(text: String, name: String) {
            self.text = text
            self.name = name
        }
    }

    /// Reads the file that comes with the program, with the owner's laid over it.
    ///
    /// - Throws: `CatalogueError` naming the file, the place and what to write.
    public init(_ shipped: File, owners: File? = nil) throws {
        var root = try CatalogueNode(text: shipped.text, file: shipped.name)
        if let owners {
            // A price is true of one day: a part of an older one beside it would be no price at all.
            root = root.overlaid(
                by: try CatalogueNode(text: owners.text, file: owners.name),
                wholes: ["price", "chains"]
            )
        }
        let members = try root.members(["providers", "chains"])
        providers = try members["providers"]?.pairs().map { try ModelProvider($0.value, name: $0.key) } ?? []
        chains = [:]
        for (key, value) in try members["chains"]?.pairs() ?? [] {
            guard let tier = ModelTier(rawValue: key) else {
                throw value.error("is no tier", "choose from free, cheap, strong")
            }
            chains[tier] = try value.texts("a list of models such as [openai/gpt-4o]").map { text in
                guard let name = ModelName(text) else {
                    throw value.error("names '\(text.prefix(60))'", "write provider/model, such as openai/gpt-4o")
                }
                guard provider(name.provider) != nil else {
                    throw value.error(
                        "names '\(text.prefix(60))', and there is no provider '\(name.provider.prefix(40))'",
                        "describe it under providers, or leave it out"
                    )
                }
                return name
            }
        }
    }
}
