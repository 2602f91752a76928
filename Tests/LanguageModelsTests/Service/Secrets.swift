import Transport

/// Keys that are written down in a test.
struct Secrets: SecretSource {
    struct Broken: Error {}

    var values: [String: String] = [:]
    var isBroken = false

    func secret(_ name: String) throws -> Secret? {
        if isBroken { throw Broken() }
        return values[name].map(Secret.init)
    }
}
