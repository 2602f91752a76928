public import Foundation
public import Transport

/// What connectors are made with: everything they need of the outside world.
public struct ConnectorEnvironment: Sendable {
    /// What sends requests.
    public var transport: any HTTPTransport
    /// What the owner set for connectors.
    public var settings: ConnectorSettings
    /// Keys and tokens.
    public var secrets: any SecretSource
    /// The current time.
    public var clock: @Sendable () -> Date
    /// A private folder (0700) for what a connector must keep, such as refresh tokens (0600).
    public var folder: String

    /// An environment with all its values.
    public init(
        transport: any HTTPTransport,
        settings: ConnectorSettings = ConnectorSettings(),
        secrets: any SecretSource,
        clock: @escaping @Sendable () -> Date,
        folder: String
    ) {
        self.transport = transport
        self.settings = settings
        self.secrets = secrets
        self.clock = clock
        self.folder = folder
    }
}

/// What the owner set for connectors: the section `connectors` of `config.yaml`, by connector and name. Values are texts
/// or lists of texts.
public struct ConnectorSettings: Sendable, Equatable {
    private var values: [String: [String: [String]]]

    /// Settings by connector and name.
    public init(_ values: [String: [String: [String]]] = [:]) {
        self.values = values
    }

    /// The first value of `name` of `connector`; nil where it is not set.
    public subscript(connector: String, name: String) -> String? {
        values[connector]?[name]?.first
    }

    /// All values of `name` of `connector`.
    public func list(_ connector: String, _ name: String) -> [String] {
        values[connector]?[name] ?? []
    }

    /// Whether `connector` is switched on; nil where the owner did not say.
    public func isEnabled(_ connector: String) -> Bool? {
        self[connector, "enabled"].map { ["true", "yes", "on", "1"].contains($0.lowercased()) }
    }

    /// Sets the values of `name` of `connector`.
    public mutating func set(_ connector: String, _ name: String, _ list: [String]) {
        values[connector, default: [:]][name] = list
    }
}
