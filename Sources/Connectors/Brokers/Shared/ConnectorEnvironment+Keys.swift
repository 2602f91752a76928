import Transport

extension ConnectorEnvironment {
    /// The secret under the first of `names` that is set.
    ///
    /// - Throws: `ConnectorError` with `notConfigured`.
    func secret(_ connector: String, _ names: [String]) throws -> Secret {
        do {
            for name in names {
                if let secret = try secrets.secret(name) { return secret }
            }
        } catch {
            throw ConnectorError(connector, .notConfigured, "the key cannot be read: \(error)")
        }
        throw ConnectorError(connector, .notConfigured, "no key", nextStep: "set \(names.first ?? "it")")
    }

    /// Whether a connector is switched on and has its keys and addresses.
    ///
    /// - Parameters:
    ///   - keys: The names under which each key may be set.
    ///   - addresses: The settings that hold addresses, with what was made of them.
    ///   - isEnabledByDefault: Whether it works without being switched on.
    func readiness(
        of connector: String,
        keys: [[String]],
        addresses: [(setting: String, address: ServiceAddress?)],
        isEnabledByDefault: Bool = true
    ) -> ConnectorReadiness {
        guard settings.isEnabled(connector) ?? isEnabledByDefault else {
            return .disabled(nextStep: "set connectors.\(connector).enabled to true in config.yaml")
        }
        if let wrong = addresses.first(where: { $0.address == nil }) {
            return .notConfigured(
                reason: "\(wrong.setting) is no https address",
                nextStep: "correct connectors.\(connector).\(wrong.setting) in config.yaml"
            )
        }
        for names in keys {
            do {
                _ = try secret(connector, names)
            } catch let error as ConnectorError {
                return .notConfigured(reason: error.detail, nextStep: error.nextStep)
            } catch {
                return .notConfigured(reason: "\(error)", nextStep: "")
            }
        }
        return .ready
    }
}

extension ConnectorReadiness {
    /// Throws where the connector cannot be asked.
    ///
    /// - Throws: `ConnectorError` with `notConfigured`.
    func require(_ connector: String) throws {
        switch self {
        case .ready: return
        case .notConfigured(let reason, let nextStep):
            throw ConnectorError(connector, .notConfigured, reason, nextStep: nextStep)
        case .disabled(let nextStep):
            throw ConnectorError(connector, .notConfigured, "it is switched off", nextStep: nextStep)
        }
    }
}
