#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The Mills ratio of the standard normal distribution, R(z) = N(-z) / n(z), through the rational approximations of
/// W. J. Cody ("Rational Chebyshev approximations for the error function", 1969), about 16 digits.
enum MillsRatio {
    /// R(z). Overflows below about z = -37.
    static func value(_ z: Double) -> Double {
        rootHalfPi * scaledComplement(z * NormalDistribution.rootHalf)
    }

    /// 1 - z R(z), which is -R'(z), without the cancellation the difference suffers for large z.
    static func slope(_ z: Double) -> Double {
        let x = z * NormalDistribution.rootHalf
        if x > 4 {
            let y = 1 / (x * x)
            return rootPi * y * tail(y)
        }
        return 1 - z * value(z)
    }

    /// exp(x²) erfc(x).
    static func scaledComplement(_ x: Double) -> Double {
        let magnitude = abs(x)
        if magnitude <= 0.46875 {
            let y = x * x
            var numerator = 1.85777706184603153e-1 * y
            var denominator = y
            numerator = (numerator + 3.16112374387056560) * y
            denominator = (denominator + 2.36012909523441209e1) * y
            numerator = (numerator + 1.13864154151050156e2) * y
            denominator = (denominator + 2.44024637934444173e2) * y
            numerator = (numerator + 3.77485237685302021e2) * y
            denominator = (denominator + 1.28261652607737228e3) * y
            let error = x * (numerator + 3.20937758913846947e3) / (denominator + 2.84423683343917062e3)
            return exp(y) * (1 - error)
        }
        let positive = magnitude <= 4 ? middle(magnitude) : (inverseRootPi - inverseSquareTail(magnitude)) / magnitude
        return x < 0 ? 2 * exp(x * x) - positive : positive
    }

    private static func middle(_ x: Double) -> Double {
        var numerator = 2.15311535474403846e-8 * x
        var denominator = x
        numerator = (numerator + 5.64188496988670089e-1) * x
        denominator = (denominator + 1.57449261107098347e1) * x
        numerator = (numerator + 8.88314979438837594) * x
        denominator = (denominator + 1.17693950891312499e2) * x
        numerator = (numerator + 6.61191906371416295e1) * x
        denominator = (denominator + 5.37181101862009858e2) * x
        numerator = (numerator + 2.98635138197400131e2) * x
        denominator = (denominator + 1.62138957456669019e3) * x
        numerator = (numerator + 8.81952221241769090e2) * x
        denominator = (denominator + 3.29079923573345963e3) * x
        numerator = (numerator + 1.71204761263407058e3) * x
        denominator = (denominator + 4.36261909014324716e3) * x
        numerator = (numerator + 2.05107837782607147e3) * x
        denominator = (denominator + 3.43936767414372164e3) * x
        return (numerator + 1.23033935479799725e3) / (denominator + 1.23033935480374942e3)
    }

    private static func inverseSquareTail(_ x: Double) -> Double {
        let y = 1 / (x * x)
        return y * tail(y)
    }

    private static func tail(_ y: Double) -> Double {
        var numerator = 1.63153871373020978e-2 * y
        var denominator = y
        numerator = (numerator + 3.05326634961232344e-1) * y
        denominator = (denominator + 2.56852019228982242) * y
        numerator = (numerator + 3.60344899949804439e-1) * y
        denominator = (denominator + 1.87295284992346725) * y
        numerator = (numerator + 1.25781726111229246e-1) * y
        denominator = (denominator + 5.27905102951428412e-1) * y
        numerator = (numerator + 1.60837851487422766e-2) * y
        denominator = (denominator + 6.05183413124413191e-2) * y
        return (numerator + 6.58749161529837803e-4) / (denominator + 2.33520497626869185e-3)
    }

    private static let rootPi = 1.77245385090551602730
    private static let inverseRootPi = 0.56418958354775628695
    private static let rootHalfPi = 1.25331413731550025121
}
