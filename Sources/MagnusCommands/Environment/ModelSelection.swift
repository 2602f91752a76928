import Foundation
import LanguageModels

/// Whose language model writes.
enum ModelSelection: Sendable, Equatable, CustomStringConvertible {
    /// Nobody's: answers are worded by rules.
    case none
    /// The catalogue's, as far as they can be asked.
    case automatic
    /// These, the first that answers.
    case named([ModelName])

    /// What can be written.
    static let expectation = "provider/model (several with commas), auto or none"

    /// `none`, `auto`, or `provider/model`, several with commas; nil for anything else.
    init?(_ text: String) {
        switch text {
        case "none": self = .none
        case "auto": self = .automatic
        default:
            let names = text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map { ModelName(String($0)) }
            let known = names.compactMap(\.self)
            guard !known.isEmpty, known.count == names.count else { return nil }
            self = .named(known)
        }
    }

    /// As it is written.
    var description: String {
        switch self {
        case .none: "none"
        case .automatic: "auto"
        case .named(let names): names.map(\.description).joined(separator: ",")
        }
    }
}

/// Whose language model writes, as far as flags say.
struct ModelChoice: Sendable, Equatable {
    /// Whose; nil where no flag says.
    var selection: ModelSelection?
    /// Whether other models are asked, and rules word the answer, where it fails.
    var fallsBack = true
    /// Whether kept replies serve, and replies are kept.
    var usesCache = true
    /// The most that one question may cost, in dollars; nil where no flag says.
    var maximumCost: Decimal?
    /// Whether what would be sent is shown instead of sent.
    var isDryRun = false
}
