#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A number of about 32 digits, held as the sum of two Doubles of which the second is the rounding error of the first.
struct DoubleDouble {
    let high: Double
    let low: Double

    init(_ high: Double, _ low: Double = 0) {
        let sum = high + low
        let part = sum - high
        self.high = sum
        self.low = (high - (sum - part)) + (low - part)
    }

    /// The exact product of two Doubles.
    init(product a: Double, _ b: Double) {
        high = a * b
        low = (-high).addingProduct(a, b)
    }

    func added(_ other: DoubleDouble) -> DoubleDouble {
        let sum = DoubleDouble(high, other.high)
        return DoubleDouble(sum.high, sum.low + low + other.low)
    }

    func added(to value: Double) -> DoubleDouble {
        added(DoubleDouble(value))
    }

    func multiplied(by other: DoubleDouble) -> DoubleDouble {
        let product = DoubleDouble(product: high, other.high)
        return DoubleDouble(product.high, product.low + high * other.low + low * other.high)
    }

    func multiplied(by value: Double) -> DoubleDouble {
        multiplied(by: DoubleDouble(value))
    }

    /// e^x - 1 for |x| up to 100, by the Taylor series of a sixteenth or less and repeated doubling,
    /// e^{2x} - 1 = (e^x - 1)(e^x - 1 + 2).
    static func expm1(_ x: DoubleDouble) -> DoubleDouble {
        var doublings = 0
        var scale = 1.0
        while abs(x.high) * scale > 0.0625 {
            scale *= 0.5
            doublings += 1
        }
        let small = DoubleDouble(x.high * scale, x.low * scale)
        var sum = DoubleDouble(1)
        // Horner: 1 + x/2 (1 + x/3 (1 + x/4 ...)); the 18th term is below 1e-37.
        for order in stride(from: 18, through: 2, by: -1) {
            sum = small.multiplied(by: sum).divided(by: Double(order)).added(to: 1)
        }
        var result = small.multiplied(by: sum)
        for _ in 0..<doublings {
            result = result.multiplied(by: result.added(to: 2))
        }
        return result
    }

    private func divided(by value: Double) -> DoubleDouble {
        let quotient = high / value
        let remainder = high.addingProduct(-quotient, value)
        return DoubleDouble(quotient, (remainder + low) / value)
    }
}
