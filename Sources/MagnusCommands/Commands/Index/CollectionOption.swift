import ArgumentParser
import Retrieval

/// Which collection of one's own documents go into.
struct CollectionOption: ParsableArguments {
    @Option(
        name: .customLong("collection"),
        help: ArgumentHelp("The collection they go into, under a name of your own.", valueName: "name")
    )
    var name = DocumentCollection.documents.rawValue

    /// The collection.
    var collection: DocumentCollection { DocumentCollection(rawValue: name) }

    func validate() throws {
        try CollectionName.check(name)
        guard !DocumentCollection.builtIn.contains(collection) else {
            let words = "the collection '\(name)' is what comes with the program; choose another name"
            throw ValidationError(words)
        }
    }
}

/// What collections may be called.
enum CollectionName {
    /// Refuses a name that no collection can have.
    /// - Throws: `ValidationError`.
    static func check(_ name: String) throws {
        let isName = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
        }
        guard isName, (1...64).contains(name.utf8.count) else {
            throw ValidationError(
                "'\(name.prefix(64))' is no name of a collection: it has small letters, digits, - and _ alone, at most 64"
            )
        }
    }
}
