/// How exact an option's price is to be, traded against how long it takes. European options are exact to the last digits
/// in every mode.
public enum PricingPrecision: String, Sendable, Hashable, CaseIterable {
    /// American options to 5e-7 of the strike (root mean square): half a thousandth of a cent at a strike of 100 dollars.
    case fast
    /// American options to 2.5e-8 of the strike (root mean square); what everything Magnus shows is computed with.
    case standard
    /// American options to 1e-8 of the strike or better, everywhere; to check other programs with.
    case reference
}

extension OptionPricer {
    /// A pricer of a precision.
    public init(precision: PricingPrecision) {
        switch precision {
        case .fast: self.init(scheme: .fast, resolution: .standard)
        case .standard: self.init(scheme: .standard, resolution: .standard)
        case .reference: self.init(scheme: .precise, resolution: .precise)
        }
    }
}
