import LanguageModels

/// Which model makes vectors of documents, or puts passages in order.
enum SearchModelChoice: Sendable, Equatable, CustomStringConvertible {
    /// One in the folder of models, by its name.
    case installed(String)
    /// One in a folder of its own, by its path.
    case folder(String)
    /// A service's.
    case service(ModelName)

    /// What can be written.
    static let expectation =
        "the name of a model that `magnus encoder list` shows, a path such as ./model, a service's provider/model, or none"

    /// A name, a path that begins with `/`, `~/`, `./` or `../`, or `provider/model`; nil for anything else.
    init?(_ text: String) {
        if ["/", "~/", "./", "../"].contains(where: text.hasPrefix) {
            self = .folder(text)
        } else if let name = ModelName(text) {
            self = .service(name)
        } else if InstalledModels.isName(text) {
            self = .installed(text)
        } else {
            return nil
        }
    }

    /// Whether a service is asked, which then reads texts and questions.
    var isService: Bool {
        if case .service = self { true } else { false }
    }

    /// As it is written.
    var description: String {
        switch self {
        case .installed(let name): name
        case .folder(let path): path
        case .service(let name): name.description
        }
    }
}
