import Connectors
import Encoder
import Foundation
import LanguageModels
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

    /// Whether nothing is sent over the network.
    var isOffline = Setting(false)
    /// Seconds within which sources must have answered.
    var deadline = Setting(8.0)
    /// Kinds of data for which two sources are compared.
    var crossCheck: Setting<[DataKind]> = Setting([])
    /// What may leave the machine. Once it is local-only, no further layer changes that.
    var privacy = Setting(PrivacyMode.redacted)
    /// Names and numbers that are kept from services besides those Magnus knows by itself.
    var privateTerms: Setting<[String]> = Setting([])
    /// What may be spent on language models; from the owner's own file alone.
    var budget = Setting(Budget())
    /// Whose language model writes; from the owner's own file, the environment or a flag alone.
    var model = Setting(ModelSelection.none)
    /// Whose are asked, in order, when that one fails; from the owner's own file alone.
    var models: Setting<[ModelName]> = Setting([])
    /// Whether replies of language models are kept for the same question.
    var keepsReplies = Setting(true)
    /// Whose model makes vectors of documents; nil for the one Magnus was made with. From the owner's own file or the
    /// environment alone.
    var encoder: Setting<SearchModelChoice?> = Setting(nil)
    /// How exactly the model on this machine calculates.
    var encoderPrecision = Setting(EncoderPrecision.single)
    /// Whose model puts passages in order; nil for none. From the owner's own file or the environment alone.
    var reranker: Setting<SearchModelChoice?> = Setting(nil)
    /// What is set for each connector; from the owner's own file alone.
    var connectors = ConnectorSettings()

    /// Names of all settings, as they are written in files; the environment's are `MAGNUS_` and the same in capitals.
    static let names = [
        "risk_free_rate", "strict", "min_confidence", "record", "offline", "deadline_seconds", "cross_check", "privacy",
        "private_terms", "model", "models", "model_cache", "encoder", "encoder_precision", "reranker",
    ]

    /// Settings that only the owner's own file may hold: what a folder brings along has no say on where questions are sent.
    private static let owners: Set = ["model", "models", "encoder", "reranker"]

    /// The settings by name, each as it is shown, and where it came from.
    var shown: [(name: String, value: String, layer: Layer)] {
        [
            ("risk_free_rate", String(riskFreeRate.value), riskFreeRate.layer),
            ("strict", String(isStrict.value), isStrict.layer),
            ("min_confidence", String(minimumConfidence.value), minimumConfidence.layer),
            ("record", String(records.value), records.layer),
            ("offline", String(isOffline.value), isOffline.layer),
            ("deadline_seconds", String(deadline.value), deadline.layer),
            ("cross_check", crossCheck.value.map(\.rawValue).joined(separator: ","), crossCheck.layer),
            ("privacy", privacy.value.rawValue, privacy.layer),
            ("private_terms", privateTerms.value.joined(separator: ","), privateTerms.layer),
            ("budget", budget.value.shown, budget.layer),
            ("model", model.value.description, model.layer),
            ("models", models.value.map(\.description).joined(separator: ","), models.layer),
            ("model_cache", String(keepsReplies.value), keepsReplies.layer),
            ("encoder", encoder.value?.description ?? "none", encoder.layer),
            ("encoder_precision", encoderPrecision.value.rawValue, encoderPrecision.layer),
            ("reranker", reranker.value?.description ?? "none", reranker.layer),
        ]
    }

    /// Reads YAML over the values so far.
    ///
    /// - Parameters:
    ///   - isOwners: Whether the file is the owner's own. What a folder brings along may not say where keys and questions are
    ///     sent, so it has no say on connectors and language models.
    ///   - expanded: Makes `~/` in a connector's setting the home folder.
    /// - Throws: `CommandError` naming the file and the setting.
    mutating func read(
        yaml: String,
        file: String,
        isOwners: Bool = true,
        expanded: (String) -> String = { $0 }
    ) throws {
        func refused(_ message: String, _ hint: String) -> CommandError {
            CommandError(.configuration, type: "configuration", message, hint: hint)
        }
        func notTheOwners(_ name: String) -> CommandError {
            refused(
                "\(file) sets \(name), which only your own config.yaml may",
                "move that to the file `magnus config path` names"
            )
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw refused("\(file) is not YAML", "correct or remove it")
        }
        guard let root, root.scalar?.string.isEmpty != true else { return }
        guard let settings = root.mapping else {
            throw refused(
                "\(file) does not hold `name: value` lines",
                "see `magnus config show` for the names"
            )
        }
        for (key, value) in settings {
            let name = key.string ?? ""
            guard isOwners || !Configuration.owners.contains(name) else { throw notTheOwners(name) }
            if name == "connectors" {
                guard isOwners else { throw notTheOwners(name) }
                try connectors.read(value, file: file, expanded: expanded)
            } else if name == "budget" {
                guard isOwners else { throw notTheOwners(name) }
                budget = Setting(try Budget(value, file: file), .file(file))
            } else if !isOwners, name == "private_terms" || (name == "privacy" && value.scalar?.string != "local-only")
            {
                throw notTheOwners(name)
            } else if let text = value.scalar?.string {
                try set(name, text, .file(file))
            } else if let list = value.sequence?.compactMap({ $0.scalar?.string }) {
                try set(name, list.joined(separator: ","), .file(file))
            } else {
                throw refused(
                    "\(file): \(name.prefix(60)) has a value that is neither a text nor a list",
                    "correct it there"
                )
            }
        }
    }

    /// Reads `MAGNUS_…` variables over the values so far.
    mutating func read(_ environment: ProcessEnvironment) throws {
        // MAGNUS_MODELS is where embedding models are.
        for name in Configuration.names where name != "models" {
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
        case "offline": isOffline = Setting(try flag(), layer)
        case "deadline_seconds": deadline = Setting(try number(0.1...120), layer)
        case "cross_check":
            let names = text.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
            let kinds = names.compactMap(DataKind.init(rawValue:))
            guard kinds.count == names.count else {
                throw refused("kinds of data: \(DataKind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            crossCheck = Setting(kinds, layer)
        case "privacy":
            guard let mode = PrivacyMode(rawValue: text) else {
                throw refused(PrivacyMode.allCases.map(\.rawValue).joined(separator: ", "))
            }
            if privacy.value != .localOnly { privacy = Setting(mode, layer) }
        case "private_terms":
            let terms = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            privateTerms = Setting(terms.filter { !$0.isEmpty }, layer)
        case "model":
            guard let selection = ModelSelection(text) else { throw refused(ModelSelection.expectation) }
            model = Setting(selection, layer)
        case "models":
            let names = text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map { ModelName(String($0)) }
            guard !names.contains(nil) else { throw refused("a list of provider/model, such as [openai/gpt-4o-mini]") }
            models = Setting(names.compactMap(\.self), layer)
        case "model_cache": keepsReplies = Setting(try flag(), layer)
        case "encoder", "reranker":
            let model = SearchModelChoice(text)
            guard model != nil || text == "none" else { throw refused(SearchModelChoice.expectation) }
            if name == "encoder" { encoder = Setting(model, layer) } else { reranker = Setting(model, layer) }
        case "encoder_precision":
            guard let precision = EncoderPrecision(rawValue: text) else {
                throw refused(EncoderPrecision.allCases.map(\.rawValue).joined(separator: " or "))
            }
            encoderPrecision = Setting(precision, layer)
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

extension ConnectorSettings {
    /// Reads the section `connectors`: a mapping of connectors to mappings of names to texts or lists of texts.
    ///
    /// - Throws: `CommandError` naming the file and the connector.
    mutating func read(_ section: Node, file: String, expanded: (String) -> String) throws {
        func refused(_ subject: String) -> CommandError {
            CommandError(
                .configuration,
                type: "configuration",
                "\(file): \(subject) must hold `name: value` lines",
                hint: "for example: connectors: {tradier: {sandbox: true}}"
            )
        }
        guard let connectors = section.mapping else { throw refused("connectors") }
        for (connector, values) in connectors {
            let name = connector.string ?? ""
            guard let members = values.mapping else { throw refused("connectors: \(name.prefix(60))") }
            for (key, value) in members {
                if let text = value.scalar?.string {
                    set(name, key.string ?? "", [expanded(text)])
                } else if let list = value.sequence {
                    set(name, key.string ?? "", list.compactMap { $0.scalar?.string }.map(expanded))
                } else {
                    throw refused("connectors: \(name.prefix(60))")
                }
            }
        }
    }
}
