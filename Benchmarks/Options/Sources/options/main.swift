// Times option pricing and prints one line of JSON for each job:  options SAMPLE.json
import Foundation
import Markets

let sample = try JSONDecoder().decode(
    Sample.self,
    from: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
)

/// Seconds of processor time that the program has used, on all cores.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Runs a job a few times and prints the least time it took, by the clock and of the processor.
func measure(_ job: String, count: Int, runs: Int = 7, _ work: () throws -> Void) rethrows {
    var (best, bestOfProcessor) = (Double.infinity, Double.infinity)
    let clock = ContinuousClock()
    for _ in 0..<runs {
        let start = processorSeconds()
        let seconds = try clock.measure(work) / .seconds(1)
        best = min(best, seconds)
        bestOfProcessor = min(bestOfProcessor, processorSeconds() - start)
    }
    print(#"{"job":"\#(job)","count":\#(count),"seconds":\#(best),"processor_seconds":\#(bestOfProcessor)}"#)
}

/// Writes results, so that they can be held against another library's.
func keep(_ job: String, _ values: [Double]) throws {
    guard CommandLine.arguments.count > 2 else { return }
    let path = URL(fileURLWithPath: CommandLine.arguments[2]).appendingPathComponent(job + ".json")
    try JSONEncoder().encode(values).write(to: path)
}

// MARK: - European

let columns = sample.european
let european = EuropeanOptions(
    rights: columns.rights,
    spots: columns.spot,
    strikes: columns.strike,
    rates: columns.rate,
    dividendYields: columns.yield,
    years: columns.years
)
var values = european.prices(volatilities: columns.volatility)
measure("european price", count: european.count) { values = european.prices(volatilities: columns.volatility) }
try keep("european_price", values.all)
var greeks = european.greeks(volatilities: columns.volatility)
measure("european price and five Greeks", count: european.count) {
    greeks = european.greeks(volatilities: columns.volatility)
}
var volatilities = european.impliedVolatilities(prices: columns.price)
measure("european implied volatility", count: european.count) {
    volatilities = european.impliedVolatilities(prices: columns.price)
}
try keep("european_volatility", volatilities.all)

// MARK: - American

let american = try sample.american.terms(.american)
let americanVolatilities = sample.american.volatility
/// One option after another on one core, nothing shared.
func each(_ count: Int, _ work: (OptionTerms, Double) throws -> Void) rethrows {
    for index in 0..<count { try work(american[index], americanVolatilities[index]) }
}
for precision in PricingPrecision.allCases {
    let pricer = OptionPricer(precision: precision)
    let count = precision == .reference ? 300 : american.count
    var prices: [Double] = []
    try measure("american \(precision) price, one core", count: count) {
        prices = []
        try each(count) { prices.append(try pricer.price($0, volatility: $1)) }
    }
    try keep("american_\(precision)", prices)
    var sum = 0.0
    try measure("american \(precision) price, delta, gamma, theta, one core", count: count) {
        try each(count) { sum += try pricer.spotGreeks($0, volatility: $1).gamma }
    }
    try measure("american \(precision) price and five Greeks, one core", count: count) {
        try each(count) { sum += try pricer.greeks($0, volatility: $1).vega }
    }
    measure("american \(precision) price, all cores", count: count) {
        _ = pricer.prices(chain: Array(american[..<count]), volatilities: Array(americanVolatilities[..<count]))
    }
}
let strikes = try (0..<1000).map { index in
    try OptionTerms(
        style: .american,
        right: .put,
        spot: 100,
        strike: 60 + 0.08 * Double(index),
        rate: 0.05,
        dividendYield: 0.01,
        years: 0.5
    )
}
let flat = [Double](repeating: 0.3, count: strikes.count)
measure("american standard Greeks of 1000 strikes with one boundary, all cores", count: strikes.count) {
    _ = OptionPricer().greeks(chain: strikes, volatilities: flat)
}

// MARK: - A portfolio and a chain

let positions = Array(american[..<1000])
measure("1000 positions with American Greeks, all cores", count: 1000) {
    _ = OptionPricer().greeks(chain: positions, volatilities: Array(americanVolatilities[..<1000]))
}
if !sample.chain.spot.isEmpty {
    let chain = try sample.chain.terms(.american)
    func analyse(_ chain: [OptionTerms]) -> Int {
        let pricer = OptionPricer()
        let implied = pricer.impliedVolatilities(chain: chain, prices: sample.chain.price)
        var solved: [OptionTerms] = []
        var solvedVolatilities: [Double] = []
        for (terms, result) in zip(chain, implied) {
            guard case .success(let volatility) = result else { continue }
            solved.append(terms)
            solvedVolatilities.append(volatility)
        }
        return pricer.greeks(chain: solved, volatilities: solvedVolatilities).count
    }
    var solved = 0
    measure("a chain's American volatilities and Greeks, yield, all cores", count: chain.count) {
        solved = analyse(chain)
    }
    print(#"{"job":"contracts of the chain with a volatility","count":\#(solved)}"#)
    let paying = try sample.chain.terms(.american, dividends: [.init(years: 0.17, amount: 3.29)])
    measure("a chain's American volatilities and Greeks, a cash dividend, all cores", count: chain.count, runs: 1) {
        _ = analyse(paying)
    }
}
