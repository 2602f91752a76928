import Retrieval

extension EmbeddingModel {
    /// Reads the part of a model of vectors.
    ///
    /// - Parameter spoken: The protocol of its service, which says how it is asked where the part does not.
    /// - Throws: `CatalogueError`.
    init(_ node: CatalogueNode, name: String, spoken: String) throws {
        let members = try node.members([
            "form", "dimensions", "context", "texts", "request_tokens", "base64", "asks_dimensions", "prefixes",
            "price",
        ])
        guard let dimensions = members["dimensions"] else {
            throw node.error("lacks 'dimensions'", "write how many numbers its vectors have, such as dimensions: 1024")
        }
        self.init(
            name: name,
            form: try EmbeddingForm(members["form"], of: node, spoken: spoken),
            dimensions: try dimensions.count()
        )
        if let member = members["context"] { contextTokens = try member.count() }
        if let member = members["texts"] { maximumTexts = try member.count() }
        if let member = members["request_tokens"] { maximumRequestTokens = try member.count() }
        if let member = members["base64"] { takesBase64 = try member.flag() }
        if let member = members["asks_dimensions"] { takesDimensions = try member.flag() }
        for (key, value) in try members["prefixes"]?.pairs() ?? [] {
            guard let role = EncodedRole(rawValue: key) else {
                throw value.error("is no role of a text", "choose from question, document")
            }
            prefixes[role] = try value.text()
        }
        price = try members["price"].map(ModelPrice.init)
    }
}

extension RerankModel {
    /// Reads the part of a model that puts texts in order.
    ///
    /// - Parameter spoken: The protocol of its service, which says how it is asked where the part does not.
    /// - Throws: `CatalogueError`.
    init(_ node: CatalogueNode, name: String, spoken: String) throws {
        let members = try node.members(["form", "context", "texts", "price"])
        let form: RerankForm
        if let member = members["form"] {
            form = try RerankForm(member, of: node, spoken: spoken)
        } else {
            form = RerankForm(rawValue: spoken) ?? .cohere
        }
        self.init(name: name, form: form)
        if let member = members["context"] { contextTokens = try member.count() }
        if let member = members["texts"] { maximumTexts = try member.count() }
        price = try members["price"].map(ModelPrice.init)
    }
}

extension RawRepresentable where Self: CaseIterable, RawValue == String {
    /// What a part of the catalogue names, else what the service's protocol is called.
    fileprivate init(_ member: CatalogueNode?, of node: CatalogueNode, spoken: String) throws {
        let name = try member?.text() ?? spoken
        guard let value = Self(rawValue: name) else {
            throw (member ?? node).error(
                "is asked in the form '\(name.prefix(40))'",
                "write form: and one of " + Self.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        self = value
    }
}
