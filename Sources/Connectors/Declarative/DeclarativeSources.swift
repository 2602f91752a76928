import Foundation
import Storage

/// All sources that are described in files.
public struct DeclarativeSources: Sendable {
    /// Those that can be used, by name.
    public let connectors: [DeclarativeConnector]
    /// Files that cannot be used, and why; the others are not concerned.
    public let problems: [DescriptionError]

    /// Reads all `*.yaml` and `*.yml` files of the owner's folder and of the one that comes with the program.
    ///
    /// A file of the owner's takes the place of a shipped one of the same name. Paths in descriptions are read against the
    /// owner's folder.
    /// - Parameters:
    ///   - own: The folder `connectors` beside `config.yaml`; it need not be there.
    ///   - shipped: The folder `connectors` of the program's resources; nil for none.
    ///   - reserved: Names of other connectors, which a description may not take.
    public init(own: String, shipped: String?, reserved: Set<String> = [], environment: ConnectorEnvironment) {
        var connectors: [String: DeclarativeConnector] = [:]
        var problems: [DescriptionError] = []
        for folder in [own, shipped].compactMap({ $0 }) {
            var names: Set<String> = []
            for path in DeclarativeSources.files(in: folder, &problems) {
                let file = (path as NSString).lastPathComponent
                do {
                    let connector = try DeclarativeConnector(path: path, dataFolder: own, environment: environment)
                    let name = connector.name
                    guard !reserved.contains(name) else {
                        throw DescriptionError(
                            file: file,
                            line: nil,
                            reason: "the name '\(name)' belongs to another connector",
                            nextStep: "choose another name"
                        )
                    }
                    guard names.insert(name).inserted else {
                        throw DescriptionError(
                            file: file,
                            line: nil,
                            reason: "another file of the folder describes '\(name)' too",
                            nextStep: "remove one, or choose another name"
                        )
                    }
                    if connectors[name] == nil { connectors[name] = connector }
                } catch let error as DescriptionError {
                    problems.append(error)
                } catch {
                    problems.append(DescriptionError(file: file, line: nil, reason: "\(error)"))
                }
            }
        }
        self.connectors = connectors.values.sorted { $0.name < $1.name }
        self.problems = problems
    }

    private static func files(in folder: String, _ problems: inout [DescriptionError]) -> [String] {
        do {
            return try ["yaml", "yml"].flatMap {
                try FileListing.paths(matching: FileListing.escaped(folder) + "/*.\($0)")
            }
        } catch {
            let name = (folder as NSString).lastPathComponent
            problems.append(DescriptionError(file: name, line: nil, reason: "\(error)"))
            return []
        }
    }
}
