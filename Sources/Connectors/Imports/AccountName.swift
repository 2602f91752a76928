/// What an account is called in the books.
///
/// Lots are kept apart by account, and brokers have the same words for their accounts: an `Individual` of one must not close
/// the lots of another's. A number is one account's alone and stays as it is.
public enum AccountName {
    /// The name of an account that `broker` calls `words`; the broker's own name where it does not say.
    static func of(_ words: String, at broker: String) -> String {
        if words.isEmpty { return broker }
        return isNumber(words) || words.lowercased().hasPrefix(broker.lowercased()) ? words : "\(broker) \(words)"
    }

    /// Whether `name` is the number of an account, of which no more than the end is shown.
    static func isNumber(_ name: String) -> Bool { name.count(where: \.isNumber) >= 4 }

    /// The words by which the broker calls an account of the books; its name where there are none besides the broker's.
    public static func words(of name: String) -> String {
        for broker in Set(ImportFormat.allCases.compactMap(\.broker)) where name.hasPrefix(broker + " ") {
            return String(name.dropFirst(broker.count + 1))
        }
        return name
    }
}

extension ImportRow {
    /// The account that a row names, as it is called in the books.
    func account(_ column: ColumnMap.Column, at broker: String) -> String {
        AccountName.of(isBlank(column) ? "" : text(column), at: broker)
    }
}
