import ArgumentParser
import Retrieval

/// Which collection of one's own documents go into.
struct CollectionOption: ParsableArguments {
    @Option(
        name: .customLong("collection"),
        help: ArgumentHelp("The collection they go into, under a name of your own.", valueName: "name")
    )
    var name = CollectionName(collection: .documents)

    /// The collection.
    var collection: DocumentCollection { name.collection }

    func validate() throws {
        guard !DocumentCollection.builtIn.contains(collection) else {
            let words = "the collection '\(collection.rawValue)' is what comes with the program; choose another name"
            throw ValidationError(words)
        }
    }
}

/// The name of a collection as an argument.
struct CollectionName: ExpressibleByArgument {
    /// The collection of that name.
    var collection: DocumentCollection

    /// A collection.
    init(collection: DocumentCollection) {
        self.collection = collection
    }

    /// Reads a name of small letters, digits, `-` and `_`, at most 64.
    init?(argument: String) {
        let isName = argument.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
        }
        guard isName, (1...64).contains(argument.utf8.count) else { return nil }
        collection = DocumentCollection(rawValue: argument)
    }

    var defaultValueDescription: String { collection.rawValue }
}
