import Foundation

/// Total implied variance as a function of log-moneyness k = ln(K/F): Gatheral's raw SVI,
/// w(k) = a + b (ρ (k - m) + sqrt((k - m)² + σ²)), without butterfly arbitrage.
///
/// For each m and σ the rest is linear least squares (Zeliade, "Quasi-explicit calibration of Gatheral's SVI model",
/// 2009); m and σ are found by the simplex method of Nelder and Mead, with a penalty where the implied density would be
/// negative.
struct SmileFit: Sendable, Hashable {
    let a, b, rho, m, sigma: Double

    /// An observed point.
    struct Point: Sendable, Hashable {
        let moneyness: Double
        let totalVariance: Double
        let weight: Double
    }

    /// Total variance and its first two derivatives.
    func variance(at k: Double) -> (value: Double, slope: Double, curvature: Double) {
        let x = k - m
        let root = (x * x + sigma * sigma).squareRoot()
        return (a + b * (rho * x + root), b * (rho + x / root), b * sigma * sigma / (root * root * root))
    }

    /// Durrleman's function: the implied density times a positive factor. Negative means butterfly arbitrage.
    func density(at k: Double) -> Double {
        let (w, first, second) = variance(at: k)
        guard w > 0 else { return -1 }
        let skew = 1 - k * first / (2 * w)
        return skew * skew - 0.25 * first * first * (1 / w + 0.25) + 0.5 * second
    }

    /// The lowest ``density(at:)`` over a range of moneyness, wings included.
    func lowestDensity(in range: ClosedRange<Double>) -> Double {
        var lowest = Double.infinity
        for step in 0...Self.gridSteps {
            let k = range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / Double(Self.gridSteps)
            lowest = min(lowest, density(at: k))
        }
        return lowest
    }

    /// Whether the wings rise no faster than Lee's moment formula allows.
    var hasAdmissibleWings: Bool { b * (1 + abs(rho)) < 2 }

    /// - Parameter points: at least five, with weights above 0.
    /// - Returns: nil when no arbitrage-free fit is found.
    init?(_ points: [Point]) {
        guard points.count >= 5, let low = points.map(\.moneyness).min(), let high = points.map(\.moneyness).max(),
            high > low
        else { return nil }
        let width = max(high - low, 0.02)
        let range = (low - 0.5 * width)...(high + 0.5 * width)
        var best: (fit: SmileFit, error: Double)?
        for penalty in [1e2, 1e5] {
            for centre in [0, 0.5 * (low + high)] {
                for scale in [0.15 * width, 0.6 * width] {
                    let found = Simplex.minimum(from: [centre, log(scale)], steps: [0.2 * width, 0.5]) { place in
                        let sigma = exp(place[1])
                        guard sigma > 1e-4, sigma < 10, abs(place[0]) < 5 else { return .infinity }
                        guard let (fit, error) = Self.linear(points, m: place[0], sigma: sigma) else {
                            return .infinity
                        }
                        let lowest = fit.lowestDensity(in: range)
                        let wings = max(fit.b * (1 + abs(fit.rho)) - 1.99, 0)
                        return error * (1 + penalty * (max(1e-4 - lowest, 0) + wings)) + 1e-18 * max(-lowest, 0)
                    }
                    guard let (fit, error) = Self.linear(points, m: found[0], sigma: exp(found[1])),
                        fit.hasAdmissibleWings, fit.lowestDensity(in: range) >= 0, error < best?.error ?? .infinity
                    else { continue }
                    best = (fit, error)
                }
            }
            if best != nil { break }
        }
        guard let best else { return nil }
        self = best.fit
    }

    private init(a: Double, b: Double, rho: Double, m: Double, sigma: Double) {
        (self.a, self.b, self.rho, self.m, self.sigma) = (a, b, rho, m, sigma)
    }

    private static let gridSteps = 120

    /// The best a, b and ρ for an m and a σ, with b >= 0, |ρ| <= 0.999 and a positive lowest variance.
    private static func linear(_ points: [Point], m: Double, sigma: Double) -> (fit: SmileFit, error: Double)? {
        // w = a + d y + c z with y = (k - m)/σ and z = sqrt(y² + 1); b = c/σ, ρ = d/c.
        let steep = 0.999
        let rows = points.map { point -> (y: Double, z: Double, w: Double, weight: Double) in
            let y = (point.moneyness - m) / sigma
            return (y, (y * y + 1).squareRoot(), point.totalVariance, point.weight)
        }
        func fit(_ columns: [(Double, Double) -> Double]) -> [Double]? {
            let count = columns.count + 1
            var normal = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
            for row in rows {
                let values = [1] + columns.map { $0(row.y, row.z) }
                for i in 0..<count {
                    for j in 0..<count { normal[i][j] += row.weight * values[i] * values[j] }
                    normal[i][count] += row.weight * values[i] * row.w
                }
            }
            return solve(normal)
        }
        var candidates: [(a: Double, d: Double, c: Double)] = []
        if let free = fit([{ y, _ in y }, { _, z in z }]) { candidates.append((free[0], free[1], free[2])) }
        let isFree = candidates.first.map { $0.c >= 0 && abs($0.d) <= steep * $0.c } ?? false
        if !isFree {
            candidates = []
            for sign in [steep, -steep] {
                if let edge = fit([{ y, z in sign * y + z }]), edge[1] >= 0 {
                    candidates.append((edge[0], sign * edge[1], edge[1]))
                }
            }
            if let flat = fit([]) { candidates.append((flat[0], 0, 0)) }
        }
        var best: (fit: SmileFit, error: Double)?
        for (a, d, c) in candidates {
            let rho = c > 0 ? d / c : 0
            let fit = SmileFit(a: a, b: c / sigma, rho: rho, m: m, sigma: sigma)
            let lowest = a + c * max(1 - rho * rho, 0).squareRoot()
            guard a.isFinite, c.isFinite, lowest > 0 else { continue }
            let error = rows.reduce(0) { sum, row in
                let miss = a + d * row.y + c * row.z - row.w
                return sum + row.weight * miss * miss
            }
            if error < best?.error ?? .infinity { best = (fit, error) }
        }
        return best
    }

    /// Gaussian elimination with pivoting; nil for a singular system.
    private static func solve(_ system: [[Double]]) -> [Double]? {
        var rows = system
        let count = rows.count
        for column in 0..<count {
            guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
                abs(rows[pivot][column]) > 1e-300
            else { return nil }
            rows.swapAt(column, pivot)
            for row in 0..<count where row != column {
                let factor = rows[row][column] / rows[column][column]
                for place in column...count { rows[row][place] -= factor * rows[column][place] }
            }
        }
        let solution = (0..<count).map { rows[$0][count] / rows[$0][$0] }
        return solution.allSatisfy(\.isFinite) ? solution : nil
    }
}

/// The simplex method of Nelder and Mead for a few variables.
enum Simplex {
    /// Where `function` is lowest, started from a point and its neighbours; always the same for the same input.
    static func minimum(
        from start: [Double],
        steps: [Double],
        evaluations: Int = 240,
        _ function: ([Double]) -> Double
    ) -> [Double] {
        var corners = [(point: start, value: function(start))]
        for index in start.indices {
            var point = start
            point[index] += steps[index]
            corners.append((point, function(point)))
        }
        var used = corners.count
        func along(_ centre: [Double], _ worst: [Double], _ factor: Double) -> (point: [Double], value: Double) {
            let point = zip(centre, worst).map { $0 + factor * ($1 - $0) }
            used += 1
            return (point, function(point))
        }
        while used < evaluations {
            corners.sort { $0.value < $1.value }
            let last = corners.count - 1
            let spread = corners[last].value - corners[0].value
            if spread.isFinite, spread <= 1e-14 * abs(corners[0].value) { break }
            let centre = start.indices.map { axis in
                corners.dropLast().reduce(0) { $0 + $1.point[axis] } / Double(last)
            }
            let reflected = along(centre, corners[last].point, -1)
            if reflected.value < corners[0].value {
                let expanded = along(centre, corners[last].point, -2)
                corners[last] = expanded.value < reflected.value ? expanded : reflected
            } else if reflected.value < corners[last - 1].value {
                corners[last] = reflected
            } else {
                let contracted = along(centre, corners[last].point, reflected.value < corners[last].value ? -0.5 : 0.5)
                if contracted.value < min(reflected.value, corners[last].value) {
                    corners[last] = contracted
                } else {
                    for index in 1...last { corners[index] = along(corners[0].point, corners[index].point, 0.5) }
                }
            }
        }
        return corners.min { $0.value < $1.value }?.point ?? start
    }
}
