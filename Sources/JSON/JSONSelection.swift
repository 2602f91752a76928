/// The members of objects that a reader keeps, by name and at any depth; it passes over all others without building them.
///
/// A service that streams its answer word by word sends the same dozen members with each word; reading those that matter
/// takes a fraction of the time.
package struct JSONSelection: Sendable {
    /// A member that is kept.
    struct Choice {
        let name: String
        /// Whether everything inside it is kept too.
        let isWhole: Bool
        fileprivate let utf8: [UInt8]
    }

    /// The choices by the length of their names.
    private var choices: [[Choice]] = []

    /// Members that are kept.
    ///
    /// - Parameters:
    ///   - names: Their names.
    ///   - wholes: Names of members of which everything is kept, whatever it is called.
    package init(_ names: [String], wholes: [String] = []) {
        for name in names { add(name, isWhole: false) }
        for name in wholes { add(name, isWhole: true) }
    }

    private mutating func add(_ name: String, isWhole: Bool) {
        let choice = Choice(name: name, isWhole: isWhole, utf8: Array(name.utf8))
        while choices.count <= choice.utf8.count { choices.append([]) }
        choices[choice.utf8.count].append(choice)
    }

    /// The choice of a name in UTF-8; nil where it is not kept.
    func choice(_ name: UnsafeRawBufferPointer) -> Choice? {
        guard name.count < choices.count else { return nil }
        return choices[name.count].first { name.elementsEqual($0.utf8) }
    }
}
