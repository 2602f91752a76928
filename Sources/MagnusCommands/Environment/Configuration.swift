import Foundation
import Yams

/// What the user may set, with the layer each value came from: a flag, the environment, `.magnus.yaml` in the current
/// folder, `config.yaml`, or the default.
struct Configuration: Sendable, Equatable {
    /// Where a value was set.
    enum Layer: Sendable, Equatable {
        case standard
        case file(String)
        case environment(String)
        case flag(String)

        var description: String {
            switch self {
            case .standard: "default"
            case .file(let path): path
            case .environment(let name): name
            case .flag(let name): name
            }
        }
    }

    /// A value and where it was set.
    struct Setting<Value: Sendable & Equatable>: Sendable, Equatable {
        var value: Value
        var layer: Layer

        init(_ value: Value, _ layer: Layer = .standard) {
            self.value = value
            self.layer = layer
        }
    }

    /// Continuously compounded risk-free rate per year.
    var riskFreeRate = Setting(0.04)
    /// Whether answers with struck figures or low confidence are refused.
    var isStrict = Setting(false)
    /// Confidence below which a strict answer is refused.
    var minimumConfidence = Setting(0.7)
    /// Whether answers are recorded.
    var records = Setting(true)

    /// Names of all settings, as they are written in files; the environment's are `MAGNUS_` and the same in capitals.
    static let names = ["risk_free_rate", "strict", "min_confidence", "record"]

    /// The settings by name, each as it is shown, and where it came from.
    var shown: [(name: String, value: String, layer: Layer)] {
        [
            ("risk_free_rate", String(riskFreeRate.value), riskFreeRate.layer),
            ("strict", String(isStrict.value), isStrict.layer),
            ("min_confidence", String(minimumConfidence.value), minimumConfidence.layer),
            ("record", String(records.value), records.layer),
        ]
    }

    /// Reads YAML over the values so far.
    ///
    /// - Throws: `CommandError` naming the file and the setting.
    mutating func read(yaml: String, file: String) throws {
        let root: Any?
        do {
            root = try Yams.load(yaml: yaml)
        } catch {
            throw CommandError(
                .configuration,
                type: "configuration",
                "\(file) is not YAML",
                hint: "correct or remove it"
            )
        }
        guard let root else { return }
        guard let settings = root as? [String: Any] else {
            throw CommandError(
                .configuration,
                type: "configuration",
                "\(file) does not hold `name: value` lines",
                hint: "see `magnus config show` for the names"
            )
        }
        for (name, value) in settings {
            try set(name, String(describing: value), .file(file))
        }
    }

    /// Reads `MAGNUS_…` variables over the values so far.
    mutating func read(_ environment: ProcessEnvironment) throws {
        for name in Configuration.names {
            let variable = "MAGNUS_" + name.uppercased()
            guard let value = environment[variable] else { continue }
            try set(name, value, .environment(variable))
        }
    }

    /// Sets a value from its text.
    ///
    /// - Throws: `CommandError` for an unknown name or a value out of range.
    mutating func set(_ name: String, _ text: String, _ layer: Layer) throws {
        func refused(_ expectation: String) -> CommandError {
            CommandError(
                .configuration,
                type: "configuration",
                "\(layer.description): \(name) is '\(text.prefix(60))', it must be \(expectation)",
                hint: "correct it there"
            )
        }
        func number(_ range: ClosedRange<Double>) throws -> Double {
            guard let value = Double(text), range.contains(value) else {
                throw refused("a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        func flag() throws -> Bool {
            switch text.lowercased() {
            case "true", "yes", "1", "on": return true
            case "false", "no", "0", "off": return false
            default: throw refused("true or false")
            }
        }
        switch name {
        case "risk_free_rate": riskFreeRate = Setting(try number(-0.05...0.5), layer)
        case "strict": isStrict = Setting(try flag(), layer)
        case "min_confidence": minimumConfidence = Setting(try number(0...1), layer)
        case "record": records = Setting(try flag(), layer)
        default:
            throw CommandError(
                .configuration,
                type: "configuration",
                "\(layer.description): there is no setting '\(name.prefix(60))'",
                hint: "the settings are \(Configuration.names.joined(separator: ", "))"
            )
        }
    }
}
