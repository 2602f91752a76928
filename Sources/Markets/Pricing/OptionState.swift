/// What a pricing method knows of an option at one spot and volatility.
struct OptionState {
    var price: Double
    var delta: Double
    var gamma: Double
    /// Whether exercising at once is worth as much as holding on.
    var isExercised: Bool
}
