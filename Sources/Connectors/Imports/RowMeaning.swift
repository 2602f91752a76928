import Markets

/// What a row of a broker's history means for the books, by its code or its words.
enum RowMeaning: Equatable {
    /// Shares or options bought or sold.
    case trade(Transaction.Kind)
    /// An option that is assigned, exercised or expires.
    case optionEnd(Transaction.Kind)
    /// Money alone.
    case cash(Transaction.Kind)
    case split
    /// Money, or securities where the row has a quantity.
    case transfer
}
